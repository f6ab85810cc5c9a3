/** A conference that is due: a worker is asked to see to it. */

import { needsLeader } from '../../domain/plan/lead.ts';
import type { CalendarServices } from '../../domain/ports.ts';
import { nextWishOf, withConferenceDue } from '../../domain/state/due.ts';
import type { ConferenceRecord } from '../../domain/state/records.ts';
import { STAMP_MS } from './pace.ts';

/** One that has been overdue for long, as all are while their system is down, is not looked at every minute. */
const STAMP_MAX_MS = 15 * 60_000;
const OVERDUE_PART = 4;

/** Does nothing where another run was faster. @throws StoreUnavailable, QueueUnavailable, RecordUnreadable */
export async function wakeConference(services: CalendarServices, seen: ConferenceRecord): Promise<void> {
  const isOurs = await services.store.transact(async (tx) => {
    const stored = (await tx.conferences([seen.key])).get(seen.key);
    const now = services.clock.now();
    if (stored === undefined || stored.dueAt === null || stored.dueAt > now) return false;
    // An earlier release may have counted as a wish what is none.
    if (nextWishOf(stored) === null && !needsLeader(stored, now)) {
      tx.putConference(withConferenceDue(stored));
      return false;
    }
    // The wishes themselves stay: whoever gets the message must see that they are due.
    tx.putConference({ ...withConferenceDue(stored), dueAt: now + stampMs(services, stored, now) });
    return true;
  });
  if (isOurs) await services.queue.publish({ kind: 'conference', conference: seen.key }, 'upkeep');
}

/** Never longer than the longest wait between two deliveries: so soon after an outage everything must have gone out. */
function stampMs({ policy }: CalendarServices, conference: ConferenceRecord, now: number): number {
  const overdueMs = now - (nextWishOf(conference) ?? now);
  const wishedMs = Math.min(Math.max(STAMP_MS, overdueMs / OVERDUE_PART), STAMP_MAX_MS);
  return Math.round(Math.min(wishedMs, Math.max(...policy.deliveryRetryMs)));
}
