/** Refused changes, and those that are tried again, as programs and people see them. */

import type { Paint } from '../cli/paint.ts';
import { table } from '../cli/table.ts';
import { momentText, timestamp } from '../cli/times.ts';
import type { RefusedChange } from './find-failures.ts';
import type { RetriedChange } from './find-retried.ts';

/** For `--json`. */
export function viewFailure({ what, calendarId, eventId, conferenceId, failure }: RefusedChange) {
  return {
    what,
    calendarId,
    eventId,
    conferenceId,
    reason: failure?.reason ?? null,
    at: timestamp(failure?.at ?? null),
    count: failure?.count ?? 0,
  };
}

/** For `--json`. */
export function viewRetried({ what, calendarId, eventIds, conferenceId, ...rest }: RetriedChange) {
  const { since, attempts, reason, nextAt } = rest;
  return {
    what,
    calendarId,
    eventIds,
    conferenceId,
    reason,
    attempts,
    since: timestamp(since),
    nextAt: timestamp(nextAt),
  };
}

/** For people. */
export function retriedTable(retried: readonly RetriedChange[], now: number, paint: Paint): string[] {
  return table(
    ['CALENDAR', 'EVENT', 'CONFERENCE', 'WHAT', 'SINCE', 'TRIES', 'NEXT', 'REASON'],
    retried.map(({ what, calendarId, eventIds, conferenceId, since, attempts, nextAt, reason }) => [
      calendarId ?? '(not registered)',
      eventIds.join(', ') || '-',
      conferenceId,
      what,
      momentText(since, now),
      attempts,
      nextText(nextAt, now),
      { tone: 'bad', text: reason ?? 'not on record' },
    ]),
    paint,
    'No delivery fails.',
  );
}

/** When something is tried next; what is due waits for a worker. */
export function nextText(nextAt: number | null, now: number): string {
  return nextAt !== null && nextAt <= now ? 'now' : momentText(nextAt, now);
}

/** For people. */
export function failureTable(failures: readonly RefusedChange[], now: number, paint: Paint): string[] {
  return table(
    ['CALENDAR', 'EVENT', 'CONFERENCE', 'WHAT', 'WHEN', 'REASON'],
    failures.map(({ what, calendarId, eventId, conferenceId, failure }) => [
      calendarId ?? '(not registered)',
      eventId ?? '-',
      conferenceId,
      what,
      momentText(failure?.at ?? null, now),
      { tone: 'bad', text: failure?.reason ?? 'not on record' },
    ]),
    paint,
    'Nothing was refused.',
  );
}
