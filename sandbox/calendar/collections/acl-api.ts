/** The `acl` collection: https://developers.google.com/workspace/calendar/api/v3/reference/acl */
import { ACCESS_ROLES, type AccessRole, grants } from '../state/access-role.ts';
import type { AclScope } from '../state/acl.ts';
import type { Calendar } from '../state/calendar.ts';
import type { Access } from '../state/directory.ts';
import { fingerprint } from '../state/identifiers.ts';
import type { CollectionEntry } from '../state/small-collection.ts';
import { ApiError, invalid, notFound, requiredAccessLevel, requiredAt } from '../wire/api-error.ts';
import { type JsonObject, objectAt, textAt } from '../wire/json.ts';
import type { Query } from '../wire/requests.ts';
import type { World } from '../world.ts';
import { refreshList } from './calendar-list-api.ts';
import { type Listed, listCollection } from './list-collection.ts';

const SCOPE_TYPES: readonly AclScope['type'][] = ['default', 'user', 'group', 'domain'];

/**
 * The rules of the calendar as a list, for those who may write there.
 * @throws ApiError 403
 */
export function readableRules(access: Access): Listed {
  const { acl } = mayRead(access);
  return {
    kind: 'calendar#acl',
    scope: `acl of ${acl.id}`,
    entries: acl.rules,
    shows: () => true,
    render: ruleResource,
  };
}

/**
 * A page of the rules.
 * @throws ApiError 400, 403, 410
 */
export function listRules(world: World, access: Access, query: Query): JsonObject {
  return listCollection(world, readableRules(access), query);
}

/** @throws ApiError 403, 404 */
export function getRule(access: Access, id: string): JsonObject {
  return ruleResource(findRule(mayRead(access), id));
}

/**
 * Gives a scope a role; one that it had is replaced.
 * @throws ApiError 400, 403
 */
export function insertRule(world: World, access: Access, body: JsonObject): JsonObject {
  const scope = scopeOf(objectAt(body, 'scope'));
  return storeRule(world, access, scope, roleOf(body));
}

/**
 * Changes the role of a rule; its scope cannot change.
 * @throws ApiError 400, 403, 404
 */
export function changeRule(
  world: World,
  access: Access,
  id: string,
  body: JsonObject,
  kind: 'patch' | 'update',
): JsonObject {
  const { body: before } = findRule(access.calendar, id);
  const role = roleOf(kind === 'patch' ? { ...before, ...body } : body);
  return storeRule(world, access, scopeOf(objectAt(before, 'scope')), role);
}

/** @throws ApiError 403, 404 */
export function deleteRule(world: World, access: Access, id: string): void {
  const { body } = findRule(access.calendar, id);
  storeRule(world, access, scopeOf(objectAt(body, 'scope')), 'none');
}

function storeRule(world: World, { calendar, user }: Access, scope: AclScope, role: AccessRole): JsonObject {
  const email = scope.type === 'user' ? scope.value?.toLowerCase() : undefined;
  if (email === calendar.owner && role !== 'owner') {
    throw new ApiError(403, 'calendar', 'cannotChangeOwnerAcl', 'Cannot change the access level of the data owner.');
  }
  if (email === user && role !== calendar.roleOf(user)) {
    throw new ApiError(403, 'calendar', 'cannotChangeOwnAcl', 'Cannot change your own access level.');
  }
  const before = calendar.acl.rules.seq;
  const id = calendar.setRole(scope, role);
  if (calendar.acl.rules.seq !== before) {
    world.channels.notify(calendar.acl);
    if (email !== undefined && refreshList(world, email))
      world.channels.notify(world.directory.shelfOf(email).watchedList);
  }
  const entry = calendar.acl.rules.get(id);
  if (entry === undefined) throw notFound();
  return ruleResource(entry);
}

function mayRead({ calendar, role }: Access): Calendar {
  if (!grants(role, 'writer')) throw requiredAccessLevel('writer');
  return calendar;
}

function findRule({ acl }: Calendar, id: string): CollectionEntry {
  const entry = acl.rules.get(id);
  if (entry === undefined || entry.deleted) throw notFound();
  return entry;
}

function ruleResource({ id, body }: CollectionEntry): JsonObject {
  const { role, scope } = body;
  return { kind: 'calendar#aclRule', etag: `"${fingerprint(`${id} ${String(role)}`)}"`, id, scope, role };
}

function roleOf(body: JsonObject): AccessRole {
  const text = textAt(body, 'role');
  if (text === undefined) throw requiredAt('Missing role.', 'role');
  const role = ACCESS_ROLES.find((known) => known === text);
  if (role === undefined) throw invalid(`Invalid value for role: ${text}`);
  return role;
}

function scopeOf(scope: JsonObject | undefined): AclScope {
  if (scope === undefined) throw requiredAt('Missing scope.', 'scope');
  const type = SCOPE_TYPES.find((known) => known === (textAt(scope, 'type') ?? 'default'));
  const value = textAt(scope, 'value');
  if (type === undefined) throw invalid('Invalid scope type.');
  if (type === 'default') return { type, value: undefined };
  const fits = type === 'domain' ? /^[^@\s]+\.[^@\s]+$/ : /^\S+@\S+$/;
  if (value === undefined || !fits.test(value)) {
    throw new ApiError(400, 'calendar', 'invalidScopeValue', 'Invalid scope value.');
  }
  return { type, value: value.toLowerCase() };
}
