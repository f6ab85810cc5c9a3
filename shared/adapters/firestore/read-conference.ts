/**
 * A stored conference as a record, read leniently; but where its state, its counts or its revision are missing it is not read at all:
 * a conference must not end because a number was taken for zero.
 */
import { type BindingId, dueShardOf, readCalendarKey, readConferenceKey } from '../../domain/ids.ts';
import {
  CANCEL_REASONS,
  type Cancellation,
  CONFERENCE_STATES,
  type ConferenceRecord,
  type LastEvent,
  type Orphan,
  type Owed,
} from '../../domain/state/records.ts';
import { readFailure, readLease } from './read-calendar.ts';
import { dispensablePart, type Fields, isSet, moment, number, oneOf, part, required, text } from './read-fields.ts';

/**
 * Reads the document `conferences/{id}`.
 * @throws UnreadableDocument if it lacks what decides about its life and the order of its changes
 */
export function readConference(id: string, fields: Fields): ConferenceRecord {
  const key = required(readConferenceKey(id) ?? null, '__name__');
  return {
    key,
    conferenceId: required(text(fields, 'conferenceId'), 'conferenceId'),
    revision: required(number(fields, 'revision'), 'revision'),
    leader: readCalendarKey(fields.leader) ?? null,
    liveCount: required(number(fields, 'liveCount'), 'liveCount'),
    leadingCount: required(number(fields, 'leadingCount'), 'leadingCount'),
    state: required(oneOf(fields, 'state', CONFERENCE_STATES), 'state'),
    orphan: part(fields, 'orphan', readOrphan),
    cancellation: part(fields, 'cancellation', readCancellation),
    ended: dispensablePart(fields, 'ended', readLastEvent),
    isCancelledThere: isSet(fields, 'isCancelledThere'),
    announcedUntil: number(fields, 'announcedUntil'),
    doubtAt: number(fields, 'doubtAt'),
    offeredTo: readCalendarKey(fields.offeredTo) ?? null,
    owed: part(fields, 'owed', readOwed),
    sending: dispensablePart(fields, 'sending', readLease),
    attempts: number(fields, 'attempts') ?? 0,
    failingSince: number(fields, 'failingSince'),
    retryAt: number(fields, 'retryAt'),
    failure: dispensablePart(fields, 'failure', readFailure),
    dueAt: number(fields, 'dueAt'),
    dueShard: number(fields, 'dueShard') ?? dueShardOf(key),
    expireAt: moment(fields, 'expireAt'),
  };
}

function readOwed(fields: Fields): Owed {
  return {
    since: number(fields, 'since') ?? 0,
    kind: oneOf(fields, 'kind', ['event', 'occurrence'] as const) ?? 'event',
    after: text(fields, 'after') as BindingId | null,
    isAnew: isSet(fields, 'isAnew'),
  };
}

function readOrphan(fields: Fields): Orphan {
  const refusedSince = number(fields, 'refusedSince');
  return {
    ...readLastEvent(fields),
    seenAt: number(fields, 'seenAt') ?? 0,
    readAt: required(number(fields, 'graceUntil'), 'orphan.graceUntil'),
    askedElsewhereAt: number(fields, 'askedElsewhereAt'),
    ...(refusedSince !== null && { refusedSince }),
  };
}

function readCancellation(fields: Fields): Cancellation {
  return {
    ...readLastEvent(fields),
    revision: required(number(fields, 'revision'), 'cancellation.revision'),
    seenAt: number(fields, 'seenAt') ?? 0,
    ...(isSet(fields, 'isForgotten') && { isForgotten: true as const }),
  };
}

function readLastEvent(fields: Fields): LastEvent {
  return {
    calendar: required(readCalendarKey(fields.calendar) ?? null, 'calendar'),
    calendarId: required(text(fields, 'calendarId'), 'calendarId'),
    eventId: required(text(fields, 'eventId'), 'eventId'),
    reason: required(oneOf(fields, 'reason', CANCEL_REASONS), 'reason'),
  };
}
