/** Tries many seeds on all processors: a seed is a world of its own, so the threads share nothing. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Block } from './measure-paths.ts';
import type { Manner, Trial } from './try-seed.ts';

/** What came of many seeds. */
export interface Trials {
  /** In the order of the seeds. */
  readonly trials: readonly Trial[];
  /** What each thread has run of the sources; nothing where nobody asked for it. */
  readonly paths: readonly (readonly Block[])[];
}

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
): Promise<Trials> {
  const trials: Trial[] = [];
  const paths: (readonly Block[])[] = [];
  const end = seeds.first + seeds.count;
  let next = seeds.first;
  let isFailing = false;
  const ofThread = async (): Promise<void> => {
    const thread = new Worker(new URL('./seed-thread.ts', import.meta.url), { workerData: manner });
    const died = new Promise<never>((_, reject) => thread.once('error', reject));
    const ask = <Answer>(question: number | 'paths'): Promise<Answer> => {
      const answered = new Promise<Answer>((resolve) => thread.once('message', resolve));
      thread.postMessage(question);
      return Promise.race([answered, died]);
    };
    try {
      while (next < end && !isFailing) {
        const trial = await ask<Trial>(next++);
        trials.push(trial);
        if (trial.failing !== undefined) isFailing = true;
        onTrial();
      }
      if (manner.measuresPaths) paths.push(await ask<readonly Block[]>('paths'));
    } finally {
      await thread.terminate();
    }
  };
  const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(seeds.count / SEEDS_PER_THREAD_MIN)));
  await Promise.all(Array.from({ length: threads }, ofThread));
  return { trials: trials.sort((one, other) => one.seed - other.seed), paths };
}
