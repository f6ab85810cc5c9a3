/** Whether an event belongs to a listing: the conditions of `events.list` that look at a single event. */

import { momentOf } from '../series/event-time.ts';
import { seriesOf, type Window } from '../series/find-event.ts';
import { lastStartMs } from '../series/recurrence.ts';
import type { Calendar } from '../state/calendar.ts';
import type { StoredEvent } from '../state/event-store.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from '../wire/json.ts';
import type { ListQuery } from './list-query.ts';

/** Whether a full listing shows this event at all, deleted as it may be. */
export function isShown(event: StoredEvent, calendar: Calendar, query: ListQuery): boolean {
  if (!event.cancelled || query.showDeleted || query.updatedMinMs !== undefined) return true;
  // Cancelled occurrences of a live series come even unasked, unless every occurrence comes by itself.
  if (query.singleEvents || event.recurringEventId === undefined) return false;
  return calendar.events.get(event.recurringEventId)?.cancelled === false;
}

/** Whether the resource meets what the query asks of it. */
export function matches(body: JsonObject, calendar: Calendar, query: ListQuery): boolean {
  if (query.eventTypes !== undefined && !query.eventTypes.has(textAt(body, 'eventType') ?? 'default')) return false;
  if (query.iCalUID !== undefined && body.iCalUID !== query.iCalUID) return false;
  if (query.updatedMinMs !== undefined && Date.parse(textAt(body, 'updated') ?? '') < query.updatedMinMs) return false;
  if (!hasProperties(body, 'private', query.privateProperties)) return false;
  if (!hasProperties(body, 'shared', query.sharedProperties)) return false;
  if (!query.words.every((word) => textOf(body).includes(word))) return false;
  return touchesWindow(body, calendar, windowOf(query));
}

/** The time in which the query looks. */
export function windowOf(query: ListQuery): Window {
  return { fromMs: query.timeMinMs ?? Number.NEGATIVE_INFINITY, toMs: query.timeMaxMs ?? Number.POSITIVE_INFINITY };
}

/** Whether an event, or a series as a whole, lies in the window: `timeMin` bounds its end, `timeMax` its start. */
function touchesWindow(body: JsonObject, calendar: Calendar, window: Window): boolean {
  if (window.fromMs === Number.NEGATIVE_INFINITY && window.toMs === Number.POSITIVE_INFINITY) return true;
  const start = momentOf(body.start, calendar.timeZone) ?? momentOf(body.originalStartTime, calendar.timeZone);
  if (start === undefined) return false;
  if (start.instantMs >= window.toMs) return false;
  const series = seriesOf(body, calendar.timeZone);
  if (series !== undefined) return lastStartMs(series.recurrence) + series.durationMs > window.fromMs;
  const end = momentOf(body.end, calendar.timeZone) ?? start;
  return end.instantMs > window.fromMs;
}

function hasProperties(body: JsonObject, kind: string, wanted: readonly (readonly [string, string])[]): boolean {
  if (wanted.length === 0) return true;
  const properties = objectAt(objectAt(body, 'extendedProperties'), kind);
  return wanted.every(([name, value]) => properties?.[name] === value);
}

function textOf(body: JsonObject): string {
  const people = [...objectsAt(body, 'attendees'), objectAt(body, 'organizer') ?? {}];
  const texts = [
    body.summary,
    body.description,
    body.location,
    ...people.flatMap((person) => [person.email, person.displayName]),
  ];
  return texts
    .filter((text) => typeof text === 'string')
    .join('\n')
    .toLowerCase();
}
