/**
 * One worker process that has many calendars to catch up with, and, for comparison, the bare generated client that makes the same
 * list calls and does nothing with the answers.
 */
import { google } from 'googleapis';
import { workOn } from '../../../functions/sync-calendar.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { systemClock } from '../../../shared/adapters/system/clock.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { makeServices } from '../world/make-services.ts';
import { registerCalendars } from '../world/register.ts';
import { calendarIdOf } from '../world/sample-events.ts';
import { lineToStarter } from './line.ts';

/** Messages, and bare calls, under way at once. */
const AT_ONCE = 32;

/** Calendars by their numbers; `to` is not among them. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds that passed, and those of CPU time that this process used in them. */
export interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

/** What this process answers. */
export type CatchUpAnswers = {
  readonly prepare: (input: { rootUrl: string; calendars: number }) => Promise<void>;
  /** A notification for each of these calendars, until each has been worked on. */
  readonly catchUp: (part: Part) => Promise<Took & { delivered: number }>;
  /** A list call for each of these calendars, from its sync token. */
  readonly bare: (part: Part) => Promise<Took & { events: number }>;
};

const store = createMemoryStore({ now: systemClock.now });
let delivered = 0;
let root = '';
let catchUp: (part: Part) => Promise<void> = async () => undefined;

const answers: CatchUpAnswers = {
  async prepare({ rootUrl, calendars }) {
    root = rootUrl;
    const queue = createMemoryQueue({
      now: systemClock.now,
      timers: { set: setTimeout, clear: clearTimeout },
      concurrency: AT_ONCE,
      deliver: (envelope) => workOn(services, envelope),
    });
    const services = makeServices(createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl }), {
      store,
      queue,
      deadLetters: queue,
      conferences: {
        async apply() {
          delivered++;
          return { kind: 'done' };
        },
        tell: async () => ({ kind: 'done' }),
      },
    });
    await registerCalendars(store, calendars, Date.now());
    catchUp = async ({ from, to }) => {
      for (let index = from; index < to; index++) {
        await queue.publish(
          { kind: 'sync', calendar: calendarKeyOf(calendarIdOf(index)), cause: 'notification' },
          'live',
        );
      }
      await queue.idle();
    };
    await catchUp({ from: 0, to: calendars });
  },

  async catchUp(part) {
    const before = delivered;
    const end = stopwatch();
    await catchUp(part);
    return { ...end(), delivered: delivered - before };
  },

  async bare({ from, to }) {
    const api = google.calendar({ version: 'v3', rootUrl: root });
    const tokens: { calendarId: string; syncToken: string }[] = [];
    for (let index = from; index < to; index++) {
      const record = await store.calendar(calendarKeyOf(calendarIdOf(index)));
      if (record?.syncToken != null) tokens.push({ calendarId: record.calendarId, syncToken: record.syncToken });
    }
    let events = 0;
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < tokens.length; at = next++) {
        const { data } = await api.events.list({
          ...tokens[at],
          singleEvents: false,
          showDeleted: true,
          maxResults: 250,
          quotaUser: 'benchmark',
          fields: 'nextPageToken,nextSyncToken,accessRole,items',
        });
        events += data.items?.length ?? 0;
      }
    };
    const end = stopwatch();
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return { ...end(), events };
  },
};
lineToStarter(answers);

function stopwatch(): () => Took {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000 };
  };
}
