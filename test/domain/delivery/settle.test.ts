import { describe, expect, test } from '@jest/globals';
import {
  judge,
  settleBinding,
  settleCancellation,
  settleConference,
  type Verdict,
} from '../../../shared/domain/delivery/settle.ts';
import { DELIVERY_GIVE_UP_MS, FORGET_AFTER_MS } from '../../../shared/domain/limits.ts';
import type { ConferenceRecord, Pending } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, binding, conference, DAY, HOUR, NOW } from '../build.ts';

const STEPS = [5_000, 60_000, 120_000] as const;
const DELIVERED: Verdict = { kind: 'delivered' };
const REFUSED: Verdict = { kind: 'refused', reason: 'because' };
const LATER: Verdict = { kind: 'later', reason: 'busy', retryAt: NOW + 5_000 };

function terms(random = 0, now = NOW) {
  return { now, random, policy: { deliveryRetryMs: STEPS } };
}

describe('an outcome is judged', () => {
  test('as delivered or refused when the conference system says so', () => {
    expect(judge({ kind: 'done', eventPatch: {} }, false, conference('c'), terms())).toEqual(DELIVERED);
    expect(judge({ kind: 'refused', reason: 'because' }, false, conference('c'), terms())).toEqual(REFUSED);
  });

  test('as delivered when what is to be cancelled is unknown there, and as refused when anything else is', () => {
    expect(judge({ kind: 'unknown-conference' }, true, conference('c'), terms())).toEqual(DELIVERED);
    expect(judge({ kind: 'unknown-conference' }, false, conference('c'), terms()).kind).toBe('refused');
  });

  test.each([
    [0, 5_000],
    [1, 60_000],
    [2, 120_000],
    [3, 120_000],
    [400, 120_000],
  ])('as later after the step that follows %d failures', (attempts, waitMs) => {
    const failing = conference('c', { attempts, failingSince: attempts === 0 ? null : NOW - HOUR });
    const outcome = { kind: 'transient', reason: 'busy' } as const;
    expect(judge(outcome, false, failing, terms())).toEqual({ kind: 'later', reason: 'busy', retryAt: NOW + waitMs });
    expect(judge(outcome, false, failing, terms(0.999))).toMatchObject({ retryAt: NOW + Math.round(waitMs * 1.0999) });
  });

  test('as later when it was asked for, if that is later than the step', () => {
    const wait = (retryAfterMs: number): Verdict =>
      judge({ kind: 'transient', reason: 'busy', retryAfterMs }, false, conference('c'), terms());
    expect(wait(90_000)).toMatchObject({ retryAt: NOW + 90_000 });
    expect(wait(1_000)).toMatchObject({ retryAt: NOW + 5_000 });
  });

  test('as later than everything else when the endpoint is gone', () => {
    expect(judge({ kind: 'endpoint-gone' }, true, conference('c'), terms())).toMatchObject({ retryAt: NOW + 120_000 });
    const keyRefused = { kind: 'key-refused', reason: 'answered 401' } as const;
    const transient = { kind: 'transient', reason: 'answered 401' } as const;
    expect(judge(keyRefused, true, conference('c'), terms())).toEqual(judge(transient, true, conference('c'), terms()));
  });

  test('as refused once it has failed for three days, and not a moment before', () => {
    const since = (ago: number): ConferenceRecord => conference('c', { attempts: 80, failingSince: NOW - ago });
    const outcome = { kind: 'transient', reason: 'busy' } as const;
    expect(judge(outcome, false, since(DELIVERY_GIVE_UP_MS - 1), terms())).toMatchObject({ kind: 'later' });
    expect(judge(outcome, false, since(DELIVERY_GIVE_UP_MS), terms())).toEqual({
      kind: 'refused',
      reason: 'given up after 3 days: busy',
    });
  });

  test('with a last attempt after three days, however long it was asked to wait', () => {
    const patient = { kind: 'transient', reason: 'busy', retryAfterMs: 365 * DAY } as const;
    expect(judge(patient, false, conference('c'), terms())).toMatchObject({ retryAt: NOW + DELIVERY_GIVE_UP_MS });
    const failing = conference('c', { attempts: 80, failingSince: NOW - 2 * DAY });
    expect(judge(patient, false, failing, terms())).toMatchObject({ retryAt: NOW + DAY });
  });
});

