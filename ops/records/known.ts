/** Calendars that a person has named on the command line, which must be there. Only a transaction tells one that cannot be read from one that is not. */
import { UnknownCalendar } from '../../shared/domain/errors.ts';
import { type CalendarKey, calendarKeyOf } from '../../shared/domain/ids.ts';
import type { Store } from '../../shared/domain/ports.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';

/** @throws UnknownCalendar, RecordUnreadable, StoreUnavailable */
export async function knownCalendar(store: Store, key: CalendarKey): Promise<CalendarRecord> {
  const calendar = await store.transact((tx) => tx.calendar(key));
  if (calendar === undefined) throw new UnknownCalendar('no such calendar is registered');
  return calendar;
}

/** One that takes a command: what is being removed counts as not registered. @throws UnknownCalendar, RecordUnreadable, StoreUnavailable */
export async function commandableCalendar(store: Store, key: CalendarKey): Promise<CalendarRecord> {
  const calendar = await knownCalendar(store, key);
  if (calendar.isBeingRemoved) throw new UnknownCalendar('the calendar is being removed');
  return calendar;
}

/**
 * Where nothing was found of a calendar, nothing is said of it before it is known to be there: a typing error would pass for good news. A
 * calendar that was removed can still have left something. @throws UnknownCalendar, RecordUnreadable, StoreUnavailable
 */
export async function requireNamed(store: Store, calendarId: string | null | undefined): Promise<void> {
  if (calendarId != null) await knownCalendar(store, calendarKeyOf(calendarId));
}
