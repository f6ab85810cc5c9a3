/**
 * One conference as its own system sees it, and what each change does to it. Pure: a record and a change make the next
 * record. A conference comes into being with the first change that names it, whatever the change: a cancellation of an
 * unknown conference is kept as cancelled, so that its revision still stops an older update that comes late.
 */
import type { EventFields, EventTime, OccurrenceFields, WebhookEvent } from './webhook-event.ts';

/** An occurrence of a series that differs from it. */
export interface Occurrence {
  readonly eventId: string;
  /** The series' master event. */
  readonly seriesId: string;
  readonly originalStart: EventTime | null;
  readonly state: 'updated' | 'cancelled';
  readonly title?: string | null;
  readonly start?: EventTime | null;
  readonly end?: EventTime | null;
}

/** One applied change. `changed` holds field names; `reason` is there for a cancellation. */
export interface HistoryEntry {
  readonly revision: number;
  readonly type: WebhookEvent['type'];
  /** RFC 3339, when it was applied. */
  readonly at: string;
  readonly eventId: string;
  readonly changed: readonly string[];
  readonly reason?: string;
  readonly restored?: true;
}

/** The last that was told of one event of the conference. */
export type KnownEvent = EventFields & { readonly calendarId: string; readonly revision: number };

/** A conference. Title, times and recurrence are those of the event that was updated last. */
export interface ConferenceRecord {
  readonly id: string;
  readonly state: 'active' | 'cancelled';
  readonly title: string | null;
  readonly description?: string;
  readonly location?: string;
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly recurrence: readonly string[] | null;
  /**
   * An entry stays until a change names the same occurrence again: an update of the series never removes one, because
   * only the sender knows which occurrences a new rule or start leaves as they were, and it tells of each by itself.
   */
  readonly occurrences: readonly Occurrence[];
  /** Changes applied so far. */
  readonly updates: number;
  /** The last revision applied. */
  readonly revision: number;
  /** How often an update said `restored`. */
  readonly restored: number;
  readonly events: ReadonlyMap<string, KnownEvent>;
  /** Oldest first, the last HISTORY_MAX. */
  readonly history: readonly HistoryEntry[];
}

/** Length of the history kept per conference. */
export const HISTORY_MAX = 50;
/** Events remembered per conference: those updated last. */
export const EVENTS_MAX = 1_000;
/** Occurrences remembered per conference: those changed last. */
export const OCCURRENCES_MAX = 10_000;

/** The record after the change; `before` is null for a conference not known yet. `at` is in Unix milliseconds. */
export function applyChange(before: ConferenceRecord | null, change: WebhookEvent, at: number): ConferenceRecord {
  const known = before ?? blank(change.conferenceId);
  const record: ConferenceRecord = {
    ...known,
    updates: known.updates + 1,
    revision: change.revision,
    history: [...known.history, historyEntry(change, at)].slice(-HISTORY_MAX),
  };
  switch (change.type) {
    case 'conference.updated':
      return applyUpdate(record, change);
    case 'conference.cancelled':
      return { ...record, state: 'cancelled' };
    case 'conference.occurrence_updated':
      return withOccurrence(record, change.eventId, 'updated', change.occurrence);
    case 'conference.occurrence_cancelled':
      return withOccurrence(record, change.eventId, 'cancelled', change.occurrence);
  }
}

function blank(id: string): ConferenceRecord {
  return {
    id,
    state: 'active',
    title: null,
    start: null,
    end: null,
    recurrence: null,
    occurrences: [],
    updates: 0,
    revision: 0,
    restored: 0,
    events: new Map(),
    history: [],
  };
}

/** An update means that the conference is wanted, so it is active again even where the sender forgot `restored`. */
function applyUpdate(
  record: ConferenceRecord,
  change: Extract<WebhookEvent, { type: 'conference.updated' }>,
): ConferenceRecord {
  const { event, eventId, calendarId, revision } = change;
  const { description: descriptionBefore, location: locationBefore, ...rest } = record;
  const description = event.description === undefined ? descriptionBefore : event.description;
  const location = event.location === undefined ? locationBefore : event.location;
  const events = new Map(record.events);
  events.delete(eventId);
  events.set(eventId, { ...event, calendarId, revision });
  const oldest = events.keys().next();
  if (events.size > EVENTS_MAX && oldest.done !== true) events.delete(oldest.value);
  return {
    ...rest,
    state: 'active',
    title: event.title === undefined ? record.title : event.title,
    ...(description === undefined || description === null ? {} : { description }),
    ...(location === undefined || location === null ? {} : { location }),
    start: event.start === undefined ? record.start : event.start,
    end: event.end === undefined ? record.end : event.end,
    recurrence: event.recurrence === undefined ? record.recurrence : event.recurrence,
    restored: record.restored + (change.restored ? 1 : 0),
    events,
  };
}

function withOccurrence(
  record: ConferenceRecord,
  seriesId: string,
  state: Occurrence['state'],
  occurrence: OccurrenceFields,
): ConferenceRecord {
  const others = record.occurrences.filter((known) => known.eventId !== occurrence.eventId);
  const occurrences = [...others, { ...occurrence, seriesId, state }].slice(-OCCURRENCES_MAX);
  return { ...record, occurrences };
}

function historyEntry(change: WebhookEvent, at: number): HistoryEntry {
  const { revision, type, eventId } = change;
  return {
    revision,
    type,
    at: new Date(at).toISOString(),
    eventId,
    changed: 'changed' in change ? change.changed : [],
    ...(type === 'conference.cancelled' ? { reason: change.reason } : {}),
    ...(type === 'conference.updated' && change.restored ? { restored: true } : {}),
  };
}
