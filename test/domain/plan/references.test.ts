import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf, departureIdOf } from '../../../shared/domain/ids.ts';
import { leads } from '../../../shared/domain/plan/lead.ts';
import type { Ledger } from '../../../shared/domain/plan/ledger.ts';
import {
  addReference,
  announce,
  endReference,
  forgetBinding,
  releaseReference,
} from '../../../shared/domain/plan/references.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, BOBS, binding, conference, DAY, FIELDS, led, ledgerOf, NOW, occurrenceId } from '../build.ts';

const C = conferenceKeyOf('c');
const BOB_LEADS = { leader: BOBS, liveCount: 1, leadingCount: 1 } as const;

function stood(ledger: Ledger): ConferenceRecord | undefined {
  return ledger.conference(C);
}

describe('a reference', () => {
  test('that is the first makes its calendar lead', () => {
    const ledger = ledgerOf([], []);
    addReference(ledger, 'c', false);
    expect(stood(ledger)).toMatchObject({ conferenceId: 'c', leader: ALICES, liveCount: 1, leadingCount: 1 });
    expect(leads(ledger, C)).toBe(true);
  });

  test('on a calendar that does not lead counts without leading', () => {
    const ledger = ledgerOf([], [conference('c', BOB_LEADS)]);
    addReference(ledger, 'c', false);
    expect(stood(ledger)).toMatchObject({ leader: BOBS, liveCount: 2, leadingCount: 1 });
    expect(leads(ledger, C)).toBe(false);
  });

  test('takes the lead of a conference that nobody refers to any more', () => {
    const ledger = ledgerOf([], [conference('c', { ...BOB_LEADS, liveCount: 0, leadingCount: 0 })]);
    addReference(ledger, 'c', false);
    expect(stood(ledger)).toMatchObject({ leader: ALICES, liveCount: 1, leadingCount: 1 });
  });

  test('does not take the lead from a calendar that announced the conference, until that lapses', () => {
    const announced = (announcedUntil: number): ConferenceRecord => conference('c', { leader: BOBS, announcedUntil });
    const early = ledgerOf([], [announced(NOW + 1)]);
    addReference(early, 'c', false);
    expect(stood(early)).toMatchObject({ leader: BOBS, liveCount: 1, leadingCount: 0, announcedUntil: NOW + 1 });
    const late = ledgerOf([], [announced(NOW)]);
    addReference(late, 'c', false);
    expect(stood(late)).toMatchObject({ leader: ALICES, leadingCount: 1 });
  });

  test.each(['orphaned', 'cancelled', 'failed'] as const)('brings a conference that is %s to life', (state) => {
    const orphan = {
      calendar: ALICES,
      calendarId: ALICE,
      eventId: 'm',
      reason: 'event_deleted',
      seenAt: NOW,
      readAt: NOW,
      askedElsewhereAt: null,
    } as const;
    const ending = led('c', 0, {
      state,
      orphan,
      cancellation: { ...orphan, revision: 3 },
      expireAt: NOW + 1,
      isCancelledThere: true,
    });
    const ledger = ledgerOf([], [ending]);
    addReference(ledger, 'c', false);
    expect(stood(ledger)).toMatchObject({
      state: 'live',
      orphan: null,
      cancellation: null,
      expireAt: null,
      isCancelledThere: true,
    });
  });
});

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

  test('drops what was pending for its event', () => {
    const own = binding('m', 'c', {
      pending: { revision: 1, what: 'updated', changed: [], hashes: {}, restored: false, seenAt: NOW },
    });
    const ledger = ledgerOf([own], [led('c', 2)]);
    endReference(ledger, own, 'event_deleted');
    expect(ledger.binding(own.id)?.pending).toBeNull();
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

  test('of a deleted series ends what its exceptions carry, each for itself', () => {
    const master = binding('s', 'c');
    const follower = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', recurringEventId: 's' });
    const own = binding(occurrenceId('s', 4), 'own', { recurringEventId: 's' });
    const ledger = ledgerOf([master, follower, own], [led('c', 1), led('own', 1)]);
    endReference(ledger, master, 'event_deleted');
    expect(ledger.binding(follower.id)).toBeUndefined();
    expect(ledger.conference(own.conference)).toMatchObject({ state: 'orphaned', orphan: { eventId: own.eventId } });
    expect(ledger.changes().deleted).toEqual([follower]);
  });

  test('of a series that lives makes references of the exceptions that carry the conference', () => {
    const master = binding('s', 'c');
    const follower = binding(occurrenceId('s', 3), 'c', {
      kind: 'occurrence',
      recurringEventId: 's',
      delivered: { title: 'x' },
    });
    const gone = binding(occurrenceId('s', 4), 'c', { kind: 'occurrence', state: 'gone', recurringEventId: 's' });
    const own = binding(occurrenceId('s', 5), 'own', { recurringEventId: 's' });
    const ledger = ledgerOf([master, follower, gone, own], [led('c', 1, { revision: NOW + 5 }), led('own', 1)]);
    endReference(ledger, master, 'conference_removed');
    expect(stood(ledger)).toMatchObject({ state: 'live', liveCount: 1, leadingCount: 1, orphan: null });
    expect(ledger.binding(follower.id)).toMatchObject({
      kind: 'event',
      state: 'live',
      delivered: null,
      pending: { revision: NOW + 6, what: 'updated', changed: FIELDS, hashes: {} },
    });
    expect(ledger.binding(own.id)).toEqual(own);
    expect(ledger.conference(own.conference)).toEqual(led('own', 1));
  });
});

