/** When the successor of a channel is opened, and from when on it is late. One rule: whoever changes the one changes the other. */
import { type CalendarKey, spreadOf } from '../ids.ts';
import type { Policy } from '../policy.ts';

/** Renewals are spread over this last part of the time that they may take place in. */
const SPREAD_PART = 0.25;
/** A successor that is missing when this part is left of the time that it had has failed to open again and again. */
const LATE_PART = 0.5;

type Terms = Pick<Policy, 'channelTtlMs' | 'channelRenewalMarginMs'>;

/**
 * When the successor of a channel is opened that was granted from `now` to `expiresAt`: before the margin begins, or at half its life where
 * that is later. What lives hardly longer than the margin would be due at once otherwise. Unix milliseconds, each calendar at its own time.
 */
export function renewalTime(calendar: CalendarKey, expiresAt: number, now: number, terms: Terms): number {
  const usableMs = expiresAt - now - marginOf(expiresAt - now, terms);
  return now + Math.round(usableMs * (1 - SPREAD_PART + SPREAD_PART * spreadOf(calendar)));
}

/** Milliseconds before its end from which on a channel counts as one that could not be renewed. Reckoned for the life that Google is asked for. */
export function endingWithinMs(terms: Terms): number {
  return marginOf(terms.channelTtlMs, terms) * LATE_PART;
}

/** So long before the end of a life a successor is there at the latest. */
function marginOf(lifeMs: number, { channelRenewalMarginMs }: Terms): number {
  return Math.min(channelRenewalMarginMs, lifeMs / 2);
}
