/** A dead letter as programs see it. */
import type { CalendarIds } from './calendar-ids.ts';
import type { Letter } from './letter.ts';
import { timestamp } from './times.ts';

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
