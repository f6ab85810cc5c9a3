/** Whether a calendar can be read at all, and since when it cannot. */
import { CalendarUnreachable } from '../errors.ts';
import { NOT_FOUND_MS } from '../limits.ts';
import type { CalendarRecord, CalendarStatus } from './records.ts';

/** Whether Google shows us nothing of a calendar of this status. */
export function isOutOfReach({ status }: Pick<CalendarRecord, 'status'>): boolean {
  return status === 'disconnected' || status === 'unreachable';
}

/** Whether a calendar of this status is listed, be it told of its changes or looked at on a timer: neither a person nor Google says otherwise. */
export function isFollowed({ status }: Pick<CalendarRecord, 'status'>): boolean {
  return status === 'active' || status === 'unsupported-push';
}

/** The calendar with this status; the time since it is out of reach begins with the first that says so, and ends with another. */
export function withStatus(calendar: CalendarRecord, status: CalendarStatus, now: number): CalendarRecord {
  const outOfReachSince = isOutOfReach({ status }) ? (calendar.outOfReachSince ?? now) : null;
  return { ...calendar, status, outOfReachSince };
}

/**
 * Whether this trouble may still pass: a calendar that Google does not find may have been made or shared a moment ago, and Google's advice is
 * to back off before deciding (https://developers.google.com/workspace/calendar/api/guides/errors#404_not_found). `now` is Unix milliseconds.
 */
export function isInDoubt(calendar: CalendarRecord, error: unknown, now: number): boolean {
  if (!(error instanceof CalendarUnreachable) || error.reason !== 'calendar_gone' || isOutOfReach(calendar))
    return false;
  return now - (calendar.outOfReachSince ?? now) < NOT_FOUND_MS;
}

/** The calendar with the time since it is in doubt, which is the time since it is out of reach should it stay so. */
export function withDoubt(calendar: CalendarRecord, now: number): CalendarRecord {
  return { ...calendar, outOfReachSince: calendar.outOfReachSince ?? now };
}
