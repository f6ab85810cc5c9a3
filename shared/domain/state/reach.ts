/** Whether a calendar can be read at all, and since when it cannot. */
import type { CalendarRecord, CalendarStatus } from './records.ts';

/** Whether Google shows us nothing of a calendar of this status. */
export function isOutOfReach({ status }: Pick<CalendarRecord, 'status'>): boolean {
  return status === 'disconnected' || status === 'unreachable';
}

/** The calendar with this status; the time since it is out of reach begins with the first that says so, and ends with another. */
export function withStatus(calendar: CalendarRecord, status: CalendarStatus, now: number): CalendarRecord {
  const outOfReachSince = isOutOfReach({ status }) ? (calendar.outOfReachSince ?? now) : null;
  return { ...calendar, status, outOfReachSince };
}
