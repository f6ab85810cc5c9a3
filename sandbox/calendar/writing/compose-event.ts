/**
 * Makes the resource of an event from what a client sent: what Google fills in, ignores, cuts and normalises
 * (https://developers.google.com/workspace/calendar/api/v3/reference/events). What the API does not know is dropped.
 */

import { EVENT_TIMES, isoOf, timeIn } from '../series/event-time.ts';
import type { Calendar } from '../state/calendar.ts';
import { isObject, type JsonObject, objectAt, textAt, without } from '../wire/json.ts';

/** The members of an event, as the discovery document of 2026-10-30 has them, that a client may write. */
const WRITABLE: ReadonlySet<string> = new Set([
  'anyoneCanAddSelf',
  'attachments',
  'attendees',
  'birthdayProperties',
  'colorId',
  'conferenceData',
  'description',
  'end',
  'endTimeUnspecified',
  'eventLabelId',
  'eventType',
  'extendedProperties',
  'focusTimeProperties',
  'gadget',
  'guestsCanInviteOthers',
  'guestsCanModify',
  'guestsCanSeeOtherGuests',
  'location',
  'outOfOfficeProperties',
  'recurrence',
  'reminders',
  'sequence',
  'source',
  'start',
  'status',
  'summary',
  'transparency',
  'visibility',
  'workingLocationProperties',
]);

/** The members of a request's body that a client may write. */
export function writableOf(body: JsonObject): JsonObject {
  const writable: Record<string, unknown> = {};
  for (const key of Object.keys(body)) if (WRITABLE.has(key)) writable[key] = body[key];
  return writable;
}

/** What a client decides about a new event beside its body. */
export interface NewEvent {
  readonly id: string;
  readonly iCalUID: string;
  /** The user who writes. */
  readonly creator: string;
  readonly organizer: JsonObject;
}

/** The resource of a new event. */
export function composeEvent(calendar: Calendar, body: JsonObject, event: NewEvent, nowMs: number): JsonObject {
  const created = `${isoOf(nowMs).slice(0, 19)}.000Z`;
  const { status, start, end, sequence, reminders, eventType, attendees, ...rest } = writableOf(body);
  return normalise(
    {
      kind: 'calendar#event',
      etag: '',
      id: event.id,
      status: status ?? 'confirmed',
      htmlLink: htmlLink(event.id, calendar),
      created,
      updated: created,
      ...rest,
      creator: seenOn({ email: event.creator }, calendar),
      organizer: event.organizer,
      start,
      end,
      iCalUID: event.iCalUID,
      sequence: typeof sequence === 'number' ? sequence : 0,
      ...(attendees === undefined ? {} : { attendees }),
      reminders: reminders ?? { useDefault: true },
      eventType: eventType ?? 'default',
    },
    calendar,
  );
}

/** A person as a calendar's copy names him: `self` where the calendar is his. */
export function seenOn(person: JsonObject | undefined, calendar: Calendar): JsonObject | undefined {
  if (person === undefined) return undefined;
  const isSelf = textAt(person, 'email')?.toLowerCase() === calendar.id.toLowerCase();
  return { ...without(person, 'self'), ...(isSelf ? { self: true } : {}) };
}

/** Where a person would look at the event. */
export function htmlLink(id: string, calendar: Calendar): string {
  return `https://www.google.com/calendar/event?eid=${Buffer.from(`${id} ${calendar.id}`).toString('base64url')}`;
}

/** The resource with its times, attendees and properties as Google would keep them; absent members are left out. */
export function normalise(body: JsonObject, calendar: Calendar): JsonObject {
  const normal: Record<string, unknown> = {};
  for (const key of Object.keys(body)) {
    const value = body[key];
    if (value !== undefined && value !== null) normal[key] = value;
  }
  Object.assign(normal, normalTimes(body, calendar));
  const { attendees } = body;
  if (Array.isArray(attendees)) {
    const organizer = textAt(objectAt(body, 'organizer'), 'email');
    normal.attendees = attendees.filter(isObject).map((attendee) => normalAttendee(attendee, calendar, organizer));
  }
  const properties = objectAt(body, 'extendedProperties');
  if (properties !== undefined) normal.extendedProperties = normalProperties(properties);
  return normal;
}

/** The times of an event as Google would keep them, by their names. */
export function normalTimes(body: JsonObject, calendar: Calendar): JsonObject {
  const times: Record<string, unknown> = {};
  for (const name of EVENT_TIMES) {
    const time = body[name];
    if (isObject(time)) times[name] = normalTime(time, calendar.timeZone);
  }
  return times;
}

/** A time of day gets the calendar's offset, whichever it was written with (recorded: googleapis/google-api-ruby-client#647). */
function normalTime(time: JsonObject, calendarZone: string): JsonObject {
  const hasNull = Object.values(time).includes(null);
  const kept = hasNull ? Object.fromEntries(Object.entries(time).filter(([, value]) => value !== null)) : time;
  return timeIn(kept, calendarZone);
}

function normalAttendee(attendee: JsonObject, calendar: Calendar, organizer: string | undefined): JsonObject {
  const email = (textAt(attendee, 'email') ?? '').toLowerCase();
  return {
    ...without(attendee, 'self', 'organizer'),
    responseStatus: attendee.responseStatus ?? 'needsAction',
    ...(email === organizer?.toLowerCase() ? { organizer: true } : {}),
    ...(email === calendar.id.toLowerCase() ? { self: true } : {}),
  };
}

const PROPERTY_NAME_MAX = 44;
const PROPERTY_VALUE_MAX = 1024;

/** Too long a name is dropped with its value, too long a value is cut. */
function normalProperties(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([kind, values]) => {
      if (!isObject(values)) return [kind, values];
      const kept = Object.entries(values)
        .filter(([name, value]) => name.length <= PROPERTY_NAME_MAX && value !== null)
        .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, PROPERTY_VALUE_MAX) : value]);
      return [kind, Object.fromEntries(kept)];
    }),
  );
}
