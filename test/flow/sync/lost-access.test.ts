/** Conferences that wait for a calendar which we cannot read: they cost next to nothing meanwhile, and go on soon after it heals. */
import { expect, test } from '@jest/globals';
import {
  AccessLost,
  CalendarUnreachable,
  type GoogleTrouble,
  GoogleUnavailable,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
import { ALICE, meeting, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EACH = 4;

/** Alice's calendar with some conferences that have a change pending, and some whose event has just gone. */
async function waitingWorld(): Promise<World> {
  const world = new World();
  for (let number = 1; number <= EACH; number++) world.put(ALICE, meeting(`gone${number}`, ours(`g${number}`)));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  for (let number = 1; number <= EACH; number++) {
    world.put(ALICE, meeting(`e${number}`, ours(`c${number}`)));
    world.put(ALICE, tombstone(`gone${number}`));
  }
  await world.notify(ALICE);
  await world.work();
  world.answer = () => ({ kind: 'done' });
  return world;
}

/** The scheduled run, minute by minute. */
async function runFor(world: World, ms: number): Promise<void> {
  const end = world.clock.now() + ms;
  while (world.clock.now() < end) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

/** What the conference system has taken since then. */
function taken(world: World, since: number): string[] {
  const done = world.told.filter(({ at, outcome }) => at >= since && outcome.kind === 'done');
  return [...new Set(done.map(({ change }) => change.data.conferenceId))].sort();
}

const EVERYTHING = ['c1', 'c2', 'c3', 'c4', 'g1', 'g2', 'g3', 'g4'];

/** How often conferences were looked at. */
function looks(world: World): number {
  return world.lines.filter(({ line }) => line === 'conference').length;
}

test('what waits for a disconnected calendar asks Google nothing, and is looked at once an hour', async () => {
  const world = await waitingWorld();
  world.troubles.set('list', new AccessLost('the user is gone')).set('get', new AccessLost('the user is gone'));
  await world.notify(ALICE);
  await world.work();
  expect((await world.calendar(ALICE)).status).toBe('disconnected');

  const before = { gets: world.calls.get, looks: looks(world) };
  await runFor(world, 5 * HOUR);
  expect(world.calls.get).toBe(before.gets);
  expect(looks(world) - before.looks).toBeLessThanOrEqual(2 * EACH * 6);
});

test('what waited for a disconnected calendar goes out within a reconcile interval of its healing', async () => {
  const world = await waitingWorld();
  world.troubles.set('list', new AccessLost('no grant')).set('get', new AccessLost('no grant'));
  await world.notify(ALICE);
  await world.work();
  await runFor(world, 3 * HOUR);

  world.troubles.clear();
  const healedAt = world.clock.now();
  while ((await world.calendar(ALICE)).status !== 'active') await runFor(world, MINUTE);
  await runFor(world, HOUR + 2 * MINUTE);
  expect(taken(world, healedAt)).toEqual(EVERYTHING);
});

const LASTING: readonly GoogleTrouble[] = [
  new AccessLost('no grant'),
  new CalendarUnreachable('events.get: 404'),
  new RequestRefused('events.get: 400'),
];

test.each(LASTING)('what Google will not show for a while (%s) is asked for once an hour', async (trouble) => {
  const world = await waitingWorld();
  world.troubles.set('get', trouble);
  const before = world.calls.get;
  await runFor(world, 5 * HOUR);
  expect(world.calls.get - before).toBeLessThanOrEqual(2 * EACH * 6);
});

test('what Google cannot show for the moment is asked for again within minutes', async () => {
  const world = await waitingWorld();
  world.troubles.set('get', new GoogleUnavailable('events.get: 503'));
  await runFor(world, 5 * MINUTE);
  world.troubles.clear();
  const since = world.clock.now();
  await runFor(world, 5 * MINUTE);
  expect(taken(world, since)).toEqual(EVERYTHING);
});
