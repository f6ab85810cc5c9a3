/** The end of a listing: its token is committed last, together with what it covers and when to look again. */

import { withStanding } from '../../domain/delivery/notice.ts';
import { LeaseLost } from '../../domain/errors.ts';
import { giveOrTakeAQuarter } from '../../domain/jitter.ts';
import { SECOND_LOOK_MS } from '../../domain/limits.ts';
import { unrecordedAfter } from '../../domain/plan/unrecorded.ts';
import type { Services } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import { notifiedAfterListing } from '../../domain/state/notified.ts';
import { withStatus } from '../../domain/state/reach.ts';
import type { CalendarRecord, Channel, Listing } from '../../domain/state/records.ts';
import { fence, giveBackLease, type Held, type PutDown, putDownLease } from '../lease.ts';
import type { SyncRun } from './sync-run.ts';

/**
 * Commits a finished listing. `done`: the lease is given back. `wanted`: somebody asked for another listing
 * meanwhile, and the lease is kept for it.
 * @throws LeaseLost, StoreUnavailable
 */
export async function closeListing(services: Services, run: SyncRun, listing: Listing): Promise<'done' | 'wanted'> {
  const { before, after } = await services.store.transact(async (tx) => {
    const stored = await fence(tx, run.held);
    const now = services.clock.now();
    const isWanted = stored.wantedAt !== null;
    const channel = provenChannel(stored, run);
    const quietReconciles = quietOnesAfter(stored, run, now, services.policy.reconcileMs);
    const unrecorded = unrecordedAfter(stored, listing, now, services.policy.reconcileMs);
    const lookAt = now + nextLookMs(services, run, channel, quietReconciles);
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
    const closed = withCalendarDue(withStanding(calendar, 'connected', services.policy, now));
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

/** A notification proves the channel that it came through; a change that none told of takes the proof back. */
function provenChannel(calendar: CalendarRecord, run: SyncRun): Channel | null {
  const { channel } = calendar;
  if (channel === null) return null;
  if (run.request.channel?.id === channel.id) return { ...channel, provenAt: run.arrival.publishedAt };
  const before = run.held.calendar.channel;
  const isAsBefore = before?.id === channel.id && before.provenAt === channel.provenAt;
  return run.counts.unnotified > 0 && isAsBefore ? { ...channel, provenAt: null } : channel;
}

/**
 * Counts only what a proven channel has done over a whole interval: without one, a reconcile that finds nothing says nothing about it, nor does one
 * soon after another listing, as for a successor of the channel or an event that may have moved here.
 */
function quietOnesAfter(
  { quietReconciles, channel, lastSyncedAt }: CalendarRecord,
  { request, counts }: SyncRun,
  now: number,
  reconcileMs: number,
): number {
  if (counts.unnotified > 0) return 0;
  const isProven = channel !== null && channel.provenAt !== null;
  const isInterval = lastSyncedAt !== null && now - lastSyncedAt >= giveOrTakeAQuarter(reconcileMs, 0);
  return request.cause === 'reconcile' && isProven && isInterval ? quietReconciles + 1 : quietReconciles;
}

/** Jittered, so that what was listed in one hour is not listed in one hour for ever. */
function nextLookMs(services: Services, run: SyncRun, channel: Channel | null, quietReconciles: number): number {
  const { reconcileMs, reconcileQuietMs, reconcileUnprovenMs } = services.policy;
  // A channel that ends before it has a successor is as good as none from then on.
  const leftMs = channel === null ? 0 : channel.expiresAt - services.clock.now();
  const isProven = channel !== null && channel.provenAt !== null;
  const trustedMs = Math.max(reconcileMs, Math.min(reconcileMs * 2 ** quietReconciles, reconcileQuietMs));
  const wishedMs = isProven ? Math.min(trustedMs, Math.max(leftMs, reconcileUnprovenMs)) : reconcileUnprovenMs;
  const usual = giveOrTakeAQuarter(wishedMs, services.random.fraction());
  // Lists can lag behind notifications: one that led to nothing is looked at once more.
  const isPuzzling = run.request.cause === 'notification' && run.counts.events === 0;
  return Math.round(isPuzzling ? Math.min(SECOND_LOOK_MS, usual) : usual);
}
