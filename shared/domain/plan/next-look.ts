/**
 * When a calendar is listed again without being asked, after a listing of it was finished: the longer, the more its channel has proven that
 * every change is notified.
 */
import { giveOrTakeAQuarter } from '../jitter.ts';
import { SECOND_LOOK_MS } from '../limits.ts';
import type { SyncRequest } from '../notification/work-message.ts';
import type { Policy } from '../policy.ts';
import type { CalendarRecord, Channel } from '../state/records.ts';

/** A finished listing: what had asked for it, when that was published (Unix milliseconds), and what it has shown. */
export interface FinishedListing {
  readonly request: SyncRequest;
  readonly publishedAt: number;
  readonly events: number;
  /** Those that no notification had told of. */
  readonly unnotified: number;
}

/** The moment (Unix milliseconds), and a number from 0 to 1 that spreads the looks. */
export interface LookTerms {
  readonly now: number;
  readonly chance: number;
  readonly policy: Pick<Policy, 'reconcileMs' | 'reconcileQuietMs' | 'reconcileUnprovenMs'>;
}

/**
 * The calendar's channel. A notification proves the one that it came through; a change that none told of takes the proof back, where the channel
 * is as it was when the listing began (`before`).
 */
export function channelAfter(
  { channel }: CalendarRecord,
  before: Channel | null,
  { request, publishedAt, unnotified }: FinishedListing,
): Channel | null {
  if (channel === null) return null;
  if (request.channel?.id === channel.id) return { ...channel, provenAt: publishedAt };
  const isAsBefore = before?.id === channel.id && before.provenAt === channel.provenAt;
  return unnotified > 0 && isAsBefore ? { ...channel, provenAt: null } : channel;
}

/**
 * Counts only what a proven channel has done over a whole interval: without one, a reconcile that finds nothing says nothing about it, nor does one
 * soon after another listing, as for a successor of the channel or an event that may have moved here.
 */
export function quietOnesAfter(
  { quietReconciles, channel, lastSyncedAt }: CalendarRecord,
  { request, unnotified }: FinishedListing,
  now: number,
  reconcileMs: number,
): number {
  if (unnotified > 0) return 0;
  const isInterval = lastSyncedAt !== null && now - lastSyncedAt >= giveOrTakeAQuarter(reconcileMs, 0);
  return request.cause === 'reconcile' && isProven(channel) && isInterval ? quietReconciles + 1 : quietReconciles;
}

/** How long until the next look, with this channel and after so many quiet reconciles. */
export function nextLookMs(
  channel: Channel | null,
  quietReconciles: number,
  { request, events }: FinishedListing,
  { now, chance, policy }: LookTerms,
): number {
  const usual = giveOrTakeAQuarter(trustedMs(channel, quietReconciles, now, policy), chance);
  // Lists can lag behind notifications: one that led to nothing is looked at once more.
  const isPuzzling = request.cause === 'notification' && events === 0;
  return Math.round(isPuzzling ? Math.min(SECOND_LOOK_MS, usual) : usual);
}

/** How long the channel is trusted to tell of every change. One that ends before it has a successor is as good as none from then on. */
function trustedMs(
  channel: Channel | null,
  quietReconciles: number,
  now: number,
  { reconcileMs, reconcileQuietMs, reconcileUnprovenMs }: LookTerms['policy'],
): number {
  if (!isProven(channel)) return reconcileUnprovenMs;
  const earnedMs = Math.max(reconcileMs, Math.min(reconcileMs * 2 ** quietReconciles, reconcileQuietMs));
  return Math.min(earnedMs, Math.max(channel.expiresAt - now, reconcileUnprovenMs));
}

function isProven(channel: Channel | null): channel is Channel {
  return channel !== null && channel.provenAt !== null;
}
