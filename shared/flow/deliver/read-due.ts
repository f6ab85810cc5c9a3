/**
 * Reads the events that a due conference needs, under their calendar's lease, and puts on record what they say. The lease is given back
 * before anything is sent: no edit on this calendar waits for the conference system.
 */
import type { Reading } from '../../domain/delivery/next-reading.ts';
import { AccessLost, askedWaitMs, CalendarUnreachable, GoogleTrouble, LeaseLost } from '../../domain/errors.ts';
import type { ListedEvent } from '../../domain/event/event.ts';
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { giveOrTakeAHalf } from '../../domain/jitter.ts';
import { BUSY_RETRY_MS } from '../../domain/limits.ts';
import type { Services } from '../../domain/ports.ts';
import type { CalendarRecord, ConferenceRecord } from '../../domain/state/records.ts';
import { allInParallel } from '../in-parallel.ts';
import { giveBackLease, type Held, type RetryRefusal, retriesUntil, takeLease } from '../lease.ts';
import { readEvent } from '../read-event.ts';
import { recordChanges } from '../record/record-changes.ts';
import { unlessRefused } from '../unless-refused.ts';
import { noteNextDoubt, postponeDoubts } from './doubtful-events.ts';
import { releaseOrphan } from './end-orphan.ts';
import { type FreshEvents, freshEvents } from './fresh-events.ts';
import { endOrLookElsewhere } from './look-elsewhere.ts';
import { noteRefusedReading } from './note-refused-reading.ts';
import { postpone } from './postpone.ts';

/** What was read, and is on record. */
export interface Read {
  readonly fresh: FreshEvents;
  /** The conference is an orphan that waits for other calendars to be listed. */
  readonly isWaiting: boolean;
}

/** What came of it where nothing was read. */
export type NotRead =
  /** The calendar is held; due again soon. */
  | 'busy'
  /** The calendar or Google does not show the events now; due again later. */
  | 'unconfirmed'
  /** The calendar is not registered any more, so that nobody can read its events: the orphan was released. */
  | 'settled';

const READS_AT_ONCE = 8;
/** How long a held lease is waited for, on average, before its conference is put off. */
const BUSY_WAITS_MS = [500, 1_000, 2_000];
/** What waits for a calendar that is paused, out of reach or unreadable is looked at this often, and so at the latest after that is over. */
const PARKED_RETRY_MS = 3_600_000;
/** How long a conference waits when Google cannot show its event for the moment. */
const TROUBLE_RETRY_MS = 60_000;

/** See the file's head. No call is begun from `until` on (Unix milliseconds). @throws StoreUnavailable, QueueUnavailable, or a bug */
export async function readDue(
  services: Services,
  conference: ConferenceRecord,
  reading: Reading,
  until: number,
): Promise<Read | NotRead> {
  const { key } = conference;
  const held = await takeLeaseSoon(services, reading.calendar);
  switch (held) {
    case 'busy':
      await putOff(services, key, reading, BUSY_RETRY_MS);
      return 'busy';
    case 'paused':
    case 'unreadable':
    case 'out-of-reach':
      await putOff(services, key, reading, parkedMs(services));
      return 'unconfirmed';
    case 'unknown-calendar':
      await releaseOrphan(services, key, reading.calendar);
      return 'settled';
    default:
      return readHeld(services, conference, held, reading, until);
  }
}

/**
 * Takes the lease, and waits a little where it is held: what an outage leaves pending on one calendar is due all at once, and each
 * of those retries holds the lease for moments only.
 */
async function takeLeaseSoon(services: Services, calendar: CalendarKey): Promise<Held | RetryRefusal> {
  for (const waitMs of BUSY_WAITS_MS) {
    const held = await takeLease(services, calendar);
    if (held !== 'busy' || services.isStopping()) return held;
    await services.clock.sleep(giveOrTakeAHalf(waitMs, services.random.fraction()));
  }
  return takeLease(services, calendar);
}

async function readHeld(
  services: Services,
  conference: ConferenceRecord,
  held: Held,
  reading: Reading,
  until: number,
): Promise<Read | 'unconfirmed'> {
  let read: Read | 'unconfirmed';
  try {
    read = await readAndRecord(services, conference, held, reading, until);
  } catch (error) {
    if (!(error instanceof GoogleTrouble || error instanceof LeaseLost)) {
      await giveBackLease(services, held).catch(() => undefined);
      throw error;
    }
    await putOff(services, conference.key, reading, waitMsAfter(services, error));
    read = 'unconfirmed';
  }
  await giveBackLease(services, held);
  return read;
}

async function readAndRecord(
  services: Services,
  conference: ConferenceRecord,
  held: Held,
  { eventIds, purpose }: Reading,
  until: number,
): Promise<Read | 'unconfirmed'> {
  const { events, refused } = await readEvents(services, held.calendar, eventIds, until);
  const recorded = await recordChanges(services, held, events, null);
  if (recorded.unreadable > 0) {
    // What was read is not on record: to end an orphan by it, or to ask again at once, would be wrong.
    await postpone(services, conference.key, parkedMs(services));
    return 'unconfirmed';
  }
  if (conference.doubtAt !== null) await noteNextDoubt(services, conference.key);
  if (refused.size > 0) {
    const waitMs = parkedMs(services);
    if (purpose === 'doubt') await postponeDoubts(services, conference.key, waitMs);
    const refusal = { calendar: held.calendar.key, eventIds: refused, waitMs };
    if (await noteRefusedReading(services, conference.key, refusal)) return 'unconfirmed';
  }
  const last = recorded.events.find(({ id }) => id === conference.orphan?.eventId);
  const isWaiting = last !== undefined && (await endOrLookElsewhere(services, held, conference, last)) === 'waiting';
  return { fresh: freshEvents(held.calendar, events), isWaiting };
}

/**
 * The events in the order of their ids as given, which is that of their revisions, whichever was answered first; and those that Google refuses
 * to show, which says nothing of the others.
 */
async function readEvents(
  services: Services,
  calendar: CalendarRecord,
  eventIds: readonly string[],
  until: number,
): Promise<{ readonly events: readonly ListedEvent[]; readonly refused: ReadonlySet<string> }> {
  const found = new Map<string, ListedEvent>();
  const refused = new Set<string>();
  const retryUntil = retriesUntil(services, until);
  await allInParallel(READS_AT_ONCE, eventIds, async (id) => {
    const event = await unlessRefused(readEvent(services, calendar, id, retryUntil));
    if (event === 'refused') refused.add(id);
    else found.set(id, event);
  });
  return { events: eventIds.flatMap((id) => found.get(id) ?? []), refused };
}

function putOff(services: Services, key: ConferenceKey, { purpose }: Reading, delayMs: number): Promise<void> {
  switch (purpose) {
    case 'doubt':
      return postponeDoubts(services, key, delayMs);
    case 'delivery':
      return postpone(services, key, delayMs);
  }
}

function waitMsAfter(services: Services, error: GoogleTrouble | LeaseLost): number {
  if (error instanceof LeaseLost) return BUSY_RETRY_MS;
  if (error instanceof AccessLost || error instanceof CalendarUnreachable) return parkedMs(services);
  return Math.max(TROUBLE_RETRY_MS, askedWaitMs(error));
}

/** Never longer than the calendar itself waits to be looked at. */
function parkedMs({ policy }: Services): number {
  return Math.min(policy.reconcileMs, PARKED_RETRY_MS);
}
