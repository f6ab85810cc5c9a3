/** Records as they begin. */
import {
  type BindingId,
  bindingIdOf,
  type CalendarKey,
  type ConferenceKey,
  calendarKeyOf,
  conferenceKeyOf,
  dueShardOf,
} from '../ids.ts';
import { NOTHING_NOTIFIED } from './notified.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord } from './records.ts';

/** A calendar nobody has listed yet, due at once. */
export function newCalendar(calendarId: string, subject: string, hashKey: string, now: number): CalendarRecord {
  const key = calendarKeyOf(calendarId);
  return {
    key,
    calendarId,
    subject,
    status: 'active',
    isBeingRemoved: false,
    outOfReachSince: null,
    generation: 1,
    hashKey,
    accessRole: null,
    syncToken: null,
    openedAt: null,
    coveredUntil: null,
    wantedAt: null,
    notified: NOTHING_NOTIFIED,
    lease: null,
    checkpoint: null,
    unrecorded: null,
    channel: null,
    openingChannel: null,
    openingProvenAt: null,
    strayChannels: [],
    openingFailure: null,
    pushRetryAt: now,
    repairs: { count: 0, lastAt: null, notBefore: null },
    wantsResend: false,
    forgottenTo: null,
    failure: null,
    deaths: null,
    quietReconciles: 0,
    reconcileAt: now,
    lastSyncedAt: null,
    notice: null,
    dueAt: now,
    dueShard: dueShardOf(key),
  };
}

/**
 * A conference that no event refers to yet. Its revisions are never below the time (Unix milliseconds), so that those of one that was
 * forgotten and comes back are above all that a receiver has ever applied.
 */
export function newConference(conferenceId: string, now: number): ConferenceRecord {
  const key = conferenceKeyOf(conferenceId);
  return {
    key,
    conferenceId,
    revision: Math.floor(now),
    leader: null,
    liveCount: 0,
    leadingCount: 0,
    state: 'live',
    orphan: null,
    cancellation: null,
    ended: null,
    isCancelledThere: false,
    announcedUntil: null,
    doubtAt: null,
    offeredTo: null,
    owed: null,
    sending: null,
    attempts: 0,
    failingSince: null,
    retryAt: null,
    failure: null,
    dueAt: null,
    dueShard: dueShardOf(key),
    expireAt: null,
  };
}

/** A binding of which nothing is delivered yet. */
export function newBinding(
  calendar: CalendarKey,
  eventId: string,
  conference: ConferenceKey,
  kind: BindingRecord['kind'],
  id: BindingId = bindingIdOf(eventId),
): BindingRecord {
  return {
    id,
    calendar,
    conference,
    eventId,
    kind,
    state: 'live',
    recurringEventId: null,
    originalStart: null,
    endsAt: null,
    pending: null,
    delivered: null,
    refused: null,
    failure: null,
    doubt: null,
    announced: null,
    ownEtag: null,
    lastSeenIn: null,
    expireAt: null,
  };
}
