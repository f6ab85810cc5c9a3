/** Finds a new leader for conferences whose leading calendar has no reference left, so that they can be updated again. */
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { needsLeader, passLead } from '../../domain/plan/lead.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import type { CalendarServices, StoreTransaction } from '../../domain/ports.ts';
import { type BindingRecord, isReference } from '../../domain/state/records.ts';
import { inParallel } from '../in-parallel.ts';
import { ledgerTerms } from './ledger-terms.ts';
import { writeLedger } from './write-ledger.ts';

/** Reads of one transaction that are under way together: a page can end hundreds of leads, and a read takes some 15 ms. */
const READS_AT_ONCE = 64;

/** Who leads a conference next, and with how many references. */
interface Succession {
  readonly leader: CalendarKey;
  readonly leadingCount: number;
}

/**
 * Passes leads within the transaction that filled the ledger, to the calendar `to` where one is given; returns the conferences whose lead
 * was passed. What their new leaders owe is on record with them.
 */
export async function passLeads(
  tx: StoreTransaction,
  ledger: Ledger,
  to?: CalendarKey,
): Promise<ReadonlySet<ConferenceKey>> {
  const { bindings, conferences } = ledger.changes();
  const leaderless = conferences.filter((conference) => needsLeader(conference, ledger.terms.now));
  const found = new Map<ConferenceKey, Succession>();
  await inParallel(READS_AT_ONCE, leaderless, async ({ key }) => {
    const succession = await readSuccession(tx, ledger, bindings, key, to);
    if (succession !== null) found.set(key, succession);
  });
  const passed = new Set<ConferenceKey>();
  // In the order of the ledger, whichever was read first.
  for (const { key } of leaderless) {
    const succession = found.get(key);
    if (succession === undefined) continue;
    passLead(ledger, key, succession.leader, succession.leadingCount);
    passed.add(key);
  }
  return passed;
}

async function readSuccession(
  tx: StoreTransaction,
  ledger: Ledger,
  changed: readonly BindingRecord[],
  key: ConferenceKey,
  to: CalendarKey | undefined,
): Promise<Succession | null> {
  const { calendar } = ledger.terms;
  // Queries show the store as it was: those that end in this very transaction are still found, and must not hide the others.
  const found = await tx.referencesOf(key, 1 + ledger.endedReferences(key), to);
  const standing = [...found.flatMap((stored) => ledger.standing(stored) ?? []), ...changed];
  const leader = standing.find((binding) => isReference(binding) && binding.conference === key)?.calendar;
  if (leader === undefined) return null;
  const gain = leader === calendar ? ledger.referenceGain(key) : 0;
  return { leader, leadingCount: (await tx.countReferences(key, leader)) + gain };
}

/** Passes the lead of a conference whose announcement came to nothing, if it still needs a leader. @throws StoreUnavailable */
export async function lapseLead(services: CalendarServices, key: ConferenceKey): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference?.leader == null || !needsLeader(conference, services.clock.now())) return;
    const terms = ledgerTerms(services, { key: conference.leader, calendarId: null });
    const ledger = new Ledger(terms, { bindings: [], conferences: [conference] });
    ledger.putConference(conference);
    await passLeads(tx, ledger);
    writeLedger(tx, ledger);
  });
}
