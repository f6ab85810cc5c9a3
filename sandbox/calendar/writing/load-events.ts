/** Takes events over as a recording shows them: odd ones, deleted ones, and all. */
import type { Calendar } from '../state/calendar.ts';
import { deepFreeze, isObject, textAt } from '../wire/json.ts';
import type { World } from '../world.ts';

/** What became of the items. */
export interface LoadedEvents {
  readonly loaded: number;
  /** Items that have no id, and so cannot be kept. */
  readonly skipped: number;
}

/**
 * Stores the items under their ids, unchanged, replacing what is there; never throws for what they hold. Listings show
 * them exactly as they came until somebody changes them. Guests' calendars are not touched.
 */
export function loadEvents(world: World, calendar: Calendar, items: readonly unknown[]): LoadedEvents {
  let loaded = 0;
  for (const item of items) {
    const id = isObject(item) ? textAt(item, 'id') : undefined;
    if (!isObject(item) || id === undefined || id === '') continue;
    calendar.events.put(id, deepFreeze(structuredClone(item)), true);
    loaded += 1;
  }
  if (loaded > 0) world.channels.notify(calendar);
  return { loaded, skipped: items.length - loaded };
}
