/** The gauges of the whole fleet: which run counts them, and what counts as late. */

import { endingWithinMs } from '../../domain/notification/channel-life.ts';
import type { CalendarServices, FleetCounts } from '../../domain/ports.ts';

/** The fleet is counted by one run in ten minutes: at a million calendars, that is some thousand reads each time. */
const COUNT_EVERY_MS = 10 * 60_000;
/** What a run would have seen to had it not failed for several times. */
const OVERDUE_MS = 10 * 60_000;

/**
 * Whether a minute that is divisible by ten began with this run or during it. Cloud Scheduler begins no run before the last one has ended, so
 * that no such minute is left out where runs are long: that there is too much to do for a run must be seen above all when there is.
 */
export function isTimeToCount(startedAt: number, endedAt: number): boolean {
  const beginning = Math.floor(startedAt / 60_000) * 60_000;
  return Math.ceil(beginning / COUNT_EVERY_MS) * COUNT_EVERY_MS <= endedAt;
}

/** @throws StoreUnavailable */
export function countFleet({ store, clock, policy }: CalendarServices): Promise<FleetCounts> {
  const now = clock.now();
  return store.countFleet({ overdueBefore: now - OVERDUE_MS, endingBefore: now + endingWithinMs(policy) });
}
