/**
 * From an answer of Google's that is no success to the error that says what is true. One table, read from the top:
 * the first row that fits decides. Reasons stand before statuses, because one reason comes with several statuses and
 * one status means several things: https://developers.google.com/workspace/calendar/api/guides/errors
 */

import { readRetryAfter } from '../../domain/delivery/retry-after.ts';
import type { LossReason } from '../../domain/disconnect-reasons.ts';
import {
  AccessLost,
  CalendarUnreachable,
  ChannelIdTaken,
  EventChanged,
  EventGone,
  GoogleUnavailable,
  OwnAccountRefused,
  PushUnsupported,
  RateLimited,
  RequestRefused,
  SyncTokenRejected,
} from '../../domain/errors.ts';
import { type ErrorBody, INVALID_JWT, readErrorBody } from './read-error.ts';

/** What was asked for. `probe`: whether the calendar answers at all; `token`: an access token of a user; `own`: something in our own name. */
export type Operation = 'list' | 'get' | 'instances' | 'patch' | 'watch' | 'stop' | 'probe' | 'token' | 'own';

/** A call that did not succeed. */
export interface FailedCall {
  readonly operation: Operation;
  /** Says more in messages than the operation does. */
  readonly name?: string;
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
  /** A list that carried a sync token. */
  readonly hasSyncToken?: boolean;
}

type Truth =
  | 'sync-token-rejected'
  | 'rate-limited'
  | 'google-unavailable'
  | 'own-account-refused'
  | 'access-lost'
  | 'calendar-unreachable'
  | 'push-unsupported'
  | 'channel-id-taken'
  | 'request-refused'
  | 'event-changed'
  | 'gone';

interface Row {
  readonly truth: Truth;
  readonly reasons?: readonly string[];
  /** A status, or the hundred that it lies in. */
  readonly status?: number | '3xx' | '5xx';
  readonly operations?: readonly Operation[];
  /** Only for a list with a sync token whose error does not name another parameter. */
  readonly isAboutSyncToken?: true;
  /** Where Google does not say how long to wait. */
  readonly waitMs?: number;
  /** Why the user's access is lost; `revoked` where the row says nothing. */
  readonly loss?: LossReason;
  /** What is wrong with the calendar; `calendar_gone` where the row says nothing. */
  readonly lack?: CalendarUnreachable['reason'];
}

const READS: readonly Operation[] = ['list', 'get', 'instances', 'watch', 'probe'];
const OF_CALENDAR: readonly Operation[] = ['list', 'watch', 'probe'];
/** What is gone is the event, or for `stop` the channel, which is all that was wanted. */
const OF_ONE_THING: readonly Operation[] = ['get', 'instances', 'patch', 'stop'];
const OF_OURS: readonly Operation[] = ['own'];
const HOUR_MS = 3_600_000;

