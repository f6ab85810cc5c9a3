/**
 * `events.list`: full and incremental listings, page by page. Nothing is remembered between pages but what their tokens
 * say. An incremental listing walks the change log, a full one the events in the order of creation, both newest first,
 * so that exceptions and tombstones come before their masters (recorded) and a change during the paging neither hides
 * an event nor is lost: it comes with the next sync token.
 */

import { isoOf } from '../series/event-time.ts';
import { grants } from '../state/access-role.ts';
import type { Calendar } from '../state/calendar.ts';
import type { Access } from '../state/directory.ts';
import type { StoredEvent } from '../state/event-store.ts';
import { bareTombstone, seenAs } from '../state/event-view.ts';
import type { Settings } from '../state/settings.ts';
import { fullSyncRequired, invalid, updatedMinTooLongAgo } from '../wire/api-error.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Query } from '../wire/requests.ts';
import type { World } from '../world.ts';
import { isShown, matches } from './event-filter.ts';
import { type ListQuery, readListQuery } from './list-query.ts';
import type { ListedEntry, Listing } from './listing.ts';
import { readShape, type Shape, shaped } from './shape.ts';
import { sortedView } from './sorted-view.ts';
import { readPageToken, readSyncToken, writePageToken, writeSyncToken } from './tokens.ts';

/**
 * Answers a list request.
 * @throws ApiError 400, 410
 */
export function listEvents(world: World, access: Access, parameters: Query): JsonObject {
  const { calendar, user, role } = access;
  const asked = readListQuery(parameters);
  const shape = readShape(parameters);
  // Free/busy access shows occurrences, never rules:
  // https://developers.google.com/workspace/calendar/api/guides/recurringevents
  const query = grants(role, 'reader') ? asked : { ...asked, singleEvents: true };
  const listing = openListing(world, access, query);
  const page = takePage(world, calendar, listing);
  const items = page.entries.map((entry) => shaped(shownAs(entry, access, query, world.settings), shape));
  const answer: Record<string, unknown> = envelope(world, access, shape);
  if (page.next === undefined) {
    const nextSyncToken = syncTokenOf(world, calendar, user, listing);
    if (nextSyncToken !== undefined) answer.nextSyncToken = nextSyncToken;
  } else {
    answer.nextPageToken = writePageToken(calendar, user, {
      query: query.fingerprint,
      snapshot: listing.snapshot,
      position: page.next,
      issuedAtMs: world.now(),
    });
  }
  if (items.length > 0 || !world.faults.strikes('noItems', calendar.id)) answer.items = items;
  return answer;
}

/**
 * Refuses a sync token as a listing would; a watch request is refused so too (recorded).
 * @throws ApiError 400, 410
 */
export function checkSyncToken(world: World, access: Access, text: string): number {
  const { calendar, user } = access;
  const token = readSyncToken(text, calendar, user);
  if (token === undefined) throw invalid('Invalid sync token value.', 'syncToken');
  const isExpired =
    token.epoch !== calendar.tokenEpochOf(user) ||
    token.seq < calendar.events.purgedSeq ||
    world.now() - token.issuedAtMs > world.settings.syncTokenTtlMs;
  if (isExpired) throw fullSyncRequired();
  return token.seq;
}

function openListing(world: World, access: Access, query: ListQuery): Listing {
  const { calendar, user } = access;
  const now = world.now();
  if (query.updatedMinMs !== undefined && query.updatedMinMs < now - world.settings.updatedMinAgeMaxMs) {
    throw updatedMinTooLongAgo();
  }
  const since = query.syncToken === undefined ? undefined : checkSyncToken(world, access, query.syncToken);
  if (query.pageToken === undefined)
    return { query, since, snapshot: lastSeen(world, calendar, since ?? 0), position: '' };
  const page = readPageToken(query.pageToken, calendar, user, query.fingerprint);
  if (page === undefined || now - page.issuedAtMs > world.settings.pageTokenTtlMs) {
    throw invalid('Invalid page token value.', 'pageToken');
  }
  // The sync token at the end of this listing would be dead already.
  if (page.epoch !== calendar.tokenEpochOf(user)) throw fullSyncRequired();
  return { query, since, snapshot: page.snapshot, position: page.position };
}

