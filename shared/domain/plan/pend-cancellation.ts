/** Notes the end of a conference as pending and gives it its revision; from then on it cannot be lost, and is the same on every retry. */
import { withConferenceDue } from '../state/due.ts';
import { nextRevision } from '../state/next-revision.ts';
import type { ConferenceRecord, LastEvent } from '../state/records.ts';

/** The conference with its cancellation pending, due at once. Whoever led it, it is found by the calendar of its last event from now on. */
export function pendCancellation(
  conference: ConferenceRecord,
  { calendar, calendarId, eventId, reason }: LastEvent,
  now: number,
): ConferenceRecord {
  const revision = nextRevision(conference, now);
  const cancellation = { calendar, calendarId, eventId, reason, revision, seenAt: now };
  return withConferenceDue({ ...conference, leader: calendar, revision, cancellation, retryAt: now });
}

/** The same for one that has ended already, so that its end is told once more; unchanged where nothing is known of its end. */
export function repeatCancellation(conference: ConferenceRecord, now: number): ConferenceRecord {
  const { state, ended } = conference;
  if (state !== 'cancelled' || ended === null) return conference;
  const orphan = { ...ended, seenAt: now, readAt: now, askedElsewhereAt: null };
  return pendCancellation({ ...conference, state: 'orphaned', orphan, ended: null, expireAt: null }, ended, now);
}
