/** Calendar keys back into calendar IDs: nobody has to read a hash. */
import type { CalendarKey } from '../../shared/domain/ids.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { Store } from '../../shared/domain/ports.ts';

/** Finds the IDs of registered calendars, each read once. */
export class CalendarIds {
  readonly #store: Store;
  readonly #known = new Map<CalendarKey, Promise<string | null>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The ID; null for a calendar that is not registered. @throws StoreUnavailable */
  of(key: CalendarKey): Promise<string | null> {
    const known = this.#known.get(key) ?? this.#store.calendar(key).then((calendar) => calendar?.calendarId ?? null);
    this.#known.set(key, known);
    return known;
  }
}

/** Whether the ID as typed names the calendar of the key. */
export function names(calendarId: string, key: CalendarKey): boolean {
  return calendarKeyOf(calendarId) === key;
}
