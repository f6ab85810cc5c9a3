/**
 * Records what a page of events means: one cheap look tells which of them concern us, one transaction plans those and
 * writes bindings, counts and pending changes together. From then on no change can be lost.
 */

import { RecordUnreadable } from '../../domain/errors.ts';
import type { ListedEvent } from '../../domain/event/event.ts';
import { bindingIdOf, type ConferenceKey, conferenceKeyOf } from '../../domain/ids.ts';
import { applyPlan } from '../../domain/plan/apply-plan.ts';
import { Ledger, type LedgerTerms } from '../../domain/plan/ledger.ts';
import { wantAnotherPass } from '../../domain/plan/listing.ts';
import { type PlanRules, planEvent } from '../../domain/plan/plan.ts';
import { selectConcerning } from '../../domain/plan/select-concerning.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { originOf } from '../../domain/state/announced.ts';
import { type BindingRecord, type CalendarRecord, isReference } from '../../domain/state/records.ts';
import { inParallel } from '../in-parallel.ts';
import { fence, type Held, leased } from '../lease.ts';
import { askInstances } from './ask-instances.ts';
import { type Bindings, knownOf, readKnown } from './known-bindings.ts';
import { passLeads, READS_AT_ONCE } from './pass-leads.ts';
import { writeLedger } from './write-ledger.ts';

/** What became of a page. */
export interface Recorded {
  /** How many of its events were recorded. */
  readonly count: number;
  /** How many were left for a person, because a record that they take cannot be read. */
  readonly unreadable: number;
  /** Conferences with something pending on this calendar because of this page. */
  readonly pending: ReadonlySet<ConferenceKey>;
  /** Conferences that lost their last reference. */
  readonly orphaned: ReadonlySet<ConferenceKey>;
  /** Conferences that another calendar than before leads from now on, and that are owed its first words. */
  readonly passed: ReadonlySet<ConferenceKey>;
  /** A series was bound: occurrences that were listed before it have not found it. */
  readonly hasNewSeries: boolean;
  /** The page with what Google was asked about it: series that have run empty are marked. */
  readonly events: readonly ListedEvent[];
}

const NOTHING: Omit<Recorded, 'events'> = {
  count: 0,
  unreadable: 0,
  pending: new Set(),
  orphaned: new Set(),
  passed: new Set(),
  hasNewSeries: false,
};

/** Occurrences of one series that are ended together with it; any more have tombstones of their own. */
const OCCURRENCES_MAX = 400;

/**
 * See the file's head. `sweepId` marks what a full listing showed; null otherwise.
 * @throws LeaseLost, StoreUnavailable, and what GoogleCalendar throws where it has to be asked about a series
 */
export async function recordChanges(
  services: Services,
  held: Held,
  shown: readonly ListedEvent[],
  sweepId: string | null,
): Promise<Recorded> {
  if (shown.length === 0) return { ...NOTHING, events: shown };
  const rules = planRules(services, held.calendar);
  const { key } = held.calendar;
  const seen = await readKnown((ids) => services.store.bindings(key, ids), shown);
  const events = await askInstances(services, held, shown, seen, rules);
  const concerning = selectConcerning(events, (event) => knownOf(event, (id) => seen.get(id)), rules, sweepId);
  if (concerning.length === 0) return { ...NOTHING, events };
  try {
    return { ...(await recordTogether(services, held, concerning, sweepId)), events };
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error;
    return { ...(await recordOneByOne(services, held, concerning, sweepId)), events };
  }
}

/** A record that cannot be read stops the events that concern it, and no other; the store has reported it. */
async function recordOneByOne(
  services: Services,
  held: Held,
  events: readonly ListedEvent[],
  sweepId: string | null,
): Promise<Omit<Recorded, 'events'>> {
  const parts: Omit<Recorded, 'events'>[] = [];
  for (const event of events) {
    try {
      parts.push(await recordTogether(services, held, [event], sweepId));
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error;
    }
  }
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    unreadable: events.length - parts.length,
    pending: new Set(parts.flatMap(({ pending }) => [...pending])),
    orphaned: new Set(parts.flatMap(({ orphaned }) => [...orphaned])),
    passed: new Set(parts.flatMap(({ passed }) => [...passed])),
    hasNewSeries: parts.some(({ hasNewSeries }) => hasNewSeries),
  };
}

