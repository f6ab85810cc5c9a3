/**
 * The methods of the Calendar API, version 3, as its discovery document of 2026-10-30 lists them: verb, path below `/calendar/v3`, and
 * parameters of the query beside those that every method knows. A test holds the table to the installed `googleapis`.
 */

interface Method {
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query: readonly string[];
}

const EVENT_LISTING = [
  'alwaysIncludeEmail',
  'eventTypes',
  'iCalUID',
  'maxAttendees',
  'maxResults',
  'orderBy',
  'pageToken',
  'privateExtendedProperty',
  'q',
  'sharedExtendedProperty',
  'showDeleted',
  'showHiddenInvitations',
  'singleEvents',
  'syncToken',
  'timeMax',
  'timeMin',
  'timeZone',
  'updatedMin',
] as const;
const LISTING = ['maxResults', 'pageToken', 'syncToken'] as const;
const INVITING = ['sendNotifications', 'sendUpdates'] as const;
const CONTENT = ['conferenceDataVersion', 'eventLabelVersion', 'supportsAttachments'] as const;
const SHOWN = ['alwaysIncludeEmail', 'maxAttendees'] as const;

/** See the file's head. */
export const METHODS = {
  'acl.delete': { verb: 'DELETE', path: 'calendars/{calendarId}/acl/{ruleId}', query: [] },
  'acl.get': { verb: 'GET', path: 'calendars/{calendarId}/acl/{ruleId}', query: [] },
  'acl.insert': { verb: 'POST', path: 'calendars/{calendarId}/acl', query: ['sendNotifications'] },
  'acl.list': { verb: 'GET', path: 'calendars/{calendarId}/acl', query: [...LISTING, 'showDeleted'] },
  'acl.patch': { verb: 'PATCH', path: 'calendars/{calendarId}/acl/{ruleId}', query: ['sendNotifications'] },
  'acl.update': { verb: 'PUT', path: 'calendars/{calendarId}/acl/{ruleId}', query: ['sendNotifications'] },
  'acl.watch': { verb: 'POST', path: 'calendars/{calendarId}/acl/watch', query: [...LISTING, 'showDeleted'] },
  'calendarList.delete': { verb: 'DELETE', path: 'users/me/calendarList/{calendarId}', query: [] },
  'calendarList.get': { verb: 'GET', path: 'users/me/calendarList/{calendarId}', query: [] },
  'calendarList.insert': { verb: 'POST', path: 'users/me/calendarList', query: ['colorRgbFormat'] },
  'calendarList.list': {
    verb: 'GET',
    path: 'users/me/calendarList',
    query: [...LISTING, 'minAccessRole', 'showDeleted', 'showHidden', 'showOwnOrganizationOnly'],
  },
  'calendarList.patch': { verb: 'PATCH', path: 'users/me/calendarList/{calendarId}', query: ['colorRgbFormat'] },
  'calendarList.update': { verb: 'PUT', path: 'users/me/calendarList/{calendarId}', query: ['colorRgbFormat'] },
  'calendarList.watch': {
    verb: 'POST',
    path: 'users/me/calendarList/watch',
    query: [...LISTING, 'minAccessRole', 'showDeleted', 'showHidden', 'showOwnOrganizationOnly'],
  },
  'calendars.clear': { verb: 'POST', path: 'calendars/{calendarId}/clear', query: [] },
  'calendars.delete': { verb: 'DELETE', path: 'calendars/{calendarId}', query: [] },
  'calendars.get': { verb: 'GET', path: 'calendars/{calendarId}', query: [] },
  'calendars.insert': { verb: 'POST', path: 'calendars', query: [] },
  'calendars.patch': { verb: 'PATCH', path: 'calendars/{calendarId}', query: [] },
  'calendars.transferOwnership': {
    verb: 'POST',
    path: 'calendars/{calendarId}/transferOwnership',
    query: ['newDataOwner', 'useAdminAccess'],
  },
  'calendars.update': { verb: 'PUT', path: 'calendars/{calendarId}', query: [] },
  'channels.stop': { verb: 'POST', path: 'channels/stop', query: [] },
  'colors.get': { verb: 'GET', path: 'colors', query: [] },
  'events.delete': { verb: 'DELETE', path: 'calendars/{calendarId}/events/{eventId}', query: [...INVITING] },
  'events.get': { verb: 'GET', path: 'calendars/{calendarId}/events/{eventId}', query: [...SHOWN, 'timeZone'] },
  'events.import': { verb: 'POST', path: 'calendars/{calendarId}/events/import', query: [...CONTENT] },
  'events.insert': {
    verb: 'POST',
    path: 'calendars/{calendarId}/events',
    query: [...INVITING, ...CONTENT, 'maxAttendees'],
  },
  'events.instances': {
    verb: 'GET',
    path: 'calendars/{calendarId}/events/{eventId}/instances',
    query: [...SHOWN, 'maxResults', 'originalStart', 'pageToken', 'showDeleted', 'timeMax', 'timeMin', 'timeZone'],
  },
  'events.list': { verb: 'GET', path: 'calendars/{calendarId}/events', query: [...EVENT_LISTING] },
  'events.move': {
    verb: 'POST',
    path: 'calendars/{calendarId}/events/{eventId}/move',
    query: [...INVITING, 'destination'],
  },
  'events.patch': {
    verb: 'PATCH',
    path: 'calendars/{calendarId}/events/{eventId}',
    query: [...INVITING, ...CONTENT, ...SHOWN],
  },
  'events.quickAdd': { verb: 'POST', path: 'calendars/{calendarId}/events/quickAdd', query: [...INVITING, 'text'] },
  'events.update': {
    verb: 'PUT',
    path: 'calendars/{calendarId}/events/{eventId}',
    query: [...INVITING, ...CONTENT, ...SHOWN],
  },
  'events.watch': { verb: 'POST', path: 'calendars/{calendarId}/events/watch', query: [...EVENT_LISTING] },
  'freebusy.query': { verb: 'POST', path: 'freeBusy', query: [] },
  'settings.get': { verb: 'GET', path: 'users/me/settings/{setting}', query: [] },
  'settings.list': { verb: 'GET', path: 'users/me/settings', query: [...LISTING] },
  'settings.watch': { verb: 'POST', path: 'users/me/settings/watch', query: [...LISTING] },
} as const satisfies Readonly<Record<string, Method>>;

