/**
 * Sends what is pending for one conference, in the order of its revisions, one at a time and by one sender at a time.
 * One transaction settles a change and claims the next. What cannot be sent from here stays pending, with a time at which it is due.
 */
import { isWorthRetrying } from '../../domain/delivery/change.ts';
import type { ReadyChange } from '../../domain/delivery/ready-change.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import type { Claim } from '../record/claim-delivery.ts';
import { type Attempted, attemptChange, logGivenUp } from './attempt-change.ts';
import { claimAdmitted } from './call-conferences.ts';
import type { FreshEvents } from './fresh-events.ts';
import { type RunTerms, settleAndClaim } from './settle-and-claim.ts';

/** How a run ended for one conference, and how many changes went through. */
export type Delivery = End & { readonly sent: number };

type End =
  /** Nothing is pending any more. */
  | { readonly kind: 'all' }
  /** Nothing either, but the leader owes more than was pending; due now. */
  | { readonly kind: 'owing' }
  /** An attempt failed; due again then. */
  | { readonly kind: 'failing'; readonly retryAt: number }
  /** Another sender is at it, and sees to the rest. */
  | { readonly kind: 'busy' }
  /** What is next must be read from a calendar that is not at hand, or the time was up; due now. */
  | { readonly kind: 'left' }
  /** The conference system fails throughout, so nothing was tried. */
  | { readonly kind: 'held-back' };

/** Where a sender is. From `idle` or `attempted` one transaction leads on, from `claimed` one attempt. */
type Sender =
  | { readonly kind: 'idle' }
  | { readonly kind: 'claimed'; readonly next: ReadyChange }
  | { readonly kind: 'attempted'; readonly attempted: Attempted }
  | { readonly kind: 'ended'; readonly delivery: Delivery };

/** Attempts under way are waited for in steps of this, while they are about to tell whether the endpoint works. */
const ADMISSION_STEP_MS = 250;
const ADMISSION_MAX_MS = 20_000;

/**
 * See the file's head. Without a calendar at hand, only what needs no event can be sent. One change is attempted in any case, no other
 * is begun at `until` (Unix milliseconds) or later: one conference can be pending on hundreds of events. `claim`: what the transaction
 * that recorded it has claimed just now for this run; where it may not be sent, the claim is given back.
 * @throws StoreUnavailable
 */
export async function deliverPending(
  services: Services,
  key: ConferenceKey,
  fresh: FreshEvents | null,
  until: number,
  claim: Claim | null = null,
): Promise<Delivery> {
  const run = { key, owner: claim?.owner ?? services.random.id(), fresh, isClaimed: claim !== null };
  let sent = 0;
  // An attempt that must wait for others claims anew, once it may be made.
  const isAdmitted = claim !== null && !services.isStopping() && services.breaker.admit(services.clock.now()) === 'now';
  let sender: Sender = isAdmitted ? { kind: 'claimed', next: claim.next } : { kind: 'idle' };
  for (;;) {
    switch (sender.kind) {
      case 'idle':
        sender = await advance(services, run, null, sent, false);
        break;
      case 'claimed': {
        const attempted: Attempted = await attemptChange(services, key, sender.next, fresh);
        if (attempted.outcome.kind === 'done') sent++;
        sender = { kind: 'attempted', attempted };
        break;
      }
      case 'attempted':
        sender = await advance(services, run, sender.attempted, sent, services.clock.now() >= until);
        break;
      case 'ended':
        return sender.delivery;
    }
  }
}

/** Settles what was attempted, and claims the next change where one may be sent. */
async function advance(
  services: Services,
  { isClaimed, ...run }: Omit<RunTerms, 'isOutOfTime' | 'isAdmitted'> & { readonly isClaimed: boolean },
  attempted: Attempted | null,
  sent: number,
  isOutOfTime: boolean,
): Promise<Sender> {
  const failed = attempted !== null && isWorthRetrying(attempted.outcome) ? attempted : null;
  const isAdmitted = !isOutOfTime && failed === null && (await admit(services));
  if (!isAdmitted && attempted === null && !isClaimed) return { kind: 'ended', delivery: { kind: 'held-back', sent } };
  const { step, verdict } = await claimAdmitted(
    services,
    isAdmitted,
    () => services.store.transact((tx) => settleAndClaim(services, tx, { ...run, isOutOfTime, isAdmitted }, attempted)),
    (taken) => taken.step.kind === 'send',
  );
  if (failed !== null && verdict?.kind === 'refused') logGivenUp(services, run.key, failed, verdict.reason);
  switch (step.kind) {
    case 'send':
      return { kind: 'claimed', next: step.next };
    case 'failing':
      return { kind: 'ended', delivery: { kind: 'failing', sent, retryAt: step.retryAt } };
    case 'all':
    case 'owing':
    case 'busy':
    case 'left':
      return { kind: 'ended', delivery: { kind: step.kind, sent } };
  }
}

/** Whether an attempt may be made; waits for those under way where they are about to tell. */
async function admit(services: Services): Promise<boolean> {
  if (services.isStopping()) return false;
  const until = services.clock.now() + ADMISSION_MAX_MS;
  for (;;) {
    const now = services.clock.now();
    const admission = services.breaker.admit(now);
    if (admission !== 'soon') return admission === 'now';
    if (now >= until || services.isStopping()) return false;
    await services.clock.sleep(ADMISSION_STEP_MS);
  }
}
