/**
 * Removes a calendar: its bindings are forgotten, then its channels stopped; its own record, which names them, goes last. Nothing is cancelled: leadership
 * passes on, and a conference that only this calendar knew is released. That it is to go is on record from the beginning, so that a
 * worker takes over where a process has died; until it is gone it counts as not registered. What cannot be read is left until it can be.
 */

import { LeaseLost, UnknownCalendar } from '../../domain/errors.ts';
import type { BindingId, CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { forgetBinding, forgetCalendar } from '../../domain/plan/forget-calendar.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import type { CalendarServices } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import { isHeld } from '../../domain/state/lease.ts';
import type { CalendarRecord, StrayChannel } from '../../domain/state/records.ts';
import { stopChannel } from '../channels/stop-channels.ts';
import { fence, type Held, leased, putDownLease } from '../lease.ts';
import { pastUnreadable } from '../past-unreadable.ts';
import { ledgerTerms } from '../record/ledger-terms.ts';
import { passLeads } from '../record/pass-leads.ts';
import { writeLedger } from '../record/write-ledger.ts';
import { ANYTHING, type Expectation, requireExpected } from './expectation.ts';

const BATCH = 50;

/**
 * See the file's head. Once it returns, the calendar is gone, or what is left of it is seen to by a worker. May be repeated. `until` is
 * when to stop starting things (Unix milliseconds). @throws UnknownCalendar, NotAsExpected, StoreUnavailable, QueueUnavailable
 */
export async function removeCalendar(
  services: CalendarServices,
  key: CalendarKey,
  until: number,
  isExpected: Expectation = ANYTHING,
): Promise<void> {
  const held = await shut(services, key, isExpected);
  await forgetAll(services, held, until);
}

/**
 * The first step alone: from here on the calendar counts as not registered, and a worker sees to it from `dueAt` on (Unix milliseconds),
 * unless `finishRemoval` does before. Nothing happens to one that is gone, or being removed already. @throws StoreUnavailable
 */
export async function beginRemoval(services: CalendarServices, key: CalendarKey, dueAt: number): Promise<boolean> {
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(key);
    if (stored === undefined || stored.isBeingRemoved) return false;
    tx.putCalendar(withCalendarDue({ ...closed(stored), lease: null, reconcileAt: dueAt }));
    return true;
  });
}

/**
 * Takes over a removal whose process has died or was short of time; does nothing while somebody is at it. `until` is when to stop
 * starting things (Unix milliseconds). @throws StoreUnavailable, QueueUnavailable
 */
export async function finishRemoval(services: CalendarServices, key: CalendarKey, until: number): Promise<void> {
  const owner = services.random.id();
  const held = await services.store.transact(async (tx): Promise<Held | undefined> => {
    const stored = await tx.calendar(key);
    if (stored === undefined || !stored.isBeingRemoved || isHeld(stored.lease, services.clock.now())) return undefined;
    const calendar = leased({ ...stored, reconcileAt: null }, owner, services);
    tx.putCalendar(calendar);
    return { owner, calendar };
  });
  if (held !== undefined) await forgetAll(services, held, until);
}

/** From here on nobody but a removal of this calendar can commit anything. */
async function shut(services: CalendarServices, key: CalendarKey, isExpected: Expectation): Promise<Held> {
  const owner = services.random.id();
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(key);
    if (stored === undefined) throw new UnknownCalendar('no such calendar is registered');
    // One that is being removed already was once as expected, or nobody expected anything.
    if (!stored.isBeingRemoved) requireExpected(isExpected, stored);
    // Its lease is what brings a worker, should this process die.
    const calendar = leased({ ...closed(stored), reconcileAt: null }, owner, services);
    tx.putCalendar(calendar);
    return { owner, calendar };
  });
}

function closed(stored: CalendarRecord): CalendarRecord {
  const { channel, strayChannels } = stored;
  return {
    ...stored,
    status: 'paused',
    isBeingRemoved: true,
    generation: stored.generation + 1,
    channel: null,
    strayChannels: channel === null ? strayChannels : [...strayChannels, strayOf(channel)],
  };
}

function strayOf({ id, resourceId, expiresAt }: StrayChannel): StrayChannel {
  return { id, resourceId, expiresAt };
}

