/** Sends one change that was claimed, tells the log how it went, and writes back what the conference system asks for. */
import type { Outcome } from '../../domain/delivery/change.ts';
import type { ReadyChange } from '../../domain/delivery/ready-change.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import { sendClaimed } from './call-conferences.ts';
import type { FreshEvents } from './fresh-events.ts';
import { NO_WRITE, type WriteBack, writeBack } from './write-back.ts';

/** A change that was sent, and what came of it. */
export interface Attempted extends ReadyChange {
  readonly outcome: Outcome;
  readonly write: WriteBack;
}

/** See the file's head. The attempt must have been admitted by the breaker. */
export async function attemptChange(
  services: Services,
  key: ConferenceKey,
  ready: ReadyChange,
  fresh: FreshEvents | null,
): Promise<Attempted> {
  const { outcome, ms } = await sendClaimed(services, key, () => services.conferences.apply(ready.change));
  services.log.write({
    line: 'delivery',
    outcome: outcome.kind,
    conference: key,
    ...(fresh !== null && { calendar: fresh.calendar.key }),
    type: ready.change.type,
    revision: ready.change.data.revision,
    ms,
    ...delayOf(ready, services.clock.now()),
    ...('reason' in outcome && { reason: outcome.reason }),
  });
  const isPatch = outcome.kind === 'done' && outcome.eventPatch !== undefined;
  if (!isPatch || ready.event === undefined || fresh === null) return { ...ready, outcome, write: NO_WRITE };
  const write = await writeBack(services, fresh.calendar, key, ready.event, outcome.eventPatch);
  return { ...ready, outcome, write };
}

/** Says that a change which has failed for too long is not tried any more. */
export function logGivenUp(services: Services, conference: ConferenceKey, attempted: Attempted, reason: string): void {
  const { type, data } = attempted.change;
  services.log.write({
    line: 'delivery',
    outcome: 'gave-up',
    conference,
    type,
    revision: data.revision,
    ms: 0,
    ...delayOf(attempted, services.clock.now()),
    reason,
  });
}

/** How long the change has been owed: since its notification, or since the event changed where none told of it. */
function delayOf(
  { origin, event }: ReadyChange,
  now: number,
): { readonly freshnessMs?: number; readonly unnotifiedMs?: number } {
  switch (origin?.kind) {
    case 'notification':
      return { freshnessMs: now - origin.at };
    case 'unnotified':
      return event?.updatedAt == null ? {} : { unnotifiedMs: now - event.updatedAt };
    case undefined:
      return {};
  }
}
