/**
 * Sends what is pending for one conference, in the order of its revisions, one at a time and by one sender at a time.
 * One transaction settles a change and claims the next. What cannot be sent from here stays pending, with a time at which it is due.
 */
import type { ConferenceChange, Outcome } from '../../domain/delivery/change.ts';
import { composeCancellation, composeChange } from '../../domain/delivery/compose-change.ts';
import {
  judge,
  settleBinding,
  settleCancellation,
  settleConference,
  type Verdict,
} from '../../domain/delivery/settle.ts';
import type { LiveEvent } from '../../domain/event/event.ts';
import type { FieldHashes } from '../../domain/event/event-fields.ts';
import type { BindingId, ConferenceKey } from '../../domain/ids.ts';
import { isAsPending } from '../../domain/plan/pend.ts';
import { SENDING_MS } from '../../domain/policy.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { withConferenceDue } from '../../domain/state/due.ts';
import type { CalendarRecord, ConferenceRecord, Origin } from '../../domain/state/records.ts';
import { type Written, writeBack } from './write-back.ts';

/** The calendar whose lease this run holds, and its events as they were just read, by their ids. */
export interface AtHand {
  readonly calendar: CalendarRecord;
  readonly events: ReadonlyMap<string, LiveEvent>;
}

/**
 * `all`: nothing is pending any more. `owing`: nothing either, but the leader owes more than was pending; due now. `held-back`: the conference system fails throughout, so nothing was tried. `failing`: an attempt
 * failed; due again at `retryAt`. `busy`: another sender is at it and sees to the rest. `left`: what is next must be read from a
 * calendar that is not at hand, or the time was up; due now.
 */
export type Delivery =
  | { readonly kind: 'all' | 'owing'; readonly sent: number }
  | { readonly kind: 'failing'; readonly sent: number; readonly retryAt: number }
  | { readonly kind: 'busy' | 'left' | 'held-back'; readonly sent: number };

/** A change that this run has claimed and must send. */
interface Claimed {
  readonly change: ConferenceChange;
  /** The binding that it is pending on; null for a cancellation. */
  readonly binding: BindingId | null;
  readonly hashes: FieldHashes;
  readonly event: LiveEvent | undefined;
  readonly origin: Origin | undefined;
}

/** A claimed change, and what came of it. */
interface Attempted extends Claimed {
  readonly outcome: Outcome;
  readonly written: Written | null;
}

type Step =
  | { readonly kind: 'send'; readonly claimed: Claimed }
  | { readonly kind: 'failing'; readonly retryAt: number }
  | { readonly kind: 'all' | 'owing' | 'busy' | 'left' };

/** Changes of one conference looked at together: enough to find one that is not the one just settled. */
const PENDING_LOOK = 2;
/** Attempts under way are waited for in steps of this, while they are about to tell whether the endpoint works. */
const ADMISSION_STEP_MS = 250;
const ADMISSION_MAX_MS = 20_000;
/** A change that was next when the endpoint began to fail throughout is due again after this. */
const HELD_BACK_MS = 10_000;

/**
 * See the file's head. Without a calendar at hand, only what needs no event can be sent. One change is attempted in any case, no other
 * is begun at `until` (Unix milliseconds) or later: one conference can be pending on hundreds of events.
 * @throws StoreUnavailable
 */
export async function deliverPending(
  services: Services,
  key: ConferenceKey,
  atHand: AtHand | null,
  until: number,
): Promise<Delivery> {
  const owner = services.random.id();
  let sent = 0;
  let attempted: Attempted | null = null;
  for (;;) {
    const settled: Attempted | null = attempted;
    const isOver = settled !== null && services.clock.now() >= until;
    const isAdmitted: boolean = !isOver && !hasFailed(settled) && (await admit(services));
    if (!isAdmitted && settled === null) return { kind: 'held-back', sent };
    const terms = { key, owner, atHand, isOver, isAdmitted };
    let taken: { readonly step: Step; readonly verdict: Verdict | null };
    try {
      taken = await services.store.transact((tx) => settleAndClaim(services, tx, terms, settled));
    } catch (error) {
      if (isAdmitted) services.breaker.giveBack();
      throw error;
    }
    const { step, verdict } = taken;
    if (isAdmitted && step.kind !== 'send') services.breaker.giveBack();
    if (hasFailed(settled) && verdict?.kind === 'refused') logGivenUp(services, key, settled, verdict.reason);
    if (step.kind === 'failing') return { kind: 'failing', sent, retryAt: step.retryAt };
    if (step.kind !== 'send') return { kind: step.kind, sent };
    attempted = await attempt(services, key, step.claimed, atHand);
    if (attempted.outcome.kind === 'done') sent++;
  }
}

