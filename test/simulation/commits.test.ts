import { expect, test } from '@jest/globals';
import { runSeed } from './run-seed.ts';

/** Each is run as often as it commits; `npm run simulate` does the same at one commit of each of its seeds. */
const SEEDS = [2, 3];

test.each(SEEDS)(
  'whatever commit of seed %i a worker dies with, nothing that is needed afterwards was in its memory alone',
  async (seed) => {
    const { commits } = await runSeed(seed);
    expect(commits).toBeGreaterThan(0);
    for (let crashAtCommit = 1; crashAtCommit <= commits; crashAtCommit++) {
      const { violation } = await runSeed(seed, { crashAtCommit });
      const replay = `npm run simulate -- --seeds 1 --seed ${seed} --crash-at-commit ${crashAtCommit}: ${violation}`;
      expect(violation === undefined ? '' : replay).toBe('');
    }
  },
  120_000,
);
