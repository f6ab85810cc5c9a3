/**
 * Brings the conferences of one calendar up to date: take the lease, list, record and deliver page by page, commit the
 * sync token last. Safe to repeat at any point, at any time, by anyone.
 */

import type { SyncOutcome } from '../../domain/log-line.ts';
import type { Arrival, SyncRequest } from '../../domain/notification/work-message.ts';
import { beginNextPass, passDelayMs } from '../../domain/plan/listing.ts';
import type { Services } from '../../domain/ports.ts';
import type { Listing } from '../../domain/state/records.ts';
import { stopStray } from '../channels/stop-channels.ts';
import { inParallel } from '../in-parallel.ts';
import { giveBackLease } from '../lease.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { claimSync, openListing } from './claim-sync.ts';
import { closeListing, leaveListing, postponeListing } from './close-listing.ts';
import { followListing } from './follow-listing.ts';
import { forgetDelivered } from './forget-delivered.ts';
import { giveUpSync } from './give-up-sync.ts';
import { processDueSoon } from './process-due-soon.ts';
import { rejectToken } from './reject-token.ts';
import { retryOpening } from './retry-opening.ts';
import { isOutOfTime, type SyncRun } from './sync-run.ts';
import { tellSoon } from './tell-soon.ts';

/**
 * Carries out one sync request and says how it ended; also writes that to the log.
 * @throws StoreUnavailable, QueueUnavailable, or a bug: the message must come again
 */
export async function syncCalendar(services: Services, request: SyncRequest, arrival: Arrival): Promise<SyncOutcome> {
  const startedAt = services.clock.now();
  const claim = await unlessUnreadable(claimSync(services, request, arrival));
  // Its time to be looked at stays in the record: once that can be read again, it is listed from where it stopped.
  if (claim === 'unreadable') return report(services, request, arrival, startedAt, claim);
  if (claim.kind === 'handed-over' && claim.mustPublish) await services.queue.publish(request, 'upkeep');
  if (claim.kind === 'foreign-channel') await stopStray(services, claim.calendar, claim.channel);
  if (claim.kind !== 'claimed') return report(services, request, arrival, startedAt, claim.kind);

  const run: SyncRun = {
    request,
    arrival,
    held: claim.held,
    until: startedAt + services.policy.syncBudgetMs[arrival.lane],
    counts: { listCalls: 0, events: 0, recorded: 0, delivered: 0, left: 0, unrecorded: 0, unnotified: 0 },
    mode: null,
    dueSoon: new Map(),
    hasNews: false,
  };
  let outcome: SyncOutcome;
  let reason: string | undefined;
  try {
    outcome = await listUntilCurrent(services, run, claim.listing);
  } catch (error) {
    outcome = await unlessUnreadable(giveUpSync(services, run, error));
    const isPutOff = outcome === 'postponed' || outcome === 'parked';
    if (isPutOff && error instanceof Error) reason = error.name;
  }
  report(services, request, arrival, startedAt, outcome, { run, reason });
  await inParallel(3, [processDueSoon, retryOpening, tellSoon], (follow) => follow(services, run));
  return outcome;
}

/** Lists once, and again for as long as somebody has asked for more meanwhile. */
async function listUntilCurrent(services: Services, run: SyncRun, opened: Listing | null): Promise<SyncOutcome> {
  const { held } = run;
  if (held.calendar.wantsResend && (await forgetDelivered(services, run)) === 'out-of-time') {
    await leaveListing(services, run, null);
    return 'continued';
  }
  const { openedAt: lastOpenedAt, checkpoint } = held.calendar;
  let listing = opened ?? (await openListing(services, held, lastOpenedAt, checkpoint));
  for (;;) {
    const openedAt = services.clock.now();
    if (run.mode !== 'full') run.mode = listing.mode;
    const end = await followListing(services, run, listing);
    if (end.kind === 'out-of-time') {
      await leaveListing(services, run, end.listing);
      return 'continued';
    }
    if (end.kind === 'token-rejected') {
      const repair = await rejectToken(services, run);
      if (repair !== 'repair') return repair;
      listing = await openListing(services, held, null, null);
      continue;
    }
    if (end.listing.wantsAnotherPass) {
      const next = beginNextPass(end.listing);
      const delayMs = passDelayMs(next, services.policy.reconcileMs);
      if (delayMs > 0) {
        await postponeListing(services, held, next, delayMs);
        return 'continued';
      }
      listing = await openListing(services, held, null, next);
      continue;
    }
    if ((await closeListing(services, run, end.listing)) === 'done') return 'synced';
    if (isOutOfTime(services, run)) {
      await giveBackLease(services, held);
      return 'synced';
    }
    listing = await openListing(services, held, openedAt, null);
  }
}

function report(
  services: Services,
  request: SyncRequest,
  arrival: Arrival,
  startedAt: number,
  outcome: SyncOutcome,
  { run, reason }: { readonly run?: SyncRun; readonly reason?: string | undefined } = {},
): SyncOutcome {
  services.log.write({
    line: 'sync',
    outcome,
    calendar: request.calendar,
    cause: request.cause,
    lane: arrival.lane,
    ms: services.clock.now() - startedAt,
    ...(reason !== undefined && { reason }),
    ...(run !== undefined && run.mode !== null && { mode: run.mode }),
    ...(run !== undefined && { counts: { ...run.counts } }),
  });
  return outcome;
}
