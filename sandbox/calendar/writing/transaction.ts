/**
 * One request's changes. All changes that it makes to a calendar share one etag and one `updated` (recorded), each
 * channel of the calendar hears of them once, and what the organizer changed reaches the guests' copies before that.
 */

import { isoOf } from '../series/event-time.ts';
import type { Calendar } from '../state/calendar.ts';
import type { StoredEvent } from '../state/event-store.ts';
import { deepFreeze, type JsonObject } from '../wire/json.ts';
import type { World } from '../world.ts';

/** How one event changed. */
export interface EventChange {
  readonly calendar: Calendar;
  readonly before: JsonObject | undefined;
  readonly after: StoredEvent;
}

/** How a change is stored. */
export interface PutOptions {
  /** Leaves `updated` as it is: Google does not count a change of reminders. */
  readonly keepsUpdated?: boolean;
  /** Keeps the change from the guests. */
  readonly isPrivate?: boolean;
}

/** See the head of this file. */
export class Transaction {
  readonly world: World;
  readonly updated: string;
  readonly #etags = new Map<Calendar, string>();
  #unspread: EventChange[] = [];

  constructor(world: World) {
    this.world = world;
    this.updated = isoOf(world.now());
  }

  /** The calendars that this transaction has changed. */
  get calendars(): Iterable<Calendar> {
    return this.#etags.keys();
  }

  /** Stores a resource under its id, stamped with this transaction's etag. */
  put(calendar: Calendar, id: string, body: JsonObject, options: PutOptions = {}): StoredEvent {
    const before = calendar.events.get(id)?.body;
    const etag = this.#etagOf(calendar);
    const stamped = options.keepsUpdated === true ? { ...body, etag } : { ...body, etag, updated: this.updated };
    const after = calendar.events.put(id, deepFreeze(stamped));
    if (options.isPrivate !== true) this.#unspread.push({ calendar, before, after });
    return after;
  }

  /** Stores a deletion of which nothing is left but the id. Guests hear nothing of it. */
  putBareTombstone(calendar: Calendar, id: string): StoredEvent {
    const body = {
      kind: 'calendar#event',
      etag: this.#etagOf(calendar),
      id,
      status: 'cancelled',
      updated: this.updated,
    };
    return calendar.events.put(id, deepFreeze(body));
  }

  /** Takes the changes that have not been carried to the guests yet. */
  takeUnspread(): readonly EventChange[] {
    const changes = this.#unspread;
    this.#unspread = [];
    return changes;
  }

  #etagOf(calendar: Calendar): string {
    const known = this.#etags.get(calendar);
    if (known !== undefined) return known;
    const { world } = this;
    // Recorded etags are twice the microseconds of the change.
    world.lastEtag = Math.max(world.lastEtag + 2, Math.floor(world.now()) * 2000);
    const etag = `"${world.lastEtag}"`;
    this.#etags.set(calendar, etag);
    return etag;
  }
}
