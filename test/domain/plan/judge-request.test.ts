/** Each answer to a request hides those below it: what a calendar in several straits at once is told, and what is written of it. */
import { describe, expect, test } from '@jest/globals';
import { COVERAGE_MARGIN_MS, LISTING_SPACING_MS } from '../../../shared/domain/limits.ts';
import type { Arrival, SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import { type JudgedRequest, judgeRequest } from '../../../shared/domain/plan/judge-request.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import type { CalendarRecord } from '../../../shared/domain/state/records.ts';
import { listingOf } from '../../flow/due-records.ts';
import { ALICES, HOUR, NOW } from '../build.ts';

const LONGEST_MS = 6 * HOUR;
const LIVE: Arrival = { lane: 'live', publishedAt: NOW };
/** Published before whatever opened a minute ago. */
const EARLY: Arrival = { lane: 'live', publishedAt: NOW - HOUR };
const NOTIFIED: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'notification' };
const FORCED: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'resync', force: true };

/** In all of them at once, from the one that is asked for first to the one that is asked for last. */
const STRAITS = [
  ['being-removed', { isBeingRemoved: true }],
  ['foreign-channel', { channel: null }],
  ['covered', { coveredUntil: NOW }],
  ['paused', { status: 'paused' }],
  ['busy', { lease: { owner: 'another', until: NOW + 1 } }],
  ['delayed', { syncToken: null, repairs: { count: 3, lastAt: NOW - 1, notBefore: NOW + 1 } }],
  ['put-off', { deaths: { count: 9, at: NOW } }],
  ['delayed', { failure: { reason: 'RateLimited', at: NOW, count: 1, notBefore: NOW + 1 } }],
  ['handed-over', { syncToken: null, checkpoint: null }],
  ['lease', { checkpoint: listingOf({ mode: 'incremental', pageToken: '2' }) }],
  ['lease', { openedAt: NOW - LISTING_SPACING_MS + 1 }],
  ['open', {}],
] as const satisfies readonly (readonly [JudgedRequest['verdict']['kind'], Partial<CalendarRecord>])[];

const AT_REST = { ...newCalendar('any', 'any', 'a hash key', NOW), syncToken: '1', lastSyncedAt: NOW - HOUR };
const viaStranger: SyncRequest = { ...NOTIFIED, channel: { id: 'not ours', resourceId: 'r' } };

test.each(STRAITS.map(([kind], place) => [place, kind] as const))(
  'of the straits from the %ith on, %s is the answer',
  (place, kind) => {
    const straits = STRAITS.slice(place).reverse();
    const calendar: CalendarRecord = Object.assign({}, AT_REST, ...straits.map(([, changes]) => changes));
    const request = place <= 1 ? viaStranger : NOTIFIED;
    const arrival = place <= 2 ? EARLY : LIVE;
    expect(judgeRequest(calendar, request, arrival, NOW, LONGEST_MS).verdict.kind).toBe(kind);
  },
);

describe('what is written', () => {
  /** What differs from the record that was read, or the word for that very record. */
  function written(changes: Partial<CalendarRecord>, request: SyncRequest, arrival = LIVE): unknown {
    const calendar = { ...AT_REST, ...changes };
    const { next } = judgeRequest(calendar, request, arrival, NOW, LONGEST_MS);
    if (next === calendar) return 'nothing';
    const names = Object.keys(next) as (keyof CalendarRecord)[];
    return Object.fromEntries(names.filter((name) => next[name] !== calendar[name]).map((name) => [name, next[name]]));
  }
  const HELD = { lease: { owner: 'another', until: NOW + 1 }, openedAt: NOW };
  const first = { at: null, nextAt: NOW };

  test.each<[string, Partial<CalendarRecord>, SyncRequest, Arrival, unknown]>([
    ['covered', { coveredUntil: NOW }, NOTIFIED, EARLY, 'nothing'],
    ['paused', { status: 'paused' }, NOTIFIED, LIVE, { wantedAt: NOW }],
    ['paused, wished before', { status: 'paused', wantedAt: 1 }, NOTIFIED, LIVE, 'nothing'],
    ['busy, a notification', HELD, NOTIFIED, LIVE, { wantedAt: NOW, notified: first }],
    ['busy, a notification, wished before', { ...HELD, wantedAt: 1 }, NOTIFIED, LIVE, { notified: first }],
    [
      'busy, a notification that is being listed',
      HELD,
      NOTIFIED,
      EARLY,
      { notified: { at: NOW - HOUR, nextAt: null } },
    ],
    ['busy, forced, by whatever is being listed', HELD, FORCED, EARLY, { wantedAt: NOW }],
    ['busy, forced, wished before', { ...HELD, wantedAt: 1 }, FORCED, EARLY, 'nothing'],
    ['busy, within the margin', HELD, FORCED, { ...LIVE, publishedAt: NOW - COVERAGE_MARGIN_MS }, { wantedAt: NOW }],
  ])('%s', (_, changes, request, arrival, expected) => {
    expect(written(changes, request, arrival)).toEqual(expected);
  });

  test('put off: a dead holder is counted, his lease is gone, and nobody looks before the time', () => {
    const calendar: Partial<CalendarRecord> = {
      lease: { owner: 'dead', until: NOW },
      deaths: { count: 2, at: NOW - HOUR },
      reconcileAt: null,
      pushRetryAt: null,
    };
    const waitsUntil = NOW + 8 * 60_000;
    expect(written(calendar, { ...NOTIFIED, cause: 'reconcile' })).toEqual({
      lease: null,
      deaths: { count: 3, at: NOW },
      failure: { reason: 'WorkerDied', at: NOW, count: 1 },
      reconcileAt: waitsUntil,
      dueAt: waitsUntil,
    });
  });

  test.each([NOW, NOW + HOUR])(
    'Google is to be left alone: it is listed then, not before and no later: %i',
    (reconcileAt) => {
      const notBefore = NOW + 60_000;
      const failure = { reason: 'RateLimited', at: NOW, count: 9, notBefore };
      const calendar: Partial<CalendarRecord> = { failure, reconcileAt, pushRetryAt: null };
      expect(written(calendar, NOTIFIED)).toEqual({ notified: first, reconcileAt: notBefore, dueAt: notBefore });
    },
  );
});
