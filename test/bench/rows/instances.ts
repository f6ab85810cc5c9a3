/** How often Google is asked whether a series still takes place (`events.instances`), for each change that is delivered. */
import { createServer } from 'node:http';
import { calendarListener } from '../../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { listen } from '../../listen.ts';
import type { Figure, Row } from '../row.ts';
import { makeServices } from '../world/make-services.ts';
import { registerCalendars } from '../world/register.ts';
import { calendarIdOf, sampleEvent } from '../world/sample-events.ts';

/** Of each kind. */
const CHANGES = 50;
const CALENDAR = calendarIdOf(0);

/** What is changed, as lines of its recurrence; none for a single meeting. */
const KINDS = [
  { id: 'meetings', title: 'a change of a single meeting', lines: [], atMost: 0 },
  { id: 'endless', title: 'a change of a series without end', lines: ['RRULE:FREQ=WEEKLY'], atMost: 0 },
  { id: 'finite', title: 'a change of a series with an end', lines: ['RRULE:FREQ=WEEKLY;COUNT=50'], atMost: 1 },
] as const;

/** See the file's head. */
export const instances: Row = {
  id: 'instances',
  async measure() {
    const figures: Figure[] = [];
    for (const { id, title, lines, atMost } of KINDS) {
      const value = await callsPerChange(lines);
      const unit = 'calls of events.instances';
      figures.push({ id: `instances-${id}`, title, value, unit, baseline: null, bound: { atMost } });
    }
    return { figures };
  },
};

async function callsPerChange(recurrence: readonly string[]): Promise<number> {
  const calendar = new SimulatedCalendar({ now: Date.now });
  calendar.addCalendar(CALENDAR);
  const serve = calendarListener(calendar);
  const served = await listen(createServer((request, response) => void serve(request, response)));
  const client = createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl: served.url });
  try {
    const spent = { calls: 0, delivered: 0 };
    let now = Date.now();
    const services = makeServices(
      {
        ...client,
        hasInstances(access, eventId) {
          spent.calls++;
          return client.hasInstances(access, eventId);
        },
      },
      {
        clock: {
          now: () => now,
          async sleep(ms) {
            now += ms;
          },
        },
        conferences: {
          async apply() {
            spent.delivered++;
            return { kind: 'done' };
          },
          tell: async () => ({ kind: 'done' }),
        },
      },
    );
    await registerCalendars(services.store, 1, now);
    const sync = async (edition: number): Promise<void> => {
      const events = Array.from({ length: CHANGES }, (_, event) => ({
        ...sampleEvent(0, event, edition, true),
        ...(recurrence.length > 0 && { recurrence }),
      }));
      calendar.load(CALENDAR, events);
      now += 10_000;
      const message = { kind: 'sync', calendar: calendarKeyOf(CALENDAR), cause: 'notification' } as const;
      await doWork(services, message, { lane: 'upkeep', publishedAt: now });
    };
    await sync(0);
    const before = { ...spent };
    await sync(1);
    if (spent.delivered - before.delivered !== CHANGES)
      throw new Error(`${spent.delivered - before.delivered} of ${CHANGES} changes were delivered`);
    return (spent.calls - before.calls) / CHANGES;
  } finally {
    client.close();
    await served.close();
  }
}
