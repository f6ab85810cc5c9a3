import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { announce } from '../../../shared/domain/plan/announcements.ts';
import { forgetBinding } from '../../../shared/domain/plan/forget-calendar.ts';
import type { Ledger } from '../../../shared/domain/plan/ledger.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { binding, DAY, led, ledgerOf, NOW } from '../build.ts';

const C = conferenceKeyOf('c');

function stood(ledger: Ledger): ConferenceRecord | undefined {
  return ledger.conference(C);
}

describe('the release of a reference', () => {
  test('keeps nothing of a binding that is to be forgotten', () => {
    const own = binding('m', 'c');
    const ledger = ledgerOf([own], [led('c', 1)]);
    forgetBinding(ledger, own);
    expect(ledger.changes().deleted).toEqual([own]);
    expect(stood(ledger)?.liveCount).toBe(0);
  });

  test('of an announcement that is forgotten leaves the lead to those who refer to the conference', () => {
    const ledger = ledgerOf([], []);
    announce(ledger, 'm', 'c', NOW + DAY);
    const announced = ledger.changes().bindings[0];
    if (announced === undefined) throw new Error('nothing was announced');
    forgetBinding(ledger, announced);
    expect(stood(ledger)).toMatchObject({ state: 'live', leader: null, announcedUntil: null, orphan: null });
  });
});
