/**
 * The scheduled run: finds everything that is due and no more, one query a shard. Channels near their end are replaced
 * here; all else becomes a work message on the upkeep lane. Runs may overlap: each item is stamped forward before it is acted on.
 */

import { DUE_SHARDS } from '../../domain/ids.ts';
import type { ChannelServices } from '../../domain/ports.ts';
import { inParallel } from '../in-parallel.ts';
import { countFleet, isTimeToCount } from './count-fleet.ts';
import { AT_ONCE } from './pace.ts';
import { type Openings, wakeCalendar } from './wake-calendar.ts';
import { wakeConference } from './wake-conference.ts';

/** What a run did. */
export interface WakeReport {
  readonly dueCalendars: number;
  readonly dueConferences: number;
  readonly renewed: number;
  readonly withoutChannel: number;
  readonly failed: number;
  /**
   * False where not everything due was seen to: the time was up, nothing of a whole page could be seen to, or Google took too long over
   * channels. The next run goes on.
   */
  readonly isComplete: boolean;
}

/** A run under way; its report grows. */
interface Run {
  readonly services: ChannelServices;
  readonly until: number;
  readonly report: { -readonly [Part in keyof WakeReport]: WakeReport[Part] };
  readonly openings: Openings;
}

const PAGE = 100;

/** See the file's head. Stops starting things at `until` (Unix milliseconds). @throws StoreUnavailable, if not even the queries succeed */
export async function wakeDue(services: ChannelServices, until: number): Promise<WakeReport> {
  const startedAt = services.clock.now();
  const report = { dueCalendars: 0, dueConferences: 0, renewed: 0, withoutChannel: 0, failed: 0, isComplete: true };
  const run: Run = { services, until, report, openings: { slowInARow: 0 } };
  const first = Math.floor(services.random.fraction() * DUE_SHARDS);
  for (let offset = 0; offset < DUE_SHARDS; offset++) {
    if ((await seeToShard(run, (first + offset) % DUE_SHARDS)) === 'out-of-time') break;
  }
  const fleet = await gauges(run, startedAt);
  const ms = services.clock.now() - startedAt;
  services.log.write({ line: 'renewal-run', ...fleet, ...report, ms });
  return report;
}

async function seeToShard(run: Run, shard: number): Promise<'done' | 'out-of-time'> {
  const { store, clock } = run.services;
  const calendars = await seeToPages(
    run,
    'dueCalendars',
    () => store.dueCalendars(shard, clock.now(), PAGE),
    (calendar) =>
      attempt(run, 'renew a calendar', () => wakeCalendar(run.services, calendar, run.report, run.openings)),
  );
  if (calendars === 'out-of-time') return calendars;
  return seeToPages(
    run,
    'dueConferences',
    () => store.dueConferences(shard, clock.now(), PAGE),
    (conference) => attempt(run, 'wake a conference', () => wakeConference(run.services, conference)),
  );
}

/** What was seen to is not due any more, so that each page is the first; one of which nothing was would come again unchanged. */
async function seeToPages<Item>(
  run: Run,
  counted: 'dueCalendars' | 'dueConferences',
  find: () => Promise<readonly Item[]>,
  seeTo: (item: Item) => Promise<void>,
): Promise<'done' | 'out-of-time'> {
  const { report } = run;
  for (;;) {
    if (isOutOfTime(run)) return 'out-of-time';
    const due = await find();
    report[counted] += due.length;
    const failedBefore = report.failed;
    await inParallel(AT_ONCE, due, async (item) => {
      // What is not begun stays due for the next run.
      if (!isOutOfTime(run)) await seeTo(item);
    });
    if (due.length < PAGE) return 'done';
    if (report.failed - failedBefore === due.length) {
      report.isComplete = false;
      return 'done';
    }
  }
}

/** Whether nothing more may be begun; then the run is not complete. */
function isOutOfTime({ services, until, report }: Run): boolean {
  const isOver = services.isStopping() || services.clock.now() >= until;
  if (isOver) report.isComplete = false;
  return isOver;
}

/** Each item by itself: one that fails stays due and stops nothing else. What the task gives; undefined where it failed. */
async function attempt<Result>(
  { services, report }: Run,
  where: string,
  task: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await task();
  } catch (error) {
    report.failed++;
    services.log.write({ line: 'failure', where, error });
    return undefined;
  }
}

/** The gauges of the fleet, as the log line has them, where it is this run that counts. However late it is: the call has a bound of its own. */
async function gauges(run: Run, startedAt: number) {
  const { services } = run;
  if (!isTimeToCount(startedAt, services.clock.now())) return undefined;
  return attempt(run, 'count the fleet', async () => {
    const { failed: refused, ...counts } = await countFleet(services);
    return { ...counts, refused };
  });
}
