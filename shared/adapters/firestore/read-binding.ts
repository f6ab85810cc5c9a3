/**
 * A stored binding as a record, read leniently: what it lacks gets a default that at worst repeats an update, what it has more is kept out.
 */
import type { EventTime } from '../../domain/event/event.ts';
import { EVENT_FIELDS, type EventField, type FieldHashes } from '../../domain/event/event-fields.ts';
import { type BindingId, readCalendarKey, readConferenceKey } from '../../domain/ids.ts';
import {
  BINDING_STATES,
  type BindingRecord,
  type Doubt,
  type Origin,
  PENDING_KINDS,
  type Pending,
  type Refused,
} from '../../domain/state/records.ts';
import { readFailure } from './read-calendar.ts';
import {
  dispensablePart,
  type Fields,
  isSet,
  knownOnes,
  map,
  moment,
  number,
  oneOf,
  part,
  required,
  text,
} from './read-fields.ts';

/**
 * Reads the document `calendars/{calendarId}/bindings/{id}`.
 * @throws UnreadableDocument if it does not say which event it ties to which conference, and how, or if its pending change is damaged
 */
export function readBinding(calendarId: string, id: string, fields: Fields): BindingRecord {
  return {
    // Only binding ids are ever written as names of these documents.
    id: id as BindingId,
    calendar: required(readCalendarKey(calendarId) ?? null, '__name__'),
    conference: required(readConferenceKey(fields.conference) ?? null, 'conference'),
    eventId: required(text(fields, 'eventId'), 'eventId'),
    kind: required(oneOf(fields, 'kind', ['event', 'occurrence']), 'kind'),
    state: required(oneOf(fields, 'state', BINDING_STATES), 'state'),
    recurringEventId: text(fields, 'recurringEventId'),
    originalStart: dispensablePart(fields, 'originalStart', readEventTime),
    endsAt: number(fields, 'endsAt'),
    pending: part(fields, 'pending', readPending),
    delivered: readHashes(map(fields, 'delivered')),
    refused: dispensablePart(fields, 'refused', readRefused),
    failure: dispensablePart(fields, 'failure', readFailure),
    doubt: dispensablePart(fields, 'doubt', readDoubt),
    announced: readConferenceKey(fields.announced) ?? null,
    ownEtag: text(fields, 'ownEtag'),
    lastSeenIn: text(fields, 'lastSeenIn'),
    expireAt: moment(fields, 'expireAt'),
  };
}

function readPending(fields: Fields): Pending {
  const origin = dispensablePart(fields, 'origin', readOrigin);
  return {
    revision: required(number(fields, 'revision'), 'pending.revision'),
    what: required(oneOf(fields, 'what', PENDING_KINDS), 'pending.what'),
    changed: knownOnes<EventField>(fields, 'changed', EVENT_FIELDS),
    hashes: readHashes(map(fields, 'hashes')) ?? {},
    restored: isSet(fields, 'restored'),
    ...(isSet(fields, 'needsRevision') && { needsRevision: true }),
    seenAt: number(fields, 'seenAt') ?? 0,
    ...(origin !== null && { origin }),
  };
}

function readRefused(fields: Fields): Refused {
  return {
    what: required(oneOf(fields, 'what', PENDING_KINDS), 'refused.what'),
    hashes: readHashes(map(fields, 'hashes')) ?? {},
    changed: knownOnes<EventField>(fields, 'changed', EVENT_FIELDS),
  };
}

function readDoubt(fields: Fields): Doubt {
  return {
    since: required(number(fields, 'since'), 'doubt.since'),
    readAt: required(number(fields, 'readAt'), 'doubt.readAt'),
  };
}

function readOrigin(fields: Fields): Origin {
  const kind = required(oneOf(fields, 'kind', ['notification', 'unannounced'] as const), 'kind');
  return kind === 'notification' ? { kind, at: required(number(fields, 'at'), 'at') } : { kind: 'unnotified' };
}

function readHashes(fields: Fields | null): FieldHashes | null {
  if (fields === null) return null;
  const hashes: Partial<Record<EventField, string>> = {};
  for (const field of EVENT_FIELDS) {
    const hash = text(fields, field);
    if (hash !== null) hashes[field] = hash;
  }
  return hashes;
}

function readEventTime(fields: Fields): EventTime {
  const date = text(fields, 'date');
  const dateTime = text(fields, 'dateTime');
  const timeZone = text(fields, 'timeZone');
  return {
    ...(date !== null && { date }),
    ...(dateTime !== null && { dateTime }),
    ...(timeZone !== null && { timeZone }),
  };
}
