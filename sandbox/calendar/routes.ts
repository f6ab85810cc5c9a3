/**
 * The paths of the REST API and what answers each: https://developers.google.com/workspace/calendar/api/v3/reference
 */

import { checkSyncToken, listEvents } from './listing/list-events.ts';
import { listInstances } from './listing/list-instances.ts';
import { readListQuery } from './listing/list-query.ts';
import { findEvent } from './series/find-event.ts';
import type { Access } from './state/directory.ts';
import { isBareTombstone } from './state/event-store.ts';
import { bareTombstone, seenAs } from './state/event-view.ts';
import { type CalendarAnswer, emptyAnswer, jsonAnswer } from './wire/answers.ts';
import { invalid, notFound, required } from './wire/api-error.ts';
import { refuseUnknown, textParameter } from './wire/query-values.ts';
import { bodyOf, type CalendarRequest, headerOf, type Query } from './wire/requests.ts';
import type { World } from './world.ts';
import {
  calendarListEntry,
  calendarResource,
  changeCalendar,
  clearCalendar,
  deleteCalendar,
  insertCalendar,
  listCalendars,
} from './writing/calendars-api.ts';
import type { ChangeRequest } from './writing/change-event.ts';
import { importEvent, insertEvent } from './writing/insert-event.ts';
import { moveEvent } from './writing/move-event.ts';
import { deleteEvent, writeEvent } from './writing/write-event.ts';

const NONE: ReadonlySet<string> = new Set();
const GET_KNOWN: ReadonlySet<string> = new Set(['alwaysIncludeEmail', 'maxAttendees', 'timeZone']);
const WRITE_KNOWN: ReadonlySet<string> = new Set([
  'alwaysIncludeEmail',
  'conferenceDataVersion',
  'maxAttendees',
  'sendNotifications',
  'sendUpdates',
  'supportsAttachments',
]);
const DELETE_KNOWN: ReadonlySet<string> = new Set(['sendNotifications', 'sendUpdates']);
const MOVE_KNOWN: ReadonlySet<string> = new Set(['destination', 'sendNotifications', 'sendUpdates']);
const LIST_KNOWN: ReadonlySet<string> = new Set([
  'maxResults',
  'minAccessRole',
  'pageToken',
  'showDeleted',
  'showHidden',
]);

/** A request whose path is taken apart. */
interface Call {
  readonly world: World;
  readonly request: CalendarRequest;
  readonly query: Query;
  readonly method: string;
}

/**
 * Answers a request whose path is given in decoded parts, without `/calendar/v3`.
 * @throws ApiError whatever is refused; 404 for an unknown path
 */
export function answerRoute(
  world: World,
  request: CalendarRequest,
  query: Query,
  parts: readonly string[],
): CalendarAnswer {
  const call: Call = { world, request, query, method: request.method.toUpperCase() };
  const [collection, first, second, third, fourth, ...rest] = parts;
  if (rest.length > 0) throw notFound();
  switch (collection) {
    case 'calendars':
      if (first === undefined) return answerCalendars(call);
      if (second === 'events') return answerEvents(call, first, third, fourth);
      return third === undefined ? answerCalendar(call, first, second) : refuse();
    case 'users':
      return first === 'me' && second === 'calendarList' && fourth === undefined
        ? answerCalendarList(call, third)
        : refuse();
    case 'channels':
      return first === 'stop' && second === undefined ? answerStop(call) : refuse();
    default:
      return refuse();
  }
}

function answerEvents(
  call: Call,
  calendarId: string,
  third: string | undefined,
  action: string | undefined,
): CalendarAnswer {
  const { world, query, method } = call;
  if (third === undefined) {
    if (method === 'GET') return jsonAnswer(listEvents(world, access(call, calendarId, 'freeBusyReader'), query));
    if (method === 'POST') return answerInsert(call, calendarId, insertEvent);
    return refuse();
  }
  if (action === undefined) {
    if (method === 'POST' && third === 'import') return answerInsert(call, calendarId, importEvent);
    if (method === 'POST' && third === 'watch') return answerWatch(call, calendarId);
    return answerEvent(call, calendarId, third);
  }
  if (method === 'GET' && action === 'instances') {
    return jsonAnswer(listInstances(world, access(call, calendarId, 'reader'), third, query));
  }
  return method === 'POST' && action === 'move' ? answerMove(call, calendarId, third) : refuse();
}

function answerEvent(call: Call, calendarId: string, id: string): CalendarAnswer {
  const { world, query, method } = call;
  switch (method) {
    case 'GET':
      return answerGet(call, access(call, calendarId, 'reader'), id);
    case 'PATCH':
    case 'PUT': {
      refuseUnknown(query, WRITE_KNOWN);
      const kind = method === 'PATCH' ? 'patch' : 'update';
      const change: ChangeRequest = { kind, body: bodyOf(call.request), withConference: withConference(query) };
      return jsonAnswer(writeEvent(world, access(call, calendarId, 'writer'), id, change, ifMatch(call)));
    }
    case 'DELETE':
      refuseUnknown(query, DELETE_KNOWN);
      deleteEvent(world, access(call, calendarId, 'writer'), id, ifMatch(call));
      return emptyAnswer(204);
    default:
      return refuse();
  }
}