describe('a conference', () => {
  test('counts its failures from the first on, and keeps what went wrong', () => {
    const once = settleConference(conference('c'), LATER, NOW);
    const twice = settleConference(once, { ...LATER, reason: 'down' }, NOW + 5_000);
    expect(twice).toMatchObject({ attempts: 2, failingSince: NOW, retryAt: NOW + 5_000 });
    expect(twice.failure).toEqual({ reason: 'down', at: NOW + 5_000, count: 2 });
  });

  test('is free of them with the first success', () => {
    const failing = settleConference(conference('c'), LATER, NOW);
    expect(settleConference(failing, DELIVERED, NOW)).toMatchObject({ attempts: 0, failingSince: null, failure: null });
  });

  test('begins anew after a refusal, and still says what was refused', () => {
    const failing = settleConference(conference('c'), LATER, NOW);
    expect(settleConference(failing, REFUSED, NOW)).toMatchObject({
      attempts: 0,
      failingSince: null,
      failure: { reason: 'because', count: 2 },
    });
  });
});

describe('a cancellation', () => {
  const last = { calendar: ALICES, calendarId: ALICE, eventId: 'm', reason: 'event_deleted', seenAt: NOW } as const;
  const ending = conference('c', {
    state: 'orphaned',
    revision: 3,
    orphan: { ...last, readAt: NOW, askedElsewhereAt: null },
    cancellation: { ...last, revision: 3 },
  });

  test('that arrived leaves a cancelled conference, to be forgotten in time', () => {
    expect(settleCancellation(ending, 3, DELIVERED, NOW)).toMatchObject({
      state: 'cancelled',
      cancellation: null,
      orphan: null,
      expireAt: NOW + FORGET_AFTER_MS,
    });
  });

  test('that was refused leaves a failed one, which knows its last event', () => {
    const { orphan } = ending;
    const failed = { state: 'failed', cancellation: null, orphan, expireAt: NOW + FORGET_AFTER_MS };
    expect(settleCancellation(ending, 3, REFUSED, NOW)).toMatchObject(failed);
  });

  test('that did not get through stays', () => {
    expect(settleCancellation(ending, 3, LATER, NOW)).toMatchObject({
      state: 'orphaned',
      cancellation: { revision: 3 },
      attempts: 1,
    });
  });

  test('that was withdrawn while it was under way changes nothing about the life of the conference', () => {
    const alive = conference('c', { state: 'live', liveCount: 1, revision: 4 });
    expect(settleCancellation(alive, 3, DELIVERED, NOW)).toMatchObject({ state: 'live', expireAt: null });
  });

  test('that was withdrawn and decided again is not settled by the outcome of the first', () => {
    const again = { ...ending, revision: 6, cancellation: { ...last, revision: 6 } };
    expect(settleCancellation(again, 3, DELIVERED, NOW)).toMatchObject({
      state: 'orphaned',
      cancellation: { revision: 6 },
    });
  });
});

describe('a pending change', () => {
  const pending: Pending = {
    revision: 3,
    what: 'updated',
    changed: ['title'],
    hashes: { title: 'new' },
    restored: false,
    seenAt: NOW,
  };
  const waiting = binding('m', 'c', { pending, delivered: { title: 'old' } });

  test('that arrived is what the conference system knows now', () => {
    const settled = settleBinding(waiting, 3, DELIVERED, { title: 'written' }, NOW);
    expect(settled).toMatchObject({ pending: null, delivered: { title: 'written' }, refused: null, state: 'live' });
  });

  test('that arrived heals what was refused before', () => {
    const failed = {
      ...waiting,
      state: 'failed',
      refused: { what: 'updated', hashes: { title: 'bad' }, changed: ['title'] as const },
      failure: { reason: 'x', at: 1, count: 1 },
    } as const;
    expect(settleBinding(failed, 3, DELIVERED, { title: 'new' }, NOW)).toMatchObject({
      state: 'live',
      refused: null,
      failure: null,
    });
  });

  test('that was refused is kept as such, and what was delivered before stands', () => {
    expect(settleBinding(waiting, 3, REFUSED, { title: 'new' }, NOW)).toMatchObject({
      state: 'failed',
      pending: null,
      refused: { what: waiting.pending?.what, hashes: { title: 'new' }, changed: waiting.pending?.changed },
      delivered: { title: 'old' },
      failure: { reason: 'because', at: NOW, count: 1 },
    });
  });

  test('that did not get through stays as it is', () => {
    expect(settleBinding(waiting, 3, LATER, { title: 'new' }, NOW)).toBe(waiting);
  });

  test.each([DELIVERED, REFUSED, LATER])('that is newer is not touched by an older outcome: %j', (verdict) => {
    expect(settleBinding(waiting, 2, verdict, { title: 'older' }, NOW)).toBe(waiting);
  });

  test.each([
    [DELIVERED, 'gone'],
    [REFUSED, 'failed'],
  ] as const)(
    'of an occurrence that takes no part leaves it gone, or failed for a person to see: %j',
    (verdict, state) => {
      const gone = { ...waiting, kind: 'occurrence', state: 'gone', delivered: null } as const;
      expect(settleBinding(gone, 3, verdict, {}, NOW)).toMatchObject({ state, pending: null, delivered: null });
    },
  );
});
