/**
 * Sees to a conference that is due: a change to deliver once more, an orphan whose grace is over, a lead that lapsed. The
 * same straight line as a sync, with the events read one by one: lease, read, record, deliver.
 */
import { AccessLost, CalendarUnreachable, GoogleTrouble, LeaseLost, RequestRefused } from '../../domain/errors.ts';
import type { ListedEvent, LiveEvent } from '../../domain/event/event.ts';
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { BUSY_RETRY_MS } from '../../domain/limits.ts';
import type { DueOutcome } from '../../domain/log-line.ts';
import { needsLeader } from '../../domain/plan/lead.ts';
import type { Services } from '../../domain/ports.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord } from '../../domain/state/records.ts';
import { callGoogle } from '../call-google.ts';
import { inParallel } from '../in-parallel.ts';
import { giveBackLease, type Held, type RetryRefusal, takeLease } from '../lease.ts';
import { lapseLead } from '../record/pass-leads.ts';
import { recordChanges } from '../record/record-changes.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { type Delivery, deliverPending } from './deliver-pending.ts';
import { dueDoubts, noteNextDoubt, postponeDoubts } from './doubtful-events.ts';
import { dropDetached } from './drop-detached.ts';
import { dropPassed } from './drop-passed.ts';
import { endOrphan, releaseOrphan } from './end-orphan.ts';
import { askElsewhere, unlistedElsewhere } from './look-elsewhere.ts';
import { oweMore } from './owe-more.ts';
import { postpone } from './postpone.ts';

/** A conference, and the first of what is pending for it. */
interface Due {
  readonly conference: ConferenceRecord;
  readonly pendings: readonly BindingRecord[];
}

/** Events of one calendar that must be read before anything can be sent. */
interface Reading {
  readonly calendar: CalendarKey;
  readonly eventIds: readonly string[];
  /** Puts off what this reading is for, where it cannot be had now. */
  readonly putOff: typeof postpone;
}

/** What was read under the lease, and is on record. */
interface Read {
  readonly live: readonly LiveEvent[];
  /** The conference is an orphan that waits for other calendars to be listed. */
  readonly isWaiting: boolean;
}

/** Pending changes of one conference that are seen to at once; the rest follow. */
const BATCH = 20;
const READS_AT_ONCE = 8;
/** How long a held lease is waited for, on average, before its conference is put off. */
const BUSY_WAITS_MS = [500, 1_000, 2_000];
/** What waits for a calendar that is paused, out of reach or unreadable is looked at this often, and so at the latest after that is over. */
const PARKED_RETRY_MS = 3_600_000;
/** How long a conference waits when Google cannot show its event for the moment. */
const TROUBLE_RETRY_MS = 60_000;

/**
 * See the file's head. `until` is when to stop starting things (Unix milliseconds).
 * @throws StoreUnavailable, QueueUnavailable, or a bug: the message must come again
 */
export async function processDue(services: Services, key: ConferenceKey, until: number): Promise<DueOutcome> {
  const outcome = await unlessUnreadable(settle(services, key, until));
  services.log.write({ line: 'conference', outcome, conference: key });
  return outcome;
}

async function settle(services: Services, key: ConferenceKey, until: number): Promise<DueOutcome> {
  // Whatever is due ends in a delivery; while none is let through, it stays due and costs nothing.
  if (services.breaker.refuses(services.clock.now())) return 'held-back';
  const due = await look(services, key);
  const now = services.clock.now();
  if (due === undefined || !isDue(due.conference, now)) return 'nothing-due';
  const isLapsed = needsLeader(due.conference, now);
  if (isLapsed) await lapseLead(services, key);
  const found = await withOwed(services, key, until, isLapsed ? await look(services, key) : due);
  if (found === undefined) return 'nothing-due';
  const { conference, pendings } = found;
  const isOthers = pendings.some(({ calendar }) => calendar !== conference.leader);
  if (isOthers && (await dropPassed(services, key)) > 0) {
    await services.queue.publish({ kind: 'conference', conference: key }, 'upkeep');
    return 'settled';
  }
  const doubtful = isPast(conference.doubtAt, now) ? await dueDoubts(services, key) : [];
  const reading = readingFor(conference, pendings, doubtful);
  if (reading !== null) return withEvents(services, conference, reading, until);
  return goOn(services, key, await deliverPending(services, key, null, until));
}

