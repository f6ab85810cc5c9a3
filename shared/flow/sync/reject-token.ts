/**
 * What follows when Google rejects the sync token: one full sync at once, on the upkeep lane; a calendar that keeps rejecting has
 * to wait.
 */

import { REPAIR_DELAY_MAX_MS, REPAIR_DELAY_MS, REPAIR_MEMORY_MS } from '../../domain/limits.ts';
import { handedToUpkeep } from '../../domain/plan/hand-to-upkeep.ts';
import type { Services } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import { fence, leased } from '../lease.ts';
import type { SyncRun } from './sync-run.ts';

/**
 * Throws the token away. `repair`: a full listing may follow under the same lease. `handed-over`: it follows on the upkeep lane,
 * as this run is on the other. `delayed`: not now, the calendar falls due later. But for `repair`, the lease is given back.
 * @throws LeaseLost, StoreUnavailable, QueueUnavailable
 */
export async function rejectToken(services: Services, run: SyncRun): Promise<'repair' | 'handed-over' | 'delayed'> {
  const { key } = run.held.calendar;
  const repairs = await services.store.transact(async (tx) => {
    const calendar = await fence(tx, run.held);
    const now = services.clock.now();
    const { lastAt, count: before } = calendar.repairs;
    const count = lastAt !== null && now - lastAt < REPAIR_MEMORY_MS ? before + 1 : 1;
    const delayMs = count === 1 ? 0 : Math.min(REPAIR_DELAY_MS * 2 ** (count - 2), REPAIR_DELAY_MAX_MS);
    const notBefore = delayMs === 0 ? null : now + delayMs;
    const cleared = { ...calendar, syncToken: null, checkpoint: null, repairs: { count, lastAt: now, notBefore } };
    if (notBefore !== null) {
      tx.putCalendar(withCalendarDue({ ...cleared, lease: null, wantedAt: null, reconcileAt: notBefore }));
      return { count, end: 'delayed' as const };
    }
    if (run.arrival.lane === 'live') {
      tx.putCalendar(handedToUpkeep(cleared, now));
      return { count, end: 'handed-over' as const };
    }
    tx.putCalendar(leased(cleared, run.held.owner, services));
    return { count, end: 'repair' as const };
  });
  services.log.write({ line: 'token-rejected', calendar: key, repairs: repairs.count });
  if (repairs.end === 'handed-over') await services.queue.publish(run.request, 'upkeep');
  return repairs.end;
}
