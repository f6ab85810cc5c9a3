/** A channel that could not be opened when its calendar was registered: the worker asks again at once, and the renewal run after it. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  CalendarUnreachable,
  ChannelIdTaken,
  GoogleUnavailable,
  RateLimited,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
import { pauseCalendar } from '../../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { ALICE, ALICES, NOW } from '../../domain/build.ts';
import { World } from '../world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DOWN = new GoogleUnavailable('events.watch: status 503');

let world: World;
/** When Google was asked for a channel, in seconds from the registration. */
let askedAt: number[];
/** What Google answers, one after the other; then it works. */
let answers: Error[];

beforeEach(() => {
  world = new World();
  askedAt = [];
  answers = [];
  const { watch } = world.services.google;
  Object.assign(world.services.google, {
    watch: async (...asked: Parameters<typeof watch>) => {
      askedAt.push(Math.round((world.clock.now() - NOW) / SECOND));
      const error = answers.shift();
      if (error !== undefined) throw error;
      return watch(...asked);
    },
  });
});

function lists(): number {
  return world.calls.list;
}

test.each([
  ['a failure of Google', DOWN],
  ['a limit of its rate', new RateLimited('events.watch: status 429')],
  ['an id that was used before', new ChannelIdTaken('events.watch: status 400')],
])('after %s the worker opens the channel five seconds later, and lists what no channel told of', async (_, error) => {
  answers = [error];
  await world.register(ALICE);
  expect(askedAt).toEqual([0, 5]);
  expect(await world.calendar(ALICE)).toMatchObject({ openingFailure: null, pushRetryAt: null });
  expect((await world.calendar(ALICE)).channel).not.toBeNull();
  expect(lists()).toBe(2);
});

test('while it goes on failing, the worker asks after 5, 15 and 60 s, and the renewal run after 2, 5, 10 and 10 minutes', async () => {
  answers = Array.from({ length: 7 }, () => DOWN);
  await world.register(ALICE);
  expect(askedAt).toEqual([0, 5, 20, 80]);
  while (world.clock.now() < NOW + 40 * MINUTE) {
    await world.clock.runTo(world.clock.now() + SECOND);
    await world.renew();
  }
  expect(askedAt).toEqual([0, 5, 20, 80, 200, 500, 1_100, 1_700]);
  expect((await world.calendar(ALICE)).channel).not.toBeNull();
});

test('one that asks for more time than that gets it', async () => {
  answers = [new RateLimited('events.watch: status 429', { retryAfterMs: 40_000 })];
  await world.register(ALICE);
  expect(askedAt).toEqual([0, 40]);
});

describe('the worker leaves it to the renewal run', () => {
  test.each([
    ['where the request was refused', new RequestRefused('events.watch: status 400')],
    [
      'where the calendar is out of reach',
      new CalendarUnreachable('events.watch: status 403', { reason: 'access_narrowed' }),
    ],
  ])('%s', async (_, error) => {
    answers = [error];
    await world.register(ALICE);
    expect(askedAt).toEqual([0]);
  });

  test('where the time for the message ends before', async () => {
    world = new World({ syncBudgetMs: { live: 60_000, upkeep: 4_000 } });
    world.troubles.set('watch', DOWN);
    await world.register(ALICE);
    expect(world.calls.watch).toBe(1);
    expect((await world.calendar(ALICE)).dueAt).toBe(NOW + 5 * SECOND);
  });

  test('where its process is going down', async () => {
    answers = [DOWN];
    void world.clock.sleep(3 * SECOND).then(() => {
      world.isStopping = true;
    });
    await world.register(ALICE);
    expect(askedAt).toEqual([0]);
    expect(world.clock.now()).toBeLessThan(NOW + 5 * SECOND);
  });
});

describe('the worker does not ask', () => {
  test('where the calendar was paused meanwhile', async () => {
    answers = [DOWN];
    void world.clock.sleep(3 * SECOND).then(() => pauseCalendar(world.services, ALICES));
    await world.register(ALICE);
    expect(askedAt).toEqual([0]);
  });

  test('where somebody else has opened one meanwhile, or is just asking', async () => {
    answers = [DOWN];
    void world.clock.sleep(3 * SECOND).then(() => registerCalendar(world.services, ALICE, ALICE));
    await world.register(ALICE);
    expect(askedAt).toEqual([0, 3]);
    expect(world.calls.stop).toBe(0);
  });

  test('where the calendar was removed meanwhile', async () => {
    answers = [DOWN];
    void world.clock.sleep(3 * SECOND).then(() => world.store.transact(async (tx) => tx.deleteCalendar(ALICES)));
    await world.register(ALICE);
    expect(askedAt).toEqual([0]);
  });
});

test('a renewal run and a worker that wait for the same moment ask once', async () => {
  answers = [DOWN];
  void world.clock.sleep(5 * SECOND).then(() => wakeDue(world.services, world.clock.now() + MINUTE));
  await world.register(ALICE);
  expect(askedAt).toEqual([0, 5]);
});