async function look({ store }: Services, key: ConferenceKey): Promise<Due | undefined> {
  return store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    return conference === undefined ? undefined : { conference, pendings: await tx.pendingOf(key, BATCH) };
  });
}

/** What was found, after as much of what is owed was made pending as is seen to at once. */
async function withOwed(
  services: Services,
  key: ConferenceKey,
  until: number,
  seen: Due | undefined,
): Promise<Due | undefined> {
  for (let found = seen; ; found = await look(services, key)) {
    const isOwing = found !== undefined && found.conference.owed !== null && found.pendings.length < BATCH;
    if (!isOwing || services.isStopping() || services.clock.now() >= until) return found;
    await oweMore(services, key);
  }
}

function isDue(conference: ConferenceRecord, now: number): boolean {
  const { retryAt, owed, doubtAt, sending, orphan, cancellation } = conference;
  return (
    isPast(retryAt ?? owed?.since, now) ||
    isPast(doubtAt, now) ||
    isPast(sending?.until, now) ||
    (cancellation === null && isPast(orphan?.readAt, now)) ||
    needsLeader(conference, now)
  );
}

function isPast(time: number | null | undefined, now: number): boolean {
  return time != null && time <= now;
}

/** What is in doubt comes first, then the lowest revision decides; null where no event is needed. */
function readingFor(
  conference: ConferenceRecord,
  pendings: readonly BindingRecord[],
  doubtful: readonly BindingRecord[],
): Reading | null {
  const [first] = pendings;
  const [inDoubt] = doubtful;
  if (inDoubt !== undefined) return readingOn(inDoubt.calendar, [...pendings, ...doubtful], postponeDoubts);
  const { cancellation, orphan } = conference;
  const isCancellationNext = cancellation !== null && (first?.pending?.revision ?? Infinity) > cancellation.revision;
  if (isCancellationNext) return null;
  if (first !== undefined) return readingOn(first.calendar, pendings, postpone);
  return orphan === null ? null : { calendar: orphan.calendar, eventIds: [orphan.eventId], putOff: postpone };
}

function readingOn(calendar: CalendarKey, bindings: readonly BindingRecord[], putOff: typeof postpone): Reading {
  const own = bindings.filter((binding) => binding.calendar === calendar);
  return { calendar, eventIds: [...new Set(own.map(({ eventId }) => eventId))], putOff };
}

async function withEvents(
  services: Services,
  conference: ConferenceRecord,
  reading: Reading,
  until: number,
): Promise<DueOutcome> {
  const { key } = conference;
  const held = await takeLeaseSoon(services, reading.calendar);
  switch (held) {
    case 'busy':
      await reading.putOff(services, key, BUSY_RETRY_MS);
      return 'busy';
    case 'paused':
    case 'unreadable':
    case 'out-of-reach':
      await reading.putOff(services, key, parkedMs(services));
      return 'unconfirmed';
    case 'unknown-calendar':
      await releaseOrphan(services, key);
      return 'settled';
    default:
      return settleHeld(services, conference, held, reading, until);
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
    await services.clock.sleep(waitMs * (0.5 + services.random.fraction()));
  }
  return takeLease(services, calendar);
}

async function settleHeld(
  services: Services,
  conference: ConferenceRecord,
  held: Held,
  { eventIds, putOff }: Reading,
  until: number,
): Promise<DueOutcome> {
  let read: Read | 'unconfirmed';
  try {
    read = await readAndRecord(services, conference, held, eventIds, until);
  } catch (error) {
    if (!(error instanceof GoogleTrouble || error instanceof LeaseLost)) {
      await giveBackLease(services, held).catch(() => undefined);
      throw error;
    }
    await putOff(services, conference.key, waitMsAfter(services, error));
    read = 'unconfirmed';
  }
  // What is on record can be sent without the lease: no edit on this calendar waits for the conference system.
  await giveBackLease(services, held);
  return read === 'unconfirmed' ? read : send(services, conference.key, held.calendar, read, until);
}

