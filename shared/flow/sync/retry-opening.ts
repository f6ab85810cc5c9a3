/**
 * A channel that could not be opened a moment ago is asked for again before the message is answered: its calendar has most likely just been
 * registered, and until then its changes are seen late. Whatever is due later than soon is left to the renewal run.
 */
import type { CalendarKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import { lacksChannel, withCalendarDue } from '../../domain/state/due.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { OPENING_STAMP_MS, openChannel } from '../channels/open-channel.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { isOutOfTime, type SyncRun } from './sync-run.ts';

/** The first three waits are no longer; a later attempt can wait for the renewal run of its minute. */
const SOON_MS = 60_000;
/** How often a process that is going down is noticed. */
const STEP_MS = 1_000;

/** @throws StoreUnavailable, QueueUnavailable */
export async function retryOpening(services: Services, run: SyncRun): Promise<void> {
  const { key } = run.held.calendar;
  let calendar: CalendarRecord | undefined = run.held.calendar;
  while (calendar !== undefined && isSoon(services, run, calendar)) {
    await sleepUntil(services, run, calendar.pushRetryAt ?? 0);
    if (isOutOfTime(services, run)) return;
    const claimed = await unlessUnreadable(claimOpening(services, key));
    if (claimed === undefined || claimed === 'unreadable') return;
    if ((await openChannel(services, claimed)) !== undefined) {
      // No notification tells of what happened before it was open.
      await services.queue.publish({ kind: 'sync', calendar: key, cause: 'reconcile' }, 'upkeep');
      return;
    }
    calendar = await services.store.calendar(key);
  }
}

function isSoon(services: Services, run: SyncRun, calendar: CalendarRecord): boolean {
  const at = calendar.pushRetryAt ?? 0;
  return isBeingRetried(calendar) && at <= services.clock.now() + SOON_MS && at < run.until;
}

function isBeingRetried(calendar: CalendarRecord): boolean {
  return lacksChannel(calendar) && calendar.openingFailure !== null;
}

async function sleepUntil(services: Services, run: SyncRun, at: number): Promise<void> {
  for (let left = at - services.clock.now(); left > 0; left = at - services.clock.now()) {
    if (isOutOfTime(services, run)) return;
    await services.clock.sleep(Math.min(left, STEP_MS));
  }
}

/** The calendar with its next attempt moved forward, so that no renewal run makes it too; undefined if one was faster. */
async function claimOpening(services: Services, key: CalendarKey): Promise<CalendarRecord | undefined> {
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(key);
    const now = services.clock.now();
    if (stored === undefined || !isBeingRetried(stored) || (stored.pushRetryAt ?? 0) > now) return undefined;
    const claimed = withCalendarDue({ ...stored, pushRetryAt: now + OPENING_STAMP_MS });
    tx.putCalendar(claimed);
    return claimed;
  });
}
