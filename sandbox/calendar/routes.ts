/** What answers each method of the REST API: https://developers.google.com/workspace/calendar/api/v3/reference */
import { accessTo, type Call, type Handler, openChannel, pathValue, userOf } from './call.ts';
import { changeRule, deleteRule, getRule, insertRule, listRules, readableRules } from './collections/acl-api.ts';
import {
  calendarIdOf,
  calendarsOf,
  changeEntry,
  deleteEntry,
  getEntry,
  insertEntry,
  listCalendars,
} from './collections/calendar-list-api.ts';
import { colors } from './collections/colors.ts';
import { checkCollectionToken } from './collections/list-collection.ts';
import { getSetting, listSettings, settingsOf } from './collections/settings-api.ts';
import { EVENT_HANDLERS } from './event-routes.ts';
import { queryFreeBusy } from './listing/free-busy.ts';
import { type CalendarAnswer, emptyAnswer, jsonAnswer } from './wire/answers.ts';
import { invalid, notFound, ScopeInsufficient } from './wire/api-error.ts';
import { type MethodId, matchMethod } from './wire/methods.ts';
import { refuseUnknown, requiredParameter } from './wire/query-values.ts';
import { bodyOf, type CalendarRequest, type Query } from './wire/requests.ts';
import { covers, scopesOf } from './wire/scopes.ts';
import type { World } from './world.ts';
import {
  calendarResource,
  changeCalendar,
  clearCalendar,
  deleteCalendar,
  insertCalendar,
  transferOwnership,
} from './writing/calendars-api.ts';

const HANDLERS: Readonly<Record<MethodId, Handler>> = {
  ...EVENT_HANDLERS,

  'calendars.get': (call) => jsonAnswer(calendarResource(accessTo(call, 'reader').calendar)),
  'calendars.insert': (call) => jsonAnswer(insertCalendar(call.world, userOf(call), bodyOf(call.request))),
  'calendars.patch': (call) => answerCalendarChange(call, 'patch'),
  'calendars.update': (call) => answerCalendarChange(call, 'update'),
  'calendars.delete': (call) => {
    deleteCalendar(call.world, accessTo(call, 'owner').calendar);
    return emptyAnswer(204);
  },
  'calendars.clear': (call) => {
    clearCalendar(call.world, accessTo(call, 'owner').calendar);
    return emptyAnswer(204);
  },
  'calendars.transferOwnership': (call) => {
    const newOwner = requiredParameter(call.query, 'newDataOwner');
    if (requiredParameter(call.query, 'useAdminAccess') !== 'true') throw invalid('Invalid Value', 'useAdminAccess');
    const { calendar, user } = accessTo(call, 'owner');
    transferOwnership(call.world, calendar, user, newOwner);
    return emptyAnswer(204);
  },

  'calendarList.list': (call) => jsonAnswer(listCalendars(call.world, userOf(call), call.query)),
  'calendarList.get': (call) => jsonAnswer(getEntry(call.world, accessTo(call, 'freeBusyReader'))),
  'calendarList.insert': (call) => {
    const body = bodyOf(call.request);
    const access = accessTo(call, 'freeBusyReader', calendarIdOf(body));
    return jsonAnswer(insertEntry(call.world, access, body, call.query));
  },
  'calendarList.patch': (call) => answerEntryChange(call, 'patch'),
  'calendarList.update': (call) => answerEntryChange(call, 'update'),
  'calendarList.delete': (call) => {
    deleteEntry(call.world, accessTo(call, 'freeBusyReader'));
    return emptyAnswer(204);
  },
  'calendarList.watch': (call) => {
    const user = userOf(call);
    checkCollectionToken(call.world, calendarsOf(call.world, user, call.query), call.query);
    return openChannel(call, call.world.directory.shelfOf(user).watchedList, user, 'users/me/calendarList');
  },

  'acl.list': (call) => jsonAnswer(listRules(call.world, accessTo(call, 'reader'), call.query)),
  'acl.get': (call) => jsonAnswer(getRule(accessTo(call, 'reader'), pathValue(call, 'ruleId'))),
  'acl.insert': (call) => jsonAnswer(insertRule(call.world, accessTo(call, 'owner'), bodyOf(call.request))),
  'acl.patch': (call) => answerRuleChange(call, 'patch'),
  'acl.update': (call) => answerRuleChange(call, 'update'),
  'acl.delete': (call) => {
    deleteRule(call.world, accessTo(call, 'owner'), pathValue(call, 'ruleId'));
    return emptyAnswer(204);
  },
  'acl.watch': (call) => {
    const access = accessTo(call, 'reader');
    checkCollectionToken(call.world, readableRules(access), call.query);
    const path = `calendars/${encodeURIComponent(pathValue(call, 'calendarId'))}/acl`;
    return openChannel(call, access.calendar.acl, access.user, path);
  },

  'settings.list': (call) => jsonAnswer(listSettings(call.world, userOf(call), call.query)),
  'settings.get': (call) => jsonAnswer(getSetting(call.world, userOf(call), pathValue(call, 'setting'))),
  'settings.watch': (call) => {
    const user = userOf(call);
    checkCollectionToken(call.world, settingsOf(call.world, user), call.query);
    return openChannel(call, call.world.directory.shelfOf(user).watchedSettings, user, 'users/me/settings');
  },

  'freebusy.query': (call) => jsonAnswer(queryFreeBusy(call.world, userOf(call), bodyOf(call.request))),
  'colors.get': () => jsonAnswer(colors()),
  'channels.stop': ({ world, request }) => {
    world.channels.stop(bodyOf(request), world.directory.actor(request), world.settings.stopLagMs);
    return emptyAnswer(204);
  },
};

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
  const match = matchMethod(request.method.toUpperCase(), parts);
  if (match === undefined) throw notFound();
  const scopes = world.directory.scopes(request);
  if (scopes !== undefined && !covers(scopes, match.id)) throw new ScopeInsufficient(match.id, scopesOf(match.id));
  refuseUnknown(query, match.query);
  return HANDLERS[match.id]({ world, request, query, parameters: match.parameters });
}

function answerCalendarChange(call: Call, kind: 'patch' | 'update'): CalendarAnswer {
  const { calendar } = accessTo(call, 'owner');
  return jsonAnswer(changeCalendar(call.world, calendar, bodyOf(call.request), kind));
}

function answerEntryChange(call: Call, kind: 'patch' | 'update'): CalendarAnswer {
  const access = accessTo(call, 'freeBusyReader');
  return jsonAnswer(changeEntry(call.world, access, bodyOf(call.request), call.query, kind));
}

function answerRuleChange(call: Call, kind: 'patch' | 'update'): CalendarAnswer {
  const access = accessTo(call, 'owner');
  return jsonAnswer(changeRule(call.world, access, pathValue(call, 'ruleId'), bodyOf(call.request), kind));
}
