/**
 * Forgets what was delivered for a calendar, so that the full listing that follows sends everything again; and owes once more the ends
 * that no listing shows.
 */
import type { BindingId, ConferenceKey } from '../../domain/ids.ts';
import { repeatCancellation } from '../../domain/plan/pend-cancellation.ts';
import type { Services } from '../../domain/ports.ts';
import type { BindingRecord } from '../../domain/state/records.ts';
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
  if ((await repeatEnds(services, run)) === 'out-of-time') return 'out-of-time';
  await services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    tx.putCalendar({ ...leased(calendar, held.owner, services), wantsResend: false, forgottenTo: null });
  });
  return 'done';
}

/** Owes the ends once more of all conferences that have ended on the calendar and are not forgotten yet. */
async function repeatEnds(services: Services, run: SyncRun): Promise<'done' | 'out-of-time'> {
  const { held } = run;
  let after: ConferenceKey | null = null;
  for (let isLast = false; !isLast; ) {
    if (isOutOfTime(services, run)) return 'out-of-time';
    const page = await services.store.conferencesLeftBy(held.calendar.key, { after, limit: BATCH });
    const keys = page.filter(({ state }) => state === 'cancelled').map(({ key }) => key);
    await pastUnreadable(keys, (some) => repeatSome(services, held, some));
    after = page.at(-1)?.key ?? after;
    isLast = page.length < BATCH;
  }
  return 'done';
}

/** @throws RecordUnreadable, and then none is repeated; LeaseLost, StoreUnavailable */
async function repeatSome(services: Services, held: Held, keys: readonly ConferenceKey[]): Promise<void> {
  await services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const now = services.clock.now();
    for (const conference of (await tx.conferences(keys)).values()) {
      // The database may take a while to forget it.
      const isKnown = conference.expireAt === null || conference.expireAt > now;
      if (isKnown) tx.putConference(repeatCancellation(conference, now));
    }
    tx.putCalendar(leased(calendar, held.owner, services));
  });
}

/** @throws RecordUnreadable, and then nothing of it is done; LeaseLost, StoreUnavailable */
async function forgetSome(services: Services, held: Held, ids: readonly BindingId[]): Promise<void> {
  const { key } = held.calendar;
  await services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const bindings = [...(await tx.bindings(key, ids)).values()];
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
