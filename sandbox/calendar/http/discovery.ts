/**
 * A discovery document for clients that build themselves from one. It says where the methods are and what they take; its schemas name
 * their resources, and little more.
 */

import type { JsonObject } from '../wire/json.ts';
import { METHODS, type MethodId } from '../wire/methods.ts';
import { scopesOf } from '../wire/scopes.ts';

/** Whether a client asks for the document at this path. */
export function isDiscovery(path: string): boolean {
  return path === '/discovery/v1/apis/calendar/v3/rest' || path === '/$discovery/rest';
}

const RESOURCES: Readonly<Record<string, { readonly one: string; readonly list: string }>> = {
  acl: { one: 'AclRule', list: 'Acl' },
  calendarList: { one: 'CalendarListEntry', list: 'CalendarList' },
  calendars: { one: 'Calendar', list: 'Calendar' },
  channels: { one: 'Channel', list: 'Channel' },
  colors: { one: 'Colors', list: 'Colors' },
  events: { one: 'Event', list: 'Events' },
  freebusy: { one: 'FreeBusyResponse', list: 'FreeBusyResponse' },
  settings: { one: 'Setting', list: 'Settings' },
};
const SCHEMAS = [...new Set(Object.values(RESOURCES).flatMap(({ one, list }) => [one, list])), 'FreeBusyRequest'];
/** Parameters that every method takes; a client built from the document refuses any other. */
const EVERYWHERE = ['alt', 'fields', 'key', 'oauth_token', 'prettyPrint', 'quotaUser', 'userIp'];
const REPEATED = ['eventTypes', 'privateExtendedProperty', 'sharedExtendedProperty'];
const REQUIRED = ['destination', 'newDataOwner', 'text', 'useAdminAccess'];
const INTEGERS = ['conferenceDataVersion', 'eventLabelVersion', 'maxAttendees', 'maxResults'];
const FLAGS = /^(?:always|color|pretty|show|single|supports|useAdmin)|^sendNotifications$/;

/** The document of an API at this root, `http://127.0.0.1:8085/`. */
export function discoveryDocument(rootUrl: string): JsonObject {
  const resources: Record<string, { methods: Record<string, JsonObject> }> = {};
  for (const [id, { verb, path, query }] of Object.entries(METHODS)) {
    const [resource = '', method = ''] = id.split('.');
    const values = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const parameters = [
      ...values.map((name) => [name, { type: 'string', location: 'path', required: true }] as const),
      ...query.map((name) => [name, queryParameter(name)] as const),
    ];
    const methods = resources[resource]?.methods ?? {};
    methods[method] = {
      id: `calendar.${id}`,
      path,
      flatPath: path,
      httpMethod: verb,
      parameters: Object.fromEntries(parameters),
      parameterOrder: [...values, ...query.filter((name) => REQUIRED.includes(name))],
      ...bodiesOf(resource, method),
      scopes: scopesOf(id as MethodId),
    };
    resources[resource] = { methods };
  }
  return {
    kind: 'discovery#restDescription',
    discoveryVersion: 'v1',
    id: 'calendar:v3',
    name: 'calendar',
    version: 'v3',
    title: 'Calendar API (simulated)',
    protocol: 'rest',
    rootUrl,
    servicePath: 'calendar/v3/',
    basePath: '/calendar/v3/',
    baseUrl: `${rootUrl}calendar/v3/`,
    batchPath: 'batch/calendar/v3',
    parameters: Object.fromEntries(EVERYWHERE.map((name) => [name, queryParameter(name)])),
    schemas: Object.fromEntries(SCHEMAS.map((id) => [id, { id, type: 'object', properties: propertiesOf(id) }])),
    resources,
  };
}

/** By this member clients know that a list has pages. */
function propertiesOf(schema: string): JsonObject {
  const isList = Object.values(RESOURCES).some(({ one, list }) => list === schema && list !== one);
  return isList ? { nextPageToken: { type: 'string' } } : {};
}

function queryParameter(name: string): JsonObject {
  const type = INTEGERS.includes(name) ? 'integer' : FLAGS.test(name) ? 'boolean' : 'string';
  return {
    type,
    location: 'query',
    ...(REQUIRED.includes(name) ? { required: true } : {}),
    ...(REPEATED.includes(name) ? { repeated: true } : {}),
  };
}

/** Which resources a method takes and gives. */
function bodiesOf(resource: string, method: string): JsonObject {
  const { one = '', list = '' } = RESOURCES[resource] ?? {};
  switch (method) {
    case 'watch':
      return { request: { $ref: 'Channel' }, response: { $ref: 'Channel' } };
    case 'stop':
      return { request: { $ref: 'Channel' } };
    case 'query':
      return { request: { $ref: 'FreeBusyRequest' }, response: { $ref: one } };
    case 'insert':
    case 'import':
    case 'patch':
    case 'update':
      return { request: { $ref: one }, response: { $ref: one } };
    case 'list':
    case 'instances':
      return { response: { $ref: list } };
    case 'get':
    case 'move':
    case 'quickAdd':
      return { response: { $ref: one } };
    default:
      return {};
  }
}
