/**
 * What becomes of a request to sync a calendar, worked out from its record alone. The order of the questions is the rule: each one is
 * asked only where those above it leave the request open.
 */
import { isForeignChannel } from '../notification/foreign-channel.ts';
import type { Arrival, ChannelName, SyncRequest } from '../notification/work-message.ts';
import { withCalendarDue } from '../state/due.ts';
import { isHeld } from '../state/lease.ts';
import { isShownBy, withNotification } from '../state/notified.ts';
import type { CalendarRecord, Listing } from '../state/records.ts';
import { putOffUntil, withDeathCounted } from '../state/worker-deaths.ts';
import { handedToUpkeep } from './hand-to-upkeep.ts';
import { isUnderWay, laneOfNextListing, spacingLeft } from './listing.ts';

/** What there is to do. */
export type RequestVerdict =
  /**
   * Nothing now. `busy` and `paused`: the wish is on record. `delayed`: a full listing has to wait, or Google is to be left alone. `put-off`:
   * worker after worker died of the calendar, and it waits.
   */
  | { readonly kind: 'being-removed' | 'covered' | 'paused' | 'busy' | 'delayed' | 'put-off' }
  | { readonly kind: 'foreign-channel'; readonly calendar: CalendarRecord; readonly channel: ChannelName }
  /** A full listing is left to the upkeep lane; `mustPublish` if no message that asks for it is under way. */
  | { readonly kind: 'handed-over'; readonly mustPublish: boolean }
  /** The lease is free, and a listing can open. */
  | { readonly kind: 'open' }
  /** The lease is free, for the listing that was put by, or, where that is null, for one that may not open yet. */
  | { readonly kind: 'lease'; readonly listing: Listing | null };

/** A verdict, and the calendar as it is to be written; the very record that was read where nothing is to be written. */
export interface JudgedRequest {
  readonly verdict: RequestVerdict;
  readonly next: CalendarRecord;
}

/** See the file's head. `longestMs`: the longest that a calendar of which workers died has to wait. */
export function judgeRequest(
  stored: CalendarRecord,
  request: SyncRequest,
  arrival: Arrival,
  now: number,
  longestMs: number,
): JudgedRequest {
  const { channel } = request;
  const isForced = request.force === true;
  if (stored.isBeingRemoved) return { verdict: { kind: 'being-removed' }, next: stored };
  if (channel !== undefined && isForeignChannel(stored, channel.id))
    return { verdict: { kind: 'foreign-channel', calendar: stored, channel }, next: stored };
  if (!isForced && isShownBy(stored.coveredUntil, arrival.publishedAt))
    return { verdict: { kind: 'covered' }, next: stored };

  // What a person has paused is not late.
  if (stored.status === 'paused') return { verdict: { kind: 'paused' }, next: withWish(stored, now) };
  const noted = request.cause === 'notification' ? withNotification(stored, arrival.publishedAt) : stored;
  if (isHeld(stored.lease, now)) {
    // A listing that opened after the message was published will show its change, or leave a time to try again.
    const isBeingListed = !isForced && isShownBy(stored.openedAt, arrival.publishedAt);
    return { verdict: { kind: 'busy' }, next: isBeingListed ? noted : withWish(noted, now) };
  }

  const notBefore = stored.repairs.notBefore ?? 0;
  if (!isForced && stored.syncToken === null && notBefore > now)
    return { verdict: { kind: 'delayed' }, next: dueNoSooner(noted, notBefore) };
  const counted = withDeathCounted(noted, now);
  const waitsUntil = putOffUntil(counted, longestMs);
  if (!isForced && waitsUntil !== null && waitsUntil > now) {
    const next =
      stored.lease === null
        ? dueNoSooner(counted, waitsUntil)
        : withCalendarDue({ ...counted, lease: null, reconcileAt: waitsUntil });
    return { verdict: { kind: 'put-off' }, next };
  }

  const leftAloneUntil = counted.failure?.notBefore ?? 0;
  if (!isForced && leftAloneUntil > now)
    return { verdict: { kind: 'delayed' }, next: withCalendarDue({ ...counted, reconcileAt: leftAloneUntil }) };

  if (arrival.lane === 'live' && laneOfNextListing(stored) === 'upkeep') {
    // The last holder has died, if there was one, and the message that asks for the listing may be lost with it.
    const isUnasked = stored.wantedAt === null || stored.lease !== null;
    const next = isUnasked ? handedToUpkeep(counted, now) : counted;
    return { verdict: { kind: 'handed-over', mustPublish: isUnasked || isForced }, next };
  }
  if (stored.checkpoint !== null && isUnderWay(stored.checkpoint)) {
    // The listing goes on where it stopped, and what brought us here may have happened after it opened. So may have a wish that went with a failure
    // since: it is fulfilled where all begins anew, as the failure believes, and not here.
    const isAsLeft = request.cause === 'continuation' && counted.failure === null;
    const next = isAsLeft ? counted : withWish(counted, now);
    return { verdict: { kind: 'lease', listing: stored.checkpoint }, next };
  }
  if (spacingLeft(stored, now) > 0) return { verdict: { kind: 'lease', listing: null }, next: counted };
  return { verdict: { kind: 'open' }, next: counted };
}

/** With the wish for one more listing; the time of the first one stays. */
function withWish(calendar: CalendarRecord, now: number): CalendarRecord {
  return calendar.wantedAt === null ? { ...calendar, wantedAt: now } : calendar;
}

/** A look before that time would only find that the calendar has to wait: a new channel asks for one. */
function dueNoSooner(calendar: CalendarRecord, until: number): CalendarRecord {
  const { reconcileAt } = calendar;
  return reconcileAt !== null && reconcileAt < until ? withCalendarDue({ ...calendar, reconcileAt: until }) : calendar;
}
