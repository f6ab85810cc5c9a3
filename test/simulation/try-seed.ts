/** One seed as `npm run simulate` tries it: its history, and if asked for once more with a crash at one of its commits. */
import { type Cut, runSeed } from './run-seed.ts';

/** What is done with every seed. */
export interface Manner {
  readonly cut: Cut;
  /** Run each seed once more, with the death of whoever makes one of its commits. */
  readonly crashesAtCommits: boolean;
  /** Give its history, too. */
  readonly isVerbose: boolean;
  /** Count which paths of the sources are gone through. */
  readonly measuresPaths?: boolean;
}

/** What came of a seed; plain data, so that it can be sent between threads. */
export interface Trial {
  readonly seed: number;
  readonly steps: number;
  readonly crashes: number;
  /** The run that went wrong, if one did. */
  readonly failing: Cut | undefined;
  /** What happened; null where nobody asked for it. */
  readonly history: string | null;
}

/** Tries a seed. */
export async function trySeed(seed: number, { cut, crashesAtCommits, isVerbose }: Manner): Promise<Trial> {
  const { violation, commits, world } = await runSeed(seed, cut);
  const { steps } = world.scheduler;
  const history = isVerbose ? world.history.text() : null;
  if (violation !== undefined) return { seed, steps, crashes: 0, failing: cut, history };
  if (!crashesAtCommits || commits === 0) return { seed, steps, crashes: 0, failing: undefined, history };
  // Over the seeds, each kind of commit is met many times.
  const atCommit = { ...cut, crashAtCommit: 1 + (seed % commits) };
  const crashed = await runSeed(seed, atCommit);
  const failing = crashed.violation === undefined ? undefined : atCommit;
  return { seed, steps: steps + crashed.world.scheduler.steps, crashes: 1, failing, history };
}
