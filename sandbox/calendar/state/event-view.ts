/** How an event looks to somebody: deleted ones lose their details, private ones too for those who may not see them. */

import { isObject, type JsonObject, objectsAt } from '../wire/json.ts';
import { type AccessRole, grants, seesPrivate } from './access-role.ts';

/** What is left of an event whose details are hidden. */
const VISIBLE_WHEN_HIDDEN: ReadonlySet<string> = new Set([
  'kind',
  'etag',
  'id',
  'status',
  'htmlLink',
  'created',
  'updated',
  'start',
  'end',
  'recurrence',
  'recurringEventId',
  'originalStartTime',
  'transparency',
  'iCalUID',
  'sequence',
  'eventType',
]);

/** The event as a user with this role sees it. */
export function seenAs(body: JsonObject, role: AccessRole, user: string): JsonObject {
  if (body.status === 'cancelled' && body.start === undefined) return body;
  if (!grants(role, 'reader')) return hidden(body);
  if (seesPrivate(role) || !isPrivate(body) || isGuest(body, user)) return body;
  return hidden(body);
}

/** A deleted event as lists show it: bare, but for what says which occurrence of a series it was. */
export function bareTombstone(body: JsonObject): JsonObject {
  const { kind, etag, id, status, recurringEventId, originalStartTime } = body;
  const identity = { kind, etag, id, status };
  return isObject(originalStartTime) ? { ...identity, recurringEventId, originalStartTime } : identity;
}

function isPrivate(body: JsonObject): boolean {
  return body.visibility === 'private' || body.visibility === 'confidential';
}

function isGuest(body: JsonObject, user: string): boolean {
  return objectsAt(body, 'attendees').some(({ email }) => typeof email === 'string' && email.toLowerCase() === user);
}

function hidden(body: JsonObject): JsonObject {
  const visible = Object.entries(body).filter(([key]) => VISIBLE_WHEN_HIDDEN.has(key));
  return { ...Object.fromEntries(visible), visibility: 'private' };
}
