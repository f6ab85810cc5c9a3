/** When everything is listed again because something could not be recorded. */
import { describe, expect, test } from '@jest/globals';
import { isFullListingDue, unrecordedAfter } from '../../../shared/domain/plan/unrecorded.ts';
import type { Unrecorded } from '../../../shared/domain/state/records.ts';
import { HOUR, NOW } from '../build.ts';

const LATER: Unrecorded = { count: 1, retryAt: NOW + 5 };

test.each([
  ['incremental', 'all', null, null],
  ['incremental', 'all', LATER, LATER],
  ['incremental', 'not all', null, { count: 0, retryAt: NOW + HOUR }],
  ['incremental', 'not all', LATER, LATER],
  ['full', 'all', null, null],
  ['full', 'all', LATER, null],
  ['full', 'not all', null, { count: 1, retryAt: NOW + 2 * HOUR }],
  ['full', 'not all', LATER, { count: 2, retryAt: NOW + 4 * HOUR }],
  ['full', 'not all', { count: 2, retryAt: NOW }, { count: 3, retryAt: NOW + 6 * HOUR }],
] as const)('after one that was %s and recorded %s, with %j before', (mode, recorded, before, after) => {
  expect(unrecordedAfter(before, { mode, hasUnrecorded: recorded === 'not all' }, NOW, 6 * HOUR)).toEqual(after);
});

describe('a full listing is due', () => {
  test.each([
    ['from its time on', NOW, 'upkeep', true],
    ['not before', NOW + 1, 'upkeep', false],
    ['not where people wait for their edits', NOW, 'live', false],
  ] as const)('%s', (_case, retryAt, lane, isDue) => {
    expect(isFullListingDue({ unrecorded: { count: 0, retryAt } }, lane, NOW)).toBe(isDue);
  });

  test('not where everything is on record', () => {
    expect(isFullListingDue({ unrecorded: null }, 'upkeep', NOW)).toBe(false);
  });
});