/** @throws RecordUnreadable, and then nothing of the events is recorded */
async function recordTogether(
  services: Services,
  held: Held,
  concerning: readonly ListedEvent[],
  sweepId: string | null,
): Promise<Omit<Recorded, 'events'>> {
  const rules = planRules(services, held.calendar);
  const { key } = held.calendar;
  return services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const bindings = await readKnown((ids) => tx.bindings(key, ids), concerning);
    const occurrences = await readOccurrences(tx, calendar, concerning, bindings, rules);
    const conferences = await tx.conferences([...touchedConferences(concerning, bindings, occurrences, rules)]);
    const now = services.clock.now();
    const ledger = new Ledger(
      {
        calendar: key,
        calendarId: calendar.calendarId,
        now,
        sweepId,
        // A full listing shows everything, whether it has changed or not.
        ...(sweepId === null && { origin: originOf(calendar) }),
        policy: ledgerPolicy(services, now),
      },
      { bindings: bindings.values(), conferences: conferences.values(), occurrences },
    );
    const applyAll = (): void => {
      for (const event of concerning) {
        applyPlan(
          ledger,
          event,
          planEvent(
            event,
            knownOf(event, (id) => ledger.binding(id)),
            rules,
          ),
        );
      }
    };
    applyAll();
    const passed = await passLeads(tx, ledger);
    // What this calendar leads only now was not planned as its own.
    if (passed.size > 0) applyAll();
    writeLedger(tx, ledger);
    const isNewSeries = hasNewSeries(concerning, bindings, ledger);
    tx.putCalendar(leased(isNewSeries ? withAnotherPass(calendar) : calendar, held.owner, services));
    return {
      ...summaryOf(ledger, concerning, passed),
      count: concerning.length,
      unreadable: 0,
      hasNewSeries: isNewSeries,
    };
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
function ledgerPolicy({ breaker, policy }: Services, now: number): LedgerTerms['policy'] {
  return breaker.refuses(now) ? { ...policy, leaseMs: Math.min(policy.leaseMs, policy.deliveryRetryMs[0]) } : policy;
}

/** What the plans of a calendar's events depend on. */
export function planRules(services: Pick<Services, 'policy'>, calendar: CalendarRecord): PlanRules {
  const { matchers, fields } = services.policy;
  return { calendarId: calendar.calendarId, hashKey: calendar.hashKey, matchers, fields };
}

/** What hangs under each series of the page that does not simply stay with its conference, or comes to one. */
async function readOccurrences(
  tx: StoreTransaction,
  calendar: CalendarRecord,
  events: readonly ListedEvent[],
  bindings: Bindings,
  rules: PlanRules,
): Promise<Map<string, readonly BindingRecord[]>> {
  const ids = events.flatMap((event) => {
    const known = knownOf(event, (id) => bindings.get(id));
    if (event.occurrence !== null) return [];
    const plan = planEvent(event, known, rules);
    const conference = plan.kind === 'reference' ? conferenceKeyOf(plan.conferenceId) : null;
    const comes = conference !== null && event.kind === 'live' && event.recurrence !== null;
    const stays = isReference(known.own) && conference === known.own.conference;
    return !stays && (isReference(known.own) || comes) ? [event.id] : [];
  });
  const occurrences = new Map<string, readonly BindingRecord[]>();
  await inParallel(READS_AT_ONCE, new Set(ids), async (id) => {
    occurrences.set(id, await tx.occurrencesOf(calendar.key, id, OCCURRENCES_MAX));
  });
  return occurrences;
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
): Pick<Recorded, 'pending' | 'orphaned' | 'passed'> {
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
