import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { announce } from '../../../shared/domain/plan/announcements.ts';
import type { Ledger } from '../../../shared/domain/plan/ledger.ts';
import { endReference } from '../../../shared/domain/plan/references.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { ALICES, BOBS, binding, conference, DAY, led, ledgerOf, NOW } from '../build.ts';

const C = conferenceKeyOf('c');
const BOB_LEADS = { leader: BOBS, liveCount: 1, leadingCount: 1 } as const;

function stood(ledger: Ledger): ConferenceRecord | undefined {
  return ledger.conference(C);
}

describe('an announcement', () => {
  test('waits for its event for as long as it says', () => {
    const ledger = ledgerOf([], []);
    announce(ledger, 'm', 'c', NOW + DAY);
    expect(ledger.changes().bindings).toMatchObject([{ eventId: 'm', state: 'announced', kind: 'event' }]);
    expect(stood(ledger)).toMatchObject({ leader: ALICES, liveCount: 0, announcedUntil: NOW + DAY, dueAt: NOW + DAY });
  });

  test('made twice is one, and starts no second wait', () => {
    const ledger = ledgerOf([], []);
    announce(ledger, 'm', 'c', NOW + DAY);
    const once = ledger.changes();
    announce(ledger, 'm', 'c', NOW + 2 * DAY);
    expect(ledger.changes()).toEqual(once);
  });

  test('of what is bound already changes nothing', () => {
    const ledger = ledgerOf([binding('m', 'c')], [led('c', 1)]);
    announce(ledger, 'm', 'c', NOW + DAY);
    expect(ledger.changes()).toEqual({ bindings: [], deleted: [], conferences: [] });
  });

  test('of another conference leaves an event its binding until a listing shows the new one', () => {
    const own = binding('m', 'old');
    const ledger = ledgerOf([own], [led('old', 1)]);
    announce(ledger, 'm', 'c', NOW + DAY);
    expect(ledger.binding(own.id)).toEqual({ ...own, announced: conferenceKeyOf('c') });
    expect(stood(ledger)).toMatchObject({ state: 'orphaned', leader: ALICES });
  });

  test('takes no lead from a calendar whose events carry the conference', () => {
    const ledger = ledgerOf([], [conference('c', BOB_LEADS)]);
    announce(ledger, 'm', 'c', NOW + DAY);
    expect(stood(ledger)).toEqual(conference('c', BOB_LEADS));
  });

  test('of a cancelled conference keeps it from being forgotten', () => {
    const ledger = ledgerOf([], [led('c', 0, { state: 'cancelled', expireAt: NOW + 1, isCancelledThere: true })]);
    announce(ledger, 'm', 'c', NOW + DAY);
    expect(stood(ledger)).toMatchObject({ state: 'orphaned', expireAt: null, isCancelledThere: true });
  });

  test('whose event is deleted ends it with the usual grace', () => {
    const ledger = ledgerOf([], []);
    announce(ledger, 'm', 'c', NOW + DAY);
    for (const announced of ledger.changes().bindings) endReference(ledger, announced, 'event_deleted');
    expect(stood(ledger)).toMatchObject({
      state: 'orphaned',
      announcedUntil: null,
      orphan: { readAt: NOW + 30_000 },
    });
  });
});
