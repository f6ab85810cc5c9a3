/**
 * Which OAuth scopes allow which method, as the discovery document of 2026-10-30 lists them; one of a method's is enough. A test holds the
 * table to the installed `googleapis`. What a narrow scope allows within a method (own calendars only, times only) is not looked at.
 */
import type { MethodId } from './methods.ts';

const PREFIX = 'https://www.googleapis.com/auth/';

const WRITE_RULES = ['calendar', 'calendar.acls'];
const READ_RULES = [...WRITE_RULES, 'calendar.acls.readonly'];
const WRITE_LIST = ['calendar', 'calendar.calendarlist'];
const READ_LIST = [...WRITE_LIST, 'calendar.calendarlist.readonly', 'calendar.readonly'];
const WRITE_CALENDARS = ['calendar', 'calendar.calendars'];
const WRITE_EVENTS = ['calendar', 'calendar.events', 'calendar.events.owned'];
const READ_SETTINGS = ['calendar', 'calendar.readonly', 'calendar.settings', 'calendar.settings.readonly'];
/** Covers the calendars that the application made itself. */
const APP_CREATED = 'calendar.app.created';
const SEE_EVENTS = [
  'calendar',
  APP_CREATED,
  'calendar.events.freebusy',
  'calendar.events.owned',
  'calendar.events.owned.readonly',
  'calendar.events.public.readonly',
  'calendar.readonly',
];
const READ_EVENTS = [...SEE_EVENTS, 'calendar.events', 'calendar.events.readonly'];

const SCOPES: Readonly<Record<MethodId, readonly string[]>> = {
  'acl.delete': WRITE_RULES,
  'acl.get': [...READ_RULES, 'calendar.readonly'],
  'acl.insert': WRITE_RULES,
  'acl.list': READ_RULES,
  'acl.patch': WRITE_RULES,
  'acl.update': WRITE_RULES,
  'acl.watch': READ_RULES,
  'calendarList.delete': [...WRITE_LIST, APP_CREATED],
  'calendarList.get': [...READ_LIST, APP_CREATED],
  'calendarList.insert': WRITE_LIST,
  'calendarList.list': READ_LIST,
  'calendarList.patch': [...WRITE_LIST, APP_CREATED],
  'calendarList.update': [...WRITE_LIST, APP_CREATED],
  'calendarList.watch': READ_LIST,
  'calendars.clear': WRITE_CALENDARS,
  'calendars.delete': [...WRITE_CALENDARS, APP_CREATED],
  'calendars.get': [...WRITE_CALENDARS, APP_CREATED, 'calendar.calendars.readonly', 'calendar.readonly'],
  'calendars.insert': [...WRITE_CALENDARS, APP_CREATED],
  'calendars.patch': [...WRITE_CALENDARS, APP_CREATED],
  'calendars.transferOwnership': WRITE_CALENDARS,
  'calendars.update': [...WRITE_CALENDARS, APP_CREATED],
  'channels.stop': [
    ...READ_RULES,
    ...READ_EVENTS,
    ...READ_SETTINGS,
    'calendar.calendarlist',
    'calendar.calendarlist.readonly',
  ],
  'colors.get': [...SEE_EVENTS, 'calendar.calendarlist', 'calendar.calendarlist.readonly'],
  'events.delete': [...WRITE_EVENTS, APP_CREATED],
  'events.get': READ_EVENTS,
  'events.import': [...WRITE_EVENTS, APP_CREATED],
  'events.insert': [...WRITE_EVENTS, APP_CREATED],
  'events.instances': READ_EVENTS,
  'events.list': READ_EVENTS,
  'events.move': WRITE_EVENTS,
  'events.patch': [...WRITE_EVENTS, APP_CREATED],
  'events.quickAdd': [...WRITE_EVENTS, APP_CREATED],
  'events.update': [...WRITE_EVENTS, APP_CREATED],
  'events.watch': READ_EVENTS,
  'freebusy.query': ['calendar', 'calendar.events.freebusy', 'calendar.freebusy', 'calendar.readonly'],
  'settings.get': READ_SETTINGS,
  'settings.list': READ_SETTINGS,
  'settings.watch': READ_SETTINGS,
};

/** The scopes of which one is needed, as addresses, each once. */
export function scopesOf(method: MethodId): readonly string[] {
  return [...new Set(SCOPES[method])].toSorted().map((scope) => PREFIX + scope);
}

/** Whether a token with these scopes, given as addresses, may call the method. */
export function covers(granted: readonly string[], method: MethodId): boolean {
  return granted.some((scope) => scope.startsWith(PREFIX) && SCOPES[method].includes(scope.slice(PREFIX.length)));
}
