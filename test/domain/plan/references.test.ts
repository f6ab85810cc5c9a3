import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf, departureIdOf } from '../../../shared/domain/ids.ts';
import { leads } from '../../../shared/domain/plan/lead.ts';
import type { Ledger } from '../../../shared/domain/plan/ledger.ts';
import { addReference, endReference, releaseReference } from '../../../shared/domain/plan/references.ts';
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
  test('drops what was pending for its event', () => {
    const own = binding('m', 'c', {
      pending: { revision: 1, what: 'updated', changed: [], hashes: {}, restored: false, seenAt: NOW },
    });
    const ledger = ledgerOf([own], [led('c', 2)]);
    endReference(ledger, own, 'event_deleted');
    expect(ledger.binding(own.id)?.pending).toBeNull();
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
    refused: { what: 'occurrence_cancelled', hashes: {}, changed: [] },
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
  test('forgets the occurrences of a series and releases theirs', () => {
    const master = binding('s', 'c');
    const follower = binding(occurrenceId('s', 3), 'c', { kind: 'occurrence', recurringEventId: 's' });
    const own = binding(occurrenceId('s', 4), 'own', { recurringEventId: 's' });
    const ledger = ledgerOf([master, follower, own], [led('c', 1), led('own', 1)]);
    releaseReference(ledger, master);
    expect(ledger.binding(follower.id)).toBeUndefined();
    expect(ledger.conference(own.conference)).toMatchObject({ state: 'live', liveCount: 0, orphan: null });
  });
});
