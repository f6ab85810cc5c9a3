/** The end of an orphan's grace: its last event was read once more; only if that confirms the end does a cancellation become pending. */

import type { ListedEvent } from '../../domain/event/event.ts';
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { released } from '../../domain/plan/end-conference.ts';
import { judgeOrphan } from '../../domain/plan/judge-orphan.ts';
import { confirmEnd } from '../../domain/plan/plan.ts';
import type { Services } from '../../domain/ports.ts';
import { withConferenceDue } from '../../domain/state/due.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { fence, type Held } from '../lease.ts';
import { planRules } from '../record/plan-rules.ts';

/**
 * Judges the orphan by its last event as just read and recorded. Does nothing if a reference has appeared or the grace still runs.
 * `unlisted`: calendars where the event may be now; while there are any, the orphan waits for them, and is `waiting`.
 * @throws LeaseLost, StoreUnavailable
 */
export async function endOrphan(
  services: Services,
  held: Held,
  key: ConferenceKey,
  event: ListedEvent,
  unlisted: readonly CalendarRecord[],
): Promise<'waiting' | 'judged'> {
  return services.store.transact(async (tx) => {
    const calendar = await fence(tx, held);
    const conference = (await tx.conferences([key])).get(key);
    const now = services.clock.now();
    const orphan = conference?.orphan ?? null;
    if (conference?.state !== 'orphaned' || orphan === null || conference.cancellation !== null) return 'judged';
    if (conference.liveCount > 0 || orphan.eventId !== event.id || orphan.readAt > now) return 'judged';
    const confirmation = confirmEnd(event, conference.conferenceId, planRules(services, calendar));
    const mayBeElsewhere = unlisted.length > 0;
    const { reconcileMs } = services.policy;
    const judged = judgeOrphan(conference, orphan, confirmation, { now, reconcileMs, mayBeElsewhere });
    tx.putConference(withConferenceDue(judged.conference));
    return judged.kind;
  });
}

/** Releases an orphan of this calendar, which is not ours to watch any more: nobody can confirm its end. @throws StoreUnavailable */
export async function releaseOrphan(services: Services, key: ConferenceKey, calendar: CalendarKey): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    // Since it was found due, it may have become the orphan of another calendar, or its end be on its way.
    if (conference?.orphan?.calendar !== calendar || conference.cancellation !== null || conference.liveCount > 0)
      return;
    tx.putConference(withConferenceDue({ ...released(conference, services.clock.now()), retryAt: null }));
  });
}
