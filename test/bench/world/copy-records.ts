/** Everything that a store holds of the benchmark's calendars, taken over into another one. */
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { Store } from '../../../shared/domain/ports.ts';
import { calendarIdOf, conferenceIdOf } from './sample-events.ts';

/** Calendars whose records are written together. */
const BATCH = 50;
const BINDINGS_MAX = 100;

/** Copies the calendars from 0 to `count` (not included) with their bindings and the conference of their first event. */
export async function copyRecords(from: Store, to: Store, count: number): Promise<void> {
  for (let first = 0; first < count; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - first) }, (_, index) => first + index);
    const found = await Promise.all(batch.map((index) => recordsOf(from, index)));
    await to.transact(async (tx) => {
      for (const { calendar, bindings, conference } of found) {
        if (calendar !== undefined) tx.putCalendar(calendar);
        if (conference !== undefined) tx.putConference(conference);
        for (const binding of bindings) tx.putBinding(binding);
      }
    });
  }
}

async function recordsOf(store: Store, index: number) {
  const key = calendarKeyOf(calendarIdOf(index));
  return {
    calendar: await store.calendar(key),
    conference: await store.conference(conferenceKeyOf(conferenceIdOf(index, 0))),
    bindings: await store.bindingsOfCalendar(key, { after: null, limit: BINDINGS_MAX }),
  };
}
