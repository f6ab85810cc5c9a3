/**
 * The scheduled run: finds everything that is due and no more, one query a shard. Channels near their end are replaced
 * here; all else becomes a work message on the upkeep lane. Runs may overlap: each item is stamped forward before it is acted on.
 */

import { dueLater } from '../../domain/delivery/notice.ts';
import { DUE_SHARDS } from '../../domain/ids.ts';
import { endingWithinMs } from '../../domain/notification/channel-life.ts';
import { needsLeader } from '../../domain/plan/lead.ts';
import type { CalendarServices, ChannelServices, FleetCounts } from '../../domain/ports.ts';
import { lacksChannel, nextWishOf, wantsChannel, withCalendarDue, withConferenceDue } from '../../domain/state/due.ts';
import type { CalendarRecord, ConferenceRecord } from '../../domain/state/records.ts';
import { withDeathCounted } from '../../domain/state/worker-deaths.ts';
import { inParallel } from '../in-parallel.ts';
import { OPENING_STAMP_MS, openChannel } from './open-channel.ts';

/** What a run did. */
export interface RenewalReport {
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

const PAGE = 100;
const AT_ONCE = 16;
/** Should what a run began come to nothing, the item is due again after this. */
const STAMP_MS = 60_000;
/** A conference that has been overdue for long, as all are while their system is down, is not looked at every minute. */
const CONFERENCE_STAMP_MAX_MS = 15 * 60_000;
const OVERDUE_PART = 4;
/** The fleet is counted by one run in ten minutes: at a million calendars, that is some thousand reads each time. */
const COUNT_EVERY_MS = 10 * 60_000;
/** What a run would have seen to had it not failed for several times. */
const OVERDUE_MS = 10 * 60_000;
/**
 * An opening that takes longer is slow, whatever comes of it. After so many in a row a run asks for no other channel: everything else that is
 * due, which needs nobody but us, would wait behind them. More than are begun at once: at the end of a page the slow ones come in last.
 */
const SLOW_MS = 5_000;
const SLOW_MAX = 2 * AT_ONCE;

/** See the file's head. Stops starting things at `until` (Unix milliseconds). @throws StoreUnavailable, if not even the queries succeed */
export async function renewChannels(services: ChannelServices, until: number): Promise<RenewalReport> {
  const startedAt = services.clock.now();
  const report = { dueCalendars: 0, dueConferences: 0, renewed: 0, withoutChannel: 0, failed: 0, isComplete: true };
  const openings = { slowInARow: 0 };
  const first = Math.floor(services.random.fraction() * DUE_SHARDS);
  const isOutOfTime = (): boolean => services.isStopping() || services.clock.now() >= until;
  const attempt = async (where: string, task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      // Each item by itself: one that fails stays due and stops nothing else.
      report.failed++;
      services.log.write({ line: 'failure', where, error });
    }
  };
  const guarded = async (where: string, task: () => Promise<void>): Promise<void> => {
    // What is not begun stays due for the next run.
    if (isOutOfTime()) {
      report.isComplete = false;
      return;
    }
    await attempt(where, task);
  };
  // What was seen to is not due any more; a page of which nothing was would come again unchanged.
  const hasMore = (found: number, failedBefore: number): boolean => {
    if (found < PAGE) return false;
    const isStuck = report.failed - failedBefore === found;
    if (isStuck) report.isComplete = false;
    return !isStuck;
  };
  const end = async (isComplete: boolean): Promise<RenewalReport> => {
    let fleet: FleetCounts | undefined;
    // However late it is: the call has a bound of its own.
    if (isTimeToCount(startedAt, services.clock.now())) {
      await attempt('count the fleet', async () => {
        fleet = await countFleet(services);
      });
    }
    return finish(services, { ...report, isComplete }, startedAt, fleet);
  };
  for (let offset = 0; offset < DUE_SHARDS; offset++) {
    const shard = (first + offset) % DUE_SHARDS;
    for (let isMore = true; isMore; ) {
      if (isOutOfTime()) return end(false);
      const due = await services.store.dueCalendars(shard, services.clock.now(), PAGE);
      report.dueCalendars += due.length;
      const before = report.failed;
      await inParallel(AT_ONCE, due, (calendar) =>
        guarded('renew a calendar', () => renewCalendar(services, calendar, report, openings)),
      );
      isMore = hasMore(due.length, before);
    }
    for (let isMore = true; isMore; ) {
      if (isOutOfTime()) return end(false);
      const due = await services.store.dueConferences(shard, services.clock.now(), PAGE);
      report.dueConferences += due.length;
      const before = report.failed;
      await inParallel(AT_ONCE, due, (conference) =>
        guarded('wake a conference', () => wakeConference(services, conference)),
      );
      isMore = hasMore(due.length, before);
    }
  }
  return end(report.isComplete);
}

/**
 * Whether a minute that is divisible by ten began with this run or during it. Cloud Scheduler begins no run before the last one has ended, so
 * that no such minute is left out where runs are long: that there is too much to do for a run must be seen above all when there is.
 */
function isTimeToCount(startedAt: number, endedAt: number): boolean {
  const beginning = Math.floor(startedAt / 60_000) * 60_000;
  return Math.ceil(beginning / COUNT_EVERY_MS) * COUNT_EVERY_MS <= endedAt;
}

