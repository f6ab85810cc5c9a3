/** Records with every field filled, for tests of the stores. */

import type { ConnectionRecord } from '../../../shared/domain/connection/records.ts';
import {
  type BindingId,
  bindingIdOf,
  type CalendarKey,
  type ConferenceKey,
  calendarKeyOf,
  conferenceKeyOf,
  subjectKeyOf,
} from '../../../shared/domain/ids.ts';
import type { Store } from '../../../shared/domain/ports.ts';
import { newBinding, newCalendar, newConference } from '../../../shared/domain/state/new-record.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord, Pending } from '../../../shared/domain/state/records.ts';

/** The time that the samples take as now; far from zero and with a part of a second. */
export const NOW = 1_800_000_000_123;

/** The key of a calendar that is called by a short name in tests. */
export function calendarKey(name: string): CalendarKey {
  return calendarKeyOf(`${name}@example.com`);
}

/** A calendar called `name` with some of its fields changed. */
export function calendar(name: string, changes: Partial<CalendarRecord> = {}): CalendarRecord {
  return { ...newCalendar(`${name}@example.com`, `${name}@example.com`, 'hash-key', NOW), ...changes };
}

/** A user called `name` who has connected. */
export function connected(name: string): ConnectionRecord {
  const subject = `${name}@example.com`;
  const state = { kind: 'connected', sealedToken: 'v1.a.b', connectedAt: NOW, endsAt: null } as const;
  return { key: subjectKeyOf(subject), subject, clientId: 'client', state };
}

/** The key of a conference. */
export function conferenceKey(conferenceId: string): ConferenceKey {
  return conferenceKeyOf(conferenceId);
}

/** A conference with some of its fields changed. */
export function conference(conferenceId: string, changes: Partial<ConferenceRecord> = {}): ConferenceRecord {
  return { ...newConference(conferenceId, 0), ...changes };
}

/** The id of the binding of an event. */
export function bindingId(eventId: string): BindingId {
  return bindingIdOf(eventId);
}

/** A live binding of an event of a calendar to a conference, with some of its fields changed. */
export function binding(
  calendarName: string,
  eventId: string,
  conferenceId: string,
  changes: Partial<BindingRecord> = {},
): BindingRecord {
  return { ...newBinding(calendarKey(calendarName), eventId, conferenceKey(conferenceId), 'event'), ...changes };
}

/** A pending update of the given revision. */
export function pending(revision: number): Pending {
  return {
    revision,
    what: 'updated',
    changed: ['title'],
    hashes: { title: 'h1' },
    restored: false,
    seenAt: NOW,
    origin: { kind: 'notification', at: NOW - 3 },
  };
}

/** A calendar whose every field holds something. */
export function fullCalendar(name: string): CalendarRecord {
  return calendar(name, {
    status: 'unsupported-push',
    outOfReachSince: NOW - 10,
    generation: 7,
    accessRole: 'writerWithoutPrivateAccess',
    syncToken: 'sync-token',
    openedAt: NOW + 1,
    coveredUntil: NOW + 2,
    wantedAt: NOW + 3,
    notified: { at: NOW - 5, nextAt: NOW - 4 },
    lease: { owner: 'worker', until: NOW + 4 },
    checkpoint: {
      mode: 'full',
      startToken: 'start',
      pageToken: 'page',
      hasTurnedPage: true,
      pass: 2,
      wantsAnotherPass: true,
      accessRole: 'reader',
      sweepId: 'sweep',
      timeMin: NOW - 5,
      nextSyncToken: 'next',
      sweptTo: bindingId('swept'),
      hasUnrecorded: true,
    },
    unrecorded: { count: 2, retryAt: NOW + 15 },
    channel: { id: 'channel', resourceId: 'resource', expiresAt: NOW + 6, renewAt: NOW + 5, provenAt: NOW },
    openingChannel: 'opening',
    openingProvenAt: NOW - 1,
    strayChannels: [{ id: 'stray', resourceId: 'resource', expiresAt: NOW + 7 }],
    openingFailure: { reason: 'down', at: NOW - 10, count: 3 },
    pushRetryAt: NOW + 12,
    repairs: { count: 2, lastAt: NOW - 8, notBefore: NOW + 8 },
    wantsResend: true,
    quietReconciles: 4,
    forgottenTo: bindingId('forgotten'),
    isBeingRemoved: true,
    failure: { reason: 'access-lost', at: NOW - 9, count: 3, notBefore: NOW + 9 },
    deaths: { count: 2, at: NOW - 9 },
    reconcileAt: NOW + 10,
    lastSyncedAt: NOW - 11,
    notice: {
      revision: NOW - 12,
      standing: 'access_narrowed',
      seenAt: NOW - 12,
      telling: {
        attempts: 2,
        retryAt: NOW + 13,
        sending: { owner: 'notice-sender', until: NOW + 14 },
      },
    },
    dueAt: NOW + 4,
    dueShard: 3,
  } satisfies Omit<CalendarRecord, 'key' | 'calendarId' | 'subject' | 'hashKey'>);
}

