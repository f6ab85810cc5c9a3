import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { leadsWithOneMore, needsLeader, passLead } from '../../../shared/domain/plan/lead.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { ALICES, BOBS, conference, led, ledgerOf, NOW } from '../build.ts';

const C = conferenceKeyOf('c');

describe('the lead', () => {
  test.each([
    ['is needed when the leader has no reference and others have', { liveCount: 1, leadingCount: 0 }, true],
    ['is not needed while the leader has one', { liveCount: 2, leadingCount: 1 }, false],
    ['is not needed by a conference that nobody refers to', { liveCount: 0, leadingCount: 0 }, false],
    ['is kept for an announced event', { liveCount: 1, announcedUntil: NOW + 1 }, false],
    ['is free when an announcement has lapsed', { liveCount: 1, announcedUntil: NOW }, true],
  ])('%s', (_, changes, isNeeded) => {
    expect(needsLeader(conference('c', changes), NOW)).toBe(isNeeded);
  });

  test('passes to a calendar, which owes a first word of all that it has', () => {
    const ledger = ledgerOf([], [led('c', 0, { liveCount: 3, revision: NOW + 4 })]);
    passLead(ledger, C, BOBS, 3);
    expect(ledger.conference(C)).toMatchObject({
      leader: BOBS,
      liveCount: 3,
      leadingCount: 3,
      revision: NOW + 4,
      owed: { since: NOW, kind: 'event', after: null, isAnew: true },
      retryAt: NOW,
      dueAt: NOW,
    });
    expect(ledger.changes().bindings).toEqual([]);
  });

  test('passes to the calendar that is listed, which owes nothing of what it has delivered as the leader', () => {
    const ledger = ledgerOf([], [led('c', 0, { leader: BOBS, liveCount: 1 })]);
    passLead(ledger, C, ALICES, 1);
    expect(ledger.conference(C)?.owed).toMatchObject({ isAnew: false });
  });

  test('of a conference that is not known passes to nobody', () => {
    const ledger = ledgerOf([], []);
    passLead(ledger, C, BOBS, 1);
    expect(ledger.changes()).toEqual({ bindings: [], deleted: [], conferences: [] });
  });
});

test.each<[string, Partial<ConferenceRecord>, boolean]>([
  ['that nobody refers to is led by the first who does', { leader: null }, true],
  ['that it leads already stays its own', { leader: ALICES, liveCount: 2 }, true],
  ['that others refer to stays theirs', { leader: BOBS, liveCount: 1 }, false],
  ['that another calendar has announced waits for its event', { leader: BOBS, announcedUntil: NOW + 1 }, false],
  ['whose announcement has lapsed waits no longer', { leader: BOBS, announcedUntil: NOW }, true],
])('a conference %s', (_, changes, isLeading) => {
  expect(leadsWithOneMore(conference('c', changes), ALICES, NOW)).toBe(isLeading);
});
