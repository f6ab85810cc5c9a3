/** One transaction that records some events of a calendar: bindings, counts and pending changes together. */
import type { ListedEvent } from '../../domain/event/event.ts';
import { bindingIdOf, type ConferenceKey, conferenceKeyOf } from '../../domain/ids.ts';
import { applyPlan } from '../../domain/plan/apply-plan.ts';
import { Ledger, type LedgerTerms } from '../../domain/plan/ledger.ts';
import { wantAnotherPass } from '../../domain/plan/listing.ts';
import { type Plan, type PlanRules, planEvent } from '../../domain/plan/plan.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { originOf } from '../../domain/state/notified.ts';
import { type BindingRecord, type CalendarRecord, isReference } from '../../domain/state/records.ts';
import { fence, type Held, stillLeased } from '../lease.ts';
import { type Claims, claimDeliveries } from './claim-delivery.ts';
import { type Bindings, knownOf, readKnown } from './known-bindings.ts';
import { passLeads } from './pass-leads.ts';
import { planRules } from './plan-rules.ts';
import { readOccurrences } from './read-occurrences.ts';
import { writeLedger } from './write-ledger.ts';

/** What became of some events. */
export interface Part {
  /** How many of them were recorded. */
  readonly count: number;
  /** How many were left for a person, because a record that they take cannot be read. */
  readonly unreadable: number;
  /** Conferences with something pending on this calendar because of them. */
  readonly pending: ReadonlySet<ConferenceKey>;
  /** Conferences that lost their last reference. */
  readonly orphaned: ReadonlySet<ConferenceKey>;
  /** Conferences that another calendar than before leads from now on, and that are owed its first words. */
  readonly passed: ReadonlySet<ConferenceKey>;
  /** A series was bound: occurrences that were listed before it have not found it. */
  readonly hasNewSeries: boolean;
  /** What is sent next, and already claimed for whoever recorded it; he must send it or give it back. */
  readonly claims: Claims;
}

/** What becomes of the changes: sent by whoever records them, who claims them, or left to whoever looks for them. */
export type Sending = 'claimed' | 'left';

/** What of the events one transaction sees to. */
export interface Scope {
  /** The occurrences on record that it sees to, by the event id of their series. */
  occurrences(
    tx: StoreTransaction,
    calendar: CalendarRecord,
    bindings: Bindings,
    rules: PlanRules,
  ): Promise<ReadonlyMap<string, readonly BindingRecord[]>>;
  apply(ledger: Ledger, event: ListedEvent, plan: Plan): void;
}

/** @throws RecordUnreadable, TooManyOccurrences, and then nothing of the events is recorded; LeaseLost, StoreUnavailable */
export async function recordTogether(
  services: Services,
  held: Held,
  events: readonly ListedEvent[],
  sweepId: string | null,
  sending: Sending,
): Promise<Part> {
  const scope: Scope = {
    occurrences: (tx, calendar, bindings, rules) => readOccurrences(tx, calendar, events, bindings, rules),
    apply: applyPlan,
  };
  return recordWithin(services, held, events, sweepId, scope, sending);
}

