/** Calendars that the service knows, written straight to its store. */

import type { Store } from '../../../shared/domain/ports.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import { calendarIdOf } from './sample-events.ts';

/** Registers the calendars from 0 to `count` (not included), without channels. `now` is Unix milliseconds. */
export async function registerCalendars(store: Store, count: number, now: number): Promise<void> {
  await store.transact(async (tx) => {
    for (let index = 0; index < count; index++) {
      tx.putCalendar(newCalendar(calendarIdOf(index), calendarIdOf(index), `hash key ${index}`, now));
    }
  });
}
