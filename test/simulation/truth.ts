/**
 * What is really so, read from the simulated Calendar itself and from nothing of ours: which organizer's event carries which of our
 * conferences, since when, and whether a finished listing has shown it.
 */

import type { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { type JsonObject, objectAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import { OUR_SOLUTION } from './settings.ts';

/** An organizer's event of a registered calendar that carries, or carried, a conference of ours. */
export interface Carrier {
  readonly calendarId: string;
  readonly eventId: string;
  readonly conferenceId: string;
  readonly since: number;
  /** When it stopped; null while it carries it. */
  until: number | null;
  /** A listing that has been worked off to its end has shown it. */
  isShown: boolean;
}

/** The id of our conference on an event, or undefined. */
export function conferenceOn(body: JsonObject): string | undefined {
  const data = objectAt(body, 'conferenceData');
  const isOurs = textAt(objectAt(data, 'conferenceSolution'), 'name') === OUR_SOLUTION;
  return isOurs ? textAt(data, 'conferenceId') : undefined;
}

/** Whether this calendar's copy is the organizer's. */
export function isOrganizers(body: JsonObject, calendarId: string): boolean {
  return textAt(objectAt(body, 'organizer'), 'email') === calendarId;
}

/** See the file's head. */
export class Truth {
  readonly #calendar: SimulatedCalendar;
  readonly #registered: readonly string[];
  readonly #now: () => number;
  /** By calendar, event and conference: the last time that the one carried the other. */
  readonly #carriers = new Map<string, Carrier>();

  constructor(calendar: SimulatedCalendar, registered: readonly string[], now: () => number) {
    this.#calendar = calendar;
    this.#registered = registered;
    this.#now = now;
  }

  /** Must be called after every write to a calendar. */
  refresh(): void {
    const now = this.#now();
    const carried = new Set<string>();
    for (const calendarId of this.#registered) {
      for (const [eventId, conferenceId] of carriedOn(this.#calendar, calendarId)) {
        const key = keyOf(calendarId, eventId, conferenceId);
        carried.add(key);
        const known = this.#carriers.get(key);
        if (known?.until !== null || known === undefined) {
          const carrier = { calendarId, eventId, conferenceId, since: now, until: null, isShown: false };
          this.#carriers.set(key, carrier);
        }
      }
    }
    for (const [key, carrier] of this.#carriers) if (carrier.until === null && !carried.has(key)) carrier.until = now;
  }

  /** All events that carry the conference now. */
  carriersOf(conferenceId: string): readonly Carrier[] {
    return this.all().filter((carrier) => carrier.conferenceId === conferenceId && carrier.until === null);
  }

  /** The last time that this event carried this conference. */
  carrier(calendarId: string, eventId: string, conferenceId: string): Carrier | undefined {
    return this.#carriers.get(keyOf(calendarId, eventId, conferenceId));
  }

  /** When the last event that anybody was shown stopped carrying the conference; undefined if none ever did. */
  endedAt(conferenceId: string): number | undefined {
    const shown = this.all().filter((carrier) => carrier.isShown && carrier.conferenceId === conferenceId);
    const ends = shown.map(({ until }) => until ?? 0);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** What listings of this calendar have shown counts for nothing any more: nobody is to know it now. */
  forget(calendarId: string): void {
    for (const carrier of this.all()) if (carrier.calendarId === calendarId) carrier.isShown = false;
  }

  /** Everything that is or was carried. */
  all(): Carrier[] {
    return [...this.#carriers.values()];
  }

  /** Ids of all conferences that any event has ever carried. */
  conferenceIds(): readonly string[] {
    return [...new Set(this.all().map(({ conferenceId }) => conferenceId))];
  }

  /** Whether the event carries the conference now on this calendar, registered or not, as its organizer's. */
  isCarriedOn(calendarId: string, eventId: string, conferenceId: string): boolean {
    return carriedOn(this.#calendar, calendarId).some(([id, carried]) => id === eventId && carried === conferenceId);
  }

  /** Whether a copy that somebody else organizes shows the conference on a registered calendar. */
  isOnGuestsCopy(conferenceId: string): boolean {
    return this.#registered.some((calendarId) =>
      this.#calendar
        .events(calendarId)
        .some(
          (body) =>
            body.status !== 'cancelled' && !isOrganizers(body, calendarId) && conferenceOn(body) === conferenceId,
        ),
    );
  }
}

function carriedOn(calendar: SimulatedCalendar, calendarId: string): [string, string][] {
  const events = calendar.events(calendarId);
  const onMaster = new Map<string, string>();
  for (const body of events) {
    const id = textAt(body, 'id');
    const conferenceId = body.recurringEventId === undefined ? carriedBy(body, calendarId) : undefined;
    const isCarried = id !== undefined && conferenceId !== undefined;
    if (isCarried && calendar.takesPlace(calendarId, id)) onMaster.set(id, conferenceId);
  }
  const exceptions = events.flatMap((body): [string, string][] => {
    const seriesId = textAt(body, 'recurringEventId');
    const id = textAt(body, 'id');
    const conferenceId = carriedBy(body, calendarId);
    if (seriesId === undefined || id === undefined || conferenceId === undefined) return [];
    // With its series' conference it is a part of the series, and no reference of its own.
    return onMaster.get(seriesId) === conferenceId ? [] : [[id, conferenceId]];
  });
  return [...onMaster, ...exceptions];
}

function carriedBy(body: JsonObject, calendarId: string): string | undefined {
  if (body.status === 'cancelled' || !isOrganizers(body, calendarId)) return undefined;
  return conferenceOn(body);
}

function keyOf(calendarId: string, eventId: string, conferenceId: string): string {
  return `${calendarId}|${eventId}|${conferenceId}`;
}
