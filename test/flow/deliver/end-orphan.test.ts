/** The end of an orphan's grace: the conference is cancelled only if its last event, read once more, says so. */
import { describe, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { endOrphan, releaseOrphan } from '../../../shared/flow/deliver/end-orphan.ts';
import {
  ALICE,
  ALICES,
  BOBS,
  conference,
  DAY,
  type Item,
  meeting,
  NOW,
  ours,
  read,
  theirs,
  tombstone,
} from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const C = conferenceKeyOf('c');

/** A conference whose only event has become this. */
async function orphanWorld(ended: Item): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  world.put(ALICE, ended);
  await world.notify(ALICE);
  await world.work();
  expect(await world.store.conference(C)).toMatchObject({ state: 'orphaned', cancellation: null });
  return world;
}

async function passGrace(world: World): Promise<void> {
  await world.clock.runTo(world.clock.now() + 2 * MINUTE);
  await world.renew();
}

function reasons(world: World): string[] {
  return world.told.flatMap(({ change }) => (change.type === 'conference.cancelled' ? [change.data.reason] : []));
}

test.each([
  ['event_deleted', tombstone('e')],
  ['conference_removed', meeting('e', { etag: '"2"' })],
  ['conference_replaced', meeting('e', theirs(), { etag: '"2"' })],
])('an end that the second reading confirms is told once, with the reason %s', async (reason, ended) => {
  const world = await orphanWorld(ended);
  await passGrace(world);
  await passGrace(world);
  expect(reasons(world)).toEqual([reason]);
  expect(await world.store.conference(C)).toMatchObject({ state: 'cancelled', orphan: null });
});

test('an orphan whose event is hidden from us by then is not cancelled until it can be read', async () => {
  const world = await orphanWorld(tombstone('e'));
  world.accessRole = 'reader';
  world.put(ALICE, meeting('e', { visibility: 'private', etag: '"2"' }));
  await passGrace(world);
  const { calls } = world;
  const reads = calls.get;
  for (let minute = 0; minute < 10; minute++) await passGrace(world);
  expect(reasons(world)).toEqual([]);
  expect(calls.get).toBe(reads);
  expect(await world.store.conference(C)).toMatchObject({ state: 'orphaned', cancellation: null });

  world.accessRole = 'owner';
  world.put(ALICE, tombstone('e'));
  await world.clock.runTo(world.clock.now() + DAY);
  await passGrace(world);
  expect(reasons(world)).toEqual(['event_deleted']);
});

test('a cancellation that fails is told again under its revision, and not made anew', async () => {
  const world = await orphanWorld(tombstone('e'));
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  await passGrace(world);
  const failed = world.told.at(-1)?.change;
  world.answer = () => ({ kind: 'done' });
  await world.clock.runTo(world.clock.now() + 10 * MINUTE);
  await passGrace(world);
  expect(world.told.at(-1)).toMatchObject({ outcome: { kind: 'done' }, change: { type: 'conference.cancelled' } });
  expect(world.told.at(-1)?.change.data.revision).toBe(failed?.data.revision);
});

test('an end that was refused is offered again to nobody, and waits only to be forgotten', async () => {
  const world = await orphanWorld(tombstone('e'));
  world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  await passGrace(world);
  const { length } = world.told;
  const last = { calendar: ALICES, eventId: 'e' };
  expect(await world.store.conference(C)).toMatchObject({ state: 'failed', orphan: last, dueAt: null });
  const { expireAt } = (await world.store.conference(C)) ?? {};

  // Firestore removes what has expired typically within a day: the scheduled run is there before.
  await world.clock.runTo(world.clock.now() + 31 * DAY);
  await passGrace(world);
  expect(world.told).toHaveLength(length);
  expect(await world.store.conference(C)).toMatchObject({ state: 'failed', expireAt, dueAt: null });
});

/** A conference whose last event is gone, as the record stands when that event was read once more. */
async function judged(changes: Partial<ConferenceRecord>, item: Item = tombstone('e')) {
  const world = new World();
  await putCalendar(world, ALICE);
  const held = await world.lease(ALICE);
  const before = conference('c', { state: 'orphaned', orphan: ORPHAN, leader: ALICES, revision: NOW + 7, ...changes });
  await world.store.transact(async (tx) => tx.putConference(before));
  await endOrphan(world.services, held, C, read(item), []);
  return { before, after: await world.store.conference(C) };
}

const LAST = {
  calendar: ALICES,
  calendarId: ALICE,
  eventId: 'e',
  reason: 'event_deleted',
  seenAt: NOW - MINUTE,
} as const;
const ORPHAN = { ...LAST, readAt: NOW, askedElsewhereAt: null };

test('an end that is confirmed is pending at once, under the next revision', async () => {
  const { after } = await judged({});
  const cancellation = { ...LAST, revision: NOW + 8, seenAt: NOW };
  expect(after).toMatchObject({ revision: NOW + 8, cancellation, retryAt: NOW, dueAt: NOW });
});

describe('nothing ends', () => {
  test.each<[string, Partial<ConferenceRecord>]>([
    ['while a reference has appeared somewhere', { liveCount: 1 }],
    ['while the grace still runs', { orphan: { ...ORPHAN, readAt: NOW + 1 } }],
    ['by the word of another event than the last', { orphan: { ...ORPHAN, eventId: 'another' } }],
    ['that is no orphan any more', { orphan: null }],
    ['that was refused', { state: 'failed' }],
    ['that is being ended already', { cancellation: { ...LAST, revision: NOW + 7 } }],
  ])('%s', async (_, changes) => {
    const { before, after } = await judged(changes);
    expect(after).toEqual(before);
  });

  test('where there is no conference', async () => {
    const world = new World();
    await putCalendar(world, ALICE);
    const held = await world.lease(ALICE);
    await endOrphan(world.services, held, C, read(tombstone('e')), []);
    await releaseOrphan(world.services, C, ALICES);
    expect(await world.store.conference(C)).toBeUndefined();
  });
});

describe('an orphan of a calendar that is not ours to watch any more', () => {
  async function released(changes: Partial<ConferenceRecord>) {
    const world = new World();
    const before = conference('c', { state: 'orphaned', orphan: ORPHAN, leader: ALICES, retryAt: NOW, ...changes });
    await world.store.transact(async (tx) => tx.putConference(before));
    await releaseOrphan(world.services, C, ALICES);
    return { before, after: await world.store.conference(C) };
  }

  test('is released, and forgotten in time', async () => {
    const { after } = await released({});
    expect(after).toMatchObject({ state: 'live', orphan: null, leader: null, retryAt: null, dueAt: null });
    expect(after?.expireAt).toBe(NOW + 30 * DAY);
  });

  test('is still led by the calendar that has announced it for an event yet to come', async () => {
    const { after } = await released({ leader: BOBS, announcedUntil: NOW + MINUTE });
    expect(after).toMatchObject({ orphan: null, leader: BOBS, announcedUntil: NOW + MINUTE });
    expect(after?.expireAt).toBe(NOW + MINUTE + 30 * DAY);
  });

  test.each<[string, Partial<ConferenceRecord>]>([
    ['while a reference has appeared somewhere', { liveCount: 1 }],
    ['as the orphan of another calendar', { orphan: { ...ORPHAN, calendar: BOBS } }],
    ['while its end is on its way', { cancellation: { ...LAST, revision: NOW + 7 } }],
    ['if it is no orphan', { orphan: null }],
  ])('is kept %s', async (_, changes) => {
    const { before, after } = await released(changes);
    expect(after).toEqual(before);
  });
});
