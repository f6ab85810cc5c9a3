/** Finds a new leader for conferences whose leading calendar has no reference left, so that they can be updated again. */
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import { needsLeader, passLead } from '../../domain/plan/references.ts';
import type { CalendarServices, StoreTransaction } from '../../domain/ports.ts';
import { type BindingRecord, isReference } from '../../domain/state/records.ts';
import { writeLedger } from './write-ledger.ts';

/** References of the new leader that are owed a first update at once, and occurrences of each; any more follow with their next change. */
const REFERENCES_OWED_MAX = 100;
const OCCURRENCES_OWED_MAX = 50;

/**
 * Passes leads within the transaction that filled the ledger, to the calendar `to` where one is given; returns the conferences whose lead
 * was passed.
 */
export async function passLeads(
  tx: StoreTransaction,
  ledger: Ledger,
  to?: CalendarKey,
): Promise<ReadonlySet<ConferenceKey>> {
  const passed = new Set<ConferenceKey>();
  const { calendar, now } = ledger.terms;
  for (const conference of ledger.changes().conferences) {
    const { key } = conference;
    if (!needsLeader(conference, now)) continue;
    const { bindings, deleted } = ledger.changes();
    // Those that end in this very transaction are still found, and must not hide the others.
    const found = await tx.referencesOf(key, REFERENCES_OWED_MAX + bindings.length + deleted.length, to);
    // Queries show the store as it was: what this transaction has changed since counts as it stands now.
    const standing = (binding: BindingRecord): BindingRecord[] => {
      const current = ledger.standing(binding);
      return current?.conference === key ? [current] : [];
    };
    const stored = found.flatMap(standing).filter(isReference).slice(0, REFERENCES_OWED_MAX);
    const own = bindings.filter((binding) => binding.calendar === calendar && binding.conference === key);
    const candidates = [...stored, ...own.filter(isReference)];
    const leader = candidates[0]?.calendar;
    if (leader === undefined) continue;
    const count = (await tx.countReferences(key, leader)) + (leader === calendar ? ledger.referenceGain(key) : 0);
    const references = byId(candidates.filter((binding) => binding.calendar === leader));
    const deviating: BindingRecord[] = leader === calendar ? own : [];
    for (const { eventId, endsAt } of references) {
      // What has no end may be a series.
      if (endsAt !== null) continue;
      const under = await tx.occurrencesOf(leader, eventId, OCCURRENCES_OWED_MAX);
      deviating.unshift(...under.flatMap(standing));
    }
    // An occurrence that the conference must know to differ from its series.
    const deviations = byId(deviating).filter(({ kind }) => kind === 'occurrence');
    passLead(ledger, key, count, references, deviations);
    passed.add(key);
  }
  return passed;
}

/** Each binding once, as it stands last in the list. */
function byId<Binding extends BindingRecord>(bindings: readonly Binding[]): Binding[] {
  return [...new Map(bindings.map((binding) => [binding.id, binding])).values()];
}

/** Passes the lead of a conference whose announcement came to nothing, if it still needs a leader. @throws StoreUnavailable */
export async function lapseLead(services: CalendarServices, key: ConferenceKey): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    const now = services.clock.now();
    if (conference?.leader == null || !needsLeader(conference, now)) return;
    const ledger = new Ledger(
      { calendar: conference.leader, calendarId: '', now, sweepId: null, policy: services.policy },
      { bindings: [], conferences: [conference] },
    );
    ledger.putConference(conference);
    await passLeads(tx, ledger);
    writeLedger(tx, ledger);
  });
}
