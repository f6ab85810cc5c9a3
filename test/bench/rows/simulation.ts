/** The deterministic simulation on all processors: seeds and steps a second, and promises broken. */
import { availableParallelism } from 'node:os';
import { trySeeds } from '../../simulation/try-seeds.ts';
import type { Row } from '../row.ts';
import { rounded } from '../statistics.ts';

const SEEDS = 1_000;
const SEEDS_QUICK = 60;
const CI_MAX_S = 300;
/** 150 seeds a second of 400 steps, as seeds had when this goal was set. */
const STEPS_MIN = 150 * 400;

/** See the file's head. */
export const simulation: Row = {
  id: 'simulation',
  async measure({ isQuick, say }) {
    const count = isQuick ? SEEDS_QUICK : SEEDS;
    const startedAt = performance.now();
    const { trials } = await trySeeds({ first: 1, count }, { cut: {}, crashesAtCommits: false, isVerbose: false });
    const seconds = (performance.now() - startedAt) / 1_000;
    const perSecond = trials.length / seconds;
    const steps = trials.reduce((sum, trial) => sum + trial.steps, 0);
    const failing = trials.filter((trial) => trial.failing !== undefined);
    for (const { seed } of failing) say(`npm run simulate -- --seeds 1 --seed ${seed}`);
    return {
      figures: [
        {
          id: 'simulation-violations',
          title: `simulation, the first ${trials.length} seeds`,
          value: failing.length,
          unit: 'promises broken',
          baseline: null,
          bound: { atMost: 0 },
        },
        {
          id: 'simulation-time',
          title: `simulation, time for ${SEEDS} seeds at this pace`,
          value: Math.round(SEEDS / perSecond),
          unit: 's',
          baseline: null,
          bound: { atMost: CI_MAX_S },
          note: `${rounded(perSecond)} seeds/s on ${availableParallelism()} processors; a few seeds with hundreds of exceptions or calendars take most of it`,
        },
        {
          id: 'simulation-steps',
          title: 'simulation, steps of workers, people and faults',
          value: Math.round(steps / seconds),
          unit: 'steps/s',
          baseline: null,
          bound: { atLeast: STEPS_MIN },
          note: `${Math.round(steps / trials.length)} steps a seed`,
        },
      ],
    };
  },
};
