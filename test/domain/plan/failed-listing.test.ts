/** What each failure to list a calendar means: for the calendar, and for when it is listed again. */
import { expect, test } from '@jest/globals';
import {
  AccessLost,
  CalendarUnreachable,
  GoogleUnavailable,
  OwnAccountRefused,
  RateLimited,
  RequestRefused,
  StoreUnavailable,
  SyncTokenRejected,
} from '../../../shared/domain/errors.ts';
import { NOT_FOUND_MS } from '../../../shared/domain/limits.ts';
import {
  afterFailedListing,
  type FailedListing,
  readFailedListing,
} from '../../../shared/domain/plan/failed-listing.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import { NOTHING_NOTIFIED } from '../../../shared/domain/state/notified.ts';
import type { CalendarRecord } from '../../../shared/domain/state/records.ts';
import { policy } from '../../functions/policy.ts';
import { HOUR, NOW } from '../build.ts';

const MINUTE = 60_000;
const RECONCILE_MS = 6 * HOUR;
/** Half-way between the earliest and the latest. */
const terms = { at: NOW, chance: 0.5, policy: policy({ reconcileMs: RECONCILE_MS, tellsOfCalendars: true }) };
const WELL: CalendarRecord = { ...newCalendar('any', 'any', 'a hash key', NOW - HOUR), wantedAt: NOW - 1 };
const EDIT_WAITS: Partial<CalendarRecord> = { notified: { at: NOW - MINUTE, nextAt: null } };

interface Means {
  readonly kind: FailedListing['kind'];
  readonly status?: CalendarRecord['status'];
  readonly waitMs: number;
  /** How long Google is left alone, whoever asks; not at all where it is absent. */
  readonly aloneMs?: number;
  readonly standing?: string;
}

test.each<[string, unknown, Partial<CalendarRecord>, number, Means]>([
  ['no answer', new GoogleUnavailable('x'), {}, 0, { kind: 'passing', waitMs: MINUTE, aloneMs: MINUTE }],
  [
    'no answer for the third time',
    new GoogleUnavailable('x'),
    {},
    2,
    { kind: 'passing', waitMs: 4 * MINUTE, aloneMs: MINUTE },
  ],
  [
    'no answer for long',
    new GoogleUnavailable('x'),
    {},
    99,
    { kind: 'passing', waitMs: RECONCILE_MS, aloneMs: MINUTE },
  ],
  [
    'no answer for long, while an edit waits',
    new GoogleUnavailable('x'),
    EDIT_WAITS,
    99,
    { kind: 'passing', waitMs: 15 * MINUTE, aloneMs: MINUTE },
  ],
  [
    'a limit with a time',
    new RateLimited('x', { retryAfterMs: 10 * MINUTE }),
    {},
    0,
    { kind: 'passing', waitMs: 10.5 * MINUTE, aloneMs: 10.5 * MINUTE },
  ],
  ['our own account', new OwnAccountRefused('x'), {}, 1, { kind: 'own-account', waitMs: 2 * MINUTE, aloneMs: MINUTE }],
  ['a refused request', new RequestRefused('x'), EDIT_WAITS, 0, { kind: 'lasting', waitMs: RECONCILE_MS }],
  [
    'a user who is lost',
    new AccessLost('x'),
    EDIT_WAITS,
    0,
    { kind: 'lost', status: 'disconnected', waitMs: RECONCILE_MS, standing: 'revoked' },
  ],
  [
    'access that was narrowed',
    new CalendarUnreachable('x', { reason: 'access_narrowed' }),
    {},
    0,
    { kind: 'lost', status: 'unreachable', waitMs: RECONCILE_MS, standing: 'access_narrowed' },
  ],
  ['a calendar that is not found', new CalendarUnreachable('x'), {}, 5, { kind: 'in-doubt', waitMs: MINUTE }],
  [
    'a calendar that is not found for long',
    new CalendarUnreachable('x'),
    { outOfReachSince: NOW - NOT_FOUND_MS },
    0,
    { kind: 'lost', status: 'unreachable', waitMs: RECONCILE_MS, standing: 'calendar_gone' },
  ],
  ['the database', new StoreUnavailable('x'), {}, 1, { kind: 'ours', waitMs: 2 * MINUTE }],
  ['what no listing answers', new SyncTokenRejected('x'), {}, 0, { kind: 'ours', waitMs: MINUTE }],
  ['what is no error', 'a text', {}, 0, { kind: 'ours', waitMs: MINUTE }],
])('%s', (_, error, changes, failedBefore, means) => {
  const calendar = { ...WELL, ...changes };
  const failed = readFailedListing(calendar, error, NOW);
  expect(failed.kind).toBe(means.kind);
  const after = afterFailedListing(calendar, failed, failedBefore, terms);
  expect(after).toMatchObject({ status: means.status ?? 'active', wantedAt: null, reconcileAt: NOW + means.waitMs });
  expect(after.failure).toEqual({
    reason: failed.error.name,
    at: NOW,
    count: 1,
    ...(means.aloneMs !== undefined && { notBefore: NOW + means.aloneMs }),
  });
  expect(after.notice?.standing).toBe(means.standing);
  // Of a calendar that is lost, no change is late.
  expect(after.notified).toEqual(means.kind === 'lost' ? NOTHING_NOTIFIED : calendar.notified);
  expect(after.outOfReachSince !== null).toBe(means.kind === 'lost' || means.kind === 'in-doubt');
});
