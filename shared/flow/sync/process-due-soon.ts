/**
 * What is due again within seconds is seen to before the message is answered: the first retry of a delivery, and a short grace. The calendar's lease is free meanwhile, so that no calendar waits for a conference system.
 */
import { DUE_SOON_MS } from '../../domain/limits.ts';
import type { Services } from '../../domain/ports.ts';
import { processDue } from '../deliver/process-due.ts';
import { inParallel } from '../in-parallel.ts';
import { isOutOfTime, type SyncRun } from './sync-run.ts';

const AT_ONCE = 8;

/** @throws StoreUnavailable, QueueUnavailable */
export async function processDueSoon(services: Services, run: SyncRun): Promise<void> {
  const now = services.clock.now();
  const soon = [...run.dueSoon].filter(([, at]) => at <= Math.min(now + DUE_SOON_MS, run.until));
  await inParallel(AT_ONCE, soon, async ([key, at]) => {
    const waitMs = at - services.clock.now();
    if (waitMs > 0) await services.clock.sleep(waitMs);
    if (!isOutOfTime(services, run)) await processDue(services, key, run.until);
  });
}
