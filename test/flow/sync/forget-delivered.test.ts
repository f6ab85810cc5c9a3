/** A resend: all that is on a calendar is told once more, as after the restore of a conference system from a backup. */
import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import { requestSync } from '../../../shared/flow/calendars/command-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import {
  ALICE,
  ALICES,
  BOB,
  cancelledOccurrence,
  exception,
  meeting,
  organizedBy,
  ours,
  series,
} from '../../domain/build.ts';
import { World } from '../world.ts';

/** Several batches, the last of them not full. */
const MANY = 250;
const NAMES = Array.from({ length: MANY }, (_, number) => String(number));

async function manyWorld(): Promise<World> {
  const world = new World();
  for (const name of NAMES) world.put(ALICE, meeting(`e${name}`, ours(`c${name}`)));
  await world.register(ALICE);
  return world;
}

async function ask(world: World, resend: boolean): Promise<void> {
  await requestSync(world.services, ALICES, { full: true, resend });
  await world.work();
}

/** The conferences that the conference system was told of after so many changes. */
function toldAfter(world: World, count: number): string[] {
  return world.told.slice(count).map(({ change }) => change.data.conferenceId);
}

const ALL = NAMES.map((name) => `c${name}`).sort();

test('a resend sends each of 250 conferences exactly once more', async () => {
  const world = await manyWorld();
  await ask(world, true);
  expect(toldAfter(world, MANY).sort()).toEqual(ALL);
});

test('a full listing without the wish for a resend sends nothing, be it after a resend or before', async () => {
  const world = await manyWorld();
  await ask(world, false);
  expect(toldAfter(world, MANY)).toEqual([]);
  await ask(world, true);
  await ask(world, false);
  expect(toldAfter(world, 2 * MANY)).toEqual([]);
});

test('a resend that the store breaks off between two batches sends everything when it is tried again', async () => {
  const world = await manyWorld();
  const read = world.store.bindingsOfCalendar;
  let isDown = true;
  world.store.bindingsOfCalendar = async (calendar, range) => {
    if (isDown && range.after !== null) throw new StoreUnavailable('the store is down');
    return read.call(world.store, calendar, range);
  };
  await requestSync(world.services, ALICES, { full: true, resend: true });
  const [asked] = world.queued;
  await expect(world.work()).rejects.toThrow(StoreUnavailable);
  expect(toldAfter(world, MANY)).toEqual([]);

  isDown = false;
  await world.clock.runTo(world.clock.now() + 10 * 60_000);
  if (asked !== undefined) world.queued.push(asked);
  await world.work();
  expect(toldAfter(world, MANY).sort()).toEqual(ALL);
});

test.each<[string, (world: World) => void]>([
  ['is killed', () => undefined],
  [
    'has no time left',
    (world) => {
      world.isStopping = true;
    },
  ],
])('a resend whose process %s goes on where it stopped', async (end, stop) => {
  const world = await manyWorld();
  const { bindingsOfCalendar } = world.store;
  const from: (string | null)[] = [];
  world.store.bindingsOfCalendar = async (calendar, range) => {
    from.push(range.after);
    if (from.length === 2) stop(world);
    if (from.length === 3) throw new StoreUnavailable('as if the process were killed');
    return bindingsOfCalendar.call(world.store, calendar, range);
  };
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await world.clock.runTo(world.clock.now() + 60_000);
  const [asked] = world.queued.splice(0);
  if (asked === undefined) throw new Error('nothing was asked for');
  const working = doWork(world.services, asked.message, asked);
  if (end === 'is killed') await expect(world.clock.runUntilDone(working)).rejects.toThrow(StoreUnavailable);
  else await world.clock.runUntilDone(working);
  expect(await world.calendar(ALICE)).toMatchObject({ wantsResend: true, forgottenTo: expect.any(String) });
  world.isStopping = false;
  world.store.bindingsOfCalendar = async (calendar, range) => {
    from.push(range.after);
    return bindingsOfCalendar.call(world.store, calendar, range);
  };
  const before = from.length;
  await world.clock.runTo(world.clock.now() + 10 * 60_000);
  await world.renew();
  expect(from[before]).not.toBeNull();
  expect(toldAfter(world, MANY).sort()).toEqual(ALL);
  expect(await world.calendar(ALICE)).toMatchObject({ wantsResend: false, forgottenTo: null });
});

