/**
 * The `calendarList` collection: which calendars a user sees, and how. A calendar comes into the list as soon as he may see it, and leaves
 * it when he may not any more, or when he takes it out himself.
 */
import { ACCESS_ROLES, type AccessRole, grants } from '../state/access-role.ts';
import type { Access } from '../state/directory.ts';
import { fingerprint } from '../state/identifiers.ts';
import type { CollectionEntry } from '../state/small-collection.ts';
import { invalid, notFound, requiredAt } from '../wire/api-error.ts';
import { type JsonObject, objectsAt, textAt } from '../wire/json.ts';
import { flagParameter, textParameter } from '../wire/query-values.ts';
import type { Query } from '../wire/requests.ts';
import type { World } from '../world.ts';
import { calendarResource } from '../writing/calendars-api.ts';
import { validateReminders } from '../writing/validate-reminders.ts';
import { CALENDAR_COLORS, colorOf } from './colors.ts';
import { type Listed, listCollection } from './list-collection.ts';

/** What a user may set about a calendar in his list. */
const WRITABLE = ['colorId', 'defaultReminders', 'hidden', 'notificationSettings', 'selected', 'summaryOverride'];

/**
 * Brings the user's list to where the roles are that he has by now. Says whether it changed.
 */
export function refreshList(world: World, user: string): boolean {
  const { list } = world.directory.shelfOf(user);
  const before = list.seq;
  const seen = new Set<string>();
  for (const calendar of world.directory.all()) {
    if (calendar.roleOf(user) === 'none') continue;
    seen.add(calendar.id);
    const entry = list.get(calendar.id);
    if (entry === undefined || (entry.deleted && entry.body.takenOut !== true)) {
      list.put(calendar.id, { colorId: colorOf(calendar.id), selected: true });
    }
  }
  for (const { id, body, deleted } of [...list.all()]) if (!deleted && !seen.has(id)) list.put(id, body, true);
  return list.seq !== before;
}

/** The user's calendars as a list. */
export function calendarsOf(world: World, user: string, query: Query): Listed {
  refreshList(world, user);
  const least = readRole(textParameter(query, 'minAccessRole'));
  const showsHidden = flagParameter(query, 'showHidden') ?? false;
  const roleIn = (id: string): AccessRole => world.directory.peek(id)?.roleOf(user) ?? 'none';
  return {
    kind: 'calendar#calendarList',
    scope: `calendars of ${user}`,
    entries: world.directory.shelfOf(user).list,
    shows: ({ id, body }) => grants(roleIn(id), least) && (showsHidden || body.hidden !== true),
    render: (entry) => entryResource(world, user, entry),
    narrowing: { names: ['minAccessRole', 'showOwnOrganizationOnly'], flags: ['showHidden'] },
  };
}

/**
 * A page of the list.
 * @throws ApiError 400, 410
 */
export function listCalendars(world: World, user: string, query: Query): JsonObject {
  return listCollection(world, calendarsOf(world, user, query), query);
}

/** @throws ApiError 404 for a calendar that the user has taken out */
export function getEntry(world: World, access: Access): JsonObject {
  return entryResource(world, access.user, findEntry(world, access));
}

/**
 * Puts a calendar that the user may see into his list, where it may be already.
 * @throws ApiError 400, 404
 */
export function insertEntry(world: World, { calendar, user }: Access, body: JsonObject, query: Query): JsonObject {
  const fresh = { colorId: colorOf(calendar.id), selected: false, ...wishOf(body, query) };
  return storeEntry(world, user, calendar.id, fresh, false);
}

/**
 * Changes what the user has set about a calendar.
 * @throws ApiError 400, 404
 */
export function changeEntry(
  world: World,
  access: Access,
  body: JsonObject,
  query: Query,
  kind: 'patch' | 'update',
): JsonObject {
  const { body: before } = findEntry(world, access);
  const base = kind === 'patch' ? before : { colorId: before.colorId, selected: false };
  return storeEntry(world, access.user, access.calendar.id, { ...base, ...wishOf(body, query) }, false);
}

/**
 * Takes a calendar out of the user's list; the calendar stays.
 * @throws ApiError 404
 */
export function deleteEntry(world: World, access: Access): void {
  const { body } = findEntry(world, access);
  storeEntry(world, access.user, access.calendar.id, { ...body, takenOut: true }, true);
}

/** The body of an insert names the calendar. @throws ApiError 400 */
export function calendarIdOf(body: JsonObject): string {
  const id = textAt(body, 'id');
  if (id === undefined || id === '') throw requiredAt('Missing calendar id.', 'id');
  return id;
}

function storeEntry(world: World, user: string, id: string, body: JsonObject, deleted: boolean): JsonObject {
  const shelf = world.directory.shelfOf(user);
  const before = shelf.list.seq;
  const entry = shelf.list.put(id, body, deleted);
  if (shelf.list.seq !== before) world.channels.notify(shelf.watchedList);
  return entryResource(world, user, entry);
}

function findEntry(world: World, { calendar, user }: Access): CollectionEntry {
  refreshList(world, user);
  const entry = world.directory.shelfOf(user).list.get(calendar.id);
  if (entry === undefined || entry.deleted) throw notFound();
  return entry;
}

function entryResource(world: World, user: string, { id, body, deleted }: CollectionEntry): JsonObject {
  const calendar = world.directory.peek(id);
  const { takenOut: _takenOut, hidden, ...own } = body;
  const kind = 'calendar#calendarListEntry';
  if (calendar === undefined) return { kind, etag: `"${fingerprint(id)}"`, id, deleted: true };
  const role = calendar.roleOf(user);
  const color = CALENDAR_COLORS[textAt(body, 'colorId') ?? ''];
  const entry = {
    ...calendarResource(calendar),
    kind,
    ...(color === undefined ? {} : { backgroundColor: color, foregroundColor: '#000000' }),
    ...own,
    ...(hidden === true ? { hidden } : {}),
    accessRole: role,
    defaultReminders: body.defaultReminders ?? (role === 'owner' ? [{ method: 'popup', minutes: 30 }] : []),
    ...(calendar.isPrimary && role === 'owner' ? { primary: true } : {}),
    ...(deleted ? { deleted: true } : {}),
  };
  return { ...entry, etag: `"${fingerprint(JSON.stringify(entry))}"` };
}

function wishOf(body: JsonObject, query: Query): JsonObject {
  const wish = Object.fromEntries(Object.entries(body).filter(([key]) => WRITABLE.includes(key)));
  const { colorId } = wish;
  if (colorId !== undefined && CALENDAR_COLORS[String(colorId)] === undefined) throw invalid('Invalid color id.');
  if (wish.defaultReminders !== undefined) validateReminders(objectsAt(wish, 'defaultReminders'));
  // Colours by their numbers count where the request says so, and as a pair.
  if (flagParameter(query, 'colorRgbFormat') !== true) return wish;
  const colors = Object.entries(body).filter(([key]) => key === 'backgroundColor' || key === 'foregroundColor');
  for (const [key, value] of colors) {
    if (typeof value !== 'string' || !/^#[0-9a-f]{6}$/i.test(value)) throw invalid(`Invalid ${key}.`);
  }
  return { ...wish, ...Object.fromEntries(colors) };
}

function readRole(text: string | undefined): AccessRole {
  if (text === undefined) return 'freeBusyReader';
  const role = ACCESS_ROLES.find((known) => known === text);
  if (role === undefined) throw invalid('Invalid Value', 'minAccessRole');
  return role;
}
