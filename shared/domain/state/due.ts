/**
 * `dueAt` is the one answer to "when must somebody look at this again, if nobody does before". It is always derived:
 * every writer of a record passes it through here, so that no wish can be forgotten.
 */
import type { CalendarRecord, ConferenceRecord } from './records.ts';

/** The same calendar with `dueAt` at the earliest of its wishes: end of a lease, reconcile, renewal of its channel, opening of one, a notice. */
export function withCalendarDue(calendar: CalendarRecord): CalendarRecord {
  const isPaused = calendar.status === 'paused' && !calendar.isBeingRemoved;
  const dueAt = earliest([
    calendar.lease?.until ?? null,
    isPaused ? null : calendar.reconcileAt,
    // One that is out of reach is asked for nothing but its next listing, which finds out whether it can be read again.
    calendar.status === 'active' ? (calendar.channel?.renewAt ?? null) : null,
    wantsChannel(calendar) ? calendar.pushRetryAt : null,
    calendar.isBeingRemoved ? null : (calendar.notice?.telling?.retryAt ?? null),
  ]);
  return dueAt === calendar.dueAt ? calendar : { ...calendar, dueAt };
}

/** Whether the calendar has no channel though Google would offer one. Where it is out of reach, a listing tries the access first. */
export function lacksChannel({ status, channel }: CalendarRecord): boolean {
  return status === 'active' && channel === null;
}

/** Whether a channel is to be asked for from `pushRetryAt` on. */
export function wantsChannel(calendar: CalendarRecord): boolean {
  return calendar.status === 'unsupported-push' || lacksChannel(calendar);
}

/** The same conference with `dueAt` at the earliest of its wishes. */
export function withConferenceDue(conference: ConferenceRecord): ConferenceRecord {
  const dueAt = nextWishOf(conference);
  return dueAt === conference.dueAt ? conference : { ...conference, dueAt };
}

/**
 * The earliest of a conference's wishes: retry, what is owed, a doubt, end of `sending`, of grace, lead lapsed; null for none. Its `dueAt` is
 * later while a scheduled run has asked a worker to see to it.
 */
export function nextWishOf(conference: ConferenceRecord): number | null {
  return earliest([
    // While something is pending, its next attempt comes before anything more is owed.
    conference.retryAt ?? conference.owed?.since ?? null,
    conference.doubtAt,
    conference.sending?.until ?? null,
    // One whose end was refused waits for a person.
    conference.cancellation === null && conference.state !== 'failed' ? (conference.orphan?.readAt ?? null) : null,
    // The calendar that announced it may never show its event; then another must lead.
    conference.liveCount > 0 && conference.leadingCount === 0 ? conference.announcedUntil : null,
  ]);
}

function earliest(wishes: readonly (number | null)[]): number | null {
  let first: number | null = null;
  for (const wish of wishes) {
    if (wish !== null && (first === null || wish < first)) first = wish;
  }
  return first;
}
