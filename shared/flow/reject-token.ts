/** What follows when Google rejects the sync token: one full sync at once; a calendar that keeps rejecting has to wait. */
import { withCalendarDue } from '../domain/due.ts';
import { REPAIR_DELAY_MAX_MS, REPAIR_DELAY_MS, REPAIR_MEMORY_MS } from '../domain/policy.ts';
import type { Services } from '../domain/ports.ts';
import { fence, leased } from './lease.ts';
import type { SyncRun } from './sync-run.ts';

/**
 * Throws the token away. `repair`: a full listing may follow under the same lease. `delayed`: not now; the lease is given back and
 * the calendar falls due later.
 * @throws LeaseLost, StoreUnavailable
 */
export async function rejectToken(services: Services, run: SyncRun): Promise<'repair' | 'delayed'> {
  const { key } = run.held.calendar;
  const repairs = await services.store.transact(async (tx) => {
    const calendar = await fence(tx, run.held);
    const now = services.clock.now();
    const { lastAt, count: before } = calendar.repairs;
    const count = lastAt !== null && now - lastAt < REPAIR_MEMORY_MS ? before + 1 : 1;
    const delayMs = count === 1 ? 0 : Math.min(REPAIR_DELAY_MS * 2 ** (count - 2), REPAIR_DELAY_MAX_MS);
    const notBefore = delayMs === 0 ? null : now + delayMs;
    const cleared = { ...calendar, syncToken: null, checkpoint: null, repairs: { count, lastAt: now, notBefore } };
    tx.putCalendar(
      notBefore === null
        ? leased(cleared, run.held.owner, services)
        : withCalendarDue({ ...cleared, lease: null, wantedAt: null, reconcileAt: notBefore }),
    );
    return { count, isDelayed: notBefore !== null };
  });
  services.log.write({ line: 'token-rejected', calendar: key, repairs: repairs.count });
  return repairs.isDelayed ? 'delayed' : 'repair';
}
