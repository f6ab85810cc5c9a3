import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { Ledger } from '../../../shared/domain/plan/ledger.ts';
import { endReference, releaseReference } from '../../../shared/domain/plan/references.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, binding, conference, DAY, led, ledgerOf, NOW } from '../build.ts';

const C = conferenceKeyOf('c');

function stood(ledger: Ledger): ConferenceRecord | undefined {
  return ledger.conference(C);
}

describe('the end of a reference', () => {
  test('leaves an orphan that is not forgotten, though its conference was released by another calendar before', () => {
    const own = binding('m', 'c', { state: 'announced' });
    const ledger = ledgerOf([own], [conference('c', { expireAt: NOW + DAY })]);
    endReference(ledger, own, 'event_deleted');
    expect(stood(ledger)).toMatchObject({ state: 'orphaned', expireAt: null });
  });

  test('leaves an orphan if it was the last, with a grace', () => {
    const own = binding('m', 'c', { delivered: { title: 'x' } });
    const ledger = ledgerOf([own], [led('c', 1)]);
    endReference(ledger, own, 'conference_removed');
    expect(ledger.binding(own.id)).toMatchObject({ state: 'gone', delivered: null });
    expect(ledger.binding(own.id)?.expireAt).toBeGreaterThan(NOW + 29 * DAY);
    expect(stood(ledger)).toMatchObject({
      state: 'orphaned',
      liveCount: 0,
      leadingCount: 0,
      orphan: {
        calendar: ALICES,
        calendarId: ALICE,
        eventId: 'm',
        reason: 'conference_removed',
        seenAt: NOW,
        readAt: NOW + 30_000,
      },
      dueAt: NOW + 30_000,
    });
  });

  test('counts down and ends nothing if others are left', () => {
    const own = binding('m', 'c');
    const ledger = ledgerOf([own], [led('c', 1, { liveCount: 2 })]);
    endReference(ledger, own, 'event_deleted');
    expect(stood(ledger)).toMatchObject({ state: 'live', liveCount: 1, leadingCount: 0, orphan: null });
  });

  test('does not begin a second end of a conference that is cancelled', () => {
    const own = binding('m', 'c', { state: 'announced' });
    const ledger = ledgerOf([own], [led('c', 0, { state: 'cancelled' })]);
    endReference(ledger, own, 'event_deleted');
    expect(stood(ledger)).toMatchObject({ state: 'cancelled', orphan: null });
  });

  test('that is the last ends what its leader owes', () => {
    const only = binding('e', 'c');
    const owed = { since: NOW, kind: 'event', after: null, isAnew: true } as const;
    const ledger = ledgerOf([only], [led('c', 1, { owed })]);
    endReference(ledger, only, 'event_deleted');
    expect(stood(ledger)).toMatchObject({ state: 'orphaned', owed: null });
  });
});

describe('the release of a reference', () => {
  test('outweighs the end of another of the same conference, whichever comes first', () => {
    const [taken, ended] = [binding('taken', 'c'), binding('ended', 'c')];
    const ends = [
      (ledger: Ledger) => releaseReference(ledger, taken),
      (ledger: Ledger) => endReference(ledger, ended, 'event_deleted'),
    ];
    for (const order of [ends, ends.toReversed()]) {
      const ledger = ledgerOf([taken, ended], [led('c', 2)]);
      for (const end of order) end(ledger);
      expect(stood(ledger)).toMatchObject({ state: 'live', liveCount: 0, leader: null, orphan: null, dueAt: null });
    }
  });

  test('does not keep alive what ends without anything of it being released', () => {
    const [taken, ended] = [binding('taken', 'd'), binding('ended', 'c')];
    const ledger = ledgerOf([taken, ended], [led('c', 1), led('d', 1)]);
    releaseReference(ledger, taken);
    endReference(ledger, ended, 'event_deleted');
    expect(stood(ledger)).toMatchObject({ state: 'orphaned' });
  });

  test('ends nothing, even if it was the last, and leaves no leader', () => {
    const own = binding('m', 'c');
    const ledger = ledgerOf([own], [led('c', 1)]);
    releaseReference(ledger, own);
    expect(stood(ledger)).toMatchObject({
      state: 'live',
      liveCount: 0,
      leadingCount: 0,
      leader: null,
      orphan: null,
      dueAt: null,
    });
  });
});
