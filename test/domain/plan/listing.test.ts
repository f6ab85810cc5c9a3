import { describe, expect, test } from '@jest/globals';
import { bindingIdOf } from '../../../shared/domain/ids.ts';
import { beginListing, beginSecondPass, sweepTo, turnPage } from '../../../shared/domain/plan/listing.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import { ALICE, DAY, NOW } from '../build.ts';

const NEW = newCalendar(ALICE, ALICE, 'hash-key', NOW);
const SYNCED = { ...NEW, syncToken: 'token', lastSyncedAt: NOW - DAY };
const PAGE = { kind: 'page', pageToken: 'page-2' } as const;
const END = { kind: 'end', syncToken: 'next' } as const;

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

  test('is not read twice for a series on its first page', () => {
    expect(turnPage(first, END, true).wantsSecondPass).toBe(false);
    expect(turnPage(turnPage(first, PAGE, true), END, false).wantsSecondPass).toBe(false);
  });

  test('is read twice for a new series on a later page, be it the last or not', () => {
    const second = turnPage(first, PAGE, false);
    expect(turnPage(second, END, true).wantsSecondPass).toBe(true);
    expect(turnPage(turnPage(second, PAGE, true), END, false).wantsSecondPass).toBe(true);
  });

  test('is read no third time', () => {
    const again = beginSecondPass(turnPage(turnPage(first, PAGE, false), END, true));
    expect(again).toEqual({ ...first, pass: 2 });
    expect(turnPage(turnPage(again, PAGE, true), END, true).wantsSecondPass).toBe(false);
  });

  test('remembers how far its sweep has come', () => {
    expect(sweepTo(first, bindingIdOf('m'))).toEqual({ ...first, sweptTo: bindingIdOf('m') });
  });
});
