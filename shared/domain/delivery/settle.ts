/**
 * What a delivery's outcome changes in the records, and when a change that did not go through is tried again. Pure;
 * a newer pending change of the same binding is never touched by the outcome of an older one.
 */

import type { FieldHashes } from '../event/event-fields.ts';
import { upToATenthLater } from '../jitter.ts';
import { DELIVERY_GIVE_UP_DAYS, DELIVERY_GIVE_UP_MS, FORGET_AFTER_MS } from '../limits.ts';
import type { Policy } from '../policy.ts';
import { nextRevision } from '../state/next-revision.ts';
import type { BindingRecord, ConferenceRecord, Failure } from '../state/records.ts';
import type { Outcome } from './change.ts';

/** An outcome as the records see it: settled for good, or owed still. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAt: number };

/** What settling depends on. */
export interface SettleTerms {
  readonly now: number;
  /** 0 (included) to 1. */
  readonly random: number;
  readonly policy: Pick<Policy, 'deliveryRetryMs'>;
}

/** How it went so far. */
export type Attempts = Pick<ConferenceRecord, 'attempts' | 'failingSince'>;

/** Judges an outcome of a change of this conference, or of a notice. */
export function judge(outcome: Outcome, isCancellation: boolean, conference: Attempts, terms: SettleTerms): Verdict {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'delivered' };
    case 'refused':
      return outcome;
    case 'unknown-conference':
      return isCancellation
        ? { kind: 'delivered' }
        : { kind: 'refused', reason: 'the conference system does not know it' };
    case 'transient':
      return later(conference, outcome.reason, outcome.retryAfterMs ?? 0, terms);
    case 'key-refused':
      return later(conference, outcome.reason, 0, terms);
    case 'endpoint-gone':
      return later(conference, 'the endpoint answered 410 Gone', Math.max(...terms.policy.deliveryRetryMs), terms);
  }
}

function later(conference: Attempts, reason: string, atLeastMs: number, terms: SettleTerms): Verdict {
  const { now, random, policy } = terms;
  const giveUpAt = (conference.failingSince ?? now) + DELIVERY_GIVE_UP_MS;
  if (now >= giveUpAt) {
    return { kind: 'refused', reason: `given up after ${DELIVERY_GIVE_UP_DAYS} days: ${reason}` };
  }
  const steps = policy.deliveryRetryMs;
  const step = steps[Math.min(conference.attempts, steps.length - 1)] ?? steps[0];
  const wished = now + Math.max(atLeastMs, Math.round(upToATenthLater(step, random)));
  // An endpoint that asks for more time than there is gets its last attempt at the end of it.
  return { kind: 'later', reason, retryAt: Math.min(wished, giveUpAt) };
}

/** The conference after an attempt: counted as failing, or free of it. */
export function settleConference(conference: ConferenceRecord, verdict: Verdict, now: number): ConferenceRecord {
  switch (verdict.kind) {
    case 'later':
      return {
        ...conference,
        attempts: conference.attempts + 1,
        failingSince: conference.failingSince ?? now,
        retryAt: verdict.retryAt,
        failure: failed(conference.failure, verdict.reason, now),
      };
    case 'refused':
      return {
        ...conference,
        attempts: 0,
        failingSince: null,
        failure: failed(conference.failure, verdict.reason, now),
      };
    case 'delivered':
      return { ...conference, attempts: 0, failingSince: null, failure: null };
  }
}

/** The conference after its cancellation of this revision was attempted. */
export function settleCancellation(
  conference: ConferenceRecord,
  revision: number,
  verdict: Verdict,
  now: number,
): ConferenceRecord {
  const settled = settleConference(conference, verdict, now);
  const { cancellation } = conference;
  if (cancellation?.revision !== revision || verdict.kind === 'later') return settled;
  const expireAt = now + FORGET_AFTER_MS;
  const over = { ...settled, cancellation: null, orphan: null, expireAt };
  const { calendar, calendarId, eventId, reason, isForgotten } = cancellation;
  if (verdict.kind === 'delivered')
    return { ...over, state: 'cancelled', ended: isForgotten ? null : { calendar, calendarId, eventId, reason } };
  // A person may want to have it tried again, for which its last event must be known.
  return { ...over, state: 'failed', orphan: isForgotten ? null : conference.orphan };
}

/** The binding after its pending change of this revision was attempted; `hashes` is what the conference system knows now. */
export function settleBinding(
  binding: BindingRecord,
  revision: number,
  verdict: Verdict,
  hashes: FieldHashes,
  now: number,
): BindingRecord {
  if (binding.pending?.revision !== revision || verdict.kind === 'later') return binding;
  if (verdict.kind === 'refused') {
    const { what, hashes, changed } = binding.pending;
    const failure = failed(binding.failure, verdict.reason, now);
    return { ...binding, state: 'failed', pending: null, refused: { what, hashes, changed }, failure };
  }
  const isGone = binding.state === 'gone';
  const state = isGone ? 'gone' : 'live';
  return { ...binding, state, pending: null, delivered: isGone ? null : hashes, refused: null, failure: null };
}

/**
 * The binding with the change of this revision pending once more, and its conference, where all went well but what the answer asked for.
 * It draws another revision: a receiver answers nothing to one that it has applied. Nothing has changed meanwhile, so nobody waits for it.
 */
export function askAgain(
  binding: BindingRecord,
  conference: ConferenceRecord,
  revision: number,
  now: number,
): { readonly binding: BindingRecord; readonly conference: ConferenceRecord } {
  const { pending } = binding;
  if (pending?.revision !== revision) return { binding, conference };
  const { origin: _, ...asked } = pending;
  const next = nextRevision(conference, now);
  return {
    binding: { ...binding, pending: { ...asked, revision: next, restored: false } },
    conference: { ...conference, revision: next },
  };
}

function failed(before: Failure | null, reason: string, at: number): Failure {
  return { reason, at, count: (before?.count ?? 0) + 1 };
}
