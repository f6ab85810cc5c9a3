/** The `calendars` collection: https://developers.google.com/workspace/calendar/api/v3/reference/calendars */

import { isZone } from '../../import/zoned-time.ts';
import type { Calendar } from '../state/calendar.ts';
import { fingerprint, newEventId } from '../state/identifiers.ts';
import { ApiError, forbidden, invalid, required } from '../wire/api-error.ts';
import { deepFreeze, type JsonObject, textAt } from '../wire/json.ts';
import type { World } from '../world.ts';
import { normalTimes } from './compose-event.ts';
import { runTransaction } from './run-transaction.ts';
import { isOrganizersCopy } from './spread.ts';
import { storeChange } from './store-change.ts';

/** A calendar as `calendars.get` answers it. */
export function calendarResource(calendar: Calendar): JsonObject {
  const { id, summary, description, location, timeZone, owner } = calendar;
  const etag = `"${fingerprint([summary, description, location, timeZone, owner].join('|'))}"`;
  return {
    kind: 'calendar#calendar',
    etag,
    id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    timeZone,
    ...(calendar.isPrimary ? {} : { dataOwner: owner }),
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
  changeCalendar(world, calendar, body, 'patch');
  world.channels.notify(world.directory.shelfOf(user).watchedList);
  return calendarResource(calendar);
}

/**
 * Changes name, description, place or time zone. An update takes away what it does not name, but for the time zone.
 * @throws ApiError 400
 */
export function changeCalendar(
  world: World,
  calendar: Calendar,
  body: JsonObject,
  kind: 'patch' | 'update',
): JsonObject {
  const timeZone = textAt(body, 'timeZone');
  const summary = textAt(body, 'summary');
  if (timeZone !== undefined && !isZone(timeZone)) throw invalid('Invalid time zone.');
  if (summary === '' || (kind === 'update' && summary === undefined)) throw required('Missing calendar summary.');
  calendar.summary = summary ?? calendar.summary;
  if (kind === 'update' || body.description !== undefined) calendar.description = textAt(body, 'description');
  if (kind === 'update' || body.location !== undefined) calendar.location = textAt(body, 'location');
  if (timeZone !== undefined && timeZone !== calendar.timeZone) {
    calendar.timeZone = timeZone;
    calendar.events.rewrite((body) => deepFreeze({ ...body, ...normalTimes(body, calendar) }));
    // The time zone of a user's own calendar is one of his settings.
    if (calendar.isPrimary) world.channels.notify(world.directory.shelfOf(calendar.owner).watchedSettings);
  }
  return calendarResource(calendar);
}

/**
 * Gives a further calendar another data owner. With Google an administrator of both users does that; here, the data owner.
 * @throws ApiError 400, 403
 */
export function transferOwnership(world: World, calendar: Calendar, user: string, newOwner: string): void {
  if (calendar.isPrimary) throw invalid('The ownership of a primary calendar cannot be transferred.');
  if (user !== calendar.owner) throw forbidden();
  if (!newOwner.includes('@')) throw invalid('Invalid Value', 'newDataOwner');
  calendar.transferTo(newOwner);
  world.channels.notify(calendar.acl);
}

/**
 * Deletes a further calendar, its events and its channels. No tombstones are left, and guests keep their copies.
 * @throws ApiError 403 for a primary calendar
 */
export function deleteCalendar(world: World, calendar: Calendar): void {
  if (calendar.isPrimary) throw cannotDelete();
  world.channels.forgetAll(calendar);
  world.channels.forgetAll(calendar.acl);
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

function cannotDelete(): ApiError {
  return new ApiError(
    403,
    'calendar',
    'cannotDeletePrimaryCalendar',
    'The primary calendar of a user cannot be deleted.',
  );
}
