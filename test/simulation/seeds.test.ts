import { describe, expect, test } from '@jest/globals';
import { runSeed } from './run-seed.ts';

/** Of `npm test`; CI plays a thousand, by `npm run simulate`. */
const SEEDS = 30;
const AT_ONCE = 10;

describe('under every fault we can name', () => {
  for (let first = 1; first <= SEEDS; first += AT_ONCE) {
    test(`seeds ${first} to ${first + AT_ONCE - 1} do nothing wrong, and come right once the faults stop`, async () => {
      for (let seed = first; seed < first + AT_ONCE; seed++) {
        const { violation } = await runSeed(seed);
        expect(violation === undefined ? '' : `npm run simulate -- --seeds 1 --seed ${seed}: ${violation}`).toBe('');
      }
    });
  }
});

test('a seed is the same history twice', async () => {
  const [once, again] = [await runSeed(7), await runSeed(7)];
  expect(once.world.history.length).toBeGreaterThan(100);
  expect(again.world.history.text()).toBe(once.world.history.text());
});
