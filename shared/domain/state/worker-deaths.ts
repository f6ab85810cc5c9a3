/**
 * Workers that died at work on one calendar: a lease that its holder never gave back says so. One that dies may be a chance; where one
 * after another does, the calendar is what they die of, and each takes along what others asked of its process.
 */
import type { CalendarRecord } from './records.ts';

/** How a listing is said to have failed whose worker died. */
export const WORKER_DIED = 'WorkerDied';

/** So many may die, since the last listing that was finished, before the calendar has to wait. */
const DEATHS_BORNE = 2;
const WORKER_DEATH_FIRST_WAIT_MS = 60_000;

/** The calendar, whose lease is over, with the death of its holder counted where he never gave it back. */
export function withDeathCounted(calendar: CalendarRecord, now: number): CalendarRecord {
  if (calendar.lease === null) return calendar;
  const { failure, deaths } = calendar;
  return {
    ...calendar,
    failure: { reason: WORKER_DIED, at: now, count: (failure?.count ?? 0) + 1 },
    deaths: { count: (deaths?.count ?? 0) + 1, at: now },
  };
}

/** Until when nobody but a person has the calendar listed, after ever longer waits of at most `longestMs`; null for at once. */
export function putOffUntil({ deaths }: Pick<CalendarRecord, 'deaths'>, longestMs: number): number | null {
  if (deaths === null || deaths.count <= DEATHS_BORNE) return null;
  return deaths.at + Math.min(WORKER_DEATH_FIRST_WAIT_MS * 2 ** deaths.count, longestMs);
}
