/**
 * Lets other calendars lead what a calendar leads that has been out of reach for a day: its events may go on or be gone, and nobody can see
 * it, while those of others are seen and change. What only it refers to is left as it is.
 */
import type { BindingId, CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import type { Services, StoreTransaction } from '../../domain/ports.ts';
import { isFollowed, isOutOfReach } from '../../domain/state/reach.ts';
import { type CalendarRecord, type ConferenceRecord, isReference } from '../../domain/state/records.ts';
import { inParallel } from '../in-parallel.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { ledgerTerms } from './ledger-terms.ts';
import { passLeads } from './pass-leads.ts';
import { writeLedger } from './write-ledger.ts';

const BATCH = 100;
const AT_ONCE = 8;
/** Calendars that one transaction asks whether they can lead; how far it came is on record, and the next goes on from there. */
const CANDIDATES = 20;
/** Changes that the calendar still owes for one conference, dropped together with its lead; any more are dropped when they are due. */
const OWED_MAX = 100;

/**
 * Looks through all references of the calendar; may be repeated, and stops at `until` (Unix milliseconds), since it begins anew at the
 * calendar's next look. Returns how many leads were handed on. @throws StoreUnavailable, QueueUnavailable
 */
export async function handOnLeads(services: Services, calendar: CalendarKey, until: number): Promise<number> {
  let handedOn = 0;
  let after: BindingId | null = null;
  for (let isLast = false; !isLast && !services.isStopping() && services.clock.now() < until; ) {
    const page = await services.store.bindingsOfCalendar(calendar, { after, limit: BATCH });
    const keys = new Set(page.filter(isReference).map(({ conference }) => conference));
    await inParallel(AT_ONCE, keys, async (key) => {
      const conference = await services.store.conference(key);
      if (conference === undefined || !isSharedLead(conference, calendar)) return;
      if ((await unlessUnreadable(handOn(services, calendar, key, until))) === true) handedOn++;
    });
    isLast = page.length < BATCH;
    after = page.at(-1)?.id ?? null;
  }
  return handedOn;
}

function isSharedLead({ leader, liveCount, leadingCount }: ConferenceRecord, calendar: CalendarKey): boolean {
  return leader === calendar && liveCount > leadingCount;
}

async function handOn(services: Services, calendar: CalendarKey, key: ConferenceKey, until: number): Promise<boolean> {
  for (;;) {
    const offer = await services.store.transact((tx) => offerLead(services, tx, calendar, key));
    if (offer === 'accepted') {
      await services.queue.publish({ kind: 'conference', conference: key }, 'upkeep');
      return true;
    }
    if (offer === 'nobody' || services.isStopping() || services.clock.now() >= until) return false;
  }
}

/** `nobody`: all were asked, or the lead is not to be handed on any more. `more`: there are others to ask. */
async function offerLead(
  services: Services,
  tx: StoreTransaction,
  calendar: CalendarKey,
  key: ConferenceKey,
): Promise<'accepted' | 'nobody' | 'more'> {
  const stored = await tx.calendar(calendar);
  const conference = (await tx.conferences([key])).get(key);
  if (stored === undefined || !isOutOfReach(stored)) return 'nobody';
  if (conference === undefined || !isSharedLead(conference, calendar)) return 'nobody';
  const { successor, askedTo } = await askNext(tx, conference, calendar);
  if (successor === null) {
    if (askedTo !== conference.offeredTo) tx.putConference({ ...conference, offeredTo: askedTo });
    return askedTo === null ? 'nobody' : 'more';
  }
  const owed = (await tx.pendingOf(key, OWED_MAX)).filter((binding) => binding.calendar === calendar);
  const ledger = new Ledger(ledgerTerms(services, stored), { bindings: owed, conferences: [conference] });
  for (const binding of owed) ledger.putBinding({ ...binding, pending: null, delivered: null });
  ledger.putConference({ ...conference, leadingCount: 0, announcedUntil: null, offeredTo: null });
  await passLeads(tx, ledger, successor);
  writeLedger(tx, ledger);
  return 'accepted';
}

/** The next calendar that refers to the conference and can be read; or how far they were asked, null for to the end. */
async function askNext(
  tx: StoreTransaction,
  { key, offeredTo }: ConferenceRecord,
  leader: CalendarKey,
): Promise<{ readonly successor: CalendarKey | null; readonly askedTo: CalendarKey | null }> {
  let after = offeredTo;
  for (let asked = 0; asked < CANDIDATES; asked++) {
    const reference = await tx.firstReferenceAfter(key, after);
    if (reference === undefined) return { successor: null, askedTo: null };
    after = reference.calendar;
    const candidate: CalendarRecord | undefined = after === leader ? undefined : await tx.calendar(after);
    if (candidate !== undefined && isFollowed(candidate)) return { successor: after, askedTo: after };
  }
  return { successor: null, askedTo: after };
}