describe('the end of a series that may come back', () => {
  const master = binding('s', 'c');
  const pending = {
    revision: 1,
    what: 'occurrence_cancelled',
    changed: [],
    hashes: {},
    restored: false,
    seenAt: NOW,
  } as const;
  const gone = binding(occurrenceId('s', 4), 'c', {
    kind: 'occurrence',
    state: 'gone',
    recurringEventId: 's',
    pending,
  });
  const refused = {
    ...gone,
    state: 'failed',
    pending: null,
    refused: { what: 'occurrence_cancelled', hashes: {} },
    failure: { reason: 'no', at: NOW, count: 1 },
  } as const;

  test.each([
    ['that is deleted', gone, (ledger: Ledger) => endReference(ledger, master, 'event_deleted')],
    ['that loses its conference', gone, (ledger: Ledger) => endReference(ledger, master, 'conference_removed')],
    ['that another organizer has', gone, (ledger: Ledger) => releaseReference(ledger, master)],
    ['whose conference refused to be told', refused, (ledger: Ledger) => endReference(ledger, master, 'event_deleted')],
  ])('%s keeps for a while which of its occurrences are cancelled, and owes nothing of it', (_, occurrence, end) => {
    const ledger = ledgerOf([master, occurrence], [led('c', 1)]);
    end(ledger);
    expect(ledger.binding(gone.id)).toMatchObject({
      kind: 'occurrence',
      state: 'gone',
      pending: null,
      refused: null,
      failure: null,
      expireAt: NOW + 30 * DAY,
    });
    expect(stood(ledger)?.liveCount).toBe(0);
  });

  test('forgets that an occurrence had one of its own, which its own record says', () => {
    const id = departureIdOf(gone.eventId, C);
    const ledger = ledgerOf([master, { ...gone, id }], [led('c', 1)]);
    endReference(ledger, master, 'conference_removed');
    expect(ledger.binding(id)).toBeUndefined();
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

  test('forgets the occurrences of a series and releases theirs', () => {
    const master = binding('s', 'c');
    const follower = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', recurringEventId: 's' });
    const own = binding(occurrenceId('s', 4), 'own', { recurringEventId: 's' });
    const ledger = ledgerOf([master, follower, own], [led('c', 1), led('own', 1)]);
    releaseReference(ledger, master);
    expect(ledger.binding(follower.id)).toBeUndefined();
    expect(ledger.conference(own.conference)).toMatchObject({ state: 'live', liveCount: 0, orphan: null });
  });

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
