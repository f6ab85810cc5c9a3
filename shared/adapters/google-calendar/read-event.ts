/**
 * One item of a list or get answer, as the rules see it. Recorded traffic holds events without start, dates in
 * impossible places and tombstones of every richness, so everything is looked at and nothing is expected.
 */
import {
  ACCESS_ROLES,
  type AccessRole,
  type EventTime,
  isBlind,
  type ListedEvent,
  type LiveEvent,
  type OccurrenceOf,
  wellFormed,
} from '../../domain/event/event.ts';
import { readConference } from './read-conference.ts';

/** What is asked of each event; readEvent looks at nothing else. */
export const EVENT_MASK = [
  'id,etag,status,updated,eventType,recurringEventId,originalStartTime,recurrence,summary,description,location',
  'start,end,organizer(email,self),visibility,attendees(email,responseStatus)',
  'conferenceData(conferenceId,conferenceSolution/name,createRequest/status,entryPoints/uri,parameters)',
].join(',');

const EVENT_ID_MAX = 1_024;
const TIME_TEXT_MAX = 64;

/** `Events.accessRole`; null for a value that is missing or unknown. */
export function readAccessRole(value: unknown): AccessRole | null {
  return ACCESS_ROLES.find((role) => role === value) ?? null;
}

/**
 * Reads an event as seen with this access; an unknown one (null) is taken for one that hides private events. Undefined for
 * what has no id, and for a tombstone under access that shows only busy times: there it proves no deletion. Never throws.
 */
export function readEvent(item: unknown, accessRole: AccessRole | null): ListedEvent | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  // Every value below is checked where it is read; the type only names the fields that EVENT_MASK asks for.
  const source = item as Readonly<Record<string, unknown>>;
  const id = source.id;
  if (typeof id !== 'string' || id === '' || id.length > EVENT_ID_MAX) return undefined;
  const occurrence = readOccurrence(source);
  if (source.status === 'cancelled') {
    if (isBlind(accessRole)) return undefined;
    const email = readOrganizer(source.organizer)?.email ?? null;
    return { kind: 'tombstone', id, occurrence, ...(email !== null && { organizer: email }) };
  }
  const visibility = text(source.visibility) ?? 'default';
  return {
    kind: 'live',
    id,
    etag: text(source.etag),
    updatedAt: instant(source.updated),
    eventType: text(source.eventType) ?? 'default',
    occurrence,
    recurrence: readRecurrence(source.recurrence),
    isEmptySeries: false,
    title: text(source.summary),
    description: text(source.description),
    location: text(source.location),
    start: readTime(source.start),
    end: readTime(source.end),
    organizer: readOrganizer(source.organizer),
    visibility,
    attendees: readAttendees(source.attendees),
    conference: readConference(source.conferenceData),
    hidden: hides(accessRole, visibility),
  };
}

/** An event of which our access shows nothing, not even whether it is still there. */
export function unseenEvent(id: string): LiveEvent {
  return {
    kind: 'live',
    id,
    etag: null,
    updatedAt: null,
    eventType: 'default',
    occurrence: null,
    recurrence: null,
    isEmptySeries: false,
    title: null,
    description: null,
    location: null,
    start: null,
    end: null,
    organizer: null,
    visibility: 'default',
    attendees: [],
    conference: null,
    hidden: true,
  };
}

/**
 * Readers, and writers without private access, see that private events exist and not what they hold:
 * https://developers.google.com/workspace/calendar/api/v3/reference/events/list#response
 */
function hides(accessRole: AccessRole | null, visibility: string): boolean {
  switch (accessRole) {
    case 'none':
    case 'freeBusyReader':
      return true;
    case 'owner':
    case 'writer':
      return false;
    case 'reader':
    case 'writerWithoutPrivateAccess':
    case null:
      return visibility === 'private' || visibility === 'confidential';
  }
}

function readOccurrence(source: Readonly<Record<string, unknown>>): OccurrenceOf | null {
  const recurringEventId = text(source.recurringEventId);
  if (recurringEventId === null || recurringEventId === '') return null;
  return { recurringEventId, originalStart: readTime(source.originalStartTime) };
}

/** Where both are given, `dateTime` says more than `date`; where neither is, there is no time. */
function readTime(value: unknown): EventTime | null {
  if (typeof value !== 'object' || value === null) return null;
  const dateTime = timeText(value, 'dateTime');
  const date = dateTime === undefined ? timeText(value, 'date') : undefined;
  if (dateTime === undefined && date === undefined) return null;
  const timeZone = timeText(value, 'timeZone');
  return wellFormed({
    ...(date !== undefined && { date }),
    ...(dateTime !== undefined && { dateTime }),
    ...(timeZone !== undefined && { timeZone }),
  });
}

function timeText(value: object, name: string): string | undefined {
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' && found !== '' && found.length <= TIME_TEXT_MAX ? found : undefined;
}

function readRecurrence(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const lines = value.filter((line): line is string => typeof line === 'string');
  return lines.length === 0 ? null : lines;
}

function readOrganizer(value: unknown): LiveEvent['organizer'] {
  if (typeof value !== 'object' || value === null) return null;
  return { email: text(Reflect.get(value, 'email')), self: Reflect.get(value, 'self') === true };
}

function readAttendees(value: unknown): LiveEvent['attendees'] {
  if (!Array.isArray(value)) return [];
  const attendees: { email: string; responseStatus: string | null }[] = [];
  for (const attendee of value) {
    if (typeof attendee !== 'object' || attendee === null) continue;
    const email: unknown = Reflect.get(attendee, 'email');
    if (typeof email !== 'string') continue;
    attendees.push({ email, responseStatus: text(Reflect.get(attendee, 'responseStatus')) });
  }
  return attendees;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function instant(value: unknown): number | null {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}
