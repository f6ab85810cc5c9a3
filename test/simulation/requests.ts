/** What people do in Google Calendar, as requests of their own; and the words for events that they make. */

import type { CalendarAnswer } from '../../sandbox/calendar/wire/answers.ts';
import { type JsonObject, objectsAt, textAt } from '../../sandbox/calendar/wire/json.ts';
import type { CalendarRequest } from '../../sandbox/calendar/wire/requests.ts';
import { OUR_HOST, OUR_PARAMETER, OUR_SOLUTION, STARTED_AT } from './settings.ts';
import type { World } from './world.ts';

/** Sends a person's request; `what` is for the history. */
export function ask(world: World, user: string, what: string, request: CalendarRequest): CalendarAnswer {
  const answer = world.calendar.handle({
    ...request,
    headers: { authorization: `Bearer user:${user}`, ...request.headers },
  });
  done(world, user, `${what}${answer.status >= 300 ? ` (${answer.status})` : ''}`);
  return answer;
}

/** Notes what a person has done. */
export function done(world: World, user: string, what: string): void {
  world.truth.refresh();
  world.history.add(world.scheduler.now, user.replace(/@.*/, '').toUpperCase(), what);
}

/** The path of a calendar's events, or of one of them. */
export function pathOf(calendarId: string, eventId?: string, action = ''): string {
  const events = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events`;
  return eventId === undefined ? events : `${events}/${encodeURIComponent(eventId)}${action}`;
}

/** Makes an event on the user's calendar; returns its id, or undefined if it was refused. */
export function insert(world: World, user: string, body: JsonObject): string | undefined {
  const answer = ask(world, user, `makes ${shown(body)}`, {
    method: 'POST',
    path: pathOf(user),
    query: { conferenceDataVersion: '1' },
    body,
  });
  return textAt(Object(answer.body), 'id');
}

/** Changes an event as seen on the user's calendar. */
export function patch(world: World, user: string, eventId: string, body: JsonObject): CalendarAnswer {
  return ask(world, user, `changes ${eventId.slice(0, 8)} to ${shown(body)}`, {
    method: 'PATCH',
    path: pathOf(user, eventId),
    query: { conferenceDataVersion: '1' },
    body,
  });
}

/** Deletes an event, or the user's copy of it. */
export function remove(world: World, user: string, eventId: string): void {
  ask(world, user, `deletes ${eventId.slice(0, 8)}`, { method: 'DELETE', path: pathOf(user, eventId) });
}

/** Makes another calendar the organizer. */
export function move(world: World, user: string, eventId: string, destination: string): void {
  ask(world, user, `hands ${eventId.slice(0, 8)} over to ${destination}`, {
    method: 'POST',
    path: pathOf(user, eventId, '/move'),
    query: { destination },
    // A person who may write to both calendars.
    headers: { authorization: undefined },
  });
}

/** The first occurrences of a series. */
export function occurrencesOf(world: World, user: string, eventId: string): readonly JsonObject[] {
  const { body } = world.calendar.handle({
    method: 'GET',
    path: pathOf(user, eventId, '/instances'),
    query: { maxResults: '5' },
  });
  return objectsAt(Object(body), 'items');
}

/** `conferenceData` of ours. */
export function ours(conferenceId: string): JsonObject {
  return {
    ...conference(conferenceId, OUR_SOLUTION, OUR_HOST),
    parameters: { addOnParameters: { parameters: { [OUR_PARAMETER]: conferenceId } } },
  };
}

/** `conferenceData` of another product. */
export function theirs(): JsonObject {
  // A patch keeps what it does not name.
  return { ...conference('theirs', 'Other Meetings', 'other.example'), parameters: null };
}

function conference(conferenceId: string, name: string, host: string): JsonObject {
  return {
    conferenceId,
    conferenceSolution: { key: { type: 'addOn' }, name },
    entryPoints: [{ entryPointType: 'video', uri: `https://${host}/${conferenceId}` }],
  };
}

/** `start` and `end` of a meeting of an hour, so many hours after the run's beginning. */
export function at(hours: number): JsonObject {
  const time = (plus: number): JsonObject => ({
    dateTime: new Date(STARTED_AT + (hours + plus) * 3_600_000).toISOString().replace('.000', ''),
    timeZone: 'UTC',
  });
  return { start: time(0), end: time(1) };
}

function shown(body: JsonObject): string {
  return Object.entries(body)
    .map(([name, value]) => {
      const id = name === 'conferenceData' ? textAt(Object(value), 'conferenceId') : undefined;
      return `${name}=${id ?? JSON.stringify(value)?.slice(0, 60)}`;
    })
    .join(' ');
}