const TABLE: readonly Row[] = [
  // Reasons.
  {
    truth: 'rate-limited',
    reasons: [
      'rateLimitExceeded',
      'userRateLimitExceeded',
      'quotaExceeded',
      'RATE_LIMIT_EXCEEDED',
      'RESOURCE_QUOTA_EXCEEDED',
    ],
  },
  // The project's allowance for a whole day or term: seconds of backoff cannot help.
  { truth: 'rate-limited', reasons: ['dailyLimitExceeded', 'variableTermLimitExceeded'], waitMs: HOUR_MS },
  {
    truth: 'google-unavailable',
    reasons: ['backendError', 'internalError', 'serviceNotAvailable', 'SERVICE_UNAVAILABLE', 'temporarily_unavailable'],
  },
  { truth: 'sync-token-rejected', reasons: ['fullSyncRequired', 'updatedMinTooLongAgo'], operations: ['list'] },
  { truth: 'sync-token-rejected', reasons: ['invalid'], status: 400, operations: ['list'], isAboutSyncToken: true },
  // Somebody else's write came between: read again, plan again.
  { truth: 'event-changed', reasons: ['conditionNotMet', 'conflict'], operations: ['patch'] },
  { truth: 'gone', reasons: ['deleted'], operations: OF_ONE_THING },
  { truth: 'push-unsupported', reasons: ['pushNotSupportedForRequestedResource'], operations: ['watch'] },
  { truth: 'channel-id-taken', reasons: ['channelIdNotUnique'], operations: ['watch'] },
  // Comes as 401 as well, and then says nothing of our access: the receiver's address is not acceptable.
  {
    truth: 'request-refused',
    reasons: ['push.webhookUrlUnauthorized', 'push.webhookUrlNotHttps', 'push.webhookUrlNoHostOrAddress'],
    operations: ['watch'],
  },
  // Our own project is shut, or the API is switched off in it: https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto.
  {
    truth: 'own-account-refused',
    reasons: [
      'accessNotConfigured',
      'SERVICE_DISABLED',
      'BILLING_DISABLED',
      'CONSUMER_SUSPENDED',
      'CONSUMER_INVALID',
      'GCP_SUSPENDED',
      'SERVICE_NOT_VISIBLE',
      'USER_PROJECT_DENIED',
      'RESOURCE_PROJECT_INVALID',
      'SECURITY_POLICY_VIOLATED',
      'ORG_RESTRICTION_VIOLATION',
    ],
  },
  // Our clock, or the account that signs: every user's claim is refused alike.
  { truth: 'own-account-refused', reasons: [INVALID_JWT], operations: ['token'] },
  // Our OAuth client is gone or switched off, or its key is wrong: no grant of any user is to blame.
  { truth: 'own-account-refused', reasons: ['deleted_client', 'disabled_client', 'invalid_client'] },
  // Whatever the reason: no user's grant was asked for.
  { truth: 'own-account-refused', reasons: ['invalid_grant'], operations: OF_OURS },
  { truth: 'own-account-refused', status: 401, operations: OF_OURS },
  { truth: 'own-account-refused', status: 403, operations: OF_OURS },
  {
    truth: 'access-lost',
    reasons: ['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
    loss: 'access_narrowed',
  },
  // The last two: delegation that was never authorised, or is not any more. The first two come as subtypes of invalid_grant where the
  // organization wants its users to sign in anew every so often, https://support.google.com/a/answer/9368756.
  {
    truth: 'access-lost',
    reasons: [
      'invalid_rapt',
      'rapt_required',
      'admin_policy_enforced',
      'org_internal',
      'unauthorized_client',
      'access_denied',
    ],
    loss: 'admin_policy',
  },
  { truth: 'access-lost', reasons: ['authError', 'invalid_grant'] },
  { truth: 'calendar-unreachable', reasons: ['notACalendarUser'] },
  {
    truth: 'calendar-unreachable',
    reasons: ['requiredAccessLevel', 'forbidden'],
    operations: READS,
    lack: 'access_narrowed',
  },
  // Statuses, where the reason is unknown or missing. With 401 the token endpoint speaks of clients alone, of grants with 400:
  // https://www.rfc-editor.org/rfc/rfc6749#section-5.2.
  { truth: 'own-account-refused', status: 401, operations: ['token'] },
  { truth: 'access-lost', status: 401 },
  { truth: 'access-lost', status: 403, operations: ['token'] },
  { truth: 'calendar-unreachable', status: 403, operations: READS, lack: 'access_narrowed' },
  { truth: 'calendar-unreachable', status: 404, operations: OF_CALENDAR },
  { truth: 'gone', status: 404, operations: OF_ONE_THING },
  { truth: 'sync-token-rejected', status: 410, operations: ['list'] },
  { truth: 'gone', status: 410, operations: OF_ONE_THING },
  { truth: 'calendar-unreachable', status: 410, operations: OF_CALENDAR },
  { truth: 'event-changed', status: 412, operations: ['patch'] },
  { truth: 'event-changed', status: 409, operations: ['patch'] },
  { truth: 'rate-limited', status: 429 },
  { truth: 'google-unavailable', status: 408 },
  { truth: 'google-unavailable', status: '3xx' },
  { truth: 'google-unavailable', status: '5xx' },
  { truth: 'request-refused' },
];

/**
 * The error that a failed call means. Its message holds our name of the call, the status and Google's words for the reason,
 * and nothing else of the answer. `now` is Unix milliseconds.
 */
export function classifyError(call: FailedCall, now: number): Error {
  const body = readErrorBody(call.body);
  const head = `${call.name ?? nameOf(call.operation)}: status ${call.status}`;
  const retryAfterMs = readRetryAfter(call.retryAfter, now);
  if (body === undefined && call.status !== 429)
    return new GoogleUnavailable(`${head}, answer is not JSON`, { retryAfterMs });
  const reason = body?.reason ?? null;
  const row = TABLE.find((candidate) => fits(candidate, call, body));
  const message = [head, reason, body?.subtype].filter((part) => part != null).join(' ');
  return errorOf(row ?? { truth: 'request-refused' }, message, retryAfterMs ?? row?.waitMs, reason ?? undefined);
}

/** What Google's reference calls it. */
export function nameOf(operation: Operation): string {
  return NAMES[operation];
}

const NAMES: Readonly<Record<Operation, string>> = {
  list: 'events.list',
  get: 'events.get',
  instances: 'events.instances',
  patch: 'events.patch',
  watch: 'events.watch',
  stop: 'channels.stop',
  probe: 'events.list (probe)',
  token: 'access token',
  own: 'own account',
};

function fits(row: Row, call: FailedCall, body: ErrorBody | undefined): boolean {
  const { reason = null, subtype = null, location = null } = body ?? {};
  const isNamed = (word: string | null): boolean => word !== null && row.reasons?.includes(word) === true;
  if (row.reasons !== undefined && !isNamed(reason) && !isNamed(subtype)) return false;
  if (row.operations !== undefined && !row.operations.includes(call.operation)) return false;
  if (row.isAboutSyncToken && (call.hasSyncToken !== true || (location !== null && location !== 'syncToken'))) {
    return false;
  }
  switch (row.status) {
    case undefined:
      return true;
    case '3xx':
      return call.status >= 300 && call.status < 400;
    case '5xx':
      return call.status >= 500;
    default:
      return call.status === row.status;
  }
}

function errorOf(
  { truth, loss, lack }: Row,
  message: string,
  retryAfterMs: number | undefined,
  word: string | undefined,
): Error {
  switch (truth) {
    case 'sync-token-rejected':
      return new SyncTokenRejected(message);
    case 'rate-limited':
      return new RateLimited(message, { retryAfterMs });
    case 'google-unavailable':
      return new GoogleUnavailable(message, { retryAfterMs });
    case 'own-account-refused':
      return new OwnAccountRefused(message);
    case 'access-lost':
      return new AccessLost(message, { word, ...(loss !== undefined && { reason: loss }) });
    case 'calendar-unreachable':
      return new CalendarUnreachable(message, lack === undefined ? {} : { reason: lack });
    case 'push-unsupported':
      return new PushUnsupported(message);
    case 'channel-id-taken':
      return new ChannelIdTaken(message);
    case 'request-refused':
      return new RequestRefused(message);
    case 'event-changed':
      return new EventChanged(message);
    case 'gone':
      return new EventGone(message);
  }
}
