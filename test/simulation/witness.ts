/** What each worker has been shown by Google, for judges who ask what it could have known. */

import type { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { textAt } from '../../sandbox/calendar/wire/json.ts';
import type { ListedEvent } from '../../shared/domain/event/event.ts';
import type { Worker } from './scheduler.ts';
import { OUR_SOLUTION } from './settings.ts';
import type { Carrier, Truth } from './truth.ts';

/** The last answer to an `events.get`. */
export interface Reading {
  readonly at: number;
  readonly event: ListedEvent | null;
}

/** See the file's head. */
export class Witness {
  readonly #calendar: SimulatedCalendar;
  readonly #truth: Truth;
  readonly #now: () => number;
  readonly #shown = new Map<Worker, Carrier[]>();
  readonly #etags = new Map<string, string | null>();
  readonly #organizers = new Set<string>();
  readonly #readings = new Map<string, Reading>();
  readonly #told = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(calendar: SimulatedCalendar, truth: Truth, now: () => number) {
    this.#calendar = calendar;
    this.#truth = truth;
    this.#now = now;
  }

  /** A page of a listing was shown to the worker. */
  listed(worker: Worker, calendarId: string, events: readonly ListedEvent[]): void {
    for (const event of events) {
      this.#note(worker, calendarId, event);
      const carrier = this.#carrierOf(calendarId, event);
      if (carrier === undefined) continue;
      const shown = this.#shown.get(worker) ?? [];
      this.#shown.set(worker, [...shown, carrier]);
    }
  }

  /** One event was shown to the worker. */
  read(worker: Worker, calendarId: string, eventId: string, event: ListedEvent | null): void {
    this.#readings.set(`${calendarId}|${eventId}`, { at: this.#now(), event });
    if (event !== null) this.#note(worker, calendarId, event);
  }

  /** The worker has worked off a listing to its end: from now on, everybody must know what it showed. */
  synced(worker: Worker, isRegistered: (calendarId: string) => boolean): void {
    for (const carrier of this.#shown.get(worker) ?? []) if (isRegistered(carrier.calendarId)) carrier.isShown = true;
    this.#shown.delete(worker);
  }

  /** The last answer about this event that any worker got. */
  reading(calendarId: string, eventId: string): Reading | undefined {
    return this.#readings.get(`${calendarId}|${eventId}`);
  }

  /** Whether any worker was shown the event on this calendar while this was its organizer. */
  hasShownOf(calendarId: string, eventId: string, organizer: string): boolean {
    return this.#organizers.has(`${calendarId}|${eventId}|${organizer}`);
  }

  /** Whether the event is another than the worker has last seen. */
  isOutdated(worker: Worker, calendarId: string, eventId: string): boolean {
    const now = this.#calendar.events(calendarId).find(({ id }) => id === eventId);
    return this.#etags.get(`${worker.name}|${calendarId}|${eventId}`) !== textAt(now, 'etag');
  }

  /** The worker tells the conference system what the event says. */
  told(worker: Worker, eventId: string, content: object): void {
    this.#told.set(`${worker.name}|${eventId}`, { ...content });
  }

  /** Which of the words that a patch sets have been changed since the worker told of them; undefined for none. */
  undoneBy(worker: Worker, calendarId: string, eventId: string, patch: object): string | undefined {
    const told = this.#told.get(`${worker.name}|${eventId}`);
    const now = this.#calendar.events(calendarId).find(({ id }) => id === eventId);
    if (told === undefined || now === undefined) return undefined;
    return Object.keys(patch).find((part) => {
      const field = part === 'summary' ? 'title' : part;
      return Object.hasOwn(told, field) && (told[field] ?? '') !== (textAt(now, part) ?? '');
    });
  }

  #carrierOf(calendarId: string, event: ListedEvent): Carrier | undefined {
    if (event.kind !== 'live' || event.conference?.solutionName !== OUR_SOLUTION) return undefined;
    const { conferenceId } = event.conference;
    const carrier = conferenceId === null ? undefined : this.#truth.carrier(calendarId, event.id, conferenceId);
    return carrier?.until === null ? carrier : undefined;
  }

  #note(worker: Worker, calendarId: string, event: ListedEvent): void {
    if (event.kind !== 'live') return;
    this.#etags.set(`${worker.name}|${calendarId}|${event.id}`, event.etag);
    this.#organizers.add(`${calendarId}|${event.id}|${event.organizer?.email}`);
  }
}