function countFleet({ store, clock, policy }: CalendarServices): Promise<FleetCounts> {
  const now = clock.now();
  return store.countFleet({ overdueBefore: now - OVERDUE_MS, endingBefore: now + endingWithinMs(policy) });
}

function finish(
  services: CalendarServices,
  report: RenewalReport,
  startedAt: number,
  fleet: FleetCounts | undefined,
): RenewalReport {
  const ms = services.clock.now() - startedAt;
  if (fleet === undefined) {
    services.log.write({ line: 'renewal-run', ...report, ms });
  } else {
    const { failed: refused, ...gauges } = fleet;
    services.log.write({ line: 'renewal-run', ...gauges, refused, ...report, ms });
  }
  return report;
}

async function renewCalendar(
  services: ChannelServices,
  seen: CalendarRecord,
  report: { renewed: number; withoutChannel: number; isComplete: boolean },
  openings: { slowInARow: number },
): Promise<void> {
  const stamped = await stampCalendar(services, seen);
  if (stamped === undefined) return;
  const { calendar, isListingDue, isChannelDue, isNoticeDue } = stamped;
  let isGapPossible = false;
  if (isChannelDue) {
    if (lacksChannel(calendar)) report.withoutChannel++;
    if (openings.slowInARow < SLOW_MAX) {
      const begunAt = services.clock.now();
      isGapPossible = (await openChannel(services, calendar)) !== undefined;
      const isSlow = services.clock.now() - begunAt > SLOW_MS;
      openings.slowInARow = isSlow ? openings.slowInARow + 1 : 0;
      if (isGapPossible) report.renewed++;
    } else {
      report.isComplete = false;
    }
  }
  if (isNoticeDue) await services.queue.publish({ kind: 'notice', calendar: calendar.key }, 'upkeep');
  if (isListingDue || isGapPossible) {
    await services.queue.publish({ kind: 'sync', calendar: calendar.key, cause: 'reconcile' }, 'upkeep');
  }
}

interface Stamped {
  readonly calendar: CalendarRecord;
  readonly isListingDue: boolean;
  readonly isChannelDue: boolean;
  readonly isNoticeDue: boolean;
}

/** Moves every wish that is due forward; undefined if another run was faster. */
async function stampCalendar(services: CalendarServices, seen: CalendarRecord): Promise<Stamped | undefined> {
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(seen.key);
    const now = services.clock.now();
    if (stored === undefined || stored.dueAt === null || stored.dueAt > now) return undefined;
    const isPast = (time: number | null | undefined): boolean => time != null && time <= now;
    const isDead = isPast(stored.lease?.until);
    // The message that asks for a listing also reaches whoever goes on with a removal.
    const isListingDue =
      (stored.status !== 'paused' || stored.isBeingRemoved) && (isDead || isPast(stored.reconcileAt));
    const isOpeningDue = wantsChannel(stored) && isPast(stored.pushRetryAt ?? 0);
    const isRenewalDue = stored.status === 'active' && isPast(stored.channel?.renewAt);
    const { notice } = stored;
    const isNoticeDue = !stored.isBeingRemoved && isPast(notice?.telling?.retryAt);
    const calendar = withCalendarDue({
      // The first to come after the end of a lease: who claims the calendar next sees none, and cannot count its death.
      ...(isDead ? { ...withDeathCounted(stored, now), lease: null } : stored),
      reconcileAt: isListingDue ? now + STAMP_MS : stored.reconcileAt,
      pushRetryAt: isOpeningDue ? now + OPENING_STAMP_MS : stored.pushRetryAt,
      channel:
        stored.channel !== null && isRenewalDue
          ? { ...stored.channel, renewAt: now + OPENING_STAMP_MS }
          : stored.channel,
      notice: notice !== null && isNoticeDue ? dueLater(notice, now + STAMP_MS) : notice,
    });
    tx.putCalendar(calendar);
    return { calendar, isListingDue, isChannelDue: isOpeningDue || isRenewalDue, isNoticeDue };
  });
}

async function wakeConference(services: CalendarServices, seen: ConferenceRecord): Promise<void> {
  const isOurs = await services.store.transact(async (tx) => {
    const stored = (await tx.conferences([seen.key])).get(seen.key);
    const now = services.clock.now();
    if (stored === undefined || stored.dueAt === null || stored.dueAt > now) return false;
    // An earlier release may have counted as a wish what is none.
    if (nextWishOf(stored) === null && !needsLeader(stored, now)) {
      tx.putConference(withConferenceDue(stored));
      return false;
    }
    // The wishes themselves stay: whoever gets the message must see that they are due.
    tx.putConference({ ...withConferenceDue(stored), dueAt: now + stampMs(services, stored, now) });
    return true;
  });
  if (isOurs) await services.queue.publish({ kind: 'conference', conference: seen.key }, 'upkeep');
}

/** Never longer than the longest wait between two deliveries: so soon after an outage everything must have gone out. */
function stampMs({ policy }: CalendarServices, conference: ConferenceRecord, now: number): number {
  const overdueMs = now - (nextWishOf(conference) ?? now);
  const wishedMs = Math.min(Math.max(STAMP_MS, overdueMs / OVERDUE_PART), CONFERENCE_STAMP_MAX_MS);
  return Math.round(Math.min(wishedMs, Math.max(...policy.deliveryRetryMs)));
}
