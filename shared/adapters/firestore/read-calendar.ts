/**
 * A stored calendar as a record. Written by another version of the code it may lack fields or have more: what it lacks gets a
 * default that makes somebody look sooner rather than later, what it has more is kept out.
 */
import { ACCESS_ROLES } from '../../domain/event/event.ts';
import { type BindingId, dueShardOf, readCalendarKey } from '../../domain/ids.ts';
import { NOTHING_NOTIFIED } from '../../domain/state/notified.ts';
import {
  CALENDAR_STATUSES,
  type CalendarRecord,
  type Channel,
  type Deaths,
  type Failure,
  type Lease,
  type Listing,
  type ListingFailure,
  type Notice,
  type Notified,
  STANDINGS,
  type StrayChannel,
  type Telling,
  type TokenRepairs,
  type Unrecorded,
} from '../../domain/state/records.ts';
import { WORKER_DIED } from '../../domain/state/worker-deaths.ts';
import {
  dispensablePart,
  type Fields,
  isSet,
  maps,
  moment,
  number,
  oneOf,
  required,
  text,
  UnreadableDocument,
} from './read-fields.ts';

/**
 * Reads the document `calendars/{id}`.
 * @throws UnreadableDocument if it does not say whose calendar it is, whether to sync it, under which generation and with which key
 */
export function readCalendar(id: string, fields: Fields): CalendarRecord {
  const key = required(readCalendarKey(id) ?? null, '__name__');
  const failure = dispensablePart(fields, 'failure', readListingFailure);
  return {
    key,
    calendarId: required(text(fields, 'calendarId'), 'calendarId'),
    subject: required(text(fields, 'subject'), 'subject'),
    status: required(oneOf(fields, 'status', CALENDAR_STATUSES), 'status'),
    isBeingRemoved: isSet(fields, 'isBeingRemoved'),
    outOfReachSince: number(fields, 'outOfReachSince'),
    generation: required(number(fields, 'generation'), 'generation'),
    hashKey: required(text(fields, 'hashKey'), 'hashKey'),
    accessRole: oneOf(fields, 'accessRole', ACCESS_ROLES),
    syncToken: text(fields, 'syncToken'),
    openedAt: moment(fields, 'openedAt'),
    coveredUntil: number(fields, 'coveredUntil'),
    wantedAt: number(fields, 'wantedAt'),
    notified: dispensablePart(fields, 'announced', readNotified) ?? NOTHING_NOTIFIED,
    lease: dispensablePart(fields, 'lease', readLease),
    checkpoint: dispensablePart(fields, 'checkpoint', readListing),
    unrecorded: dispensablePart(fields, 'unrecorded', readUnrecorded),
    channel: dispensablePart(fields, 'channel', readChannel),
    openingChannel: text(fields, 'openingChannel'),
    openingProvenAt: number(fields, 'openingProvenAt'),
    strayChannels: maps(fields, 'strayChannels').flatMap(readStrayChannel),
    openingFailure:
      dispensablePart(fields, 'openingFailure', readFailure) ?? openingFailureOf(number(fields, 'openingsFailed')),
    pushRetryAt: number(fields, 'pushRetryAt'),
    repairs: dispensablePart(fields, 'repairs', readRepairs) ?? { count: 0, lastAt: null, notBefore: null },
    wantsResend: isSet(fields, 'wantsResend'),
    // Only ever written from the id of a binding.
    forgottenTo: text(fields, 'forgottenTo') as BindingId | null,
    failure,
    deaths: dispensablePart(fields, 'deaths', readDeaths) ?? deathsOf(failure),
    quietReconciles: number(fields, 'quietReconciles') ?? 0,
    reconcileAt: number(fields, 'reconcileAt'),
    lastSyncedAt: number(fields, 'lastSyncedAt'),
    notice: dispensablePart(fields, 'notice', readNotice),
    dueAt: number(fields, 'dueAt'),
    dueShard: number(fields, 'dueShard') ?? dueShardOf(key),
  };
}

