/**
 * Catching up: many calendars with one change each, one process, Google beside it at no distance. Once every change is of an event with a
 * conference of ours, and once none is, as with most notifications of real life.
 */
import { deploymentOf, nodeOptionsOf } from '../../deployed/deployments.ts';
import type { CatchUpAnswers } from '../processes/catch-up.ts';
import type { GoogleAnswers } from '../processes/google.ts';
import { StartedProcess } from '../processes/line.ts';
import type { Figure, Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';

/** Both sides take turns, so that whatever else the machine does strikes both. */
const TURNS = 20;
/**
 * So few that their records take no part in it: the embedded store stands for a database, which is in no worker's memory. Those of 10,000
 * calendars are 100 MB. V8's look at all of them takes as long as a turn, and decided the ratio of whichever turn it fell into.
 */
const CALENDARS = 1_000;
/** Listings of one calendar open a second apart; a turn must not wait for that. */
const SPACING_MS = 1_100;
/** Of the three events of each calendar, the first has a conference. */
const OURS_EVERY = 3;

/** What both sides did with the same changes, turn by turn. */
interface Round {
  /** How many of the bare client's calls ours makes in the same CPU time: this process is what bounds both, whatever else the machine does. */
  readonly ratios: readonly number[];
  /** Calendars per second. */
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

/** See the file's head. */
export const catchUp: Row = {
  id: 'catch-up',
  async measure({ isQuick }) {
    const calendars = isQuick ? 100 : CALENDARS;
    const google = await StartedProcess.start<GoogleAnswers>('google.ts');
    const options = nodeOptionsOf(deploymentOf('sync-calendar-live'));
    const worker = await StartedProcess.start<CatchUpAnswers>('catch-up.ts', {}, options);
    try {
      await google.line.ask('fill', { calendars, events: OURS_EVERY, oursEvery: OURS_EVERY });
      await worker.line.ask('prepare', { rootUrl: await google.line.ask('address', null), calendars });
      const changed = await round(google, worker, calendars, { event: 0, isOurs: true });
      const untouched = await round(google, worker, calendars, { event: 1, isOurs: false });
      const figures: Figure[] = [
        {
          id: 'catch-up-rate',
          title: `catch-up of ${calendars} calendars`,
          value: Math.round(median(changed.ours)),
          unit: 'calendars/s',
          baseline: Math.round(median(changed.bare)),
          bound: null,
          note: 'each change recorded and delivered; baseline: list calls of the bare client',
        },
        {
          id: 'catch-up',
          title: 'catch-up against the bare client',
          value: rounded(median(changed.ratios)),
          unit: 'of its calls',
          baseline: 1,
          bound: { atLeast: 0.85 },
          note: 'per CPU time of the one process that bounds both',
        },
        {
          id: 'catch-up-untouched',
          title: 'catch-up against the bare client, none of the changes ours',
          value: rounded(median(untouched.ratios)),
          unit: 'of its calls',
          baseline: 1,
          bound: { atLeast: 0.9 },
          note: 'per CPU time of the one process that bounds both',
        },
      ];
      return { figures };
    } finally {
      await Promise.all([worker.kill(), google.kill()]);
    }
  },
};

/** Changes one event of each calendar, turn by turn, and lets both sides list it; ours comes second, so that the tokens are still old. */
async function round(
  google: StartedProcess<GoogleAnswers>,
  worker: StartedProcess<CatchUpAnswers>,
  calendars: number,
  { event, isOurs }: { readonly event: number; readonly isOurs: boolean },
): Promise<Round> {
  const ratios: number[] = [];
  const ours: number[] = [];
  const bare: number[] = [];
  const all = { from: 0, to: calendars };
  for (let edition = 1; edition <= TURNS; edition++) {
    await google.line.ask('edit', { ...all, event, edition, isOurs });
    await new Promise((resolve) => setTimeout(resolve, SPACING_MS));
    const plain = await worker.line.ask('bare', all);
    const full = await worker.line.ask('catchUp', all);
    if (plain.events !== calendars || full.delivered !== (isOurs ? calendars : 0)) {
      throw new Error(`${calendars} changes: ${plain.events} listed bare, ${full.delivered} delivered`);
    }
    ratios.push(plain.cpuMs / full.cpuMs);
    bare.push((calendars / plain.ms) * 1_000);
    ours.push((calendars / full.ms) * 1_000);
  }
  return { ratios, ours, bare };
}