async function attempt(
  services: Services,
  key: ConferenceKey,
  claimed: Claimed,
  atHand: AtHand | null,
): Promise<Attempted> {
  const startedAt = services.clock.now();
  const outcome = await services.conferences.apply(claimed.change);
  const now = services.clock.now();
  const turn = services.breaker.settle(key, outcome.kind, now);
  if (turn !== null) services.log.write({ line: 'breaker', outcome: turn });
  services.log.write({
    line: 'delivery',
    outcome: outcome.kind,
    conference: key,
    ...(atHand !== null && { calendar: atHand.calendar.key }),
    type: claimed.change.type,
    revision: claimed.change.data.revision,
    ms: now - startedAt,
    ...delayOf(claimed, now),
    ...('reason' in outcome && { reason: outcome.reason }),
  });
  const isPatch = outcome.kind === 'done' && outcome.eventPatch !== undefined;
  if (!isPatch || claimed.event === undefined || atHand === null) return { ...claimed, outcome, written: null };
  return {
    ...claimed,
    outcome,
    written: await writeBack(services, atHand.calendar, key, claimed.event, outcome.eventPatch),
  };
}

/** How long the change has been owed: since its notification, or since the event changed where none told of it. */
function delayOf(
  { origin, event }: Claimed,
  now: number,
): { readonly freshnessMs?: number; readonly unannouncedMs?: number } {
  switch (origin?.kind) {
    case 'notification':
      return { freshnessMs: now - origin.at };
    case 'unannounced':
      return event?.updatedAt == null ? {} : { unannouncedMs: now - event.updatedAt };
    case undefined:
      return {};
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

function hasFailed(attempted: Attempted | null): attempted is Attempted {
  if (attempted === null) return false;
  const { kind } = attempted.outcome;
  return kind === 'transient' || kind === 'key-refused' || kind === 'endpoint-gone';
}

function logGivenUp(services: Services, conference: ConferenceKey, attempted: Attempted, reason: string): void {
  const { type, data } = attempted.change;
  services.log.write({
    line: 'delivery',
    outcome: 'gave-up',
    conference,
    type,
    revision: data.revision,
    ms: 0,
    ...delayOf(attempted, services.clock.now()),
    reason,
  });
}

interface ClaimTerms {
  readonly key: ConferenceKey;
  readonly owner: string;
  readonly atHand: AtHand | null;
  /** There is no time for another change. */
  readonly isOver: boolean;
  /** The next change may be sent, if there is one. */
  readonly isAdmitted: boolean;
}

async function settleAndClaim(
  services: Services,
  tx: StoreTransaction,
  terms: ClaimTerms,
  attempted: Attempted | null,
): Promise<{ step: Step; verdict: Verdict | null }> {
  const now = services.clock.now();
  const stored = (await tx.conferences([terms.key])).get(terms.key);
  if (stored === undefined) return { step: { kind: 'all' }, verdict: null };
  const verdict = attempted === null ? null : verdictOn(services, stored, attempted, now);
  const isSettled = attempted !== null && verdict !== null;
  const conference = isSettled ? await settle(tx, stored, attempted, verdict, terms.atHand, now) : stored;
  if (stored.sending !== null && stored.sending.until > now && stored.sending.owner !== terms.owner) {
    if (conference !== stored) tx.putConference(withConferenceDue(conference));
    return { step: { kind: 'busy' }, verdict };
  }
  const retryAt = verdict?.kind === 'later' ? verdict.retryAt : null;
  return { step: await claim(services, tx, terms, conference, attempted, retryAt), verdict };
}

/** `retryAt`: when what was just attempted is tried again; nothing else of the conference goes out before. */
async function claim(
  services: Services,
  tx: StoreTransaction,
  { owner, atHand, isOver, isAdmitted }: ClaimTerms,
  conference: ConferenceRecord,
  attempted: Attempted | null,
  retryAt: number | null,
): Promise<Step> {
  const now = services.clock.now();
  const stop = (step: Exclude<Step, { readonly kind: 'send' }>, at: number | null): Step => {
    tx.putConference(withConferenceDue({ ...conference, sending: null, retryAt: at }));
    return step;
  };
  if (retryAt !== null) return stop({ kind: 'failing', retryAt }, retryAt);

  const next = await nextPending(services, tx, conference, attempted, atHand);
  if (next === 'none') return conference.owed === null ? stop({ kind: 'all' }, null) : stop({ kind: 'owing' }, now);
  if (next === 'not-at-hand' || isOver) return stop({ kind: 'left' }, now);
  if (!isAdmitted) return stop({ kind: 'failing', retryAt: now + HELD_BACK_MS }, now + HELD_BACK_MS);
  const isCancellation = next.binding === null;
  tx.putConference(
    withConferenceDue({
      ...conference,
      sending: { owner, until: now + SENDING_MS },
      isCancelledThere: conference.isCancelledThere || isCancellation,
    }),
  );
  return { kind: 'send', claimed: next };
}

function verdictOn(
  services: Services,
  conference: ConferenceRecord,
  { change, outcome }: Attempted,
  now: number,
): Verdict {
  const terms = { now, random: services.random.fraction(), policy: services.policy };
  return judge(outcome, change.type === 'conference.cancelled', conference, terms);
}

async function settle(
  tx: StoreTransaction,
  conference: ConferenceRecord,
  { change, binding: id, hashes, written }: Attempted,
  verdict: Verdict,
  atHand: AtHand | null,
  now: number,
): Promise<ConferenceRecord> {
  const { revision } = change.data;
  if (id === null) return settleCancellation(conference, revision, verdict, now);
  const calendar = atHand?.calendar.key;
  const binding = calendar === undefined ? undefined : (await tx.bindings(calendar, [id])).get(id);
  if (binding !== undefined) {
    const settled = settleBinding(binding, revision, verdict, written?.hashes ?? hashes, now);
    tx.putBinding(written === null ? settled : { ...settled, ownEtag: written.etag });
  }
  const isRestored =
    change.type === 'conference.updated' && change.data.restored === true && verdict.kind === 'delivered';
  return {
    ...settleConference(conference, verdict, now),
    isCancelledThere: conference.isCancelledThere && !isRestored,
  };
}

/** The pending change of the lowest revision, ready to be sent from what is at hand. */
async function nextPending(
  services: Services,
  tx: StoreTransaction,
  conference: ConferenceRecord,
  attempted: Attempted | null,
  atHand: AtHand | null,
): Promise<Claimed | 'none' | 'not-at-hand'> {
  const pendings = await tx.pendingOf(conference.key, PENDING_LOOK);
  // The query still shows the change that this transaction settles.
  const binding = pendings.find(({ pending }) => pending?.revision !== attempted?.change.data.revision);
  const pending = binding?.pending ?? null;
  const { cancellation } = conference;
  if (cancellation !== null && (pending === null || cancellation.revision < pending.revision)) {
    return {
      change: composeCancellation(conference, cancellation),
      binding: null,
      hashes: {},
      event: undefined,
      origin: undefined,
    };
  }
  if (binding === undefined || pending === null) return 'none';
  if (atHand === null || binding.calendar !== atHand.calendar.key) return 'not-at-hand';
  const event = atHand.events.get(binding.eventId);
  const { calendarId, hashKey } = atHand.calendar;
  const { fields } = services.policy;
  // A worker that was overtaken has an older reading at hand, and would send it as what another has recorded since.
  if (event !== undefined && !isAsPending(event, pending, fields, hashKey)) return 'not-at-hand';
  const change = composeChange({ conference, calendarId, binding, pending, event, fields });
  const { hashes, origin } = pending;
  return change === undefined ? 'not-at-hand' : { change, binding: binding.id, hashes, event, origin };
}