function waitMsAfter(services: Services, error: GoogleTrouble | LeaseLost): number {
  if (error instanceof LeaseLost) return BUSY_RETRY_MS;
  const isLasting =
    error instanceof AccessLost || error instanceof CalendarUnreachable || error instanceof RequestRefused;
  return isLasting ? parkedMs(services) : TROUBLE_RETRY_MS;
}

/** Never longer than the calendar itself waits to be looked at. */
function parkedMs({ policy }: Services): number {
  return Math.min(policy.reconcileMs, PARKED_RETRY_MS);
}

async function readAndRecord(
  services: Services,
  conference: ConferenceRecord,
  held: Held,
  eventIds: readonly string[],
  until: number,
): Promise<Read | 'unconfirmed'> {
  const { calendar } = held;
  const found = new Map<string, ListedEvent>();
  await inParallel(READS_AT_ONCE, eventIds, async (id) => {
    const event = await callGoogle(services, until, () => services.google.get(calendar, id, calendar.accessRole));
    found.set(id, event ?? { kind: 'tombstone', id, occurrence: null });
  });
  // In the order of their revisions, whichever was answered first.
  const events = eventIds.flatMap((id) => found.get(id) ?? []);
  const recorded = await recordChanges(services, held, events, null);
  if (recorded.unreadable > 0) {
    // What was read is not on record: to end an orphan by it, or to ask again at once, would be wrong.
    await postpone(services, conference.key, parkedMs(services));
    return 'unconfirmed';
  }
  if (conference.doubtAt !== null) await noteNextDoubt(services, conference.key);
  const last = recorded.events.find(({ id }) => id === conference.orphan?.eventId);
  const isWaiting = last !== undefined && (await endOrLookElsewhere(services, held, conference, last)) === 'waiting';
  return { live: events.filter((event): event is LiveEvent => event.kind === 'live'), isWaiting };
}

async function send(
  services: Services,
  key: ConferenceKey,
  calendar: CalendarRecord,
  { live, isWaiting }: Read,
  until: number,
): Promise<DueOutcome> {
  const fresh = { calendar, events: new Map(live.map((event) => [event.id, event])) };
  const delivery = await deliverPending(services, key, fresh, until);
  if (delivery.kind !== 'left') return isWaiting ? 'looking-elsewhere' : goOn(services, key, delivery);
  if (delivery.sent > 0 || (await dropDetached(services, calendar, key)) > 0) {
    await services.queue.publish({ kind: 'conference', conference: key }, 'upkeep');
    return 'settled';
  }
  // Asking again at once would only ask again; what is hidden cannot be read until our access is back.
  const isHidden = live.some(({ hidden }) => hidden);
  await postpone(services, key, isHidden ? services.policy.reconcileMs : BUSY_RETRY_MS);
  return 'unconfirmed';
}

async function endOrLookElsewhere(
  services: Services,
  held: Held,
  conference: ConferenceRecord,
  last: ListedEvent,
): Promise<'waiting' | 'judged'> {
  const unlisted = await unlistedElsewhere(services, held.calendar, conference, last);
  const end = await endOrphan(services, held, conference.key, last, unlisted);
  if (end === 'waiting') await askElsewhere(services, conference, unlisted);
  return end;
}

/** What the delivery comes to, once more of what is owed has been asked for. */
async function goOn({ queue }: Services, conference: ConferenceKey, delivery: Delivery): Promise<DueOutcome> {
  switch (delivery.kind) {
    case 'failing':
    case 'busy':
    case 'held-back':
      return delivery.kind;
    case 'owing':
      await queue.publish({ kind: 'conference', conference }, 'upkeep');
      return 'settled';
    case 'all':
    case 'left':
      return 'settled';
  }
}
