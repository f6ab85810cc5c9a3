/** Delivers what a page has made pending: conferences side by side, each in its own order. */
import type { ListedEvent } from '../../domain/event/event.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import { deliverPending } from '../deliver/deliver-pending.ts';
import { freshEvents } from '../deliver/fresh-events.ts';
import { inParallel } from '../in-parallel.ts';
import { CONFERENCES_AT_ONCE } from '../record/claim-delivery.ts';
import type { Recorded } from '../record/record-changes.ts';
import type { SyncRun } from './sync-run.ts';

/** See the file's head. What cannot be sent from here is asked for on the upkeep lane. */
export async function deliverRecorded(
  services: Services,
  run: SyncRun,
  recorded: Recorded,
  read: readonly ListedEvent[],
): Promise<void> {
  run.counts.recorded += recorded.count;
  run.counts.unrecorded += recorded.unreadable;
  // The lease was fresh when the page was recorded, and must not end while its changes are being sent.
  const until = services.clock.now() + services.policy.leaseMs / 2;
  const graceEnd = services.clock.now() + services.policy.cancelGraceMs;
  for (const key of recorded.orphaned) run.dueSoon.set(key, graceEnd);
  const fresh = freshEvents(run.held.calendar, read);
  const elsewhere = new Set<ConferenceKey>(recorded.passed);
  await inParallel(CONFERENCES_AT_ONCE, recorded.pending, async (key) => {
    const claim = recorded.claims.get(key) ?? null;
    if (claim === null && (services.isStopping() || services.clock.now() >= until)) {
      // It is on record, and due when the lease of whoever recorded it would have ended.
      run.counts.left++;
      return;
    }
    const delivery = await deliverPending(services, key, fresh, until, claim);
    run.counts.delivered += delivery.sent;
    if (delivery.kind !== 'all') run.counts.left++;
    if (delivery.kind === 'failing') run.dueSoon.set(key, delivery.retryAt);
    if (delivery.kind === 'left' || delivery.kind === 'owing') elsewhere.add(key);
  });
  for (const conference of elsewhere) await services.queue.publish({ kind: 'conference', conference }, 'upkeep');
}
