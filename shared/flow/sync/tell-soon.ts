/** Where a sync finds out that its calendar can be followed again, or not any more, the conference system is told before the message is answered. */
import { DUE_SOON_MS } from '../../domain/limits.ts';
import type { Services } from '../../domain/ports.ts';
import { tellOfCalendar } from '../deliver/tell-of-calendar.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { isOutOfTime, type SyncRun } from './sync-run.ts';

/** Tells, and tries it again once where that is due within seconds. @throws StoreUnavailable */
export async function tellSoon(services: Services, run: SyncRun): Promise<void> {
  if (!run.hasNews) return;
  const { key } = run.held.calendar;
  const retryAt = await unlessUnreadable(tellOfCalendar(services, key));
  if (retryAt === null || retryAt === 'unreadable') return;
  const waitMs = retryAt - services.clock.now();
  if (waitMs > DUE_SOON_MS) return;
  if (waitMs > 0) await services.clock.sleep(waitMs);
  if (!isOutOfTime(services, run)) await unlessUnreadable(tellOfCalendar(services, key));
}
