/** Finds a new leader for conferences whose leading calendar has no reference left, so that they can be updated again. */
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { Ledger, type LedgerChanges } from '../../domain/plan/ledger.ts';
import { needsLeader, passLead } from '../../domain/plan/references.ts';
import type { CalendarServices, StoreTransaction } from '../../domain/ports.ts';
import { type BindingRecord, isReference, type Reference } from '../../domain/state/records.ts';
import { inParallel } from '../in-parallel.ts';
import { writeLedger } from './write-ledger.ts';

/** References of the new leader that are owed a first update at once, and occurrences of each; any more follow with their next change. */
const REFERENCES_OWED_MAX = 100;
const OCCURRENCES_OWED_MAX = 50;
/** Reads of one transaction that are under way together: a page can end hundreds of leads, and a read takes some 15 ms. */
export const READS_AT_ONCE = 32;

/** What is read of a conference before its lead passes. */
interface Succession {
  readonly key: ConferenceKey;
  readonly leadingCount: number;
  readonly references: readonly Reference[];
  readonly deviations: readonly BindingRecord[];
}

/**
 * Passes leads within the transaction that filled the ledger, to the calendar `to` where one is given; returns the conferences whose lead
 * was passed.
 */
export async function passLeads(
  tx: StoreTransaction,
  ledger: Ledger,
  to?: CalendarKey,
): Promise<ReadonlySet<ConferenceKey>> {
  const changes = ledger.changes();
  const leaderless = changes.conferences.filter((conference) => needsLeader(conference, ledger.terms.now));
  const found = new Map<ConferenceKey, Succession>();
  await inParallel(READS_AT_ONCE, leaderless, async ({ key }) => {
    const succession = await readSuccession(tx, ledger, changes, key, to);
    if (succession !== null) found.set(key, succession);
  });
  const passed = new Set<ConferenceKey>();
  // In the order of the ledger, whichever was read first.
  for (const { key } of leaderless) {
    const succession = found.get(key);
    if (succession === undefined) continue;
    passLead(ledger, key, succession.leadingCount, succession.references, succession.deviations);
    passed.add(key);
  }
  return passed;
}

async function readSuccession(
  tx: StoreTransaction,
  ledger: Ledger,
  { bindings, deleted }: LedgerChanges,
  key: ConferenceKey,
  to: CalendarKey | undefined,
): Promise<Succession | null> {
  const { calendar } = ledger.terms;
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
  if (leader === undefined) return null;
  const count = (await tx.countReferences(key, leader)) + (leader === calendar ? ledger.referenceGain(key) : 0);
  const references = byId(candidates.filter((binding) => binding.calendar === leader));
  // What has no end may be a series.
  const series = references.filter(({ endsAt }) => endsAt === null);
  const under = new Map<string, readonly BindingRecord[]>();
  await inParallel(READS_AT_ONCE, series, async ({ eventId }) => {
    under.set(eventId, await tx.occurrencesOf(leader, eventId, OCCURRENCES_OWED_MAX));
  });
  const deviating = series.toReversed().flatMap(({ eventId }) => (under.get(eventId) ?? []).flatMap(standing));
  // An occurrence that the conference must know to differ from its series.
  const deviations = byId([...deviating, ...(leader === calendar ? own : [])]);
  return {
    key,
    leadingCount: count,
    references,
    deviations: deviations.filter(({ kind }) => kind === 'occurrence'),
  };
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
