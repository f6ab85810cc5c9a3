/** The retries of a call to Google: how far apart, how many, and what is not tried again. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AccessLost, GoogleUnavailable, RateLimited } from '../../shared/domain/errors.ts';
import { callGoogle } from '../../shared/flow/call-google.ts';
import { HOUR, NOW } from '../domain/build.ts';
import { World } from './world.ts';

const OUTAGE = new GoogleUnavailable('events.list: 503');

let world: World;
let startedAt: number[];

beforeEach(() => {
  world = new World();
  startedAt = [];
});

/** Calls what fails with these errors in turn and then succeeds; `until` is after the start. */
function call(errors: readonly Error[], until = HOUR): Promise<string> {
  const left = [...errors];
  const calling = callGoogle(world.services, NOW + until, async () => {
    startedAt.push(world.clock.now() - NOW);
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'an answer';
  });
  return world.clock.runUntilDone(calling);
}

test('an answer is given at once', async () => {
  expect(await call([])).toBe('an answer');
  expect(startedAt).toEqual([0]);
});

test('a failure is tried again ever later, four times', async () => {
  expect(await call([OUTAGE, OUTAGE, OUTAGE, OUTAGE])).toBe('an answer');
  expect(startedAt).toEqual([0, 500, 1_500, 3_500, 7_500]);
});

test('a fifth failure comes out', async () => {
  await expect(call([OUTAGE, OUTAGE, OUTAGE, OUTAGE, OUTAGE])).rejects.toBe(OUTAGE);
  expect(startedAt).toHaveLength(5);
});

test.each([
  [0, 250],
  [1, 750],
])('the waits are spread: at a chance of %d the first is %d ms', async (random, waitMs) => {
  world.random = random;
  await call([OUTAGE]);
  expect(startedAt).toEqual([0, waitMs]);
});

describe('a rate limit', () => {
  test.each([
    ['rate limit', new RateLimited('429', { retryAfterMs: 3_000 })],
    ['outage', new GoogleUnavailable('503', { retryAfterMs: 3_000 })],
  ])('or an outage that names a time is given it: %s', async (_, error) => {
    await call([error]);
    expect(startedAt).toEqual([0, 3_000]);
  });

  test('that names a shorter time than we would wait is given ours', async () => {
    await call([new RateLimited('429', { retryAfterMs: 1 })]);
    expect(startedAt).toEqual([0, 500]);
  });

  test('that names none is given ours', async () => {
    await call([new RateLimited('429')]);
    expect(startedAt).toEqual([0, 500]);
  });
});

describe('what could only start too late', () => {
  test('at the very end of the time is not tried', async () => {
    await expect(call([OUTAGE], 500)).rejects.toBe(OUTAGE);
    expect(startedAt).toEqual([0]);
  });

  test('a moment before it is', async () => {
    expect(await call([OUTAGE], 501)).toBe('an answer');
  });

  test('in a process that goes down is not tried', async () => {
    world.isStopping = true;
    await expect(call([OUTAGE])).rejects.toBe(OUTAGE);
    expect(world.clock.now()).toBe(NOW);
  });
});

test.each([
  ['lost access', new AccessLost('401')],
  ['a bug', new TypeError('a bug')],
])('what would only fail again comes out at once: %s', async (_, error) => {
  await expect(call([error])).rejects.toBe(error);
  expect(startedAt).toEqual([0]);
});
