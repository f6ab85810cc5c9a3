/** What it means that a calendar could not be listed: for the calendar, and for when it is listed again. */
import {
  AccessLost,
  askedWaitMs,
  CalendarUnreachable,
  GoogleTrouble,
  isPassing,
  OwnAccountRefused,
  RequestRefused,
} from '../errors.ts';
import { giveOrTakeAQuarter, upToATenthLater } from '../jitter.ts';
import type { Policy } from '../policy.ts';
import { NOTHING_NOTIFIED } from '../state/notified.ts';
import { isInDoubt, withDoubt } from '../state/reach.ts';
import type { CalendarRecord } from '../state/records.ts';
import { type Loss, withLoss } from './loss.ts';

/** What the failure says. */
export type FailedListing =
  /** The calendar is lost to us. */
  | { readonly kind: 'lost'; readonly error: Loss }
  /** Google does not find the calendar, and may still come to know it; `at` is when that was found out. */
  | { readonly kind: 'in-doubt'; readonly error: GoogleTrouble; readonly at: number }
  /** Nothing is wrong with the calendar, and the next listing may succeed. */
  | { readonly kind: 'passing'; readonly error: GoogleTrouble }
  /** The same, and somebody must be woken: it is our own installation that Google refuses. */
  | { readonly kind: 'own-account'; readonly error: OwnAccountRefused }
  /** Google refuses what we ask, and will again. */
  | { readonly kind: 'lasting'; readonly error: RequestRefused }
  /** It is not Google's at all: the store, the broker or a bug. */
  | { readonly kind: 'ours'; readonly error: Error };

/** The moment of the failure (Unix milliseconds), and a number from 0 to 1 that spreads what follows. */
export interface FailureTerms {
  readonly at: number;
  readonly chance: number;
  readonly policy: Pick<Policy, 'reconcileMs' | 'tellsOfCalendars'>;
}

/** The wait after a first failure that may pass; each one after it waits for twice as long. */
const POSTPONED_SYNC_FIRST_WAIT_MS = 60_000;
const DOUBLINGS_MAX = 12;
/** A calendar on which a change waits, as a notification has told, is looked at this often while the trouble may pass at any moment. */
const EDIT_WAIT_MAX_MS = 15 * 60_000;

/** What the error says of a calendar that is on record like this. `at` is Unix milliseconds. */
export function readFailedListing(calendar: CalendarRecord, error: unknown, at: number): FailedListing {
  if (error instanceof AccessLost) return { kind: 'lost', error };
  if (error instanceof CalendarUnreachable)
    return isInDoubt(calendar, error, at) ? { kind: 'in-doubt', error, at } : { kind: 'lost', error };
  if (error instanceof OwnAccountRefused) return { kind: 'own-account', error };
  if (error instanceof RequestRefused) return { kind: 'lasting', error };
  if (error instanceof GoogleTrouble && isPassing(error)) return { kind: 'passing', error };
  return { kind: 'ours', error: error instanceof Error ? error : new Error('unknown', { cause: error }) };
}

/** The calendar after the failure. `failedBefore`: how many listings in a row had failed when this one began. */
export function afterFailedListing(
  calendar: CalendarRecord,
  failed: FailedListing,
  failedBefore: number,
  terms: FailureTerms,
): CalendarRecord {
  const waiting = postponed(calendar, failed, usualWaitMs(failed, failedBefore, terms.policy), terms);
  switch (failed.kind) {
    case 'lost':
      // What happens while others keep us out is seen when they let us in: no change is late by that.
      return { ...withLoss(waiting, failed.error, terms.policy, terms.at), notified: NOTHING_NOTIFIED };
    case 'in-doubt':
      return withDoubt(waiting, failed.at);
    case 'passing':
    case 'own-account':
    case 'lasting':
    case 'ours':
      return waiting;
  }
}

function usualWaitMs({ kind }: FailedListing, failedBefore: number, { reconcileMs }: FailureTerms['policy']): number {
  switch (kind) {
    case 'lost':
    case 'lasting':
      return reconcileMs;
    case 'in-doubt':
      // Soon, and however often others ask meanwhile: the doubt has an end.
      return POSTPONED_SYNC_FIRST_WAIT_MS;
    case 'passing':
    case 'own-account':
    case 'ours':
      return POSTPONED_SYNC_FIRST_WAIT_MS * 2 ** Math.min(failedBefore, DOUBLINGS_MAX);
  }
}

/**
 * The calendar with its failure noted and its next look about `waitMs` away, at most a reconcile interval; but never before Google allows it.
 * Where the trouble passes by itself, requests for a listing wait, too: as long as Google asks, and else no longer than after a first failure, as
 * an edit must not wait for hours once it is over.
 */
function postponed(
  calendar: CalendarRecord,
  { kind, error }: FailedListing,
  waitMs: number,
  { at: now, chance, policy }: FailureTerms,
): CalendarRecord {
  const passes = kind === 'passing' || kind === 'own-account';
  const { at, nextAt } = calendar.notified;
  const isEditWaiting = passes && (at ?? nextAt) !== null;
  const longestMs = Math.min(policy.reconcileMs, isEditWaiting ? EDIT_WAIT_MAX_MS : Infinity);
  const usualMs = giveOrTakeAQuarter(Math.min(waitMs, longestMs), chance);
  const askedMs = upToATenthLater(askedWaitMs(error), chance);
  const delayMs = Math.round(Math.max(usualMs, askedMs));
  const notBefore = now + Math.round(Math.max(Math.min(usualMs, POSTPONED_SYNC_FIRST_WAIT_MS), askedMs));
  const count = (calendar.failure?.count ?? 0) + 1;
  const failure = { reason: error.name, at: now, count, ...(passes && { notBefore }) };
  // Whoever comes next lists anew what was wished for, or, where he goes on with a listing, wishes it again by the failure: judge-request.ts.
  return { ...calendar, wantedAt: null, failure, reconcileAt: now + delayMs };
}
