/**
 * Full listings belong to the upkeep lane: a fleet that loses its sync tokens at once must not stand before people's edits. A worker
 * of the live lane that finds one to be needed leaves it to the other lane, on record and by a message.
 */
import { withCalendarDue } from '../state/due.ts';
import type { CalendarRecord } from '../state/records.ts';

/**
 * The calendar as it waits for a worker of the upkeep lane: wanted, held by nobody, and due at once as well, should the message
 * be lost. `wantedAt` also says that the message is on its way, so that of many edits only the first sends one.
 */
export function handedToUpkeep(calendar: CalendarRecord, now: number): CalendarRecord {
  return withCalendarDue({ ...calendar, wantedAt: calendar.wantedAt ?? now, lease: null, reconcileAt: now });
}
