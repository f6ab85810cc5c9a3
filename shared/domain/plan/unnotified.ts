/**
 * Which events of a listing no notification had told of. A push path dies silently: the channel is open, and nothing comes
 * through it. What a reconcile finds that is no news any more is the only sign.
 */
import type { ListedEvent } from '../event/event.ts';
import type { SyncRequest } from '../notification/work-message.ts';
import type { CalendarRecord } from '../state/records.ts';

/** A notification may take this long; so may the way through the topic. */
const NOTIFIED_WITHIN_MS = 60_000;

/**
 * From when on every change of this calendar ought to have been notified; null where a listing for this request proves nothing. The
 * calendar is as it was when it was claimed: it has had a channel and no trouble since its last listing, and only the time asked for
 * this one. `channelTtlMs` is how long channels are asked to live, which dates one that has notified of nothing yet.
 */
export function notifiedSince(calendar: CalendarRecord, request: SyncRequest, channelTtlMs: number): number | null {
  const { channel } = calendar;
  const isUntroubled =
    calendar.status === 'active' &&
    calendar.syncToken !== null &&
    calendar.checkpoint === null &&
    calendar.wantedAt === null &&
    calendar.failure === null;
  if (request.cause !== 'reconcile' || channel === null || !isUntroubled) return null;
  return channel.provenAt ?? channel.expiresAt - channelTtlMs;
}

/** How many of the events changed since then, and longer ago than a notification takes. A tombstone does not say when it changed. */
export function countUnnotified(events: readonly ListedEvent[], since: number, now: number): number {
  return events.filter(
    (event) =>
      event.kind === 'live' &&
      event.updatedAt !== null &&
      event.updatedAt > since &&
      event.updatedAt < now - NOTIFIED_WITHIN_MS,
  ).length;
}
