/** What follows when a sync cannot go on: a time to try again is recorded, and the message is done with; or the error is ours. */
import { withStanding } from '../../domain/delivery/notice.ts';
import {
  AccessLost,
  askedWaitMs,
  CalendarUnreachable,
  GoogleTrouble,
  isPassing,
  LeaseLost,
  OwnAccountRefused,
  RequestRefused,
} from '../../domain/errors.ts';
import { giveOrTakeAQuarter } from '../../domain/jitter.ts';
import { LEAD_KEPT_MS } from '../../domain/limits.ts';
import type { SyncOutcome } from '../../domain/log-line.ts';
import type { Services } from '../../domain/ports.ts';
import { NOTHING_NOTIFIED } from '../../domain/state/notified.ts';
import { isInDoubt, withDoubt, withStatus } from '../../domain/state/reach.ts';
import type { CalendarRecord, CalendarStatus } from '../../domain/state/records.ts';
import { giveBackLease } from '../lease.ts';
import { handOnLeads } from '../record/hand-on-leads.ts';
import type { SyncRun } from './sync-run.ts';

const POSTPONED_SYNC_FIRST_WAIT_MS = 60_000;
/** A calendar on which a change waits, as a notification has told, is looked at this often while the trouble may pass at any moment. */
const EDIT_WAIT_MAX_MS = 15 * 60_000;

/**
 * Gives the lease back with what the error means for the calendar; conferences are never touched by it.
 * @throws the error itself if it is none of the calendar's: the store, the broker or a bug
 */
export async function giveUpSync(services: Services, run: SyncRun, error: unknown): Promise<SyncOutcome> {
  const { held } = run;
  if (error instanceof LeaseLost) return 'lease-lost';
  if (error instanceof AccessLost) return park(services, run, 'disconnected', error);
  if (error instanceof CalendarUnreachable) {
    const now = services.clock.now();
    if (!isInDoubt(held.calendar, error, now)) return park(services, run, 'unreachable', error);
    // Soon, and however often others ask meanwhile: the doubt has an end.
    const left = await giveBackLease(services, held, (calendar) =>
      withDoubt(postponed(services, calendar, error, POSTPONED_SYNC_FIRST_WAIT_MS), now),
    );
    return left === null ? 'lease-lost' : 'postponed';
  }
  const backoffMs = POSTPONED_SYNC_FIRST_WAIT_MS * 2 ** Math.min(held.calendar.failure?.count ?? 0, 12);
  // A fault of our own installation: no calendar is to blame, and somebody must be woken.
  if (error instanceof OwnAccountRefused) services.log.write({ line: 'failure', where: 'act as a user', error });
  if (error instanceof GoogleTrouble && (isPassing(error) || error instanceof RequestRefused)) {
    const waitMs = isPassing(error) ? backoffMs : services.policy.reconcileMs;
    const left = await giveBackLease(services, held, (calendar) => postponed(services, calendar, error, waitMs));
    return left === null ? 'lease-lost' : 'postponed';
  }
  // The message comes again, but what others asked of this listing was acknowledged: it must not hang on that alone.
  const trouble = error instanceof Error ? error : new Error('unknown', { cause: error });
  await giveBackLease(services, held, (calendar) => postponed(services, calendar, trouble, backoffMs)).catch(() => {
    // The lease ends by itself; what matters is the error that brought us here.
  });
  throw error;
}

/**
 * The calendar with its failure noted and its next look about `waitMs` away, at most a reconcile interval; but never before Google allows it.
 * Where the trouble passes by itself, requests for a listing wait, too: as long as Google asks, and else no longer than after a first failure, as
 * an edit must not wait for hours once it is over.
 */
export function postponed(services: Services, calendar: CalendarRecord, error: Error, waitMs: number): CalendarRecord {
  const now = services.clock.now();
  const chance = services.random.fraction();
  const { at, nextAt } = calendar.notified;
  const isEditWaiting = isPassing(error) && (at ?? nextAt) !== null;
  const longestMs = Math.min(services.policy.reconcileMs, isEditWaiting ? EDIT_WAIT_MAX_MS : Infinity);
  const usualMs = giveOrTakeAQuarter(Math.min(waitMs, longestMs), chance);
  // Up to a tenth later: of many that were told to wait for the same time, not all come back at once.
  const askedMs = askedWaitMs(error) * (1 + chance / 10);
  const delayMs = Math.round(Math.max(usualMs, askedMs));
  const notBefore = now + Math.round(Math.max(Math.min(usualMs, POSTPONED_SYNC_FIRST_WAIT_MS), askedMs));
  const count = (calendar.failure?.count ?? 0) + 1;
  const failure = { reason: error.name, at: now, count, ...(isPassing(error) && { notBefore }) };
  // Whoever comes next lists anew what was wished for, or, where he goes on with a listing, wishes it again by the failure: judge-request.ts.
  return { ...calendar, wantedAt: null, failure, reconcileAt: now + delayMs };
}

async function park(
  services: Services,
  run: SyncRun,
  status: CalendarStatus,
  error: AccessLost | CalendarUnreachable,
): Promise<SyncOutcome> {
  const { held } = run;
  const left = await giveBackLease(services, held, (calendar) => {
    const at = services.clock.now();
    const waiting = postponed(services, calendar, error, services.policy.reconcileMs);
    const parked = withStanding(withStatus(waiting, status, at), error.reason, services.policy, at);
    // What happens while others keep us out is seen when they let us in: no change is late by that.
    return { ...parked, notified: NOTHING_NOTIFIED };
  });
  // Whoever has it now, or connected it again, finds out for himself how it stands.
  if (left === null) return 'lease-lost';
  run.hasNews ||= left.after.notice?.telling != null;
  const { key, outOfReachSince, status: before } = left.before;
  // Each look at a calendar that stays out of reach says so in its own line, and changes nothing.
  if (before !== status) services.log.write({ line: 'calendar-status', calendar: key, status, reason: error.name });
  const now = services.clock.now();
  if (outOfReachSince !== null && now - outOfReachSince >= LEAD_KEPT_MS) {
    const conferences = await handOnLeads(services, key, now + services.policy.leaseMs);
    if (conferences > 0) services.log.write({ line: 'leads-handed-on', calendar: key, conferences });
  }
  return 'parked';
}
