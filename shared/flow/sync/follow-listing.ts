/**
 * Reads an open listing to its end, page by page in their order: record, deliver, turn the page. A full listing ends with
 * a look at every binding that it did not show.
 */
import { CalendarUnreachable, RequestRefused, SyncTokenRejected } from '../../domain/errors.ts';
import { isBlind } from '../../domain/event/event.ts';
import { turnPage, withUnrecorded } from '../../domain/plan/listing.ts';
import { countUnnotified, notifiedSince } from '../../domain/plan/unnotified.ts';
import type { EventPage, Services } from '../../domain/ports.ts';
import type { Listing } from '../../domain/state/records.ts';
import { callGoogle } from '../call-google.ts';
import { fence, LEASE_PART, leased, retriesUntil } from '../lease.ts';
import { recordChanges } from '../record/record-changes.ts';
import { deliverRecorded } from './deliver-recorded.ts';
import { sweepUnseen } from './sweep-unseen.ts';
import { isOutOfTime, type SyncRun } from './sync-run.ts';

/** How far it came. */
export type ListingEnd =
  | { readonly kind: 'finished' | 'out-of-time'; readonly listing: Listing }
  | { readonly kind: 'token-rejected' };

/**
 * The lease is renewed and the checkpoint saved each time a part of the lease has passed, and after so many pages, however fast they come: a
 * process that is killed repeats no more than these.
 */
const PAGES_PER_CHECKPOINT = 16;

/** See the file's head. */
export async function followListing(services: Services, run: SyncRun, opened: Listing): Promise<ListingEnd> {
  let listing = opened;
  let savedAt = services.clock.now();
  let unsaved = 0;
  const save = async (): Promise<void> => {
    unsaved++;
    const isSoon = services.clock.now() - savedAt < services.policy.leaseMs / LEASE_PART;
    if (isSoon && unsaved < PAGES_PER_CHECKPOINT) return;
    await saveCheckpoint(services, run, listing);
    savedAt = services.clock.now();
    unsaved = 0;
  };
  while (listing.nextSyncToken === null) {
    if (isOutOfTime(services, run)) return { kind: 'out-of-time', listing };
    const page = await listPage(services, run, listing);
    if (page === 'token-rejected') return { kind: page };
    const recorded = await recordChanges(services, run.held, page.events, listing.sweepId, 'claimed');
    await deliverRecorded(services, run, recorded, page.events);
    listing = withUnrecorded(turnPage(listing, page, recorded.hasNewSeries), recorded.unreadable);
    await save();
  }
  if (listing.sweepId === null || listing.wantsAnotherPass) return { kind: 'finished', listing };
  for await (const swept of sweepUnseen(services, run, listing, listing.sweepId)) {
    listing = swept;
    if (isOutOfTime(services, run)) return { kind: 'out-of-time', listing };
    await save();
  }
  return { kind: 'finished', listing };
}

async function listPage(services: Services, run: SyncRun, listing: Listing): Promise<EventPage | 'token-rejected'> {
  const { calendar } = run.held;
  const query = { syncToken: listing.startToken, pageToken: listing.pageToken, timeMin: listing.timeMin };
  try {
    const page = await callGoogle(services, retriesUntil(services, run.until), () => {
      run.counts.listCalls++;
      return services.google.list(calendar, query);
    });
    // Google lists busy times without their events, and refuses a channel for them: the calendar would be now in reach and now out of it.
    if (isBlind(page.accessRole))
      throw new CalendarUnreachable('events.list: shows only when somebody is busy', { reason: 'access_narrowed' });
    run.counts.events += page.events.length;
    run.counts.unnotified += unnotifiedOn(services, run, listing, page.events);
    return page;
  } catch (error) {
    // A page token that has died with its checkpoint is refused like any wrong parameter: begin again.
    const isPageRefused = error instanceof RequestRefused && listing.pageToken !== null;
    if (error instanceof SyncTokenRejected || isPageRefused) return 'token-rejected';
    throw error;
  }
}

function unnotifiedOn(services: Services, run: SyncRun, listing: Listing, events: EventPage['events']): number {
  const { calendar } = run.held;
  const isFirst = listing.mode === 'incremental' && listing.pass === 1 && listing.startToken === calendar.syncToken;
  const since = isFirst ? notifiedSince(calendar, run.request, services.policy.channelTtlMs) : null;
  return since === null ? 0 : countUnnotified(events, since, services.clock.now());
}

async function saveCheckpoint(services: Services, run: SyncRun, listing: Listing): Promise<void> {
  await services.store.transact(async (tx) => {
    const calendar = await fence(tx, run.held);
    tx.putCalendar({ ...leased(calendar, run.held.owner, services), checkpoint: listing });
  });
}
