/**
 * Forgets what was delivered for a calendar, so that the full listing that follows sends everything again; and owes once more the ends
 * that no listing shows.
 */
import type { BindingId } from '../../domain/ids.ts';
import { repeatCancellation } from '../../domain/plan/pend-cancellation.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import type { BindingRecord, ConferenceRecord } from '../../domain/state/records.ts';
import { fence, type Held, leased } from '../lease.ts';
import { pastUnreadable } from '../past-unreadable.ts';
import { isOutOfTime, type SyncRun } from './sync-run.ts';

const BATCH = 100;

/**
 * For a conference system that was restored from a backup. Goes on where an earlier run has stopped, and past what cannot be read.
 * @throws LeaseLost, StoreUnavailable
 */
export async function forgetDelivered(services: Services, run: SyncRun): Promise<'done' | 'out-of-time'> {
  const { held } = run;
  let after = held.calendar.forgottenTo;
  for (let isLast = false; !isLast; ) {
    if (isOutOfTime(services, run)) return 'out-of-time';
    const page = await services.store.bindingsOfCalendar(held.calendar.key, { after, limit: BATCH });
    const ids = page.map(({ id }) => id);
    await pastUnreadable(ids, (some) => forgetSome(services, held, some));
    after = ids.at(-1) ?? after;
    isLast = page.length < BATCH;
  }
  await services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    tx.putCalendar({ ...leased(calendar, held.owner, services), wantsResend: false, forgottenTo: null });
  });
  return 'done';
}

/** @throws RecordUnreadable, and then nothing of it is done; LeaseLost, StoreUnavailable */
async function forgetSome(services: Services, held: Held, ids: readonly BindingId[]): Promise<void> {
  const { key } = held.calendar;
  await services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const bindings = [...(await tx.bindings(key, ids)).values()];
    for (const ended of await endedWith(tx, bindings))
      tx.putConference(repeatCancellation(ended, services.clock.now()));
    for (const binding of bindings) {
      // A cancelled occurrence is told of once; without its record it is news again.
      if (binding.kind === 'occurrence' && binding.state === 'gone') tx.deleteBinding(key, binding.id);
      else tx.putBinding(forgotten(binding));
    }
    tx.putCalendar({ ...leased(calendar, held.owner, services), forgottenTo: ids.at(-1) ?? calendar.forgottenTo });
  });
}

/** What is pending is read again before it is sent, under a new revision: ours may have come from a backup too, and be behind the receiver's. */
function forgotten(binding: BindingRecord): BindingRecord {
  const { pending } = binding;
  return {
    ...binding,
    delivered: null,
    refused: null,
    pending: pending === null ? null : { ...pending, hashes: {}, needsRevision: true },
  };
}

/** The cancelled conferences that ended with one of these events. They are known for as long as their last events are. */
async function endedWith(tx: StoreTransaction, bindings: readonly BindingRecord[]): Promise<ConferenceRecord[]> {
  const gone = bindings.filter(({ kind, state }) => kind === 'event' && state === 'gone');
  const conferences = await tx.conferences([...new Set(gone.map(({ conference }) => conference))]);
  const isLast = ({ calendar, eventId, conference }: BindingRecord): boolean => {
    const ended = conferences.get(conference)?.ended;
    return ended?.calendar === calendar && ended.eventId === eventId;
  };
  return gone.filter(isLast).flatMap(({ conference }) => conferences.get(conference) ?? []);
}
