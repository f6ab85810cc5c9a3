/**
 * Finds the calendars that must be listed before an orphan whose event was deleted may end, and has them listed. Requests for one calendar
 * coalesce like any others: however many orphans wait for it, one listing serves them all.
 */
import type { ListedEvent } from '../../domain/event/event.ts';
import { calendarKeyOf } from '../../domain/ids.ts';
import { LOOK_ELSEWHERE_CALENDARS } from '../../domain/limits.ts';
import { mayHaveMoved, unlistedSince } from '../../domain/plan/look-elsewhere.ts';
import type { Services } from '../../domain/ports.ts';
import type { CalendarRecord, ConferenceRecord } from '../../domain/state/records.ts';
import type { Held } from '../lease.ts';
import { endOrphan } from './end-orphan.ts';

/**
 * Ends the orphan by its last event as just read and recorded, or has the calendars listed first where the event may be now. The lease
 * of its calendar is held. @throws LeaseLost, StoreUnavailable, QueueUnavailable
 */
export async function endOrLookElsewhere(
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

/**
 * Which of the other calendars of the user, and of the one that organizes the event now, have yet to be listed. `last` is the event of the
 * orphan as read from `calendar`.
 */
async function unlistedElsewhere(
  { store }: Services,
  calendar: CalendarRecord,
  conference: ConferenceRecord,
  last: ListedEvent,
): Promise<readonly CalendarRecord[]> {
  const { orphan } = conference;
  if (orphan === null || !mayHaveMoved(conference, last)) return [];
  const own = await store.calendarsOf(calendar.subject, { after: null, limit: LOOK_ELSEWHERE_CALENDARS + 1 });
  const others = own.filter(({ key }) => key !== calendar.key).slice(0, LOOK_ELSEWHERE_CALENDARS);
  const organizer = last.kind === 'tombstone' && last.organizer !== undefined ? calendarKeyOf(last.organizer) : null;
  const isNews = organizer !== null && organizer !== calendar.key && !others.some(({ key }) => key === organizer);
  const organizing = isNews ? await store.calendar(organizer) : undefined;
  return unlistedSince(organizing === undefined ? others : [...others, organizing], orphan);
}

/** Asks for a listing of each, on the lane of what can wait. */
async function askElsewhere(
  { queue, log }: Services,
  { key: conference }: ConferenceRecord,
  calendars: readonly CalendarRecord[],
): Promise<void> {
  log.write({ line: 'look-elsewhere', conference, calendars: calendars.length });
  for (const { key } of calendars) await queue.publish({ kind: 'sync', calendar: key, cause: 'reconcile' }, 'upkeep');
}
