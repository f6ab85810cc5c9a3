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
  const listing = { mode, hasUnrecorded: recorded === 'not all', accessRole: 'owner' } as const;
  expect(unrecordedAfter({ unrecorded: before, accessRole: 'owner' }, listing, NOW, 6 * HOUR)).toEqual(after);
});

test.each([
  ['incremental', null, { count: 0, retryAt: NOW }],
  ['incremental', LATER, { count: 1, retryAt: NOW }],
  ['full', LATER, null],
] as const)('after one that was %s and showed more than was ever shown, with %j before', (mode, before, after) => {
  const listing = { mode, hasUnrecorded: false, accessRole: 'writer' } as const;
  expect(unrecordedAfter({ unrecorded: before, accessRole: 'reader' }, listing, NOW, 6 * HOUR)).toEqual(after);
});

test.each([
  [null, 'owner'],
  ['reader', null],
  ['owner', 'reader'],
] as const)('access that was %j and is %j hides nothing that is shown now', (accessRole, present) => {
  const listing = { mode: 'incremental', hasUnrecorded: false, accessRole: present } as const;
  expect(unrecordedAfter({ unrecorded: null, accessRole }, listing, NOW, 6 * HOUR)).toBeNull();
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
