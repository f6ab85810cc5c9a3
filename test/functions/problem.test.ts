/** What a caller of the manage API is told about when to come again. */
import { expect, test } from '@jest/globals';
import { problemOf } from '../../functions/problem.ts';
import { GoogleUnavailable, RateLimited, StoreUnavailable } from '../../shared/domain/errors.ts';

test.each([
  ['a database that does not answer', new StoreUnavailable('down'), 5],
  ['Google, which says nothing of it', new GoogleUnavailable('503'), 5],
  ['Google, which asks for less', new RateLimited('429', { retryAfterMs: 1 }), 5],
  ['Google, which asks for more', new GoogleUnavailable('503', { retryAfterMs: 600_001 }), 601],
])('where it was %s', (_, error, retryAfterSeconds) => {
  expect(problemOf(error)).toMatchObject({ status: 503, retryAfterSeconds });
});
