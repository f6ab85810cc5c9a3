/**
 * Decides in one transaction whether a request needs a listing at all, and opens it: a request that a finished listing
 * has covered costs one read; one that meets a held lease leaves its wish with the holder.
 */
import type { Arrival, SyncRequest } from '../../domain/notification/work-message.ts';
import { judgeRequest, type RequestVerdict } from '../../domain/plan/judge-request.ts';
import { beginListing, openAgain, spacingLeft } from '../../domain/plan/listing.ts';
import { isFullListingDue } from '../../domain/plan/unrecorded.ts';
import type { Services } from '../../domain/ports.ts';
import { notifiedAtOpening } from '../../domain/state/notified.ts';
import type { CalendarRecord, Listing } from '../../domain/state/records.ts';
import { fence, type Held, leased } from '../lease.ts';

/** The lease with an open listing, or with one to open when `openListing` has waited; or why there is nothing to do. */
export type Claim =
  | { readonly kind: 'claimed'; readonly held: Held; readonly listing: Listing | null }
  | { readonly kind: 'unknown-calendar' }
  | Exclude<RequestVerdict, { readonly kind: 'lease' | 'open' }>;

/** See the file's head. */
export async function claimSync(services: Services, request: SyncRequest, arrival: Arrival): Promise<Claim> {
  const owner = services.random.id();
  const sweepId = services.random.id();
  const { reconcileMs } = services.policy;
  return services.store.transact(async (tx): Promise<Claim> => {
    const stored = await tx.calendar(request.calendar);
    if (stored === undefined) return { kind: 'unknown-calendar' };
    const now = services.clock.now();
    const { verdict, next } = judgeRequest(stored, request, arrival, now, reconcileMs);
    if (verdict.kind !== 'lease' && verdict.kind !== 'open') {
      if (next !== stored) tx.putCalendar(next);
      return verdict;
    }
    const taken = leased(next, owner, services);
    const held = { owner, calendar: taken };
    if (verdict.kind === 'lease') {
      tx.putCalendar(taken);
      return { kind: 'claimed', held, listing: verdict.listing };
    }
    tx.putCalendarOpened({ ...taken, notified: notifiedAtOpening(taken.notified), wantedAt: null });
    const from = isFullListingDue(stored, arrival.lane, now) ? { ...stored, syncToken: null } : stored;
    return { kind: 'claimed', held, listing: opened(services, stored.checkpoint, from, sweepId) };
  });
}

/**
 * Opens another listing under the lease, at least a second after the one before. `again` is a listing to begin anew.
 * @throws LeaseLost, StoreUnavailable
 */
export async function openListing(
  services: Services,
  held: Held,
  lastOpenedAt: number | null,
  again: Listing | null,
): Promise<Listing> {
  const waitMs = spacingLeft({ openedAt: lastOpenedAt }, services.clock.now());
  if (waitMs > 0) await services.clock.sleep(waitMs);
  const sweepId = services.random.id();
  return services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const notified = notifiedAtOpening(calendar.notified);
    tx.putCalendarOpened({ ...leased(calendar, held.owner, services), notified, wantedAt: null, checkpoint: again });
    return opened(services, again, calendar, sweepId);
  });
}

/** The listing that opens: the one that was put by at its beginning, where there is one. */
function opened(
  { clock, policy }: Services,
  again: Listing | null,
  calendar: CalendarRecord,
  sweepId: string,
): Listing {
  if (again !== null) return openAgain(again, sweepId);
  return beginListing(calendar, sweepId, clock.now(), policy.fullSyncPastMs);
}
