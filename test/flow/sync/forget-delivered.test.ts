/** A resend: all that is on a calendar is told once more, as after the restore of a conference system from a backup. */
import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import { requestSync } from '../../../shared/flow/calendars/command-calendar.ts';
import { ALICE, ALICES, cancelledOccurrence, exception, meeting, ours, series } from '../../domain/build.ts';
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
