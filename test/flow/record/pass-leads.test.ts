/** Who leads a conference once its leading calendar has no reference left, and what the new leader owes. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type CalendarKey, calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { type ConferenceRecord, isReference, type PendingKind } from '../../../shared/domain/state/records.ts';
import { oweMore } from '../../../shared/flow/deliver/owe-more.ts';
import { lapseLead } from '../../../shared/flow/record/pass-leads.ts';
import {
  ALICE,
  ALICES,
  BOB,
  BOBS,
  cancelledOccurrence,
  exception,
  type Item,
  meeting,
  NOW,
  ours,
  series,
  tombstone,
} from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { recordEvents } from '../record-events.ts';
import { World } from '../world.ts';

const CAROL = 'carol@example.com';
const CAROLS = calendarKeyOf(CAROL);
const CONFERENCE = conferenceKeyOf('c');

let world: World;

beforeEach(async () => {
  world = new World();
  for (const address of [ALICE, BOB, CAROL]) await putCalendar(world, address);
});

/** An event that somebody else than Alice organizes. */
function of(email: string, item: Item): Item {
  return { ...item, organizer: { email, self: true } };
}

/** What is pending for the conference, in the order in which it is sent, with all that its leader owes. */
async function owed(): Promise<[CalendarKey, string, PendingKind | undefined][]> {
  while ((await world.conference('c')).owed !== null) await oweMore(world.services, CONFERENCE);
  const bindings = await world.store.transact((tx) => tx.pendingOf(CONFERENCE, 99));
  return bindings.map(({ calendar, eventId, pending }) => [calendar, eventId, pending?.what]);
}

/** Takes what is pending on a calendar's bindings for delivered, or for never told. */
async function settleAll(isDelivered: boolean): Promise<void> {
  await owed();
  await world.store.transact(async (tx) => {
    for (const binding of await tx.pendingOf(CONFERENCE, 99)) {
      tx.putBinding({ ...binding, pending: null, delivered: isDelivered ? (binding.pending?.hashes ?? null) : null });
    }
  });
}

/** Alice leads the conference with one event. */
async function led(): Promise<void> {
  await recordEvents(world, ALICE, meeting('e', ours('c')));
  await settleAll(true);
}

describe('another calendar that carries the conference', () => {
  test('leads it from then on, and owes what each of its events says', async () => {
    await led();
    await recordEvents(world, BOB, of(BOB, meeting('b1', ours('c'))), of(BOB, meeting('b2', ours('c'))));
    await recordEvents(world, BOB, of(BOB, meeting('b3', ours('d'))));
    expect(await owed()).toEqual([]);
    await recordEvents(world, ALICE, tombstone('e'));
    expect(await world.conference('c')).toMatchObject({
      leader: BOBS,
      liveCount: 2,
      leadingCount: 2,
      retryAt: NOW,
      orphan: null,
      state: 'live',
    });
    expect((await owed()).sort()).toEqual([
      [BOBS, 'b1', 'updated'],
      [BOBS, 'b2', 'updated'],
    ]);
  });

  test('leads it alone, whoever else carries it', async () => {
    await led();
    await recordEvents(world, BOB, of(BOB, meeting('b', ours('c'))));
    await recordEvents(world, CAROL, of(CAROL, meeting('c', ours('c'))));
    await recordEvents(world, ALICE, tombstone('e'));
    const { leader, liveCount, leadingCount } = await world.conference('c');
    expect({ liveCount, leadingCount }).toEqual({ liveCount: 2, leadingCount: 1 });
    expect([BOBS, CAROLS]).toContain(leader);
    expect(await owed()).toEqual([[leader, leader === BOBS ? 'b' : 'c', 'updated']]);
  });

  test('owes the occurrences that differ from its series, after the series', async () => {
    await led();
    const carries = (day: number, conference: string): Item =>
      of(BOB, exception('s', day, { summary: 'Differs' }, ours(conference)));
    const items = [of(BOB, series('s', ours('c'))), carries(3, 'c'), cancelledOccurrence('s', 4), carries(5, 'd')];
    await recordEvents(world, BOB, ...items);
    await recordEvents(world, ALICE, tombstone('e'));
    const [first, ...rest] = await owed();
    expect([first, ...rest.sort()]).toEqual([
      [BOBS, 's', 'updated'],
      [BOBS, 's_20270203T090000Z', 'occurrence_updated'],
      [BOBS, 's_20270204T090000Z', 'occurrence_cancelled'],
      [BOBS, 's_20270205T090000Z', 'occurrence_cancelled'],
    ]);
    expect((await world.conference('c')).leadingCount).toBe(1);
  });

  test('owes nothing of a conference that is still led', async () => {
    await led();
    await recordEvents(world, ALICE, meeting('e2', ours('c')));
    await settleAll(true);
    await recordEvents(world, BOB, of(BOB, meeting('b', ours('c'))));
    await recordEvents(world, ALICE, tombstone('e2'));
    expect(await world.conference('c')).toMatchObject({ leader: ALICES, leadingCount: 1, liveCount: 2 });
    expect(await owed()).toEqual([]);
  });
});

