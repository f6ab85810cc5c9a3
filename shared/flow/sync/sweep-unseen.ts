/**
 * Looks at the bindings that a full listing did not show. That it did not show them proves nothing, so each is read
 * once; what the read says is recorded and delivered like a page.
 */
import { isBlind } from '../../domain/event/event.ts';
import { sweepTo, withUnrecorded } from '../../domain/plan/listing.ts';
import type { Services } from '../../domain/ports.ts';
import { type BindingRecord, isDeparture, isReference, type Listing } from '../../domain/state/records.ts';
import { retriesUntil } from '../lease.ts';
import { readEvent } from '../read-event.ts';
import { recordChanges } from '../record/record-changes.ts';
import { unlessRefused } from '../unless-refused.ts';
import { deliverRecorded } from './deliver-recorded.ts';
import { isOutOfTime, type SyncRun } from './sync-run.ts';

const BATCH = 100;

/** Yields the listing after each read and each batch, so that its reader can stop or save there. */
export async function* sweepUnseen(
  services: Services,
  run: SyncRun,
  listing: Listing,
  sweepId: string,
): AsyncGenerator<Listing, void> {
  // With free/busy access events have neither their ids nor their details.
  if (isBlind(listing.accessRole)) return;
  const { calendar } = run.held;
  let swept = listing;
  for (;;) {
    const bindings = await services.store.bindingsOfCalendar(calendar.key, { after: swept.sweptTo, limit: BATCH });
    if (bindings.length === 0) return;
    for (const binding of bindings) {
      if (isOutOfTime(services, run)) break;
      const isToBeRead = isUnseen(binding, sweepId, listing.timeMin);
      const unreadable = isToBeRead ? await confirm(services, run, listing, binding) : 0;
      swept = withUnrecorded(sweepTo(swept, binding.id), unreadable);
      // A read takes its time and may record nothing: neither the lease nor what was read may be lost over a hundred of them.
      if (isToBeRead) yield swept;
    }
    yield swept;
  }
}

/** Returns how many events could not be recorded. */
async function confirm(
  services: Services,
  run: SyncRun,
  { accessRole, sweepId }: Listing,
  { eventId }: BindingRecord,
): Promise<number> {
  const { calendar } = run.held;
  const until = retriesUntil(services, run.until);
  const seen = await unlessRefused(readEvent(services, { ...calendar, accessRole }, eventId, until));
  // It may be there as before: the next full listing asks again.
  if (seen === 'refused') return 0;
  const recorded = await recordChanges(services, run.held, [seen], sweepId, 'claimed');
  await deliverRecorded(services, run, recorded, [seen]);
  return recorded.unreadable;
}

function isUnseen(binding: BindingRecord, sweepId: string, timeMin: number | null): boolean {
  const isWithin = timeMin === null || binding.endsAt === null || binding.endsAt >= timeMin;
  return (isReference(binding) || isDeviation(binding)) && binding.lastSeenIn !== sweepId && isWithin;
}

/** An occurrence on record as differing from its series; one that was put back to its series is listed nowhere. */
function isDeviation(binding: BindingRecord): boolean {
  return binding.kind === 'occurrence' && binding.expireAt === null && !isDeparture(binding);
}
