/** Tries many seeds on all processors: a seed is a world of its own, so the threads share nothing. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Manner, Trial } from './try-seed.ts';

/** So few are done before a second thread has begun. */
const SEEDS_PER_THREAD_MIN = 10;

/**
 * Tries the seeds from `first` on. Begins no other after one has gone wrong; the trials of those that were begun before it are among what
 * it returns, so that the lowest that fails is the same in every run. @throws Error what a thread dies of
 */
export async function trySeeds(
  seeds: { readonly first: number; readonly count: number },
  manner: Manner,
  onTrial: () => void = () => undefined,
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  const end = seeds.first + seeds.count;
  let next = seeds.first;
  let isFailing = false;
  const ofThread = async (): Promise<void> => {
    const thread = new Worker(new URL('./seed-thread.ts', import.meta.url), { workerData: manner });
    const died = new Promise<never>((_, reject) => thread.once('error', reject));
    try {
      while (next < end && !isFailing) {
        const answered = new Promise<Trial>((resolve) => thread.once('message', resolve));
        thread.postMessage(next++);
        const trial = await Promise.race([answered, died]);
        trials.push(trial);
        if (trial.failing !== undefined) isFailing = true;
        onTrial();
      }
    } finally {
      await thread.terminate();
    }
  };
  const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(seeds.count / SEEDS_PER_THREAD_MIN)));
  await Promise.all(Array.from({ length: threads }, ofThread));
  return trials.sort((one, other) => one.seed - other.seed);
}
