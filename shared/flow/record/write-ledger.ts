/** Writes what a ledger has changed, as part of the transaction that filled it. */
import type { Ledger } from '../../domain/plan/ledger.ts';
import type { StoreTransaction } from '../../domain/ports.ts';

/** See the file's head. */
export function writeLedger(tx: StoreTransaction, ledger: Ledger): void {
  const { bindings, deleted, conferences } = ledger.changes();
  for (const binding of bindings) tx.putBinding(binding);
  for (const binding of deleted) tx.deleteBinding(binding.calendar, binding.id);
  for (const conference of conferences) tx.putConference(conference);
}
