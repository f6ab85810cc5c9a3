/**
 * Registers a calendar: its record, its channel, its first sync. Idempotent, and one read where nothing is missing, since an
 * add-on calls it at every conference that it makes.
 */

import { calendarKeyOf, subjectKeyOf } from '../../domain/ids.ts';
import { checkName } from '../../domain/names.ts';
import type { CalendarServices, ChannelServices } from '../../domain/ports.ts';
import { lacksChannel, withCalendarDue } from '../../domain/state/due.ts';
import { newCalendar } from '../../domain/state/new-record.ts';
import { isOutOfReach } from '../../domain/state/reach.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { OPENING_STAMP_MS, openChannel } from '../channels/open-channel.ts';
import { requestRenewal } from './command-calendar.ts';
import { ANYTHING, type Expectation, requireExpected } from './expectation.ts';

/** Whoever registers a calendar that is out of reach says that it is there: it is looked at again, but no sooner than this. */
const LOOK_SPACING_MS = 60_000;

/** The calendar as it is registered now, and whether it was new. */
export interface Registration {
  readonly calendar: CalendarRecord;
  readonly isNew: boolean;
}

/**
 * See the file's head. A calendar that Google does not show us is registered all the same: its status says so, and it is looked at again
 * by itself.
 * @throws BadRequest, NotAsExpected, StoreUnavailable, QueueUnavailable
 */
export async function registerCalendar(
  services: ChannelServices,
  calendarId: string,
  subject: string,
  isExpected: Expectation = ANYTHING,
): Promise<Registration> {
  checkNames(calendarId, subject);
  const known = await services.store.calendar(calendarKeyOf(calendarId));
  if (known !== undefined && isComplete(known, subject)) {
    requireExpected(isExpected, known);
    if (isOutOfReach(known) && services.clock.now() - lastLookAt(known) >= LOOK_SPACING_MS)
      await services.queue.publish({ kind: 'sync', calendar: known.key, cause: 'registered' }, 'upkeep');
    return { calendar: known, isNew: false };
  }

  const { calendar, isNew } = await store(services, calendarId, subject, isExpected, withOpeningStamped);
  const opened = lacksChannel(calendar) ? await openChannel(services, calendar) : undefined;
  await services.queue.publish({ kind: 'sync', calendar: calendar.key, cause: 'registered' }, 'upkeep');
  return { calendar: opened ?? (await services.store.calendar(calendar.key)) ?? calendar, isNew };
}

/**
 * The same for somebody who may not act as the user: a record that is due, so that the next run of renew-channels opens the channel and
 * asks for the first sync. @throws BadRequest, StoreUnavailable
 */
export async function registerWithoutChannel(
  services: CalendarServices,
  calendarId: string,
  subject: string,
): Promise<Registration> {
  checkNames(calendarId, subject);
  const { calendar, isNew } = await store(services, calendarId, subject, ANYTHING, (calendar) => calendar);
  const isOverlooked = !isNew && lacksChannel(calendar);
  return { calendar: isOverlooked ? await requestRenewal(services, calendar.key) : calendar, isNew };
}

function checkNames(calendarId: string, subject: string): void {
  checkName('calendarId', calendarId);
  checkName('subject', subject);
}

function isComplete(calendar: CalendarRecord, subject: string): boolean {
  return isActedAs(calendar, subject) && !lacksChannel(calendar) && !calendar.isBeingRemoved;
}

/** When it was last found to be out of reach. */
function lastLookAt({ failure, openingFailure }: CalendarRecord): number {
  return Math.max(failure?.at ?? 0, openingFailure?.at ?? 0);
}

/** Google takes an address in any case of letters; the first spelling stays. */
function isActedAs(calendar: CalendarRecord, subject: string): boolean {
  return subjectKeyOf(calendar.subject) === subjectKeyOf(subject);
}

async function store(
  services: CalendarServices,
  calendarId: string,
  subject: string,
  isExpected: Expectation,
  prepare: (calendar: CalendarRecord, now: number) => CalendarRecord,
): Promise<Registration> {
  const hashKey = services.random.id();
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(calendarKeyOf(calendarId));
    requireExpected(isExpected, stored);
    const now = services.clock.now();
    const { calendar, isNew } = registered(stored, calendarId, subject, hashKey, now);
    const prepared = prepare(calendar, now);
    if (prepared !== stored) tx.putCalendar(prepared);
    return { calendar: prepared, isNew };
  });
}

/** Whoever opens the channel himself keeps the scheduled run from opening another beside it. */
function withOpeningStamped(calendar: CalendarRecord, now: number): CalendarRecord {
  return lacksChannel(calendar) ? withCalendarDue({ ...calendar, pushRetryAt: now + OPENING_STAMP_MS }) : calendar;
}

/** The calendar as it is once it is registered for this user; the stored record itself where nothing changes. `now` is Unix milliseconds. */
export function registered(
  stored: CalendarRecord | undefined,
  calendarId: string,
  subject: string,
  hashKey: string,
  now: number,
): Registration {
  if (stored === undefined) return { calendar: newCalendar(calendarId, subject, hashKey, now), isNew: true };
  if (stored.isBeingRemoved) {
    // What is left of it was bound under its old key; its channels are still to be stopped, and the removal ends here.
    const { hashKey: oldKey, generation, strayChannels } = stored;
    const fresh = newCalendar(calendarId, subject, oldKey, now);
    return { calendar: { ...fresh, generation: generation + 1, strayChannels }, isNew: true };
  }
  if (isActedAs(stored, subject)) return { calendar: stored, isNew: false };
  // Another user may see other things; whatever runs as the old one must not commit any more. Nor does what came through a channel of the
  // old one prove it: who has no access any more is told of nothing.
  const { generation } = stored;
  const channel = stored.channel === null ? null : { ...stored.channel, provenAt: null };
  const moved = { ...stored, subject, generation: generation + 1, lease: null, channel, reconcileAt: now };
  return { calendar: withCalendarDue(moved), isNew: false };
}
