/** Conferences that wait for a calendar which we cannot read: they cost next to nothing meanwhile, and go on soon after it heals. */
import { describe, expect, test } from '@jest/globals';
import {
  AccessLost,
  CalendarUnreachable,
  type GoogleTrouble,
  GoogleUnavailable,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
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

describe('a calendar that Google does not find', () => {
  const NOT_FOUND = new CalendarUnreachable('events.list: status 404 notFound');

  /** Alice's calendar with one event, whose edit has just been notified of while Google answers that there is no such calendar. */
  async function edited(): Promise<World> {
    const world = new World({ tellsOfCalendars: true });
    world.put(ALICE, meeting('e1', ours('c1')));
    await world.register(ALICE);
    world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Moved', etag: '"2"' }));
    world.troubles.set('list', NOT_FOUND);
    await world.notify(ALICE);
    await world.work();
    return world;
  }

  const notices = (world: World): string[] => world.noticed.map(({ notice }) => notice.type);

  test('once is no calendar that is gone: the edit is told within some minutes, and nobody hears of it', async () => {
    const world = await edited();
    world.troubles.clear();
    const since = world.clock.now();
    expect((await world.calendar(ALICE)).status).toBe('active');
    await runFor(world, 3 * MINUTE);
    expect(taken(world, since)).toEqual(['c1']);
    expect(notices(world)).toEqual(['calendar.connected']);
    expect(await world.calendar(ALICE)).toMatchObject({ status: 'active', outOfReachSince: null });
  });

  test('again and again is gone within minutes, however often it is asked for meanwhile', async () => {
    const world = await edited();
    for (let look = 0; look < 10; look++) {
      await world.clock.runTo(world.clock.now() + 2_000);
      await world.notify(ALICE);
      await world.work();
    }
    expect((await world.calendar(ALICE)).status).toBe('active');
    await runFor(world, 6 * MINUTE);
    expect((await world.calendar(ALICE)).status).toBe('unreachable');
    expect(notices(world)).toEqual(['calendar.connected', 'calendar.disconnected']);
    const lists = world.calls.list;
    await runFor(world, HOUR);
    expect(world.calls.list).toBe(lists);
  });

  test('as it was made a moment ago is followed as soon as it is found', async () => {
    const world = new World({ tellsOfCalendars: true });
    world.put(ALICE, meeting('e1', ours('c1')));
    world.troubles.set('watch', NOT_FOUND).set('list', NOT_FOUND);
    void world.clock.sleep(10_000).then(() => world.troubles.clear());
    await world.register(ALICE);
    await runFor(world, 2 * MINUTE);
    expect(taken(world, 0)).toEqual(['c1']);
    expect(await world.calendar(ALICE)).toMatchObject({ status: 'active', openingFailure: null });
    expect(notices(world)).toEqual(['calendar.connected']);
  });

  test('is looked at when it is registered again, at most once a minute', async () => {
    const world = await edited();
    await runFor(world, 6 * MINUTE);
    expect((await world.calendar(ALICE)).status).toBe('unreachable');
    const lists = world.calls.list;
    for (let second = 0; second < 120; second++) {
      await world.clock.runTo(world.clock.now() + 1_000);
      await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
      await world.work();
    }
    expect(world.calls.list - lists).toBeLessThanOrEqual(3);
    world.troubles.clear();
    const since = world.clock.now() + MINUTE;
    await world.clock.runTo(since);
    await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
    await world.work();
    expect(taken(world, since)).toEqual(['c1']);
    expect((await world.calendar(ALICE)).status).toBe('active');
  });
});