test('a resend tells again of moved occurrences and of cancelled ones, each once', async () => {
  const world = new World();
  world.put(ALICE, series('s', ours('c')));
  world.put(ALICE, exception('s', 3, ours('c')));
  world.put(ALICE, cancelledOccurrence('s', 4));
  await world.register(ALICE);
  const kinds = (): string[] => world.told.map(({ change }) => change.type).sort();
  const before = kinds();
  expect(before).toHaveLength(3);
  world.told.length = 0;
  await ask(world, true);
  expect(kinds()).toEqual(before);
});

test('a resend offers once more what was refused', async () => {
  const world = new World();
  world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  await ask(world, false);
  expect(world.told).toHaveLength(1);
  world.answer = () => ({ kind: 'done' });
  await ask(world, true);
  expect(world.told).toHaveLength(2);
  expect(await world.store.failedBindings({ after: null, limit: 9 })).toEqual([]);
});

/** A world in which a conference has ended, and another has not. */
async function endedWorld(): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  world.put(ALICE, meeting('other', ours('k')));
  await world.register(ALICE);
  world.put(ALICE, meeting('e', { etag: '"2"' }));
  await world.notify(ALICE);
  await minutes(world, 3);
  expect(told(world)).toContain('conference.cancelled c');
  world.told.length = 0;
  return world;
}

async function minutes(world: World, count: number): Promise<void> {
  await world.work();
  for (let n = 0; n < count; n++) {
    await world.clock.runTo(world.clock.now() + 60_000);
    await world.renew();
  }
}

function told(world: World): string[] {
  return world.told.map(({ change }) => `${change.type} ${change.data.conferenceId}`).sort();
}

test('a resend tells once more what has ended, with its reason and above all that went before', async () => {
  const world = await endedWorld();
  const { revision } = await world.conference('c');
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await minutes(world, 3);
  expect(told(world)).toEqual(['conference.cancelled c', 'conference.updated k']);
  const again = world.told.find(({ change }) => change.type === 'conference.cancelled');
  expect(again?.change.data).toMatchObject({ calendarId: ALICE, eventId: 'e', reason: 'conference_removed' });
  expect(again?.change.data.revision).toBeGreaterThan(revision);
  expect(await world.conference('c')).toMatchObject({ state: 'cancelled', orphan: null, cancellation: null });
});

test('a resend tells once more what ended because another conference took its place', async () => {
  const world = await endedWorld();
  world.put(ALICE, meeting('other', ours('k2'), { etag: '"2"' }));
  await world.notify(ALICE);
  await minutes(world, 3);
  expect(told(world)).toContain('conference.cancelled k');
  world.told.length = 0;
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await minutes(world, 3);
  expect(told(world)).toEqual(['conference.cancelled c', 'conference.cancelled k', 'conference.updated k2']);
});

test('a resend tells once more of 250 ends', async () => {
  const world = await manyWorld();
  for (const name of NAMES) world.put(ALICE, meeting(`e${name}`, ours(`d${name}`), { etag: '"2"' }));
  await world.notify(ALICE);
  await minutes(world, 5);
  world.told.length = 0;
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await minutes(world, 5);
  const ends = told(world).filter((text) => text.startsWith('conference.cancelled'));
  expect(ends).toEqual(NAMES.map((name) => `conference.cancelled c${name}`).sort());
});

test('a resend of a calendar tells nothing of what ended on another, and nothing of an end that came to nothing', async () => {
  const world = await endedWorld();
  world.put(BOB, meeting('b', ours('c'), organizedBy(BOB)));
  const bobs = await world.register(BOB);
  world.told.length = 0;
  await requestSync(world.services, bobs, { full: true, resend: true });
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await minutes(world, 3);
  expect(told(world)).toEqual(['conference.updated c', 'conference.updated k']);
});

test('a conference that comes back before its end is told once more is not ended', async () => {
  const world = await endedWorld();
  world.answer = ({ type }) =>
    type === 'conference.cancelled' ? { kind: 'transient', reason: 'down' } : { kind: 'done' };
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await minutes(world, 1);
  world.put(ALICE, meeting('e', ours('c'), { etag: '"3"' }));
  await world.notify(ALICE);
  await world.work();
  world.told.length = 0;
  await minutes(world, 60);
  expect(told(world)).toEqual([]);
  expect(await world.conference('c')).toMatchObject({ state: 'live', cancellation: null, liveCount: 1 });
});

test('a resend tells nothing of an end that was forgotten after 30 days', async () => {
  const world = await endedWorld();
  const ended = await world.conference('c');
  await world.store.transact(async (tx) => tx.putConference({ ...ended, expireAt: world.clock.now() }));
  await requestSync(world.services, ALICES, { full: true, resend: true });
  await minutes(world, 3);
  expect(told(world)).toEqual(['conference.updated k']);
});