/** Name of a method, as the discovery document has it without `calendar.`. */
export type MethodId = keyof typeof METHODS;

/** A request's method, with the parts of its path that are values. */
export interface MethodMatch {
  readonly id: MethodId;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: ReadonlySet<string>;
}

interface Pattern {
  readonly id: MethodId;
  /** What stands at a place of the path: a word, or a value with its name. */
  readonly segments: readonly ({ readonly word: string } | { readonly name: string })[];
  readonly query: ReadonlySet<string>;
}

const patterns = new Map<string, Pattern[]>();
for (const [name, { verb, path, query }] of Object.entries(METHODS)) {
  const segments = path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? { name: segment.slice(1, -1) } : { word: segment }));
  const key = `${verb} ${segments.length}`;
  const pattern = { id: name as MethodId, segments, query: new Set<string>(query) };
  patterns.set(key, [...(patterns.get(key) ?? []), pattern]);
}

/** The method of a request whose path is given in decoded parts; undefined where there is none. */
export function matchMethod(verb: string, parts: readonly string[]): MethodMatch | undefined {
  for (const { id, segments, query } of patterns.get(`${verb} ${parts.length}`) ?? []) {
    const parameters: Record<string, string> = {};
    const fits = segments.every((segment, at) => {
      const part = parts[at] ?? '';
      if ('word' in segment) return segment.word === part;
      parameters[segment.name] = part;
      return part !== '';
    });
    if (fits) return { id, parameters, query };
  }
  return undefined;
}
