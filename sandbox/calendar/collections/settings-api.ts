/** The `settings` collection: https://developers.google.com/workspace/calendar/api/v3/reference/settings. Clients can only read it. */
import { fingerprint } from '../state/identifiers.ts';
import type { CollectionEntry, SmallCollection } from '../state/small-collection.ts';
import { notFound } from '../wire/api-error.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Query } from '../wire/requests.ts';
import type { World } from '../world.ts';
import { type Listed, listCollection } from './list-collection.ts';

/** The documented settings with their documented defaults; `timezone` follows the user's calendar. */
const DEFAULTS: Readonly<Record<string, string>> = {
  autoAddHangouts: 'false',
  dateFieldOrder: 'MDY',
  defaultEventLength: '60',
  format24HourTime: 'false',
  hideInvitations: 'false',
  hideWeekends: 'false',
  locale: 'en',
  remindOnRespondedEventsOnly: 'false',
  showDeclinedEvents: 'true',
  useKeyboardShortcuts: 'true',
  weekStart: '0',
};

/** The user's settings as a list. */
export function settingsOf(world: World, user: string): Listed {
  return {
    kind: 'calendar#settings',
    scope: `settings of ${user}`,
    entries: current(world, user),
    shows: () => true,
    render: settingResource,
  };
}

/** @throws ApiError 400, 410 */
export function listSettings(world: World, user: string, query: Query): JsonObject {
  return listCollection(world, settingsOf(world, user), query);
}

/** @throws ApiError 404 */
export function getSetting(world: World, user: string, id: string): JsonObject {
  const entry = current(world, user).get(id);
  if (entry === undefined) throw notFound();
  return settingResource(entry);
}

function current(world: World, user: string): SmallCollection {
  const { settings } = world.directory.shelfOf(user);
  const timezone = world.directory.peek(user)?.timeZone ?? 'UTC';
  for (const [id, value] of Object.entries({ ...DEFAULTS, timezone })) settings.put(id, { value });
  return settings;
}

function settingResource({ id, body: { value } }: CollectionEntry): JsonObject {
  return { kind: 'calendar#setting', etag: `"${fingerprint(`${id} ${String(value)}`)}"`, id, value };
}
