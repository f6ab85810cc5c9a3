/** One worker process that lists a large calendar from its beginning, and says how far its memory grew. */
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { systemClock } from '../../../shared/adapters/system/clock.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { syncCalendar } from '../../../shared/flow/sync/sync-calendar.ts';
import { MemoryProperties } from '../baseline/memory-properties.ts';
import { syncEvents } from '../baseline/sync-events.ts';
import { makeServices } from '../world/make-services.ts';
import { calendarIdOf } from '../world/sample-events.ts';
import { distantStore, type StoreAnswers } from '../world/shared-store.ts';
import { lineToStarter } from './line.ts';

/** The number of a calendar that is synced before anything is measured. */
const SMALL_CALENDAR = 1;

/** Shorter than the work on a page. */
const SAMPLE_MS = 5;

/** What a run took. */
export interface FullSyncRun {
  readonly outcome: string;
  readonly delivered: number;
  readonly ms: number;
  /** CPU time of this process in it. */
  readonly cpuMs: number;
  /** Highest resident memory during the run above that before it. */
  readonly growthBytes: number;
}

/** What this process answers. */
export type FullSyncAnswers = {
  /** As a worker whose clock is ahead by so many milliseconds. */
  readonly sync: (input: { rootUrl: string; aheadMs: number }) => Promise<FullSyncRun>;
  /** As the recipe. */
  readonly recipe: (input: { rootUrl: string }) => Promise<FullSyncRun>;
  /** As somebody who lists every page with the generated client and looks at nothing. */
  readonly listOnly: (input: { rootUrl: string }) => Promise<FullSyncRun>;
};

const answers: FullSyncAnswers = {
  async sync({ rootUrl, aheadMs }) {
    let delivered = 0;
    const services = makeServices(createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl }), {
      store: distantStore(line),
      clock: { ...systemClock, now: () => Date.now() + aheadMs },
      conferences: {
        async apply() {
          delivered++;
          return { kind: 'done' };
        },
        tell: async () => ({ kind: 'done' }),
      },
    });
    const sync = (calendar: number) =>
      syncCalendar(
        services,
        { kind: 'sync', calendar: calendarKeyOf(calendarIdOf(calendar)), cause: 'registered', force: true },
        { lane: 'upkeep', publishedAt: services.clock.now() },
      );
    return measured(async () => {
      // A worker that has worked before: everything is loaded and compiled.
      await sync(SMALL_CALENDAR);
      delivered = 0;
      return async () => ({ outcome: await sync(0), delivered });
    });
  },

  async recipe({ rootUrl }) {
    // Loaded here, because the process of ours, like a deployed one, never loads it.
    const { google } = await import('googleapis');
    const api = google.calendar({ version: 'v3', rootUrl });
    let delivered = 0;
    const conferences = {
      async update() {
        delivered++;
      },
      remove: async () => undefined,
    };
    const recipe = { api, conferences, properties: new MemoryProperties() };
    return measured(async () => {
      await syncEvents({ ...recipe, properties: new MemoryProperties() }, calendarIdOf(SMALL_CALENDAR));
      delivered = 0;
      return async () => {
        await syncEvents(recipe, calendarIdOf(0));
        return { outcome: 'synced', delivered };
      };
    });
  },

  async listOnly({ rootUrl }) {
    const { google } = await import('googleapis');
    const api = google.calendar({ version: 'v3', rootUrl });
    const list = async (calendar: number): Promise<void> => {
      const query = { calendarId: calendarIdOf(calendar), singleEvents: false, showDeleted: true, maxResults: 250 };
      let pageToken: string | undefined;
      do {
        const { data } = await api.events.list({ ...query, ...(pageToken !== undefined && { pageToken }) });
        pageToken = data.nextPageToken ?? undefined;
      } while (pageToken !== undefined);
    };
    return measured(async () => {
      await list(SMALL_CALENDAR);
      return async () => {
        await list(0);
        return { outcome: 'listed', delivered: 0 };
      };
    });
  },
};
const line = lineToStarter<StoreAnswers>(answers);

async function measured(
  prepare: () => Promise<() => Promise<{ outcome: string; delivered: number }>>,
): Promise<FullSyncRun> {
  const run = await prepare();
  const before = process.memoryUsage.rss();
  let most = before;
  // Looked at all the time: the system's own record of the highest counts what the starter of this process held when it forked.
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const result = await run();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  clearInterval(timer);
  return {
    ...result,
    ms,
    cpuMs: (user + system) / 1_000,
    growthBytes: Math.max(most, process.memoryUsage.rss()) - before,
  };
}
