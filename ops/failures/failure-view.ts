/** Refused changes as programs and people see them. */

import type { Paint } from '../cli/paint.ts';
import { table } from '../cli/table.ts';
import { momentText, timestamp } from '../cli/times.ts';
import type { RefusedChange } from './find-failures.ts';

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
