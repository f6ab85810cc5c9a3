/** The end of a listing: its token is committed last, together with what it covers and when to look again. */

import { withStanding } from '../../domain/delivery/notice.ts';
import { LeaseLost } from '../../domain/errors.ts';
import { channelAfter, nextLookMs, quietOnesAfter } from '../../domain/plan/next-look.ts';
import { unrecordedAfter } from '../../domain/plan/unrecorded.ts';
import type { Services } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import { notifiedAfterListing } from '../../domain/state/notified.ts';
import { withStatus } from '../../domain/state/reach.ts';
import type { CalendarRecord, Listing } from '../../domain/state/records.ts';
import { fence, giveBackLease, type Held, type PutDown, putDownLease } from '../lease.ts';
import type { SyncRun } from './sync-run.ts';

/**
 * Commits a finished listing. `done`: the lease is given back. `wanted`: somebody asked for another listing
 * meanwhile, and the lease is kept for it.
 * @throws LeaseLost, StoreUnavailable
 */
export async function closeListing(services: Services, run: SyncRun, listing: Listing): Promise<'done' | 'wanted'> {
  const { clock, random, policy } = services;
  const { events, unnotified } = run.counts;
  const finished = { request: run.request, publishedAt: run.arrival.publishedAt, events, unnotified };
  const { before, after } = await services.store.transact(async (tx) => {
    const stored = await fence(tx, run.held);
    const now = clock.now();
    const isWanted = stored.wantedAt !== null;
    const channel = channelAfter(stored, run.held.calendar.channel, finished);
    const quietReconciles = quietOnesAfter(stored, finished, now, policy.reconcileMs);
    const unrecorded = unrecordedAfter(stored, listing, now, policy.reconcileMs);
    const chance = random.fraction();
    const lookAt = now + nextLookMs(channel, quietReconciles, finished, { now, chance, policy });
    const isOpening = stored.openingChannel !== null && stored.openingChannel === run.request.channel?.id;
    const calendar: CalendarRecord = {
      ...withStatus(stored, stored.status === 'unsupported-push' ? stored.status : 'active', now),
      accessRole: listing.accessRole,
      syncToken: listing.nextSyncToken,
      coveredUntil: stored.openedAt,
      notified: notifiedAfterListing(stored.notified),
      checkpoint: null,
      channel,
      openingProvenAt: isOpening ? run.arrival.publishedAt : stored.openingProvenAt,
      repairs: { ...stored.repairs, notBefore: null },
      failure: null,
      deaths: null,
      lastSyncedAt: now,
      quietReconciles,
      unrecorded,
      reconcileAt: unrecorded === null ? lookAt : Math.min(lookAt, unrecorded.retryAt),
      lease: isWanted ? stored.lease : null,
    };
    const closed = withCalendarDue(withStanding(calendar, 'connected', policy, now));
    tx.putCalendar(closed);
    return { before: stored.status, after: closed };
  });
  const { key, status, lease } = after;
  run.hasNews ||= after.notice?.telling != null;
  if (status !== before) services.log.write({ line: 'calendar-status', calendar: key, status, reason: 'listed' });
  return lease === null ? 'done' : 'wanted';
}

/** Puts an unfinished listing by (null: one that has not begun) and asks for its continuation, on the lane of everything that can wait. @throws LeaseLost, StoreUnavailable, QueueUnavailable */
export async function leaveListing(services: Services, run: SyncRun, listing: Listing | null): Promise<void> {
  const now = services.clock.now();
  // Due at once as well, should the message be lost with this process. A wish for another listing waits for the end of this one.
  const left = await putDownLease(services, run.held, (calendar) => ({
    ...calendar,
    checkpoint: listing,
    reconcileAt: now,
  }));
  requireLeft(left);
  await services.queue.publish({ kind: 'sync', calendar: run.held.calendar.key, cause: 'continuation' }, 'upkeep');
}

/** Puts a listing by that is to go on after a while, or as soon as somebody asks for another. @throws LeaseLost, StoreUnavailable, QueueUnavailable */
export async function postponeListing(
  services: Services,
  held: Held,
  listing: Listing,
  delayMs: number,
): Promise<void> {
  const reconcileAt = services.clock.now() + delayMs;
  requireLeft(await giveBackLease(services, held, (calendar) => ({ ...calendar, checkpoint: listing, reconcileAt })));
}

function requireLeft(left: PutDown | null): void {
  if (left === null) throw new LeaseLost('the listing could not be put by');
}