function answerGet({ request, query }: Call, { calendar, role, user }: Access, id: string): CalendarAnswer {
  refuseUnknown(query, GET_KNOWN);
  const found = findEvent(calendar, id);
  if (found === undefined) throw notFound();
  const known = headerOf(request, 'if-none-match');
  // A loaded event may have no etag at all.
  if (known !== undefined && known === found.body.etag) return emptyAnswer(304);
  const isBare = found.kind === 'stored' && !found.stored.verbatim && isBareTombstone(found.stored);
  return jsonAnswer(isBare ? bareTombstone(found.body) : seenAs(found.body, role, user));
}

function answerInsert(call: Call, calendarId: string, insert: typeof insertEvent): CalendarAnswer {
  refuseUnknown(call.query, WRITE_KNOWN);
  const body = bodyOf(call.request);
  return jsonAnswer(insert(call.world, access(call, calendarId, 'writer'), body, withConference(call.query)));
}

function answerWatch(call: Call, calendarId: string): CalendarAnswer {
  const { world, query, request } = call;
  const asked = access(call, calendarId, 'reader');
  const { syncToken } = readListQuery(query);
  if (syncToken !== undefined) checkSyncToken(world, asked, syncToken);
  const { calendar, user } = asked;
  return jsonAnswer(world.channels.watch(calendar, user, calendarId, bodyOf(request), world.settings.channelTtlMaxMs));
}

function answerMove(call: Call, calendarId: string, id: string): CalendarAnswer {
  const { world, query } = call;
  refuseUnknown(query, MOVE_KNOWN);
  const destination = textParameter(query, 'destination');
  if (destination === undefined) throw required('Required parameter: destination');
  const from = access(call, calendarId, 'writer');
  const to = access(call, destination, 'writer');
  return jsonAnswer(moveEvent(world, from, to, id, ifMatch(call)));
}

function answerCalendars(call: Call): CalendarAnswer {
  if (call.method !== 'POST') return refuse();
  refuseUnknown(call.query, NONE);
  const user = call.world.directory.userOf(call.request);
  return jsonAnswer(insertCalendar(call.world, user, bodyOf(call.request)));
}

function answerCalendar(call: Call, id: string, action: string | undefined): CalendarAnswer {
  const { world, method } = call;
  refuseUnknown(call.query, NONE);
  if (action === 'clear' && method === 'POST') {
    clearCalendar(world, access(call, id, 'owner').calendar);
    return emptyAnswer(204);
  }
  if (action !== undefined) return refuse();
  switch (method) {
    case 'GET':
      return jsonAnswer(calendarResource(access(call, id, 'reader').calendar));
    case 'PATCH':
    case 'PUT':
      return jsonAnswer(changeCalendar(access(call, id, 'owner').calendar, bodyOf(call.request)));
    case 'DELETE':
      deleteCalendar(world, access(call, id, 'owner').calendar);
      return emptyAnswer(204);
    default:
      return refuse();
  }
}

function answerCalendarList(call: Call, id: string | undefined): CalendarAnswer {
  const { world, query, request, method } = call;
  if (method !== 'GET') return refuse();
  refuseUnknown(query, id === undefined ? LIST_KNOWN : NONE);
  if (id !== undefined) return jsonAnswer(calendarListEntry(access(call, id, 'freeBusyReader')));
  const user = world.directory.userOf(request);
  // A user who asks for his list has a calendar, where calendars come about by being used.
  world.directory.find(user);
  return jsonAnswer(listCalendars(world.directory, user, query));
}

function answerStop(call: Call): CalendarAnswer {
  if (call.method !== 'POST') return refuse();
  refuseUnknown(call.query, NONE);
  const { world, request } = call;
  world.channels.stop(bodyOf(request), world.directory.actor(request), world.settings.stopLagMs);
  return emptyAnswer(204);
}

function access(call: Call, calendarId: string, needed: 'freeBusyReader' | 'reader' | 'writer' | 'owner'): Access {
  return call.world.directory.access(call.request, calendarId, needed);
}

function ifMatch({ request }: Call): string | undefined {
  return headerOf(request, 'if-match');
}

function withConference(query: Query): boolean {
  const version = textParameter(query, 'conferenceDataVersion') ?? '0';
  if (version !== '0' && version !== '1') {
    throw invalid(`Invalid value '${version}'. Values must be within the range: [0, 1]`, 'conferenceDataVersion');
  }
  return version === '1';
}

function refuse(): never {
  throw notFound();
}
