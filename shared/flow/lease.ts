/**
 * The lease makes the work on one calendar one at a time. Each commit of its holder checks that lease and generation
 * are still his own, so that a worker which stalled, or whose calendar was paused or removed, can change nothing.
 */

import { LeaseLost } from '../domain/errors.ts';
import type { CalendarKey } from '../domain/ids.ts';
import { LISTING_FIRST_MS } from '../domain/limits.ts';
import { laneOfNextListing } from '../domain/plan/listing.ts';
import type { CalendarServices, StoreTransaction } from '../domain/ports.ts';
import { withCalendarDue } from '../domain/state/due.ts';
import { isHeld } from '../domain/state/lease.ts';
import { isOutOfReach } from '../domain/state/reach.ts';
import type { CalendarRecord } from '../domain/state/records.ts';
import { withDeathCounted } from '../domain/state/worker-deaths.ts';
import { unlessUnreadable } from './unless-unreadable.ts';

/** A lease that this run holds, and the calendar as it was when it was taken. */
export interface Held {
  readonly owner: string;
  readonly calendar: CalendarRecord;
}

/** Why a lease cannot be had now. */
export type LeaseRefusal = 'unknown-calendar' | 'unreadable' | 'paused' | 'busy';

/** The calendar with its lease (re)taken by `owner`; `dueAt` follows, so that a dead worker leaves its own wake-up call. */
export function leased(
  calendar: CalendarRecord,
  owner: string,
  services: Pick<CalendarServices, 'clock' | 'policy'>,
): CalendarRecord {
  return withCalendarDue({ ...calendar, lease: { owner, until: services.clock.now() + services.policy.leaseMs } });
}

/** A lease is renewed, and what stands on it saved, each time this part of it has passed. */
export const LEASE_PART = 6;

/**
 * Until when a call of Google that is made under a lease may be begun anew (Unix milliseconds): in a part of the lease, so that it outlasts
 * the call. Whoever Google asks to wait for longer gives the lease back, and the calendar waits without one.
 */
export function retriesUntil({ clock, policy }: Pick<CalendarServices, 'clock' | 'policy'>, until = Infinity): number {
  return Math.min(until, clock.now() + policy.leaseMs / LEASE_PART);
}

/** The calendar with its lease renewed where a part of it has passed; while it is fresh, there is nothing to write. */
export function stillLeased(
  calendar: CalendarRecord,
  owner: string,
  services: Pick<CalendarServices, 'clock' | 'policy'>,
): CalendarRecord {
  const leftMs = (calendar.lease?.until ?? 0) - services.clock.now();
  const isFresh = leftMs > services.policy.leaseMs * (1 - 1 / LEASE_PART);
  return isFresh ? calendar : leased(calendar, owner, services);
}

/** Why a lease cannot be had for work that lists nothing; `out-of-reach`: only the calendar's own reconcile tries its access. */
export type RetryRefusal = LeaseRefusal | 'out-of-reach';

/**
 * Whether somebody waits for a listing: a person's edit must not queue behind whatever is due on its calendar. Not for ever, as the
 * listing itself may have to wait, or its message be lost.
 */
function isListingFirst({ wantedAt }: CalendarRecord, now: number): boolean {
  return wantedAt !== null && now - wantedAt < LISTING_FIRST_MS;
}

/** Takes the lease for work that lists nothing: a retry, a confirming read. */
export async function takeLease(services: CalendarServices, key: CalendarKey): Promise<Held | RetryRefusal> {
  const owner = services.random.id();
  const taking = services.store.transact(async (tx): Promise<Held | RetryRefusal> => {
    const calendar = await tx.calendar(key);
    if (calendar === undefined) return 'unknown-calendar';
    if (calendar.status === 'paused') return 'paused';
    if (isOutOfReach(calendar)) return 'out-of-reach';
    const now = services.clock.now();
    if (isHeld(calendar.lease, now) || isListingFirst(calendar, now)) return 'busy';
    // The holder that died may have been listing, and its lease made the calendar due. The wish makes it be listed again when this lease ends.
    const wantedAt = calendar.lease === null ? calendar.wantedAt : (calendar.wantedAt ?? now);
    const taken = leased({ ...withDeathCounted(calendar, now), wantedAt }, owner, services);
    tx.putCalendar(taken);
    return { owner, calendar: taken };
  });
  return unlessUnreadable(taking);
}

/**
 * Reads the calendar inside a transaction and makes sure that this run may still write.
 * @throws LeaseLost
 */
export async function fence(tx: StoreTransaction, held: Held): Promise<CalendarRecord> {
  const calendar = await unlessUnreadable(tx.calendar(held.calendar.key));
  if (calendar === undefined) throw new LeaseLost('the calendar was removed');
  if (calendar === 'unreadable') throw new LeaseLost('the calendar cannot be read any more');
  if (calendar.lease?.owner !== held.owner) throw new LeaseLost('another worker has the lease');
  if (calendar.generation !== held.calendar.generation) throw new LeaseLost('the calendar was changed by a command');
  return calendar;
}

/** Renews the lease of a run that has written nothing for a while. @throws LeaseLost, StoreUnavailable */
export async function keepLease(services: CalendarServices, held: Held): Promise<void> {
  await services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const kept = stillLeased(calendar, held.owner, services);
    if (kept !== calendar) tx.putCalendar(kept);
  });
}

/** A calendar whose lease was given back: as it was just before, and as it was left. */
export interface PutDown {
  readonly before: CalendarRecord;
  readonly after: CalendarRecord;
}

/**
 * Gives the lease back, with whatever else `change` says. A listing that others asked for meanwhile is asked for
 * again. Null if nothing was written: a lease that is lost already needs no giving back, and that of a calendar which cannot be read any more
 * ends by itself.
 */
export async function giveBackLease(
  services: CalendarServices,
  held: Held,
  change: (calendar: CalendarRecord) => CalendarRecord = (calendar) => calendar,
): Promise<PutDown | null> {
  const left = await putDownLease(services, held, change);
  if (left === null || left.after.wantedAt === null) return left;
  const { key } = left.after;
  await services.queue.publish({ kind: 'sync', calendar: key, cause: 'wanted' }, laneOfNextListing(left.after));
  return left;
}

/** The same for somebody who asks for the next listing himself. */
export async function putDownLease(
  services: CalendarServices,
  held: Held,
  change: (calendar: CalendarRecord) => CalendarRecord,
): Promise<PutDown | null> {
  return services.store.transact(async (tx) => {
    const calendar = await unlessUnreadable(tx.calendar(held.calendar.key));
    if (calendar === 'unreadable') return null;
    if (calendar?.lease?.owner !== held.owner || calendar.generation !== held.calendar.generation) return null;
    const changed = change(calendar);
    // Due at once as well, should the message be lost with this process.
    const reconcileAt = changed.wantedAt === null ? changed.reconcileAt : services.clock.now();
    const after = withCalendarDue({ ...changed, reconcileAt, lease: null });
    tx.putCalendar(after);
    return { before: calendar, after };
  });
}