describe('the calendar that is just listed', () => {
  /** Bob announced the conference, and his event never came; Alice's are on record and not told. */
  async function lapsed(...items: readonly Item[]): Promise<void> {
    await recordEvents(world, ALICE, ...items);
    await settleAll(false);
    await world.changeConference('c', { leader: BOBS, leadingCount: 0, announcedUntil: NOW });
  }

  test('leads it with what it had and what it gains, less what it loses', async () => {
    await lapsed(meeting('e0', ours('c')), meeting('e1', ours('c')));
    await recordEvents(world, ALICE, tombstone('e0'), meeting('e2', ours('c')), meeting('e9', ours('d')));
    expect(await world.conference('c')).toMatchObject({ leader: ALICES, liveCount: 2, leadingCount: 2, retryAt: NOW });
    expect((await owed()).sort()).toEqual([
      [ALICES, 'e1', 'updated'],
      [ALICES, 'e2', 'updated'],
    ]);
    expect(await world.conference('d')).toMatchObject({ leader: ALICES, leadingCount: 1 });
  });

  test('owes what its occurrences are on this very page', async () => {
    await lapsed(series('s', ours('c')), exception('s', 3, { summary: 'Differs' }, ours('c')));
    await recordEvents(world, ALICE, cancelledOccurrence('s', 3), cancelledOccurrence('s', 4), meeting('e', ours('c')));
    expect((await owed()).sort()).toEqual([
      [ALICES, 'e', 'updated'],
      [ALICES, 's', 'updated'],
      [ALICES, 's_20270203T090000Z', 'occurrence_cancelled'],
      [ALICES, 's_20270204T090000Z', 'occurrence_cancelled'],
    ]);
  });
});

describe('the counts, where occurrences move on the page that passes the lead', () => {
  const carries = (day: number, conference: string, etag = '"1"'): Item =>
    exception('s', day, { summary: 'Differs' }, ours(conference), { etag });

  /** What is counted for a conference, and how many references it really has. */
  async function counts(id: string): Promise<{ counted: number; really: number }> {
    const all = await world.store.bindingsOfCalendar(ALICES, { after: null, limit: 1_000 });
    const really = all.filter((binding) => isReference(binding) && binding.conference === conferenceKeyOf(id)).length;
    return { counted: (await world.conference(id)).liveCount, really };
  }

  test.each<[string, readonly Item[], readonly Item[], number, number]>([
    ['an exception takes a conference of its own', [carries(3, 'c')], [carries(3, 'd', '"2"')], 2, 1],
    [
      'the series takes another conference, and one exception with it',
      [carries(3, 'c'), carries(4, 'c')],
      [series('s', ours('d'), { etag: '"2"' }), carries(4, 'd', '"3"')],
      2,
      1,
    ],
    [
      'one comes back to the series, others are cancelled',
      [carries(3, 'd'), carries(4, 'c'), carries(5, 'd')],
      [carries(3, 'c', '"2"'), cancelledOccurrence('s', 4), cancelledOccurrence('s', 5)],
      2,
      0,
    ],
  ])('are right where %s', async (_, before, page, ofSeries, ofOther) => {
    await recordEvents(world, ALICE, series('s', ours('c')), ...before);
    await world.changeConference('c', { leader: BOBS, leadingCount: 0, announcedUntil: NOW });
    await recordEvents(world, ALICE, ...page, meeting('e', ours('c')));
    expect(await counts('c')).toEqual({ counted: ofSeries, really: ofSeries });
    expect(await counts('d')).toEqual({ counted: ofOther, really: ofOther });
    expect(await world.conference('c')).toMatchObject({ leader: ALICES, leadingCount: ofSeries });
  });
});

test('a count that no reference bears out leaves the lead where it is', async () => {
  await led();
  await world.changeConference('c', { liveCount: 2 });
  await recordEvents(world, ALICE, tombstone('e'));
  expect(await world.conference('c')).toMatchObject({ leader: ALICES, leadingCount: 0, liveCount: 1 });
});

describe('a lead that may have lapsed', () => {
  test('passes on where it has, without a listing', async () => {
    await led();
    await world.changeConference('c', { leader: BOBS, leadingCount: 0, announcedUntil: NOW });
    await lapseLead(world.services, CONFERENCE);
    expect(await world.conference('c')).toMatchObject({ leader: ALICES, leadingCount: 1, announcedUntil: null });
    expect(await owed()).toEqual([[ALICES, 'e', 'updated']]);
  });

  test.each<[string, Partial<ConferenceRecord>]>([
    ['its announcement still counts', { leader: BOBS, leadingCount: 0, announcedUntil: NOW + 1 }],
    ['it still leads', { leader: ALICES, leadingCount: 1 }],
    ['nobody has led it', { leader: null, leadingCount: 0 }],
    ['nothing keeps it alive', { leadingCount: 0, liveCount: 0 }],
  ])('stays where %s', async (_, changes) => {
    await led();
    await world.changeConference('c', changes);
    const before = await world.conference('c');
    await lapseLead(world.services, CONFERENCE);
    expect(await world.conference('c')).toEqual(before);
    expect(await owed()).toEqual([]);
  });

  test('is none where there is no conference', async () => {
    await lapseLead(world.services, CONFERENCE);
    expect(await world.store.conference(CONFERENCE)).toBeUndefined();
  });

  test('passes only to a reference, not to what is left of one', async () => {
    await led();
    await recordEvents(world, BOB, of(BOB, meeting('b', ours('c'))));
    const binding = await world.binding(ALICE, 'e');
    if (binding === undefined) throw new Error('not on record');
    await world.store.transact(async (tx) => tx.putBinding({ ...binding, state: 'gone' }));
    await world.changeConference('c', { leader: CAROLS, leadingCount: 0, liveCount: 1 });
    await lapseLead(world.services, CONFERENCE);
    expect(await world.conference('c')).toMatchObject({ leader: BOBS, leadingCount: 1 });
  });
});