async function forgetAll(services: CalendarServices, held: Held, until: number): Promise<void> {
  const { calendar } = held;
  const isOutOfTime = (): boolean => services.isStopping() || services.clock.now() >= until;
  try {
    const bindings = await forgetBindings(services, held, isOutOfTime);
    const ends = bindings === 'out-of-time' ? bindings : await forgetEnds(services, held, isOutOfTime);
    // What is left is due at once: a worker goes on with it.
    if (bindings === 'out-of-time' || ends === 'out-of-time') return await leave(services, held, 0);
    for (const channel of calendar.strayChannels) {
      if (isOutOfTime()) return await leave(services, held, 0);
      await stopChannel(services, calendar, channel);
    }
    // What waits for a person keeps the calendar on record: without it, nobody would come back to it.
    if (bindings + ends > 0) return await leave(services, held, services.policy.reconcileMs);
    await services.store.transact(async (tx) => {
      await fence(tx, held);
      tx.deleteCalendar(calendar.key);
    });
  } catch (error) {
    // It was registered again meanwhile, or somebody else removes it.
    if (!(error instanceof LeaseLost)) throw error;
  }
}

async function leave(services: CalendarServices, held: Held, delayMs: number): Promise<void> {
  const reconcileAt = services.clock.now() + delayMs;
  await putDownLease(services, held, (calendar) => ({ ...calendar, reconcileAt }));
}

/** How many records are left, or that there was no time to see to all of them. */
type Left = number | 'out-of-time';

/** @throws LeaseLost, StoreUnavailable, QueueUnavailable */
function forgetBindings(services: CalendarServices, held: Held, isOutOfTime: () => boolean): Promise<Left> {
  const keysAfter = async (after: BindingId | null) => {
    const page = await services.store.bindingsOfCalendar(held.calendar.key, { after, limit: BATCH });
    return page.map(({ id }) => id);
  };
  return forgetPages(keysAfter, (some) => forgetSome(services, held, some, []), isOutOfTime);
}

/** The same for conferences that name the calendar and to which no binding leads any more: another took their place on their event. */
function forgetEnds(services: CalendarServices, held: Held, isOutOfTime: () => boolean): Promise<Left> {
  const keysAfter = async (after: ConferenceKey | null) => {
    const page = await services.store.conferencesLeftBy(held.calendar.key, { after, limit: BATCH });
    return page.map(({ key }) => key);
  };
  return forgetPages(keysAfter, (some) => forgetSome(services, held, [], some), isOutOfTime);
}

/** Page after page, however few of each can be read. Returns how many are left, as they or their conferences cannot be. */
async function forgetPages<Key>(
  keysAfter: (after: Key | null) => Promise<readonly Key[]>,
  forget: (some: readonly Key[]) => Promise<void>,
  isOutOfTime: () => boolean,
): Promise<Left> {
  let left = 0;
  for (let after: Key | null = null; ; ) {
    const keys: readonly Key[] = await keysAfter(after);
    after = keys.at(-1) ?? null;
    if (after === null) return left;
    left += await pastUnreadable(keys, forget);
    if (isOutOfTime()) return 'out-of-time';
  }
}

/** @throws RecordUnreadable, and then nothing of it is forgotten; LeaseLost, StoreUnavailable, QueueUnavailable */
async function forgetSome(
  services: CalendarServices,
  held: Held,
  ids: readonly BindingId[],
  ends: readonly ConferenceKey[],
): Promise<void> {
  const { key } = held.calendar;
  const passed = await services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const bindings = await tx.bindings(key, ids);
    const touched = [...bindings.values()].flatMap(({ conference, announced }) => [conference, announced]);
    const conferences = await tx.conferences([...new Set([...touched, ...ends])].filter((key) => key !== null));
    const ledger = new Ledger(ledgerTerms(services, held.calendar), {
      bindings: bindings.values(),
      conferences: conferences.values(),
    });
    for (const binding of bindings.values()) forgetBinding(ledger, binding);
    for (const end of ends) forgetCalendar(ledger, end);
    const passed: ReadonlySet<ConferenceKey> = await passLeads(tx, ledger);
    writeLedger(tx, ledger);
    tx.putCalendar(leased(calendar, held.owner, services));
    return passed;
  });
  for (const conference of passed) await services.queue.publish({ kind: 'conference', conference }, 'upkeep');
}
