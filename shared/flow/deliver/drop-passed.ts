/**
 * Drops what a calendar still owes for a conference that another leads by now: only the leader's events are told of, and the changes of one
 * that is out of reach would stand before them for ever.
 */
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';

/** Pending changes that are looked at together. */
const BATCH = 100;

/** Looks at the next changes of the conference; returns how many were dropped. @throws StoreUnavailable */
export async function dropPassed(services: Services, key: ConferenceKey): Promise<number> {
  return services.store.transact(async (tx) => {
    const leader = (await tx.conferences([key])).get(key)?.leader ?? null;
    if (leader === null) return 0;
    const passed = (await tx.pendingOf(key, BATCH)).filter(({ calendar }) => calendar !== leader);
    for (const binding of passed) tx.putBinding({ ...binding, pending: null, delivered: null });
    return passed.length;
  });
}