/** The last change that a listing which begins now shows. */
function lastSeen(world: World, calendar: Calendar, since: number): number {
  const { events } = calendar;
  const lagMs = world.faults.lagOf(calendar.id);
  if (lagMs === 0) return events.seq;
  for (const event of events.changes(since, events.seq + 1)) {
    if (Date.parse(String(event.body.updated)) <= world.now() - lagMs) return event.seq;
  }
  return since;
}

function takePage(
  world: World,
  calendar: Calendar,
  listing: Listing,
): { readonly entries: readonly ListedEntry[]; readonly next: string | undefined } {
  const entries: ListedEntry[] = [];
  for (const entry of entriesOf(world, calendar, listing)) {
    if (entries.length === 0 && world.faults.strikes('emptyPage', calendar.id)) {
      return { entries, next: listing.position };
    }
    if (entries.length === listing.query.maxResults) return { entries, next: entries.at(-1)?.position };
    entries.push(entry);
  }
  return { entries, next: undefined };
}

function entriesOf(world: World, calendar: Calendar, listing: Listing): Iterable<ListedEntry> {
  const { query, since, position } = listing;
  if (query.singleEvents || query.order !== 'none') return sortedView(world, calendar, listing);
  if (since !== undefined) return changedEntries(calendar, listing, since);
  return createdEntries(calendar, query, position);
}

function* changedEntries(calendar: Calendar, listing: Listing, since: number): Generator<ListedEntry> {
  const before = listing.position === '' ? listing.snapshot + 1 : Number(listing.position);
  for (const event of calendar.events.changes(since, before)) {
    if (matches(event.body, calendar, listing.query)) yield entryOf(event, event.seq);
  }
}

function* createdEntries(calendar: Calendar, query: ListQuery, position: string): Generator<ListedEntry> {
  const before = position === '' ? calendar.events.nextSerial : Number(position);
  const events =
    query.iCalUID === undefined ? calendar.events.createdBefore(before) : withUid(calendar, query.iCalUID, before);
  for (const event of events) {
    if (isShown(event, calendar, query) && matches(event.body, calendar, query)) yield entryOf(event, event.serial);
  }
}

function withUid(calendar: Calendar, iCalUID: string, before: number): readonly StoredEvent[] {
  const events = calendar.events.withUid(iCalUID).filter(({ serial }) => serial < before);
  return events.toSorted((left, right) => right.serial - left.serial);
}

function entryOf(event: StoredEvent, position: number): ListedEntry {
  return { body: event.body, verbatim: event.verbatim, position: String(position) };
}

function shownAs(entry: ListedEntry, access: Access, query: ListQuery, settings: Settings): JsonObject {
  const { body } = entry;
  if (body.status === 'cancelled' && !entry.verbatim) {
    const isRich = settings.tombstones === 'rich' || (settings.tombstones === 'documented' && query.showDeleted);
    if (!isRich || body.start === undefined) return bareTombstone(body);
  }
  return seenAs(body, access.role, access.user);
}

function syncTokenOf(world: World, calendar: Calendar, user: string, listing: Listing): string | undefined {
  const { query } = listing;
  // Independent clients found the token withheld for these two.
  if (query.updatedMinMs !== undefined || query.order !== 'none') return undefined;
  if (world.faults.strikes('noSyncToken', calendar.id)) return undefined;
  return writeSyncToken(calendar, user, listing.snapshot, world.now());
}

/** The members of an `Events` answer that tell of the calendar. */
export function envelope(world: World, access: Access, { timeZone }: Shape): Record<string, unknown> {
  const { calendar, role } = access;
  const { events } = calendar;
  const [newest] = events.changes(0, events.seq + 1);
  return {
    kind: 'calendar#events',
    etag: `"p${(events.seq * 2 + 33_000).toString(36)}o0o"`,
    summary: calendar.summary,
    description: calendar.description ?? '',
    updated: newest?.body.updated ?? isoOf(world.now()),
    timeZone: timeZone ?? calendar.timeZone,
    accessRole: role,
    defaultReminders: role === 'owner' ? [{ method: 'popup', minutes: 30 }] : [],
  };
}
