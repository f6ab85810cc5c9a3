/** The `calendars` and `calendarList` collections: calendars themselves, and which of them a user sees. */

import { isZone } from '../../import/zoned-time.ts';
import { ACCESS_ROLES, type AccessRole, grants } from '../state/access-role.ts';
import type { Calendar } from '../state/calendar.ts';
import type { Access, Directory } from '../state/directory.ts';
import { fingerprint, newEventId } from '../state/identifiers.ts';
import { ApiError, invalid, required } from '../wire/api-error.ts';
import { type JsonObject, textAt } from '../wire/json.ts';
import { countParameter, textParameter } from '../wire/query-values.ts';
import type { Query } from '../wire/requests.ts';
import type { World } from '../world.ts';
import { runTransaction } from './run-transaction.ts';
import { isOrganizersCopy } from './spread.ts';
import { storeChange } from './store-change.ts';

/** A calendar as `calendars.get` answers it. */
export function calendarResource(calendar: Calendar): JsonObject {
  const { id, summary, description, timeZone } = calendar;
  const described = description === undefined ? {} : { description };
  const etag = `"${fingerprint([summary, description, timeZone].join('|'))}"`;
  return {
    kind: 'calendar#calendar',
    etag,
    id,
    summary,
    ...described,
    timeZone,
    conferenceProperties: { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
  };
}

/**
 * Makes a further calendar of the user.
 * @throws ApiError 400
 */
export function insertCalendar(world: World, user: string, body: JsonObject): JsonObject {
  const summary = textAt(body, 'summary');
  if (summary === undefined || summary === '') throw required('Missing calendar summary.');
  const id = `${newEventId(world.random)}@group.calendar.google.com`;
  const calendar = world.directory.add(id, { owner: user, summary });
  changeCalendar(calendar, body);
  return calendarResource(calendar);
}

/**
 * Changes name, description or time zone.
 * @throws ApiError 400
 */
export function changeCalendar(calendar: Calendar, body: JsonObject): JsonObject {
  const timeZone = textAt(body, 'timeZone');
  if (timeZone !== undefined && !isZone(timeZone)) throw invalid('Invalid time zone.');
  calendar.summary = textAt(body, 'summary') ?? calendar.summary;
  calendar.timeZone = timeZone ?? calendar.timeZone;
  if (body.description !== undefined) calendar.description = textAt(body, 'description');
  return calendarResource(calendar);
}

/**
 * Deletes a further calendar, its events and its channels. No tombstones are left, and guests keep their copies.
 * @throws ApiError 403 for a primary calendar
 */
export function deleteCalendar(world: World, calendar: Calendar): void {
  if (calendar.isPrimary) throw cannotDelete();
  world.channels.forgetCalendar(calendar);
  world.directory.delete(calendar);
}

/**
 * Deletes every event of a primary calendar.
 * @throws ApiError 400 for any other calendar
 */
export function clearCalendar(world: World, calendar: Calendar): void {
  if (!calendar.isPrimary) throw invalid('Only a primary calendar can be cleared.');
  runTransaction(world, (transaction) => {
    for (const { id } of [...calendar.events.all()]) {
      const event = calendar.events.get(id);
      // The exceptions of a series go with their master.
      if (event === undefined || event.cancelled) continue;
      const after = { ...event.body, status: 'cancelled' };
      storeChange(transaction, calendar, event.body, after, { isPrivate: !isOrganizersCopy(event.body, calendar) });
    }
  });
}

/** One entry of a user's calendar list. */
export function calendarListEntry({ calendar, role }: Omit<Access, 'user'>): JsonObject {
  return {
    ...calendarResource(calendar),
    kind: 'calendar#calendarListEntry',
    accessRole: role,
    selected: true,
    ...(calendar.isPrimary && role === 'owner' ? { primary: true } : {}),
    dataOwner: calendar.owner,
  };
}

const LIST_DEFAULT = 100;
const LIST_MAX = 250;

/**
 * A page of a user's calendar list, oldest calendar first; its page token is a plain offset.
 * @throws ApiError 400
 */
export function listCalendars(directory: Directory, user: string, query: Query): JsonObject {
  const least = readRole(textParameter(query, 'minAccessRole'));
  const size = countParameter(query, 'maxResults', LIST_DEFAULT, LIST_MAX);
  const offset = Number(textParameter(query, 'pageToken') ?? '0');
  if (!Number.isSafeInteger(offset) || offset < 0) throw invalid('Invalid page token value.', 'pageToken');
  const entries: JsonObject[] = [];
  for (const calendar of directory.all()) {
    const role = calendar.roleOf(user);
    if (role !== 'none' && grants(role, least)) entries.push(calendarListEntry({ calendar, role }));
  }
  const items = entries.slice(offset, offset + size);
  const more = offset + size < entries.length ? { nextPageToken: String(offset + size) } : {};
  return { kind: 'calendar#calendarList', etag: `"${fingerprint(JSON.stringify(items))}"`, ...more, items };
}

function readRole(text: string | undefined): AccessRole {
  if (text === undefined) return 'freeBusyReader';
  const role = ACCESS_ROLES.find((known) => known === text);
  if (role === undefined) throw invalid('Invalid Value', 'minAccessRole');
  return role;
}

function cannotDelete(): ApiError {
  return new ApiError(
    403,
    'calendar',
    'cannotDeletePrimaryCalendar',
    'The primary calendar of a user cannot be deleted.',
  );
}
