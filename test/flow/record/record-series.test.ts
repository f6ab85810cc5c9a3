/** Series with more occurrences on record than one transaction takes. */
import { expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { type BindingRecord, isReference } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, type Item, meeting, organizedBy, ours, series, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;

function origin(seriesId: string, number: number): Item {
  const dateTime = new Date(Date.UTC(2027, 1, number, 9)).toISOString();
  return { recurringEventId: seriesId, originalStartTime: { dateTime } };
}

const idOf = (seriesId: string, number: number): string => `${seriesId}_${String(number).padStart(4, '0')}`;

function cancelled(seriesId: string, number: number): Item {
  return { ...tombstone(idOf(seriesId, number)), ...origin(seriesId, number) };
}

function moved(seriesId: string, number: number, ...parts: readonly Item[]): Item {
  const timeOf = (hour: number): Item => ({ dateTime: new Date(Date.UTC(2027, 1, number, hour)).toISOString() });
  return meeting(idOf(seriesId, number), origin(seriesId, number), { start: timeOf(10), end: timeOf(11) }, ...parts);
}

/** Alice's series, with so many of one kind of exception, all of it told. */
async function worldWith(count: number, exception: (seriesId: string, number: number) => Item): Promise<World> {
  const world = new World();
  world.put(ALICE, series('s', ours('c')));
  await world.register(ALICE);
  for (let number = 1; number <= count; number++) world.put(ALICE, exception('s', number));
  await world.notify(ALICE);
  await settle(world, 5);
  world.told.length = 0;
  return world;
}

async function settle(world: World, minutes: number): Promise<void> {
  await world.work();
  for (let n = 0; n < minutes; n++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

async function change(world: World, item: Item): Promise<void> {
  world.put(ALICE, item);
  await world.notify(ALICE);
  await settle(world, 5);
}

/** Which occurrences a conference was told to be cancelled, as often as it was. */
function cancelledOf(world: World, conferenceId: string): string[] {
  return world.told.flatMap(({ change: { type, data } }) =>
    type === 'conference.occurrence_cancelled' && data.conferenceId === conferenceId ? [data.occurrence.eventId] : [],
  );
}

async function bindings(world: World): Promise<readonly BindingRecord[]> {
  return world.store.bindingsOfCalendar(ALICES, { after: null, limit: 5_000 });
}

async function referencesTo(world: World, conferenceId: string): Promise<number> {
  const key = conferenceKeyOf(conferenceId);
  return (await bindings(world)).filter((one) => isReference(one) && one.conference === key).length;
}

test('another conference of the series is told of all 700 cancelled occurrences, each once', async () => {
  const world = await worldWith(700, cancelled);
  await change(world, series('s', ours('d'), { etag: '"2"' }));
  const told = cancelledOf(world, 'd');
  expect(told).toHaveLength(700);
  expect(new Set(told).size).toBe(700);
  expect(await world.conference('d')).toMatchObject({ liveCount: 1, owed: null, dueAt: null });
  expect((await world.conference('c')).state).toBe('cancelled');
}, 120_000);

test('and so is one that the calendar led before', async () => {
  const world = await worldWith(700, cancelled);
  await change(world, meeting('e', ours('d')));
  await change(world, series('s', ours('d'), { etag: '"2"' }));
  const told = cancelledOf(world, 'd');
  expect(told).toHaveLength(700);
  expect(new Set(told).size).toBe(700);
  expect(await world.conference('d')).toMatchObject({ liveCount: 2, owed: null, dueAt: null });
}, 120_000);

test('450 exceptions that keep the conference which their series leaves keep it alive', async () => {
  const world = await worldWith(450, (seriesId, number) => moved(seriesId, number, ours('c')));
  await change(world, series('s', ours('d'), { etag: '"2"' }));
  await settle(world, 30);
  expect(await world.conference('c')).toMatchObject({ state: 'live', liveCount: 450, leadingCount: 450 });
  expect(await referencesTo(world, 'c')).toBe(450);
  expect(new Set(cancelledOf(world, 'd')).size).toBe(450);
  for (let number = 1; number <= 449; number++) {
    world.put(ALICE, { ...tombstone(idOf('s', number)), ...origin('s', number) });
  }
  await change(world, tombstone('nothing'));
  expect(await world.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
  expect(world.told.filter(({ change: { type } }) => type === 'conference.cancelled')).toEqual([]);
}, 120_000);

test('450 exceptions with conferences of their own end with a series that is deleted', async () => {
  const world = await worldWith(450, (seriesId, number) => moved(seriesId, number, ours(`own${number}`)));
  // Google knows nothing of them any more, and has no tombstones of theirs to list.
  Object.assign(world.services.google, { get: async () => null });
  await change(world, tombstone('s'));
  await settle(world, 10);
  const ended = world.told.flatMap(({ change: { type, data } }) =>
    type === 'conference.cancelled' ? [data.conferenceId] : [],
  );
  expect(new Set(ended).size).toBe(451);
  expect((await bindings(world)).filter(isReference)).toEqual([]);
}, 120_000);

test('a series that goes on under another organizer takes 450 exceptions along: nothing is cancelled', async () => {
  const world = await worldWith(450, (seriesId, number) => moved(seriesId, number, ours('c')));
  await change(world, series('s', ours('c'), organizedBy('zoe@example.com'), { etag: '"2"' }));
  expect(world.told).toEqual([]);
  expect((await bindings(world)).filter(({ expireAt }) => expireAt === null)).toEqual([]);
}, 120_000);

test('a page of three series with 300 occurrences each is recorded in parts', async () => {
  const world = new World();
  for (const id of ['s1', 's2', 's3']) world.put(ALICE, series(id, ours(`c${id}`)));
  await world.register(ALICE);
  for (const id of ['s1', 's2', 's3']) {
    for (let number = 1; number <= 300; number++) world.put(ALICE, cancelled(id, number));
  }
  await world.notify(ALICE);
  await settle(world, 5);
  for (const id of ['s1', 's2', 's3']) world.put(ALICE, series(id, ours(`d${id}`), { etag: '"2"' }));
  await world.notify(ALICE);
  await settle(world, 5);
  for (const id of ['s1', 's2', 's3']) expect(new Set(cancelledOf(world, `d${id}`)).size).toBe(300);
}, 120_000);
