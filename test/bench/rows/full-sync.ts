/**
 * A calendar of 100,000 events from its beginning: memory of the worker's process, what is listed again after it was killed, and, where none of
 * the events is ours, what it costs on top of the listing itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { deploymentOf, nodeOptionsOf } from '../../deployed/deployments.ts';
import type { FullSyncAnswers } from '../processes/full-sync.ts';
import type { GoogleAnswers } from '../processes/google.ts';
import { StartedProcess } from '../processes/line.ts';
import type { Row } from '../row.ts';
import { median, rounded } from '../statistics.ts';
import { registerCalendars } from '../world/register.ts';
import { serveStore } from '../world/shared-store.ts';

const OURS_EVERY = 20;
const PAGE_SIZE = 250;
/** What the worker has synced before it is measured. */
const SMALL_EVENTS = 2_500;
const SMALL_PAGES = SMALL_EVENTS / PAGE_SIZE;
const MEGABYTE = 1_048_576;
/** The lease of the killed worker is over. */
const AHEAD_MS = 130_000;
const POLL_MS = 5;
/** Times that both the full sync and the mere listing are made. */
const TURNS = 3;
/** A tenth of the pages. */
const RESUME_PAGES_MAX = 40;

/** See the file's head. */
export const fullSync: Row = {
  id: 'full-sync',
  async measure({ isQuick, say }) {
    const events = isQuick ? 5_000 : 100_000;
    const pages = events / PAGE_SIZE;
    const google = await StartedProcess.start<GoogleAnswers>('google.ts');
    try {
      const rootUrl = await google.line.ask('address', null);
      await google.line.ask('fill', { calendars: 1, events, oursEvery: OURS_EVERY });
      await google.line.ask('fill', { first: 1, calendars: 1, events: SMALL_EVENTS, oursEvery: OURS_EVERY });
      const recipe = await inWorker({}, (worker) => worker.line.ask('recipe', { rootUrl }));
      say(`recipe: ${Math.round(recipe.ms)} ms, ${rounded(recipe.growthBytes / MEGABYTE)} MB`);

      const store = await registered();
      const whole = await inWorker(serveStore(store), (worker) => worker.line.ask('sync', { rootUrl, aheadMs: 0 }));
      say(
        `ours: ${Math.round(whole.ms)} ms, ${rounded(whole.growthBytes / MEGABYTE)} MB, ${whole.delivered} delivered`,
      );
      if (whole.outcome !== 'synced' || whole.delivered !== Math.ceil(events / OURS_EVERY)) {
        throw new Error(`the full sync ended as ${whole.outcome} with ${whole.delivered} delivered`);
      }

      const repeated = await listedAgain(google, rootUrl, pages);
      const ratios = await untouchedAgainstListing(isQuick ? 1 : TURNS, events);
      return {
        figures: [
          {
            id: 'full-sync-untouched',
            title: `full sync of ${events} events, none ours, against a loop that only lists`,
            value: rounded(median(ratios)),
            unit: 'of its CPU time',
            baseline: 1,
            bound: { atMost: 1.3 },
            note: 'the generated client, in the same pages',
          },
          {
            id: 'full-sync-memory',
            title: `full sync of ${events} events: growth of resident memory`,
            value: rounded(whole.growthBytes / MEGABYTE),
            unit: 'MB',
            baseline: rounded(recipe.growthBytes / MEGABYTE),
            bound: { atMost: 40 },
          },
          {
            id: 'full-sync-time',
            title: `full sync of ${events} events, one in ${OURS_EVERY} with a conference`,
            value: rounded(whole.ms / 1_000),
            unit: 's',
            baseline: rounded(recipe.ms / 1_000),
            bound: null,
            note: 'Google at no distance, the store in another process',
          },
          {
            id: 'full-sync-resume',
            title: `pages listed again after a kill halfway through ${pages}`,
            value: repeated,
            unit: 'list calls',
            baseline: Math.ceil(events / 50 / 2),
            bound: { atMost: RESUME_PAGES_MAX },
            note: 'baseline not run: the recipe starts over, in pages of 50',
          },
        ],
      };
    } finally {
      await google.kill();
    }
  },
};

/** Both over a Google of its own, in turns of fresh processes; how much more CPU time ours takes. */
async function untouchedAgainstListing(turns: number, events: number): Promise<readonly number[]> {
  const google = await StartedProcess.start<GoogleAnswers>('google.ts');
  try {
    const rootUrl = await google.line.ask('address', null);
    await google.line.ask('fill', { calendars: 1, events, oursEvery: null });
    await google.line.ask('fill', { first: 1, calendars: 1, events: SMALL_EVENTS, oursEvery: OURS_EVERY });
    const ratios: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const listed = await inWorker({}, (worker) => worker.line.ask('listOnly', { rootUrl }));
      const store = await registered();
      const synced = await inWorker(serveStore(store), (worker) => worker.line.ask('sync', { rootUrl, aheadMs: 0 }));
      if (synced.outcome !== 'synced' || synced.delivered !== 0) {
        throw new Error(`the full sync ended as ${synced.outcome} with ${synced.delivered} delivered`);
      }
      ratios.push(synced.cpuMs / listed.cpuMs);
    }
    return ratios;
  } finally {
    await google.kill();
  }
}

/** Kills a worker halfway and lets another one finish; returns how many pages were listed twice. */
async function listedAgain(google: StartedProcess<GoogleAnswers>, rootUrl: string, pages: number): Promise<number> {
  const store = await registered();
  await google.line.ask('listCalls', null);
  let calls = 0;
  await inWorker(serveStore(store), async (worker) => {
    // The process is killed under way, so its answer never comes.
    worker.line.ask('sync', { rootUrl, aheadMs: 0 }).catch(() => undefined);
    while (calls < SMALL_PAGES + pages / 2) {
      await sleep(POLL_MS);
      calls += await google.line.ask('listCalls', null);
    }
  });
  const end = await inWorker(serveStore(store), (worker) => worker.line.ask('sync', { rootUrl, aheadMs: AHEAD_MS }));
  if (end.outcome !== 'synced') throw new Error(`the second worker ended as ${end.outcome}`);
  calls += await google.line.ask('listCalls', null);
  // The small calendar was listed in full by the first worker, and from its token by the second.
  return calls - (SMALL_PAGES + 1) - pages;
}

async function registered() {
  const store = createMemoryStore({ now: Date.now });
  await registerCalendars(store, 2, Date.now());
  return store;
}

async function inWorker<Result>(
  answers: Parameters<typeof StartedProcess.start>[1],
  use: (worker: StartedProcess<FullSyncAnswers>) => Promise<Result>,
): Promise<Result> {
  const worker = await StartedProcess.start<FullSyncAnswers>(
    'full-sync.ts',
    answers,
    nodeOptionsOf(deploymentOf('sync-calendar-upkeep')),
  );
  try {
    return await use(worker);
  } finally {
    await worker.kill();
  }
}
