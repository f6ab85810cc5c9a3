/**
 * The simulation as a judge. A mutant that survives runs all of it, so it is less than `npm test` runs: each story without a crash, and
 * fewer seeds.
 */
import { describe, expect, test } from '@jest/globals';
import { runSeed } from '../simulation/run-seed.ts';
import { STORIES, tell } from '../simulation/stories.ts';

const SEEDS = 60;
const AT_ONCE = 10;

describe('simulated', () => {
  for (const story of STORIES) {
    test(story.name, async () => {
      expect((await tell(story, 0)).violation).toBeUndefined();
    });
  }

  for (let first = 1; first <= SEEDS; first += AT_ONCE) {
    test(`seeds ${first} to ${first + AT_ONCE - 1}`, async () => {
      for (let seed = first; seed < first + AT_ONCE; seed++) expect((await runSeed(seed)).violation).toBeUndefined();
    });
  }
});
