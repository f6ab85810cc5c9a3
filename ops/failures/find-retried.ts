/** What the conference system has not taken yet, and is offered again by itself: deliveries that failed for a passing reason. */
import type { CalendarKey, ConferenceKey } from '../../shared/domain/ids.ts';
import type { Store } from '../../shared/domain/ports.ts';
import type { ConferenceRecord } from '../../shared/domain/state/records.ts';
import { inParallel } from '../../shared/flow/in-parallel.ts';
import { CalendarIds, names } from '../records/calendar-ids.ts';
import { scanFailingConferences } from '../records/scan.ts';
import type { FailureChoice } from './find-failures.ts';

/** One conference whose delivery is tried again. Times are Unix milliseconds. */
export interface RetriedChange {
  readonly what: 'change' | 'cancellation';
  /** Null where it is not on record any more. */
  readonly calendarId: string | null;
  readonly calendar: CalendarKey | null;
  /** The events with a change that waits, the oldest first; more than `EVENTS_MAX` are not looked at. */
  readonly eventIds: readonly string[];
  readonly conference: ConferenceKey;
  readonly conferenceId: string;
  /** When it failed first. */
  readonly since: number | null;
  readonly attempts: number;
  readonly reason: string | null;
  readonly nextAt: number | null;
}

/** Chosen conferences in one command. */
const RETRIED_MAX = 1_000;
const EVENTS_MAX = 5;
const AT_ONCE = 16;

/** The chosen ones, those with the fewest attempts first, and whether these are all. @throws StoreUnavailable */
export async function findRetried(store: Store, choice: FailureChoice) {
  const ids = new CalendarIds(store);
  const { found, isAll } = await scanFailingConferences(store, RETRIED_MAX, async (page) => {
    const retried = new Map<ConferenceKey, RetriedChange>();
    await inParallel(AT_ONCE, page, async (conference) => {
      retried.set(conference.key, await readRetried(store, ids, conference));
    });
    return page.flatMap(({ key }) => retried.get(key) ?? []).filter((one) => isChosen(one, choice));
  });
  return { retried: found, isAll };
}

/** What waits for this conference. @throws StoreUnavailable */
async function readRetried(store: Store, ids: CalendarIds, conference: ConferenceRecord): Promise<RetriedChange> {
  const { key, conferenceId, cancellation, leader, failingSince, attempts, failure, retryAt } = conference;
  const pending = await store.transact((tx) => tx.pendingOf(key, EVENTS_MAX));
  const calendar = pending[0]?.calendar ?? cancellation?.calendar ?? leader;
  return {
    what: pending.length === 0 && cancellation !== null ? 'cancellation' : 'change',
    calendarId: calendar === null ? null : await ids.of(calendar),
    calendar,
    eventIds:
      pending.length > 0 ? pending.map(({ eventId }) => eventId) : cancellation === null ? [] : [cancellation.eventId],
    conference: key,
    conferenceId,
    since: failingSince,
    attempts,
    reason: failure?.reason ?? null,
    nextAt: retryAt,
  };
}

function isChosen({ calendar, eventIds }: RetriedChange, choice: FailureChoice): boolean {
  const isOfCalendar = choice.calendarId === null || (calendar !== null && names(choice.calendarId, calendar));
  return isOfCalendar && (choice.eventId === null || eventIds.includes(choice.eventId));
}