/** The same for some of what the events mean. */
export async function recordWithin(
  services: Services,
  held: Held,
  events: readonly ListedEvent[],
  sweepId: string | null,
  scope: Scope,
  sending: Sending = 'left',
): Promise<Part> {
  const owner = services.random.id();
  const rules = planRules(services, held.calendar);
  const { key } = held.calendar;
  return services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const bindings = await readKnown((ids) => tx.bindings(key, ids), events);
    const occurrences = await scope.occurrences(tx, calendar, bindings, rules);
    const conferences = await tx.conferences([...touchedConferences(events, bindings, occurrences, rules)]);
    const now = services.clock.now();
    const ledger = new Ledger(
      {
        calendar: key,
        calendarId: calendar.calendarId,
        now,
        sweepId,
        // A full listing shows everything, whether it has changed or not.
        ...(sweepId === null && { origin: originOf(calendar) }),
        policy: services.policy,
        ...unsentRetry(services, now),
      },
      { bindings: bindings.values(), conferences: conferences.values(), occurrences },
    );
    const applyAll = (): void => {
      for (const event of events) {
        const known = knownOf(event, (id) => ledger.binding(id));
        scope.apply(ledger, event, planEvent(event, known, rules));
      }
    };
    applyAll();
    const passed = await passLeads(tx, ledger);
    // What this calendar leads only now was not planned as its own.
    if (passed.size > 0) applyAll();
    const isSentNow = sending === 'claimed' && passed.size === 0 && !services.breaker.refuses(now);
    const claims: Claims = isSentNow ? claimDeliveries(ledger, owner, conferences, events) : new Map();
    writeLedger(tx, ledger);
    const isNewSeries = hasNewSeries(events, bindings, ledger);
    const kept = stillLeased(isNewSeries ? withAnotherPass(calendar) : calendar, held.owner, services);
    if (kept !== calendar) tx.putCalendar(kept);
    const counts = { count: events.length, unreadable: 0, hasNewSeries: isNewSeries };
    return { ...summaryOf(ledger, events, passed), ...counts, claims };
  });
}

/**
 * Whoever goes on with a listing from its checkpoint finds the series bound, and would not know that it was unknown on the pages
 * before: the transaction that binds it leaves that word.
 */
function withAnotherPass(calendar: CalendarRecord): CalendarRecord {
  const { checkpoint } = calendar;
  return checkpoint === null ? calendar : { ...calendar, checkpoint: wantAnotherPass(checkpoint) };
}

/** What nobody is going to try now is due like a first retry, and not only when this worker must be believed dead. */
function unsentRetry({ breaker, policy }: Services, now: number): Pick<LedgerTerms, 'unsentRetryMs'> {
  return breaker.refuses(now) ? { unsentRetryMs: Math.min(policy.leaseMs, policy.deliveryRetryMs[0]) } : {};
}

function touchedConferences(
  events: readonly ListedEvent[],
  bindings: Bindings,
  occurrences: ReadonlyMap<string, readonly BindingRecord[]>,
  rules: PlanRules,
): Set<ConferenceKey> {
  const keys = new Set<ConferenceKey>();
  for (const { conference, announced } of [...bindings.values(), ...[...occurrences.values()].flat()]) {
    keys.add(conference);
    if (announced !== null) keys.add(announced);
  }
  for (const event of events) {
    const plan = planEvent(
      event,
      knownOf(event, (id) => bindings.get(id)),
      rules,
    );
    if (plan.kind === 'reference') keys.add(conferenceKeyOf(plan.conferenceId));
  }
  return keys;
}

function summaryOf(
  ledger: Ledger,
  events: readonly ListedEvent[],
  passed: ReadonlySet<ConferenceKey>,
): Pick<Part, 'pending' | 'orphaned' | 'passed'> {
  const { bindings, conferences } = ledger.changes();
  const { calendar } = ledger.terms;
  // What an earlier run recorded and did not deliver counts too, though nothing of it changed now.
  const own = events.flatMap((event) => ledger.binding(bindingIdOf(event.id)) ?? []);
  const pending = [...bindings, ...own].filter((binding) => binding.calendar === calendar && binding.pending !== null);
  return {
    pending: new Set(pending.map(({ conference }) => conference)),
    orphaned: new Set(conferences.filter(({ state }) => state === 'orphaned').map(({ key }) => key)),
    passed,
  };
}

function hasNewSeries(events: readonly ListedEvent[], before: Bindings, ledger: Ledger): boolean {
  return events.some((event) => {
    if (event.kind !== 'live' || event.recurrence === null) return false;
    const { own } = knownOf(event, (id) => ledger.binding(id));
    if (!isReference(own)) return false;
    // What was only announced, or has come back, is as new to its occurrences as what was never seen.
    const known = before.get(own.id);
    return !isReference(known) || known.conference !== own.conference;
  });
}
