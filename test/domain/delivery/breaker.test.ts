/** The breaker by itself: when it opens, what it lets through, when it closes. */
import { describe, expect, test } from '@jest/globals';
import { Breaker } from '../../../shared/domain/delivery/breaker.ts';
import type { Outcome } from '../../../shared/domain/delivery/change.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';

const A = conferenceKeyOf('a');
const B = conferenceKeyOf('b');

function attempt(breaker: Breaker, conference: typeof A, outcome: Outcome['kind'], now: number) {
  expect(breaker.admit(now)).toBe('now');
  return breaker.settle(conference, outcome, now);
}

function opened(): Breaker {
  const breaker = new Breaker();
  attempt(breaker, A, 'transient', 0);
  attempt(breaker, B, 'transient', 0);
  expect(attempt(breaker, A, 'transient', 0)).toBe('opened');
  return breaker;
}

describe('the breaker', () => {
  test('lets one attempt in ten seconds through while it is open', () => {
    const breaker = opened();
    expect([0, 5_000, 9_999].map((now) => breaker.admit(now))).toEqual(['not-now', 'not-now', 'not-now']);
    expect(breaker.admit(10_000)).toBe('now');
    expect(breaker.admit(10_000)).toBe('not-now');
    expect(breaker.settle(B, 'transient', 10_100)).toBeNull();
    expect(breaker.admit(19_999)).toBe('not-now');
    expect(breaker.admit(20_000)).toBe('now');
  });
  test.each<Outcome['kind']>(['done', 'refused', 'unknown-conference'])('closes at an answer of %s', (kind) => {
    const breaker = opened();
    expect(attempt(breaker, A, kind, 10_000)).toBe('closed');
    expect(breaker.admit(10_000)).toBe('now');
    expect(breaker.admit(10_000)).toBe('now');
  });
  test('opens for an endpoint that refuses our key as for one that is down, and not for one conference alone', () => {
    const breaker = new Breaker();
    expect(attempt(breaker, A, 'key-refused', 0)).toBeNull();
    expect(attempt(breaker, A, 'key-refused', 0)).toBeNull();
    expect(attempt(breaker, B, 'key-refused', 0)).toBe('opened');
  });
  test('stays closed however often one conference fails', () => {
    const breaker = new Breaker();
    for (let now = 0; now < 100; now++) expect(attempt(breaker, A, 'transient', now)).toBeNull();
  });
  test('opens at once when the endpoint wants no more', () => {
    expect(attempt(new Breaker(), A, 'endpoint-gone', 0)).toBe('opened');
  });
  test('lets few attempts begin before the endpoint has shown that it works, and any number after', () => {
    const breaker = new Breaker();
    const first = Array.from({ length: 5 }, () => breaker.admit(0));
    expect(first).toEqual(['now', 'now', 'now', 'now', 'soon']);
    breaker.settle(A, 'done', 100);
    expect(Array.from({ length: 50 }, () => breaker.admit(100)).every((admission) => admission === 'now')).toBe(true);
  });
  test('makes no more than ten attempts in the first minute of an outage that it begins in', () => {
    const breaker = new Breaker();
    let attempts = 0;
    for (let now = 0; now < 60_000; now += 100) {
      const begun = Array.from({ length: 20 }, () => breaker.admit(now)).filter((admission) => admission === 'now');
      attempts += begun.length;
      begun.forEach((_, index) => {
        breaker.settle(index % 2 === 0 ? A : B, 'transient', now);
      });
    }
    expect(attempts).toBeLessThanOrEqual(10);
  });
  test('takes an attempt that was not made as if it had never been asked for', () => {
    const breaker = opened();
    expect(breaker.admit(10_000)).toBe('now');
    breaker.giveBack();
    expect(breaker.admit(10_001)).toBe('now');
  });
  test('keeps its distance to an attempt that was admitted before another one was given back', () => {
    const breaker = opened();
    expect(breaker.admit(10_000)).toBe('now');
    expect(breaker.admit(20_000)).toBe('now');
    breaker.giveBack();
    expect([20_001, 29_999].map((now) => breaker.admit(now))).toEqual(['not-now', 'not-now']);
    expect(breaker.admit(30_000)).toBe('now');
  });
  test('does not stay open when the clock goes back', () => {
    const breaker = opened();
    expect(breaker.admit(10_000)).toBe('now');
    breaker.settle(A, 'transient', 10_000);
    expect(breaker.admit(5_000)).toBe('now');
  });
});
