/** The deterministic simulation, for a bounded time: seeds a second, and promises broken. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Row } from '../row.ts';
import { rounded } from '../statistics.ts';

const FOLDER = resolve(import.meta.dirname, '../../simulation');
const SEEDS = 1_000;
const CI_MAX_S = 300;

interface Simulation {
  runSeed(seed: number): Promise<{ readonly violation: string | undefined }>;
}

/** See the file's head. Without a simulation there are no figures. */
export const simulation: Row = {
  id: 'simulation',
  async measure({ isQuick, say }) {
    const file = join(FOLDER, 'run-seed.ts');
    if (!existsSync(file)) {
      say('no simulation found');
      return { figures: [] };
    }
    const { runSeed }: Simulation = await import(file);
    const limitMs = isQuick ? 2_000 : 30_000;
    const startedAt = performance.now();
    let seeds = 0;
    let violations = 0;
    while (performance.now() - startedAt < limitMs && seeds < SEEDS) {
      const { violation } = await runSeed(++seeds);
      if (violation === undefined) continue;
      violations++;
      say(`seed ${seeds}: ${violation.split('\n')[0]}`);
    }
    const perSecond = seeds / ((performance.now() - startedAt) / 1_000);
    return {
      figures: [
        {
          id: 'simulation-violations',
          title: `simulation, the first ${seeds} seeds`,
          value: violations,
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
          note: `${rounded(perSecond)} seeds/s in one process`,
        },
      ],
    };
  },
};
