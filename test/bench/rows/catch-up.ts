/** Catching up: many calendars with one change of a conference of ours each, one process, Google beside it at no distance. */
import type { CatchUpAnswers } from '../processes/catch-up.ts';
import type { GoogleAnswers } from '../processes/google.ts';
import { StartedProcess } from '../processes/line.ts';
import type { Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';

/** Both sides take turns, so that whatever else the machine does strikes both. */
const TURNS = 20;
/** Listings of one calendar open a second apart; a round must not wait for that. */
const SPACING_MS = 1_100;

/** See the file's head. */
export const catchUp: Row = {
  id: 'catch-up',
  async measure({ isQuick }) {
    const calendars = isQuick ? 500 : 10_000;
    const google = await StartedProcess.start<GoogleAnswers>('google.ts');
    const worker = await StartedProcess.start<CatchUpAnswers>('catch-up.ts');
    try {
      await google.line.ask('fill', { calendars, events: 3, oursEvery: 3 });
      await worker.line.ask('prepare', { rootUrl: await google.line.ask('address', null), calendars });
      const ratios: number[] = [];
      const ours: number[] = [];
      const bare: number[] = [];
      await google.line.ask('edit', { from: 0, to: calendars, event: 0, edition: 1, isOurs: true });
      await new Promise((resolve) => setTimeout(resolve, SPACING_MS));
      const size = calendars / TURNS;
      for (let turn = 0; turn < TURNS; turn++) {
        // The same change of every calendar is listed by both; ours comes second, so that the tokens are still old.
        const part = { from: turn * size, to: (turn + 1) * size };
        const plain = await worker.line.ask('bare', part);
        const full = await worker.line.ask('catchUp', part);
        if (plain.events !== size || full.delivered !== size) {
          throw new Error(`${size} changes: ${plain.events} listed bare, ${full.delivered} delivered`);
        }
        // By CPU time: this process is what bounds both, whatever else the machine does.
        ratios.push(plain.cpuMs / full.cpuMs);
        bare.push((size / plain.ms) * 1_000);
        ours.push((size / full.ms) * 1_000);
      }
      return {
        figures: [
          {
            id: 'catch-up-rate',
            title: `catch-up of ${calendars} calendars`,
            value: Math.round(median(ours)),
            unit: 'calendars/s',
            baseline: Math.round(median(bare)),
            bound: null,
            note: 'each change recorded and delivered; baseline: list calls of the bare client',
          },
          {
            id: 'catch-up',
            title: 'catch-up against the bare client',
            value: rounded(median(ratios)),
            unit: 'of its calls',
            baseline: 1,
            bound: { atLeast: 0.6 },
            note: 'per CPU time of the one process that bounds both',
          },
        ],
      };
    } finally {
      await Promise.all([worker.kill(), google.kill()]);
    }
  },
};
