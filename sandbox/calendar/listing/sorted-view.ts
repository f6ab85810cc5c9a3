/**
 * Listings whose order or content is not that of the store: ordered ones, and those with every occurrence by itself
 * (`singleEvents`). They are worked out once and kept for the pages that follow, as long as nothing changes.
 */

import { DAY_MS, isoOf, momentOf } from '../series/event-time.ts';
import { plainOccurrences } from '../series/find-event.ts';
import type { Calendar } from '../state/calendar.ts';
import type { StoredEvent } from '../state/event-store.ts';
import { type JsonObject, textAt } from '../wire/json.ts';
import type { World } from '../world.ts';
import { isShown, matches, windowOf } from './event-filter.ts';
import type { ListQuery } from './list-query.ts';
import type { ListedEntry, Listing } from './listing.ts';

interface View {
  readonly key: string;
  readonly entries: readonly ListedEntry[];
}

const views = new WeakMap<Calendar, View>();

/**
 * Of a deleted series, an incremental listing of single events shows the cancelled occurrences of about half a year, as
 * users of the real API found (googleapis/google-api-ruby-client#860).
 */
const DELETED_SERIES_SPAN_MS = 183 * DAY_MS;

/** The entries of such a listing from its position on. */
export function* sortedView(world: World, calendar: Calendar, listing: Listing): Generator<ListedEntry> {
  const entries = entriesOf(world, calendar, listing);
  let index = 0;
  let end = entries.length;
  while (index < end) {
    const middle = (index + end) >>> 1;
    if ((entries[middle]?.position ?? '') <= listing.position) index = middle + 1;
    else end = middle;
  }
  for (; index < entries.length; index += 1) {
    const entry = entries[index];
    if (entry !== undefined) yield entry;
  }
}

function entriesOf(world: World, calendar: Calendar, listing: Listing): readonly ListedEntry[] {
  const { query } = listing;
  const key = [calendar.events.seq, calendar.timeZone, listing.snapshot, query.singleEvents, query.fingerprint].join(
    '|',
  );
  const known = views.get(calendar);
  if (known?.key === key) return known.entries;
  const entries: ListedEntry[] = [];
  for (const event of sourceOf(calendar, listing)) {
    for (const body of shownBodies(world, calendar, event, listing)) {
      if (!matches(body, calendar, query)) continue;
      entries.push({ body, verbatim: event.verbatim, position: positionOf(body, event, calendar, query) });
    }
  }
  entries.sort((left, right) => (left.position < right.position ? -1 : 1));
  views.set(calendar, { key, entries });
  return entries;
}

function sourceOf(calendar: Calendar, { query, since, snapshot }: Listing): Iterable<StoredEvent> {
  if (since !== undefined) return calendar.events.changes(since, snapshot + 1);
  return query.iCalUID === undefined
    ? calendar.events.createdBefore(calendar.events.nextSerial)
    : calendar.events.withUid(query.iCalUID);
}

function* shownBodies(world: World, calendar: Calendar, event: StoredEvent, listing: Listing): Generator<JsonObject> {
  const { query, since } = listing;
  if (!query.singleEvents || !event.isMaster) {
    if (since !== undefined || isShown(event, calendar, query)) yield event.body;
    return;
  }
  const nowMs = world.now();
  if (!event.cancelled) {
    yield* plainOccurrences(calendar, event.body, windowOf(query), nowMs);
  } else if (since !== undefined) {
    const window = { fromMs: nowMs - DELETED_SERIES_SPAN_MS, toMs: nowMs + DELETED_SERIES_SPAN_MS };
    yield* plainOccurrences(calendar, event.body, window, nowMs);
  }
}

/** A text by which entries sort as the query wishes; the id makes it unique. */
function positionOf(body: JsonObject, event: StoredEvent, calendar: Calendar, query: ListQuery): string {
  const id = textAt(body, 'id') ?? '';
  const start = momentOf(body.start, calendar.timeZone) ?? momentOf(body.originalStartTime, calendar.timeZone);
  const startText = start === undefined ? '0' : isoOf(start.instantMs);
  switch (query.order) {
    case 'startTime':
      return `${startText}|${id}`;
    case 'updated':
      return `${textAt(body, 'updated') ?? '0'}|${id}`;
    case 'none':
      return `${String(1e12 - event.serial)}|${startText}|${id}`;
  }
}
