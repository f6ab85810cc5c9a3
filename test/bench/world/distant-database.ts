/** A store with the time of its round trips, as of a database in the region of the functions, and with what its transactions commit told. */
import type { MemoryStore } from '../../../shared/adapters/memory/store.ts';
import type { Store } from '../../../shared/domain/ports.ts';
import { isRead, withDelayedCalls } from '../../delayed-calls.ts';
import { withTransact } from '../../with-transact.ts';

/** A read or a commit; milliseconds. */
export const ROUND_TRIP_MS = 15;

/** See the file's head. Each read takes a round trip, and each commit; writes wait for the commit. `onTransaction` hears whether one wrote. */
export function distantDatabase(
  store: MemoryStore,
  sleep: (ms: number) => Promise<unknown>,
  onTransaction: (hasWritten: boolean) => void,
): Store {
  const roundTrip = async (): Promise<void> => void (await sleep(ROUND_TRIP_MS));
  const reads = withDelayedCalls<Store>(store, (name) => name !== 'transact', roundTrip);
  return withTransact(reads, async (work) => {
    const { writes, deletes } = store.operations;
    const result = await store.transact((tx) => work(withDelayedCalls(tx, isRead, roundTrip)));
    onTransaction(store.operations.writes + store.operations.deletes > writes + deletes);
    await roundTrip();
    return result;
  });
}