/** @throws UnreadableDocument */
export function readLease(fields: Fields): Lease {
  return { owner: required(text(fields, 'owner'), 'owner'), until: required(number(fields, 'until'), 'until') };
}

/** @throws UnreadableDocument */
export function readFailure(fields: Fields): Failure {
  return {
    reason: required(text(fields, 'reason'), 'reason'),
    at: number(fields, 'at') ?? 0,
    count: number(fields, 'count') ?? 1,
  };
}

function readListingFailure(fields: Fields): ListingFailure {
  const notBefore = number(fields, 'notBefore');
  return { ...readFailure(fields), ...(notBefore !== null && { notBefore }) };
}

/** Records of before version 0.2 have the count alone. */
function openingFailureOf(count: number | null): Failure | null {
  return count === null || count === 0 ? null : { reason: 'unknown', at: 0, count };
}

/** Those records know of deaths by the failure alone. */
function deathsOf(failure: Failure | null): Deaths | null {
  return failure?.reason === WORKER_DIED ? { count: failure.count, at: failure.at } : null;
}

function readDeaths(fields: Fields): Deaths {
  return { count: number(fields, 'count') ?? 0, at: number(fields, 'at') ?? 0 };
}

function readNotified(fields: Fields): Notified {
  return { at: number(fields, 'at'), nextAt: number(fields, 'nextAt') };
}

function readListing(fields: Fields): Listing {
  const sweptTo = text(fields, 'sweptTo');
  return {
    mode: required(oneOf(fields, 'mode', ['incremental', 'full']), 'mode'),
    startToken: text(fields, 'startToken'),
    pageToken: text(fields, 'pageToken'),
    hasTurnedPage: isSet(fields, 'hasTurnedPage'),
    pass: number(fields, 'pass') ?? 1,
    wantsAnotherPass: fields.wantsAnotherPass !== false,
    accessRole: oneOf(fields, 'accessRole', ACCESS_ROLES),
    sweepId: text(fields, 'sweepId'),
    timeMin: number(fields, 'timeMin'),
    nextSyncToken: text(fields, 'nextSyncToken'),
    // Only ever written from the id of a binding.
    sweptTo: sweptTo as BindingId | null,
    hasUnrecorded: isSet(fields, 'hasUnrecorded'),
  };
}

function readUnrecorded(fields: Fields): Unrecorded {
  return { count: number(fields, 'count') ?? 0, retryAt: number(fields, 'retryAt') ?? 0 };
}

function readChannel(fields: Fields): Channel {
  return {
    ...readChannelIdentity(fields),
    renewAt: number(fields, 'renewAt') ?? 0,
    provenAt: number(fields, 'provenAt'),
  };
}

function readChannelIdentity(fields: Fields): StrayChannel {
  return {
    id: required(text(fields, 'id'), 'id'),
    resourceId: required(text(fields, 'resourceId'), 'resourceId'),
    expiresAt: required(number(fields, 'expiresAt'), 'expiresAt'),
  };
}

function readStrayChannel(fields: Fields): StrayChannel[] {
  try {
    return [readChannelIdentity(fields)];
  } catch (error) {
    if (error instanceof UnreadableDocument) return [];
    throw error;
  }
}

/** One that cannot be read is told anew. */
function readNotice(fields: Fields): Notice {
  return {
    revision: required(number(fields, 'revision'), 'revision'),
    standing: required(oneOf(fields, 'standing', STANDINGS), 'standing'),
    seenAt: number(fields, 'seenAt') ?? 0,
    telling: dispensablePart(fields, 'telling', readTelling),
  };
}

function readTelling(fields: Fields): Telling {
  return {
    attempts: number(fields, 'attempts') ?? 0,
    retryAt: number(fields, 'retryAt') ?? 0,
    sending: dispensablePart(fields, 'sending', readLease),
  };
}

function readRepairs(fields: Fields): TokenRepairs {
  return {
    count: number(fields, 'count') ?? 0,
    lastAt: number(fields, 'lastAt'),
    notBefore: number(fields, 'notBefore'),
  };
}
