/**
 * Workers that died at work on one calendar: a lease that its holder never gave back says so. One that dies may be a chance; where one
 * after another does, the calendar is what they die of, and each takes along what others asked of its process.
 */
import type { CalendarRecord } from './records.ts';

/** How such a calendar's failure is named. */
export const WORKER_DIED = 'WorkerDied';

/** So many may die, since the last listing that was finished, before the calendar has to wait. */
const DEATHS_BORNE = 2;
const FIRST_WAIT_MS = 60_000;

/** The calendar, whose lease is over, with the death of its holder counted where he never gave it back. */
export function withDeathCounted(calendar: CalendarRecord, now: number): CalendarRecord {
  if (calendar.lease === null) return calendar;
  const before = calendar.failure?.reason === WORKER_DIED ? calendar.failure.count : 0;
  return { ...calendar, failure: { reason: WORKER_DIED, at: now, count: before + 1 } };
}

/** Until when nobody but a person has the calendar listed, after ever longer waits of at most `longestMs`; null for at once. */
export function putOffUntil({ failure }: CalendarRecord, longestMs: number): number | null {
  if (failure?.reason !== WORKER_DIED || failure.count <= DEATHS_BORNE) return null;
  return failure.at + Math.min(FIRST_WAIT_MS * 2 ** failure.count, longestMs);
}
