import { expect, test } from '@jest/globals';
import { readRetryAfter } from '../../../shared/domain/delivery/retry-after.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['999999999', 3_600_000],
  ['Wed, 25 Nov 2026 10:00:00 GMT', 3_600_000],
  ['Tue, 24 Nov 2026 10:00:30 GMT', 30_000],
  ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['5 minutes', undefined],
  ['24 Nov 2026 10:00:30 GMT', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j is %j milliseconds from now', (header, expected) => {
  expect(readRetryAfter(header, NOW)).toBe(expected);
});
