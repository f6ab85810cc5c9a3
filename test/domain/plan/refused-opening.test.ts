/** What each refusal to open a channel means: for the calendar, and for when Google is asked again. */
import { expect, test } from '@jest/globals';
import {
  AccessLost,
  CalendarUnreachable,
  ChannelIdTaken,
  type GoogleTrouble,
  GoogleUnavailable,
  OwnAccountRefused,
  PushUnsupported,
  RateLimited,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
import { NOT_FOUND_MS, OPENING_RETRY_MS } from '../../../shared/domain/limits.ts';
import { afterRefusedOpening } from '../../../shared/domain/plan/refused-opening.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import type { CalendarRecord } from '../../../shared/domain/state/records.ts';
import { policy } from '../../functions/policy.ts';
import { HOUR, NOW } from '../build.ts';

const RECONCILE_MS = HOUR;
const LONGEST_MS = Math.max(...OPENING_RETRY_MS);
const [FIRST_MS, SECOND_MS] = OPENING_RETRY_MS;
const terms = { at: NOW, chance: 0.5, policy: policy({ reconcileMs: RECONCILE_MS }) };
const channel = { id: 'c', resourceId: 'r', expiresAt: NOW + HOUR, renewAt: NOW, provenAt: null };
const FAR = NOW + 90 * HOUR;
const WELL: CalendarRecord = { ...newCalendar('any', 'any', 'a hash key', NOW - HOUR), channel, reconcileAt: FAR };

const lost = new AccessLost('events.watch: 403');
const gone = new CalendarUnreachable('events.watch: 404', { reason: 'calendar_gone' });
const narrowed = new CalendarUnreachable('events.watch: 403', { reason: 'access_narrowed' });
/** It was refused in the same words before, and could be listed since. */
function listedSince(error: GoogleTrouble): Partial<CalendarRecord> {
  return { openingFailure: { reason: error.name, at: NOW - 2, count: 1 }, lastSyncedAt: NOW - 1 };
}

interface Means {
  readonly status?: CalendarRecord['status'];
  readonly isInDoubt?: true;
  readonly lookMs?: number;
  readonly retryMs: number;
  /** Where a calendar without a channel is asked for one at another time. */
  readonly pushRetryMs?: number;
}

test.each<[string, GoogleTrouble, Partial<CalendarRecord>, Means]>([
  ['no answer', new GoogleUnavailable('x'), {}, { retryMs: FIRST_MS }],
  [
    'no answer, once more',
    new GoogleUnavailable('x'),
    { openingFailure: { reason: 'x', at: NOW, count: 1 } },
    { retryMs: SECOND_MS ?? 0 },
  ],
  [
    'no answer, again and again',
    new GoogleUnavailable('x'),
    { openingFailure: { reason: 'x', at: NOW, count: 99 } },
    { retryMs: LONGEST_MS },
  ],
  ['a limit', new RateLimited('x', { retryAfterMs: 2 * LONGEST_MS }), {}, { retryMs: 2 * LONGEST_MS }],
  ['an id that was used before', new ChannelIdTaken('x'), {}, { retryMs: FIRST_MS }],
  ['a refused request', new RequestRefused('x'), {}, { retryMs: LONGEST_MS }],
  ['our own account', new OwnAccountRefused('x'), {}, { retryMs: LONGEST_MS }],
  [
    'no channels here',
    new PushUnsupported('x'),
    {},
    { status: 'unsupported-push', retryMs: LONGEST_MS, pushRetryMs: RECONCILE_MS },
  ],
  ['a user who is lost', lost, {}, { status: 'disconnected', lookMs: RECONCILE_MS, retryMs: LONGEST_MS }],
  ['access that was narrowed', narrowed, {}, { status: 'unreachable', lookMs: RECONCILE_MS, retryMs: LONGEST_MS }],
  [
    'a user who is lost, and was listed since',
    lost,
    listedSince(lost),
    { retryMs: LONGEST_MS, pushRetryMs: RECONCILE_MS },
  ],
  [
    'a user who is lost, and was listed before',
    lost,
    { ...listedSince(lost), lastSyncedAt: NOW - 3 },
    { status: 'disconnected', lookMs: RECONCILE_MS, retryMs: LONGEST_MS },
  ],
  ['a calendar that is not found', gone, {}, { isInDoubt: true, retryMs: FIRST_MS }],
  [
    'a calendar that is not found for long',
    gone,
    { outOfReachSince: NOW - NOT_FOUND_MS },
    { status: 'unreachable', lookMs: RECONCILE_MS, retryMs: LONGEST_MS },
  ],
])('%s', (_, error, changes, means) => {
  const calendar = { ...WELL, ...changes };
  const after = afterRefusedOpening(calendar, error, terms);
  expect(after.status).toBe(means.status ?? 'active');
  expect(after.outOfReachSince !== null).toBe(means.isInDoubt === true || means.lookMs !== undefined);
  expect(after.reconcileAt).toBe(means.lookMs === undefined ? FAR : NOW + means.lookMs);
  expect(after.channel).toEqual({ ...channel, renewAt: NOW + means.retryMs });
  expect(after.pushRetryAt).toBe(NOW + (means.pushRetryMs ?? means.retryMs));
  expect(after.openingFailure).toEqual({
    reason: error.name,
    at: NOW,
    count: (changes.openingFailure?.count ?? 0) + 1,
  });
});

test('a calendar that is looked at sooner anyhow is not put off, and one without a channel gets none', () => {
  const after = afterRefusedOpening({ ...WELL, reconcileAt: NOW + 1, channel: null }, lost, terms);
  expect(after).toMatchObject({ reconcileAt: NOW + 1, channel: null });
});

test('the conference system is told of a calendar that is lost, and of no other', () => {
  const telling = { ...terms, policy: policy({ tellsOfCalendars: true }) };
  expect(afterRefusedOpening(WELL, narrowed, telling).notice).toMatchObject({
    standing: 'access_narrowed',
    seenAt: NOW,
  });
  expect(afterRefusedOpening(WELL, gone, telling).notice).toBe(WELL.notice);
});
