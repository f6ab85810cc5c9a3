/** A dead letter as programs see it. */

import { timestamp } from '../cli/times.ts';
import type { CalendarIds } from '../records/calendar-ids.ts';
import type { Letter } from './letter.ts';

/** For `--json`. @throws StoreUnavailable */
export async function viewLetter(letter: Letter, ids: CalendarIds) {
  const { id, at, reason, attempts, cause, calendar, unreadable } = letter;
  return {
    id,
    at: timestamp(at),
    calendarId: calendar === null ? null : await ids.of(calendar),
    cause,
    attempts,
    reason,
    isReadable: unreadable === null,
  };
}
