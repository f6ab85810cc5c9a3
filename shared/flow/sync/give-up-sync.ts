/** What follows when a sync cannot go on: a time to try again is recorded, and the message is done with; or the error is ours. */
import { LeaseLost } from '../../domain/errors.ts';
import { LEAD_KEPT_MS } from '../../domain/limits.ts';
import type { SyncOutcome } from '../../domain/log-line.ts';
import { afterFailedListing, readFailedListing } from '../../domain/plan/failed-listing.ts';
import type { Services } from '../../domain/ports.ts';
import { giveBackLease, type PutDown } from '../lease.ts';
import { handOnLeads } from '../record/hand-on-leads.ts';
import type { SyncRun } from './sync-run.ts';

/**
 * Gives the lease back with what the error means for the calendar; conferences are never touched by it.
 * @throws the error itself if it is none of the calendar's: the store, the broker or a bug
 */
export async function giveUpSync(services: Services, run: SyncRun, error: unknown): Promise<SyncOutcome> {
  if (error instanceof LeaseLost) return 'lease-lost';
  const { clock, random, policy, log } = services;
  const { held } = run;
  const failed = readFailedListing(held.calendar, error, clock.now());
  const failedBefore = held.calendar.failure?.count ?? 0;
  const giveBack = (): Promise<PutDown | null> =>
    giveBackLease(services, held, (calendar) =>
      afterFailedListing(calendar, failed, failedBefore, { at: clock.now(), chance: random.fraction(), policy }),
    );
  switch (failed.kind) {
    case 'lost':
      return park(services, run, await giveBack(), failed.error.name);
    case 'own-account':
      log.write({ line: 'failure', where: 'act as a user', error });
      return (await giveBack()) === null ? 'lease-lost' : 'postponed';
    case 'in-doubt':
    case 'passing':
    case 'lasting':
      return (await giveBack()) === null ? 'lease-lost' : 'postponed';
    case 'ours':
      // The message comes again, but what others asked of this listing was acknowledged: it must not hang on that alone.
      await giveBack().catch(() => {
        // The lease ends by itself; what matters is the error that brought us here.
      });
      throw error;
  }
}

/** Says that the calendar is lost, where that is news, and lets others lead what it has led for too long. */
async function park(services: Services, run: SyncRun, left: PutDown | null, reason: string): Promise<SyncOutcome> {
  // Whoever has it now, or connected it again, finds out for himself how it stands.
  if (left === null) return 'lease-lost';
  run.hasNews ||= left.after.notice?.telling != null;
  const { key, outOfReachSince, status: before } = left.before;
  const { status } = left.after;
  // Each look at a calendar that stays out of reach says so in its own line, and changes nothing.
  if (before !== status) services.log.write({ line: 'calendar-status', calendar: key, status, reason });
  const now = services.clock.now();
  if (outOfReachSince !== null && now - outOfReachSince >= LEAD_KEPT_MS) {
    const conferences = await handOnLeads(services, key, now + services.policy.leaseMs);
    if (conferences > 0) services.log.write({ line: 'leads-handed-on', calendar: key, conferences });
  }
  return 'parked';
}
