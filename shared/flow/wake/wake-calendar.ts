/** A calendar that is due: a new channel is opened here, a listing and a notice are asked for. */

import { dueLater } from '../../domain/delivery/notice.ts';
import type { CalendarServices, ChannelServices } from '../../domain/ports.ts';
import { lacksChannel, wantsChannel, withCalendarDue } from '../../domain/state/due.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { withDeathCounted } from '../../domain/state/worker-deaths.ts';
import { OPENING_STAMP_MS, openChannel } from '../channels/open-channel.ts';
import { AT_ONCE, STAMP_MS } from './pace.ts';

/**
 * An opening that takes longer is slow, whatever comes of it. After so many in a row a run asks for no other channel: everything else that is
 * due, which needs nobody but us, would wait behind them. More than are begun at once: at the end of a page the slow ones come in last.
 */
const SLOW_MS = 5_000;
const SLOW_MAX = 2 * AT_ONCE;

/** How Google answers one run; shared by all that it opens. */
export interface Openings {
  slowInARow: number;
}

/** What of a run's report a calendar can change. */
interface Report {
  renewed: number;
  withoutChannel: number;
  isComplete: boolean;
}

/** Does nothing where another run was faster. @throws StoreUnavailable, QueueUnavailable, RecordUnreadable */
export async function wakeCalendar(
  services: ChannelServices,
  seen: CalendarRecord,
  report: Report,
  openings: Openings,
): Promise<void> {
  const stamped = await stampCalendar(services, seen);
  if (stamped === undefined) return;
  const { calendar, isListingDue, isChannelDue, isNoticeDue } = stamped;
  // No notification tells of what happened before the channel was open.
  const isGapPossible = isChannelDue && (await renew(services, calendar, report, openings));
  if (isNoticeDue) await services.queue.publish({ kind: 'notice', calendar: calendar.key }, 'upkeep');
  if (isListingDue || isGapPossible) {
    await services.queue.publish({ kind: 'sync', calendar: calendar.key, cause: 'reconcile' }, 'upkeep');
  }
}

/** Whether a new channel is open now. */
async function renew(
  services: ChannelServices,
  calendar: CalendarRecord,
  report: Report,
  openings: Openings,
): Promise<boolean> {
  if (lacksChannel(calendar)) report.withoutChannel++;
  if (openings.slowInARow >= SLOW_MAX) {
    report.isComplete = false;
    return false;
  }
  const begunAt = services.clock.now();
  const isOpen = (await openChannel(services, calendar)) !== undefined;
  const isSlow = services.clock.now() - begunAt > SLOW_MS;
  openings.slowInARow = isSlow ? openings.slowInARow + 1 : 0;
  if (isOpen) report.renewed++;
  return isOpen;
}

interface Stamped {
  readonly calendar: CalendarRecord;
  readonly isListingDue: boolean;
  readonly isChannelDue: boolean;
  readonly isNoticeDue: boolean;
}

/** Moves every wish that is due forward; undefined if another run was faster. */
async function stampCalendar(services: CalendarServices, seen: CalendarRecord): Promise<Stamped | undefined> {
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(seen.key);
    const now = services.clock.now();
    if (stored === undefined || stored.dueAt === null || stored.dueAt > now) return undefined;
    const isPast = (time: number | null | undefined): boolean => time != null && time <= now;
    const isDead = isPast(stored.lease?.until);
    // The message that asks for a listing also reaches whoever goes on with a removal.
    const isListingDue =
      (stored.status !== 'paused' || stored.isBeingRemoved) && (isDead || isPast(stored.reconcileAt));
    const isOpeningDue = wantsChannel(stored) && isPast(stored.pushRetryAt ?? 0);
    const isRenewalDue = stored.status === 'active' && isPast(stored.channel?.renewAt);
    const { notice } = stored;
    const isNoticeDue = !stored.isBeingRemoved && isPast(notice?.telling?.retryAt);
    const calendar = withCalendarDue({
      // The first to come after the end of a lease: who claims the calendar next sees none, and cannot count its death.
      ...(isDead ? { ...withDeathCounted(stored, now), lease: null } : stored),
      reconcileAt: isListingDue ? now + STAMP_MS : stored.reconcileAt,
      pushRetryAt: isOpeningDue ? now + OPENING_STAMP_MS : stored.pushRetryAt,
      channel:
        stored.channel !== null && isRenewalDue
          ? { ...stored.channel, renewAt: now + OPENING_STAMP_MS }
          : stored.channel,
      notice: notice !== null && isNoticeDue ? dueLater(notice, now + STAMP_MS) : notice,
    });
    tx.putCalendar(calendar);
    return { calendar, isListingDue, isChannelDue: isOpeningDue || isRenewalDue, isNoticeDue };
  });
}
