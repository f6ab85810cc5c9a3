/** A receiver drops what is not above the last revision that it applied; so no conference may ever fall back behind it. */
import { expect, test } from '@jest/globals';
import { newConference } from '../../../shared/domain/state/new-record.ts';
import { Book, bookWith } from '../book.ts';
import { ALICE, DAY, meeting, ours, tombstone } from '../build.ts';

function revisionsOf(book: Book): number[] {
  return book.changes.map(({ data }) => data.revision);
}

test('a conference that was forgotten after its end and comes back is told above all that went before', () => {
  const book = bookWith(meeting('m', ours('c')));
  for (const summary of ['one', 'two', 'three']) {
    book.list(ALICE, [meeting('m', ours('c'), { summary })]);
    book.deliver();
  }
  book.list(ALICE, [tombstone('m')]);
  book.endGrace('c', tombstone('m'));
  book.deliver();
  const before = revisionsOf(book);
  expect(before).toHaveLength(5);

  book.now += 30 * DAY;
  for (const { expireAt } of [...book.bindings.values(), ...book.conferences.values()]) {
    expect(expireAt).toBeLessThanOrEqual(book.now);
  }
  book.bindings.clear();
  book.conferences.clear();
  book.list(ALICE, [meeting('m', ours('c'))]);
  expect(book.told()).toEqual(['updated c by m: everything']);
  expect(revisionsOf(book).at(-1)).toBeGreaterThan(Math.max(...before));
});

test('one that was only announced, too', () => {
  const book = new Book();
  book.announce(ALICE, 'm', 'c');
  expect(book.conference('c').revision).toBe(book.now);
});

test('and every revision that a conference can come to is a whole number that JSON carries unharmed', () => {
  const inAThousandYears = Date.UTC(3027, 0, 1);
  expect(Number.isSafeInteger(newConference('c', inAThousandYears).revision + 1_000_000_000)).toBe(true);
});

test('even where a clock tells fractions of milliseconds', () => {
  expect(newConference('c', 1_800_435_600_000.25).revision).toBe(1_800_435_600_000);
});

test('a change that is recorded long after the last is above the clock', () => {
  const book = bookWith(meeting('m', ours('c')));
  book.now += DAY + 0.5;
  book.list(ALICE, [meeting('m', ours('c'), { summary: 'one' })]);
  expect(book.binding('m')?.pending?.revision).toBe(Math.floor(book.now));
});

test('changes that are recorded at once count on, and so does one that is recorded by a clock that is behind', () => {
  const book = bookWith(meeting('m', ours('c')));
  for (const summary of ['one', 'two', 'three']) {
    book.now -= 1_000;
    book.list(ALICE, [meeting('m', ours('c'), { summary })]);
    book.deliver();
  }
  const [first = 0, ...others] = revisionsOf(book);
  expect(others).toEqual([first + 1, first + 2, first + 3]);
});