/** A conference whose every field holds something. */
export function fullConference(conferenceId: string): ConferenceRecord {
  const last = {
    calendar: calendarKey('a'),
    calendarId: 'a@example.com',
    eventId: 'e',
    reason: 'series_ended',
  } as const;
  return conference(conferenceId, {
    revision: NOW - 1,
    leader: calendarKey('a'),
    liveCount: 3,
    leadingCount: 2,
    state: 'orphaned',
    orphan: { ...last, seenAt: NOW, readAt: NOW + 1, askedElsewhereAt: NOW + 4, refusedSince: NOW - 4 },
    cancellation: { ...last, revision: NOW - 1, seenAt: NOW, isForgotten: true },
    ended: last,
    isCancelledThere: true,
    announcedUntil: NOW + 2,
    doubtAt: NOW + 9,
    offeredTo: calendarKey('asked'),
    owed: { since: NOW - 3, kind: 'occurrence', after: bindingId('owed'), isAnew: true },
    sending: { owner: 'worker', until: NOW + 3 },
    attempts: 4,
    failingSince: NOW - 5,
    retryAt: NOW + 6,
    failure: { reason: 'refused', at: NOW - 7, count: 1 },
    dueAt: NOW + 1,
    dueShard: 2,
    expireAt: NOW + 8,
  } satisfies Omit<ConferenceRecord, 'key' | 'conferenceId'>);
}

/** A binding whose every field holds something. */
export function fullBinding(calendarName: string, eventId: string, conferenceId: string): BindingRecord {
  return binding(calendarName, eventId, conferenceId, {
    kind: 'occurrence',
    state: 'failed',
    recurringEventId: 'series',
    originalStart: { dateTime: '2027-01-20T09:00:00+01:00', timeZone: 'Europe/Zurich' },
    endsAt: NOW + 1,
    pending: {
      ...pending(NOW - 1),
      what: 'occurrence_updated',
      changed: ['start', 'end'],
      restored: true,
      needsRevision: true,
    },
    delivered: { title: 'h1', start: 'h2' },
    refused: { what: 'updated', hashes: { title: 'h3' }, changed: ['title', 'start'] },
    failure: { reason: 'refused', at: NOW - 2, count: 1 },
    doubt: { since: NOW - 4, readAt: NOW + 5 },
    announced: null,
    ownEtag: '"etag"',
    lastSeenIn: 'sweep',
    expireAt: NOW + 3,
  } satisfies Omit<BindingRecord, 'id' | 'calendar' | 'eventId' | 'conference'>);
}

/** Stores records in one transaction. */
export async function put(
  store: Store,
  records: {
    readonly calendars?: readonly CalendarRecord[];
    readonly conferences?: readonly ConferenceRecord[];
    readonly bindings?: readonly BindingRecord[];
  },
): Promise<void> {
  await store.transact(async (tx) => {
    for (const record of records.calendars ?? []) tx.putCalendar(record);
    for (const record of records.conferences ?? []) tx.putConference(record);
    for (const record of records.bindings ?? []) tx.putBinding(record);
  });
}
