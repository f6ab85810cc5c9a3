/**
 * What a person can tell a registered calendar: sync, renew its channel, pause, resume. A command that takes something from a worker
 * raises the generation, so that one that began before it can commit nothing after it. Each takes a condition on the record.
 */

import { UnknownCalendar } from '../../domain/errors.ts';
import type { CalendarKey } from '../../domain/ids.ts';
import type { CalendarServices } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import { NOTHING_NOTIFIED } from '../../domain/state/notified.ts';
import { withStatus } from '../../domain/state/reach.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { ANYTHING, type Expectation, requireExpected } from './expectation.ts';

/** `full`: forget the sync token. `resend`: forget also what was delivered. */
export interface SyncWish {
  readonly full: boolean;
  readonly resend: boolean;
}

/** Asks for a sync now. @throws UnknownCalendar, NotAsExpected, StoreUnavailable, QueueUnavailable */
export async function requestSync(
  services: CalendarServices,
  key: CalendarKey,
  wish: SyncWish,
  isExpected: Expectation = ANYTHING,
): Promise<CalendarRecord> {
  const calendar =
    wish.full || wish.resend
      ? await change(services, key, isExpected, (stored) => ({
          ...stored,
          generation: stored.generation + 1,
          lease: null,
          syncToken: null,
          checkpoint: null,
          wantsResend: stored.wantsResend || wish.resend,
          forgottenTo: wish.resend ? null : stored.forgottenTo,
          repairs: { ...stored.repairs, notBefore: null },
          // Whoever was listing can commit nothing any more; should the message be lost, somebody must do both.
          reconcileAt: services.clock.now(),
        }))
      : await change(services, key, isExpected, (stored) => stored);
  await services.queue.publish({ kind: 'sync', calendar: key, cause: 'resync', force: true }, 'upkeep');
  return calendar;
}

/**
 * Makes the calendar's channel due: the next run of renew-channels opens a successor, and a sync follows. Nothing is asked of Google here,
 * so that it can be wished by somebody who may not act as the user. @throws UnknownCalendar, StoreUnavailable
 */
export async function requestRenewal(services: CalendarServices, key: CalendarKey): Promise<CalendarRecord> {
  const now = services.clock.now();
  return change(services, key, ANYTHING, (stored) => ({
    ...stored,
    channel: stored.channel === null ? null : { ...stored.channel, renewAt: now },
    pushRetryAt: now,
    reconcileAt: now,
  }));
}

/**
 * Stops all work for the calendar until it is resumed; what happens meanwhile is seen then.
 * @throws UnknownCalendar, NotAsExpected, StoreUnavailable
 */
export async function pauseCalendar(
  services: CalendarServices,
  key: CalendarKey,
  isExpected: Expectation = ANYTHING,
): Promise<CalendarRecord> {
  return change(services, key, isExpected, (stored) =>
    stored.status === 'paused'
      ? stored
      : {
          ...stored,
          status: 'paused',
          generation: stored.generation + 1,
          lease: null,
          failure: null,
          deaths: null,
          notified: NOTHING_NOTIFIED,
        },
  );
}

/**
 * Takes up the work again, be it paused, disconnected or unreachable, and syncs.
 * @throws UnknownCalendar, NotAsExpected, StoreUnavailable, QueueUnavailable
 */
export async function resumeCalendar(
  services: CalendarServices,
  key: CalendarKey,
  isExpected: Expectation = ANYTHING,
): Promise<CalendarRecord> {
  const calendar = await change(services, key, isExpected, (stored) => resumed(stored, services.clock.now()));
  await services.queue.publish({ kind: 'sync', calendar: key, cause: 'resumed', force: true }, 'upkeep');
  return calendar;
}

/** The calendar taken up again, and due; `now` is Unix milliseconds. Its `dueAt` is the writer's to derive. */
export function resumed(stored: CalendarRecord, now: number): CalendarRecord {
  return {
    ...withStatus(stored, 'active', now),
    generation: stored.generation + 1,
    lease: null,
    failure: null,
    deaths: null,
    reconcileAt: now,
  };
}

async function change(
  services: CalendarServices,
  key: CalendarKey,
  isExpected: Expectation,
  to: (stored: CalendarRecord) => CalendarRecord,
): Promise<CalendarRecord> {
  const { before, after } = await services.store.transact(async (tx) => {
    const stored = await tx.calendar(key);
    if (stored === undefined || stored.isBeingRemoved) throw new UnknownCalendar('no such calendar is registered');
    requireExpected(isExpected, stored);
    const wished = to(stored);
    if (wished === stored) return { before: stored, after: stored };
    const changed = withCalendarDue(wished);
    tx.putCalendar(changed);
    return { before: stored, after: changed };
  });
  const { status } = after;
  if (status !== before.status)
    services.log.write({ line: 'calendar-status', calendar: key, status, reason: 'command' });
  return after;
}
