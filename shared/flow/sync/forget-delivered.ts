/** Forgets what was delivered for a calendar, so that the full listing that follows sends everything again. */
import type { BindingId } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import type { BindingRecord } from '../../domain/state/records.ts';
import { fence, type Held, leased } from '../lease.ts';

const BATCH = 100;

/**
 * For a conference system that was restored from a backup. May be repeated.
 * @throws LeaseLost, StoreUnavailable
 */
export async function forgetDelivered(services: Services, held: Held): Promise<void> {
  const { key } = held.calendar;
  let after: BindingId | null = null;
  for (let isLast = false; !isLast; ) {
    const page = await services.store.bindingsOfCalendar(key, { after, limit: BATCH });
    const ids = page.map(({ id }) => id);
    isLast = page.length < BATCH;
    await services.store.transact(async (tx) => {
      const calendar = await fence(tx, held);
      for (const binding of (await tx.bindings(key, ids)).values()) {
        // A cancelled occurrence is told of once; without its record it is news again.
        if (binding.kind === 'occurrence' && binding.state === 'gone') tx.deleteBinding(key, binding.id);
        else tx.putBinding(forgotten(binding));
      }
      tx.putCalendar({ ...leased(calendar, held.owner, services), wantsResend: !isLast });
    });
    after = ids.at(-1) ?? null;
  }
}

/** What is pending is read again before it is sent, under a new revision: ours may have come from a backup too, and be behind the receiver's. */
function forgotten(binding: BindingRecord): BindingRecord {
  const { pending } = binding;
  return { ...binding, delivered: null, refused: null, pending: pending === null ? null : { ...pending, hashes: {} } };
}
