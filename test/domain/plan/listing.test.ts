import { describe, expect, test } from '@jest/globals';
import { bindingIdOf } from '../../../shared/domain/ids.ts';
import {
  beginListing,
  beginNextPass,
  isUnderWay,
  openAgain,
  passDelayMs,
  sweepTo,
  turnPage,
  wantAnotherPass,
} from '../../../shared/domain/plan/listing.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import { ALICE, DAY, NOW } from '../build.ts';

const NEW = newCalendar(ALICE, ALICE, 'hash-key', NOW);
const SYNCED = { ...NEW, syncToken: 'token', lastSyncedAt: NOW - DAY };
const PAGE = { next: { kind: 'page', pageToken: 'page-2' }, accessRole: null } as const;
const END = { next: { kind: 'end', syncToken: 'next' }, accessRole: null } as const;

describe('a listing begins', () => {
  test('at the token, with neither a bound in time nor a mark for what it shows', () => {
    expect(beginListing(SYNCED, 'sweep', NOW, DAY)).toMatchObject({
      mode: 'incremental',
      startToken: 'token',
      pageToken: null,
      timeMin: null,
      sweepId: null,
    });
  });

  test('in full without a token, the first one bounded in time', () => {
    expect(beginListing(NEW, 'sweep', NOW, DAY)).toMatchObject({
      mode: 'full',
      startToken: null,
      sweepId: 'sweep',
      timeMin: NOW - DAY,
    });
  });

  test('in full and without bound after a token died', () => {
    const later = beginListing({ ...SYNCED, syncToken: null }, 'sweep', NOW, DAY);
    expect(later).toMatchObject({ mode: 'full', sweepId: 'sweep', timeMin: null });
  });
});

describe('a listing', () => {
  const first = beginListing(NEW, 'sweep', NOW, DAY);

  test('goes on with the same question on its next page', () => {
    const second = turnPage(first, PAGE, false);
    expect(second).toEqual({ ...first, pageToken: 'page-2', hasTurnedPage: true });
  });

  test('ends with the token of its last page', () => {
    expect(turnPage(turnPage(first, PAGE, false), END, false)).toMatchObject({
      pageToken: null,
      nextSyncToken: 'next',
    });
  });

  test('is not read again for a series on its first page', () => {
    expect(turnPage(first, END, true).wantsAnotherPass).toBe(false);
    expect(turnPage(turnPage(first, PAGE, true), END, false).wantsAnotherPass).toBe(false);
  });

  test('is read again for a new series on a later page, be it the last or not', () => {
    const second = turnPage(first, PAGE, false);
    expect(turnPage(second, END, true).wantsAnotherPass).toBe(true);
    expect(turnPage(turnPage(second, PAGE, true), END, false).wantsAnotherPass).toBe(true);
  });

  test('is read as often as more of them turn up', () => {
    const again = beginNextPass(turnPage(turnPage(first, PAGE, false), END, true));
    expect(again).toEqual({ ...first, pass: 2 });
    const third = beginNextPass(turnPage(turnPage(again, PAGE, false), END, true));
    expect(third).toEqual({ ...first, pass: 3 });
    expect(turnPage(turnPage(third, PAGE, false), END, false).wantsAnotherPass).toBe(false);
  });

  test('that opens once more marks anew, unless it marks nothing', () => {
    expect(openAgain(first, 'next')).toEqual({ ...first, sweepId: 'next' });
    expect(openAgain(beginListing(SYNCED, 'sweep', NOW, DAY), 'next').sweepId).toBeNull();
  });

  test('is read again at once, then after ever longer waits', () => {
    const delays = [2, 3, 4, 5, 6, 20].map((pass) => passDelayMs({ ...first, pass }, DAY));
    expect(delays).toEqual([0, 0, 60_000, 120_000, 240_000, DAY]);
  });

  test('knows the access that its last page granted, and before the first that of the calendar', () => {
    const begun = beginListing({ ...NEW, accessRole: 'reader' }, 'sweep', NOW, DAY);
    expect(begun.accessRole).toBe('reader');
    expect(turnPage(begun, { ...PAGE, accessRole: 'freeBusyReader' }, false).accessRole).toBe('freeBusyReader');
    expect(turnPage(begun, { ...END, accessRole: 'writer' }, false).accessRole).toBe('writer');
  });

  test('is under way from its first page to the end of its sweep', () => {
    const read = turnPage(first, PAGE, false);
    const states = [first, read, turnPage(read, END, false), beginNextPass(read)];
    expect(states.map(isUnderWay)).toEqual([false, true, true, false]);
  });

  test('can be told from outside to be read again', () => {
    expect(wantAnotherPass(first)).toEqual({ ...first, wantsAnotherPass: true });
  });

  test('remembers how far its sweep has come', () => {
    expect(sweepTo(first, bindingIdOf('m'))).toEqual({ ...first, sweptTo: bindingIdOf('m') });
  });
});
