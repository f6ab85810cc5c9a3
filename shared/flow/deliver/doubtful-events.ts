/** The events of a conference that are in doubt: which are to be read now, and when the next one is. */
import type { ConferenceKey } from '../../domain/ids.ts';
import type { Services } from '../../domain/ports.ts';
import { withConferenceDue } from '../../domain/state/due.ts';
import type { BindingRecord, ConferenceRecord } from '../../domain/state/records.ts';

/** Those that are seen to at once; the rest follow. */
const BATCH = 20;
/** What was to be read and told nothing, as our access hid it, is read again after this. */
const TOLD_NOTHING_MS = 600_000;

/** Those that are due. Where the conference is due for a doubt and none is, it is noted as due for the next. @throws StoreUnavailable */
export async function dueDoubts(
  services: Services,
  { key, doubtAt }: ConferenceRecord,
): Promise<readonly BindingRecord[]> {
  if (doubtAt === null || doubtAt > services.clock.now()) return [];
  const doubtful = await services.store.transact((tx) => tx.doubtfulOf(key, BATCH));
  const now = services.clock.now();
  const due = doubtful.filter(({ doubt }) => doubt !== null && doubt.readAt <= now);
  if (due.length === 0) await noteNextDoubt(services, key);
  return due;
}

/** Puts off the reading alone: what else is due for the conference may be on calendars that can be read. @throws StoreUnavailable */
export async function postponeDoubts(services: Services, key: ConferenceKey, delayMs: number): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference === undefined || conference.doubtAt === null) return;
    const doubtAt = Math.max(conference.doubtAt, services.clock.now() + delayMs);
    tx.putConference(withConferenceDue({ ...conference, doubtAt }));
  });
}

/** Makes the conference due for the first doubt that is left, if any is. @throws StoreUnavailable */
export async function noteNextDoubt(services: Services, key: ConferenceKey): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference === undefined) return;
    const [first] = await tx.doubtfulOf(key, 1);
    const readAt = first?.doubt?.readAt ?? null;
    const now = services.clock.now();
    const doubtAt = readAt !== null && readAt <= now ? now + TOLD_NOTHING_MS : readAt;
    if (doubtAt !== conference.doubtAt) tx.putConference(withConferenceDue({ ...conference, doubtAt }));
  });
}
