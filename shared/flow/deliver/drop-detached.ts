/**
 * Drops what is pending on occurrences whose series does not carry the conference any more. A series' end sees to its occurrences, but
 * only to so many; for those beyond, nothing that Google shows would ever make their change one to send.
 */
import { type BindingId, bindingIdOf, type ConferenceKey } from '../../domain/ids.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import { setAside } from '../../domain/plan/references.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { type BindingRecord, type CalendarRecord, isReference } from '../../domain/state/records.ts';
import { ledgerTerms } from '../record/ledger-terms.ts';
import { writeLedger } from '../record/write-ledger.ts';

/** Pending changes that are looked at together. */
const BATCH = 100;

/**
 * Looks at the next changes of the conference on this calendar; returns how many were dropped.
 * @throws StoreUnavailable
 */
export async function dropDetached(services: Services, calendar: CalendarRecord, key: ConferenceKey): Promise<number> {
  return services.store.transact(async (tx) => {
    const pendings = await tx.pendingOf(key, BATCH);
    const detached = await detachedAmong(
      tx,
      pendings.filter((binding) => binding.calendar === calendar.key && binding.kind === 'occurrence'),
    );
    const ledger = new Ledger(ledgerTerms(services, calendar), { bindings: detached, conferences: [] });
    for (const occurrence of detached) setAside(ledger, occurrence);
    writeLedger(tx, ledger);
    return detached.length;
  });
}

/** Those of one calendar's occurrences whose series is no reference of their conference. */
async function detachedAmong(
  tx: StoreTransaction,
  occurrences: readonly BindingRecord[],
): Promise<readonly BindingRecord[]> {
  const [first] = occurrences;
  if (first === undefined) return [];
  const seriesIds = new Set<BindingId>(occurrences.flatMap((occurrence) => seriesOf(occurrence) ?? []));
  const series = await tx.bindings(first.calendar, [...seriesIds]);
  return occurrences.filter((occurrence) => {
    const id = seriesOf(occurrence);
    const own = id === null ? undefined : series.get(id);
    return !isReference(own) || own.conference !== occurrence.conference;
  });
}

function seriesOf({ recurringEventId }: BindingRecord): BindingId | null {
  return recurringEventId === null ? null : bindingIdOf(recurringEventId);
}
