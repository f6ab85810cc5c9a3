/**
 * The events of one calendar as the Calendar API lists them, kept up to date by sync token, and what changed between two
 * looks. The first look is the state of things, not a change.
 */
import type { CalendarCall, CalendarReply } from './console-world.ts';
import { fieldsOf, instantOf, readSeenEvent, type SeenEvent, textOf } from './seen-event.ts';

/** One event that became different. */
export interface EventChange {
  readonly before: SeenEvent | undefined;
  readonly after: SeenEvent;
}

const PAGES_MAX = 1_000;

/** See the head of this file. */
export class CalendarMirror {
  readonly calendarId: string;
  readonly #ask: (call: CalendarCall) => CalendarReply;
  readonly #events = new Map<string, SeenEvent>();
  #syncToken: string | null = null;
  #isKnown: boolean;

  /** @param isNew nothing was in the calendar before: the first look shows changes too */
  constructor(calendarId: string, ask: (call: CalendarCall) => CalendarReply, isNew: boolean) {
    this.calendarId = calendarId;
    this.#ask = ask;
    this.#isKnown = isNew;
  }

  /** The events by id, cancelled ones included. */
  get events(): ReadonlyMap<string, SeenEvent> {
    return this.#events;
  }

  /** Looks again; an answer that makes no sense changes nothing, and the next look starts afresh. */
  refresh(): EventChange[] {
    const changes: EventChange[] = [];
    const seen = this.#read(this.#syncToken) ?? (this.#syncToken === null ? undefined : this.#read(null));
    if (seen === undefined) {
      this.#syncToken = null;
      return [];
    }
    for (const after of seen) {
      const before = this.#events.get(after.id) ?? this.#asTheSeries(after);
      if (this.#isKnown && !isSame(before, after)) changes.push({ before, after });
      // A bare tombstone says less than what is known of the event.
      this.#events.set(after.id, after.isCancelled && before !== undefined ? { ...before, isCancelled: true } : after);
    }
    this.#isKnown = true;
    return changes;
  }

  /** An occurrence that stands by itself for the first time was like its series before, and its tombstone does not say so. */
  #asTheSeries({ id, recurringEventId, originalStart }: SeenEvent): SeenEvent | undefined {
    const series = recurringEventId === null ? undefined : this.#events.get(recurringEventId);
    const start = instantOf(originalStart);
    if (series === undefined || start === null) return undefined;
    const lengthMs = (instantOf(series.end) ?? 0) - (instantOf(series.start) ?? 0);
    const end = new Date(start + lengthMs).toISOString();
    const isWholeDay = originalStart?.date !== undefined;
    return {
      ...series,
      id,
      recurringEventId,
      originalStart,
      recurrence: null,
      start: originalStart,
      end: isWholeDay ? { date: end.slice(0, 10) } : { dateTime: end },
    };
  }

  #read(syncToken: string | null): SeenEvent[] | undefined {
    const seen: SeenEvent[] = [];
    let pageToken: string | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      const query = new URLSearchParams({ showDeleted: 'true', maxResults: '2500' });
      if (syncToken !== null) query.set('syncToken', syncToken);
      if (pageToken !== null) query.set('pageToken', pageToken);
      const path = `/calendar/v3/calendars/${encodeURIComponent(this.calendarId)}/events`;
      const reply = this.#ask({ method: 'GET', path, query, headers: {}, body: undefined });
      if (reply.status !== 200) return undefined;
      const body = fieldsOf(reply.body);
      const items: readonly unknown[] = Array.isArray(body.items) ? body.items : [];
      for (const item of items) {
        const event = readSeenEvent(item, this.calendarId);
        if (event !== undefined) seen.push(event);
      }
      pageToken = textOf(body.nextPageToken);
      if (pageToken !== null) continue;
      this.#syncToken = textOf(body.nextSyncToken);
      return seen;
    }
    return undefined;
  }
}

function isSame(before: SeenEvent | undefined, after: SeenEvent): boolean {
  if (before === undefined) return false;
  if (before.isCancelled && after.isCancelled) return true;
  return JSON.stringify(before) === JSON.stringify(after);
}
