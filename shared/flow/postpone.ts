/** Puts off what is due for a conference, because its calendar is busy, paused or cannot be read now. */
import { withConferenceDue } from '../domain/due.ts';
import type { ConferenceKey } from '../domain/ids.ts';
import type { Services } from '../domain/ports.ts';

/** Nothing of the conference is due again before `delayMs` have passed. @throws StoreUnavailable */
export async function postpone(services: Services, key: ConferenceKey, delayMs: number): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference === undefined) return;
    const at = services.clock.now() + delayMs;
    const { retryAt, orphan } = conference;
    tx.putConference(
      withConferenceDue({
        ...conference,
        retryAt: retryAt === null ? null : Math.max(retryAt, at),
        orphan: orphan === null ? null : { ...orphan, graceUntil: Math.max(orphan.graceUntil, at) },
      }),
    );
  });
}
