import { expect, test } from '@jest/globals';
import { RateLimited, StoreUnavailable } from '../../shared/domain/errors.ts';
import { allInParallel, inParallel } from '../../shared/flow/in-parallel.ts';
import { NOW } from '../domain/build.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Runs tasks of a second each, of which some fail; returns when each began, in seconds, and what came out. */
async function run(width: number, items: readonly string[], failing: readonly string[] = []) {
  const clock = new VirtualClock(NOW);
  const began: [string, number][] = [];
  const running = inParallel(width, items, async (item) => {
    began.push([item, (clock.now() - NOW) / 1_000]);
    await clock.sleep(1_000);
    if (failing.includes(item)) throw new Error(item);
  });
  const error = await clock.runUntilDone(running.then(() => undefined, String));
  return { began, error, seconds: (clock.now() - NOW) / 1_000 };
}

test('no more run at once than the width, in their order', async () => {
  expect(await run(2, ['a', 'b', 'c', 'd', 'e'])).toEqual({
    began: [
      ['a', 0],
      ['b', 0],
      ['c', 1],
      ['d', 1],
      ['e', 2],
    ],
    error: undefined,
    seconds: 3,
  });
});

test('all run at once where there are fewer than the width', async () => {
  expect(await run(8, ['a', 'b', 'c'])).toMatchObject({ seconds: 1 });
});

test('one that fails keeps no other from running; the first failure comes out after all', async () => {
  const { began, error, seconds } = await run(1, ['a', 'b', 'c'], ['b', 'c']);
  expect(began).toHaveLength(3);
  expect(error).toBe('Error: b');
  expect(seconds).toBe(3);
});

test('nothing is done for nobody', async () => {
  expect(await run(4, [])).toEqual({ began: [], error: undefined, seconds: 0 });
});

test.each([
  ['the first of what went wrong outside', [new RateLimited('first'), new StoreUnavailable('second')], 'first'],
  ['a bug before what went wrong outside', [new TypeError('a bug'), new StoreUnavailable('down')], 'a bug'],
  ['a bug after it', [new StoreUnavailable('down'), new RateLimited('429'), new TypeError('a bug')], 'a bug'],
])('comes out: %s', async (_, errors, message) => {
  const failing = inParallel(2, errors, async (error) => {
    throw error;
  });
  await expect(failing).rejects.toThrow(message);
});

test('where all are needed, none is begun after one has failed, and those under way are waited for', async () => {
  const clock = new VirtualClock(NOW);
  const began: string[] = [];
  const running = allInParallel(2, ['a', 'b', 'c', 'd'], async (item) => {
    began.push(item);
    await clock.sleep(item === 'a' ? 1_000 : 5_000);
    if (item === 'a') throw new Error(item);
  });
  expect(await clock.runUntilDone(running.then(() => undefined, String))).toBe('Error: a');
  expect(began).toEqual(['a', 'b']);
  expect(clock.now()).toBe(NOW + 5_000);
});
