/** The checks that Google makes on an event before it is written; each refusal is a 400 in its words. */

import { isZone } from '../../import/zoned-time.ts';
import { hasOffset, type Moment, momentOf } from '../series/event-time.ts';
import { BrokenRecurrence, parseRecurrence } from '../series/recurrence.ts';
import { EVENT_TYPES } from '../state/event-types.ts';
import { ApiError, invalid, required, timeRangeEmpty } from '../wire/api-error.ts';
import { isObject, type JsonObject, objectAt, objectsAt, textAt, textsAt } from '../wire/json.ts';
import { validateReminders } from './validate-reminders.ts';

const STATUSES: readonly unknown[] = [undefined, 'confirmed', 'tentative', 'cancelled'];
const VISIBILITIES: readonly unknown[] = [undefined, 'default', 'public', 'private', 'confidential'];

/**
 * Refuses an event id that Google would not take: base32hex, 5 to 1024 characters.
 * @throws ApiError 400
 */
export function validateEventId(id: string): void {
  if (!/^[a-v0-9]{5,1024}$/.test(id)) throw invalid('Invalid resource id value.');
}

/**
 * Refuses an event that cannot be.
 * @throws ApiError 400
 */
export function validateEvent(body: JsonObject, calendarZone: string): void {
  const isSeries = body.recurrence !== undefined;
  const start = validTime(body.start, 'start', calendarZone, isSeries);
  const end = validTime(body.end, 'end', calendarZone, isSeries);
  if (start.allDay !== end.allDay) throw invalid('Start and end times must either both be date or both be dateTime.');
  // An event of no length is refused too, as people met it (ridafkih/keeper.sh 614).
  if (end.instantMs <= start.instantMs) throw timeRangeEmpty();
  if (isSeries) validateRecurrence(body, start);
  if (!STATUSES.includes(body.status)) throw invalid('Invalid value for: Invalid event status');
  if (!VISIBILITIES.includes(body.visibility)) throw invalid('Invalid value for: Invalid visibility');
  if (body.eventType !== undefined && !EVENT_TYPES.has(body.eventType))
    throw invalid('Invalid value for: Invalid event type');
  validateAttendees(body);
  validateEventReminders(objectAt(body, 'reminders'));
  validateWorkingLocation(body);
  validateConference(body.conferenceData);
}

function validTime(time: unknown, name: 'start' | 'end', calendarZone: string, isSeries: boolean): Moment {
  if (!isObject(time)) throw required(`Missing ${name} time.`);
  const zone = textAt(time, 'timeZone');
  if (zone !== undefined && !isZone(zone)) throw invalid(`Invalid time zone definition for ${name} time.`);
  const dateTime = textAt(time, 'dateTime');
  if (dateTime === undefined && textAt(time, 'date') === undefined) throw required(`Missing ${name} time.`);
  if (dateTime !== undefined && zone === undefined && (isSeries || !hasOffset(dateTime))) {
    throw required(`Missing time zone definition for ${name} time.`);
  }
  const moment = momentOf(time, calendarZone);
  if (moment === undefined || (dateTime === undefined && !moment.allDay)) throw invalid(`Invalid ${name} time.`);
  return moment;
}

function validateRecurrence(body: JsonObject, start: Moment): void {
  const lines = textsAt(body, 'recurrence');
  if (!Array.isArray(body.recurrence) || lines.length !== body.recurrence.length)
    throw invalid('Invalid recurrence rule.');
  try {
    parseRecurrence(lines, start);
  } catch (cause) {
    if (cause instanceof BrokenRecurrence) throw invalid('Invalid recurrence rule.');
    throw cause;
  }
}

function validateAttendees(body: JsonObject): void {
  const { attendees } = body;
  if (attendees === undefined) return;
  if (!Array.isArray(attendees)) throw invalid('Invalid value for: attendees');
  for (const attendee of attendees) {
    const email = isObject(attendee) ? attendee.email : undefined;
    if (email === undefined) throw required('Missing attendee email.');
    if (typeof email !== 'string' || !email.includes('@')) throw invalid('Invalid attendee email.');
  }
}

function validateEventReminders(reminders: JsonObject | undefined): void {
  const overrides = objectsAt(reminders, 'overrides');
  if (reminders?.useDefault === true && overrides.length > 0) {
    throw new ApiError(
      400,
      'calendar',
      'cannotUseDefaultRemindersAndSpecifyOverride',
      'Cannot specify both default reminders and overrides at the same time.',
    );
  }
  validateReminders(overrides);
}

const LOCATION_TYPES: readonly unknown[] = ['homeOffice', 'officeLocation', 'customLocation'];

/** See https://developers.google.com/workspace/calendar/api/guides/working-hours-and-location. */
function validateWorkingLocation(body: JsonObject): void {
  if (body.eventType !== 'workingLocation') return;
  const properties = objectAt(body, 'workingLocationProperties');
  if (properties === undefined) throw required('Missing working location properties.');
  if (!LOCATION_TYPES.includes(properties.type)) throw invalid('Invalid working location type.');
}

const SOLUTION_TYPES: readonly unknown[] = ['eventHangout', 'eventNamedHangout', 'hangoutsMeet', 'addOn'];

/** A conference is asked for, or it has a solution and a way in. */
function validateConference(conference: unknown): void {
  if (conference === undefined) return;
  if (!isObject(conference)) throw invalid('Invalid conference data.');
  const request = objectAt(conference, 'createRequest');
  const asked = objectAt(request, 'conferenceSolutionKey')?.type;
  if (asked !== undefined && !SOLUTION_TYPES.includes(asked)) throw invalid('Invalid conference type value.');
  if (request !== undefined && textAt(request, 'requestId') === undefined)
    throw invalid('Missing conference create request id.');
  const hasEntry = Array.isArray(conference.entryPoints) && conference.entryPoints.length > 0;
  if (request === undefined && !(isObject(conference.conferenceSolution) && hasEntry)) {
    throw invalid('Invalid conference data: a create request, or a conference solution and an entry point are needed.');
  }
}
