/** Puts off what is due for a conference, because its calendar is busy, paused or cannot be read now. */

import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import { withConferenceDue } from '../../domain/state/due.ts';
import { isHeld } from '../../domain/state/lease.ts';

/** Nothing of the conference is due again before `delayMs` have passed. @throws StoreUnavailable */
export async function postpone(services: Services, key: ConferenceKey, delayMs: number): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference === undefined) return;
    const now = services.clock.now();
    const at = now + delayMs;
    const { doubtAt, orphan, owed, sending } = conference;
    // Whoever was sending has died; left standing, his time would make the conference due again at once.
    const isSenderDead = sending !== null && !isHeld(sending, now);
    const retryAt = conference.retryAt ?? (isSenderDead || owed !== null ? now : null);
    tx.putConference(
      withConferenceDue({
        ...conference,
        sending: isSenderDead ? null : sending,
        doubtAt: doubtAt === null ? null : Math.max(doubtAt, at),
        retryAt: retryAt === null ? null : Math.max(retryAt, at),
        orphan: orphan === null ? null : { ...orphan, readAt: Math.max(orphan.readAt, at) },
      }),
    );
  });
}
