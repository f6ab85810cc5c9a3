import { expect, test } from '@jest/globals';
import { trySeed } from './try-seed.ts';
import { trySeeds } from './try-seeds.ts';

const MANNER = { cut: {}, crashesAtCommits: true, isVerbose: false };
const SEEDS = { first: 8, count: 12 };

test('seeds that are tried on several processors are what they are on one, in their order', async () => {
  let told = 0;
  const { trials } = await trySeeds(SEEDS, MANNER, () => told++);
  expect(told).toBe(SEEDS.count);
  expect(trials.map(({ seed }) => seed)).toEqual(
    Array.from({ length: SEEDS.count }, (_, index) => SEEDS.first + index),
  );
  for (const trial of trials.slice(0, 3)) expect(await trySeed(trial.seed, MANNER)).toEqual(trial);
});

test('what a thread dies of is told', async () => {
  const broken = {
    cut: { actions: Number.NaN, without: 'no list' as never },
    crashesAtCommits: false,
    isVerbose: false,
  };
  await expect(trySeeds(SEEDS, broken)).rejects.toThrow('some is not a function');
});
