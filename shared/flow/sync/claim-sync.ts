/**
 * Decides in one transaction whether a request needs a listing at all, and opens it: a request that a finished listing
 * has covered costs one read; one that meets a held lease leaves its wish with the holder.
 */

import { COVERAGE_MARGIN_MS, LISTING_SPACING_MS } from '../../domain/limits.ts';
import { isForeignChannel } from '../../domain/notification/foreign-channel.ts';
import type { ChannelName, SyncRequest } from '../../domain/notification/work-message.ts';
import { beginListing, isUnderWay, laneOfNextListing } from '../../domain/plan/listing.ts';
import { isFullListingDue } from '../../domain/plan/unrecorded.ts';
import type { Services } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import { notifiedAtOpening, withNotification } from '../../domain/state/notified.ts';
import type { CalendarRecord, Listing } from '../../domain/state/records.ts';
import { putOffUntil, withDeathCounted } from '../../domain/state/worker-deaths.ts';
import { fence, type Held, isHeld, type LeaseRefusal, leased } from '../lease.ts';
import { handedToUpkeep } from './hand-to-upkeep.ts';
import type { Arrival } from './sync-run.ts';

/** The lease with an open listing, or with one to open when `openListing` has waited; or why there is nothing to do. */
export type Claim =
  | { readonly kind: 'claimed'; readonly held: Held; readonly listing: Listing | null }
  | { readonly kind: 'foreign-channel'; readonly calendar: CalendarRecord; readonly channel: ChannelName }
  /** A full listing is left to the upkeep lane; `mustPublish` if no message that asks for it is under way. */
  | { readonly kind: 'handed-over'; readonly mustPublish: boolean }
  /** Worker after worker died of the calendar, and it waits. */
  | { readonly kind: 'put-off' }
  | { readonly kind: LeaseRefusal | 'covered' | 'delayed' | 'being-removed' };

/** See the file's head. */
export async function claimSync(services: Services, request: SyncRequest, arrival: Arrival): Promise<Claim> {
  const owner = services.random.id();
  const sweepId = services.random.id();
  return services.store.transact(async (tx): Promise<Claim> => {
    const stored = await tx.calendar(request.calendar);
    if (stored === undefined) return { kind: 'unknown-calendar' };
    if (stored.isBeingRemoved) return { kind: 'being-removed' };
    const { channel } = request;
    if (channel !== undefined && isForeignChannel(stored, channel.id))
      return { kind: 'foreign-channel', calendar: stored, channel };
    const now = services.clock.now();
    const isForced = request.force === true;
    if (!isForced && isBefore(arrival.publishedAt, stored.coveredUntil)) return { kind: 'covered' };
    // What a person has paused is not late.
    const isNotification = request.cause === 'notification' && stored.status !== 'paused';
    const noted = isNotification ? withNotification(stored, arrival.publishedAt) : stored;
    if (stored.status === 'paused' || isHeld(stored, now)) {
      // A listing that opened after the message was published will show its change, or leave a time to try again.
      const isBeingListed = !isForced && stored.status !== 'paused' && isBefore(arrival.publishedAt, stored.openedAt);
      const isWish = stored.wantedAt === null && !isBeingListed;
      if (isWish || noted !== stored) tx.putCalendar(isWish ? { ...noted, wantedAt: now } : noted);
      return { kind: stored.status === 'paused' ? 'paused' : 'busy' };
    }
    const notBefore = stored.repairs.notBefore ?? 0;
    if (!isForced && stored.syncToken === null && notBefore > now) {
      if (isDueBefore(stored, notBefore)) tx.putCalendar(withCalendarDue({ ...noted, reconcileAt: notBefore }));
      else if (noted !== stored) tx.putCalendar(noted);
      return { kind: 'delayed' };
    }
    const counted = withDeathCounted(noted, now);
    const waitsUntil = putOffUntil(counted, services.policy.reconcileMs);
    if (!isForced && waitsUntil !== null && waitsUntil > now) {
      const mustWait = stored.lease !== null || isDueBefore(stored, waitsUntil);
      if (mustWait) tx.putCalendar(withCalendarDue({ ...counted, lease: null, reconcileAt: waitsUntil }));
      else if (counted !== stored) tx.putCalendar(counted);
      return { kind: 'put-off' };
    }
    if (arrival.lane === 'live' && laneOfNextListing(stored) === 'upkeep') {
      // The last holder has died, if there was one, and the message that asks for the listing may be lost with it.
      const isUnasked = stored.wantedAt === null || stored.lease !== null;
      if (isUnasked) tx.putCalendar(handedToUpkeep(counted, now));
      else if (counted !== stored) tx.putCalendar(counted);
      return { kind: 'handed-over', mustPublish: isUnasked || isForced };
    }

    const taken = leased(counted, owner, services);
    if (stored.checkpoint !== null && isUnderWay(stored.checkpoint)) {
      // The listing goes on where it stopped, and what brought us here may have happened after it opened.
      const isContinuation = request.cause === 'continuation';
      tx.putCalendar(isContinuation ? taken : { ...taken, wantedAt: taken.wantedAt ?? now });
      return { kind: 'claimed', held: { owner, calendar: taken }, listing: stored.checkpoint };
    }
    if (spacingLeft(stored, now) > 0) {
      tx.putCalendar(taken);
      return { kind: 'claimed', held: { owner, calendar: taken }, listing: null };
    }
    tx.putCalendarOpened({ ...taken, notified: notifiedAtOpening(taken.notified), wantedAt: null });
    const from = isFullListingDue(stored, arrival.lane, now) ? { ...stored, syncToken: null } : stored;
    const listing = stored.checkpoint ?? beginListing(from, sweepId, now, services.policy.fullSyncPastMs);
    return { kind: 'claimed', held: { owner, calendar: taken }, listing };
  });
}

/**
 * Opens another listing under the lease, at least a second after the one before. `again` is a listing to begin anew.
 * @throws LeaseLost, StoreUnavailable
 */
export async function openListing(
  services: Services,
  held: Held,
  lastOpenedAt: number | null,
  again: Listing | null,
): Promise<Listing> {
  const waitMs = spacingLeft({ openedAt: lastOpenedAt }, services.clock.now());
  if (waitMs > 0) await services.clock.sleep(waitMs);
  const sweepId = services.random.id();
  return services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const notified = notifiedAtOpening(calendar.notified);
    tx.putCalendarOpened({ ...leased(calendar, held.owner, services), notified, wantedAt: null, checkpoint: again });
    return again ?? beginListing(calendar, sweepId, services.clock.now(), services.policy.fullSyncPastMs);
  });
}

/** Whether a look is due that would only find that the calendar has to wait, again and again until then: a new channel asks for one. */
function isDueBefore({ reconcileAt }: CalendarRecord, until: number): boolean {
  return reconcileAt !== null && reconcileAt < until;
}

function isBefore(publishedAt: number, openedAt: number | null): boolean {
  return openedAt !== null && publishedAt < openedAt - COVERAGE_MARGIN_MS;
}

/** Never longer than the spacing, whatever the clocks say. */
function spacingLeft({ openedAt }: Pick<CalendarRecord, 'openedAt'>, now: number): number {
  if (openedAt === null) return 0;
  return Math.min(LISTING_SPACING_MS, Math.max(0, openedAt + LISTING_SPACING_MS - now));
}
