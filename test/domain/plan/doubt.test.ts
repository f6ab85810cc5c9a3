/** What follows from an event that does not clearly say whether it still carries its conference. */
import { describe, expect, test } from '@jest/globals';
import { Book, bookWith } from '../book.ts';
import {
  ALICE,
  cancelledOccurrence,
  exception,
  type Item,
  meeting,
  occurrenceId,
  ours,
  series,
  theirs,
  tombstone,
} from '../build.ts';

const GRACE = 30_000;
const HOUR = 3_600_000;

const PENDING: Item = { conferenceData: { createRequest: { requestId: 'r', status: { statusCode: 'pending' } } } };
const NAME: Item = { conferenceData: { conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' } } };
const HOST: Item = {
  conferenceData: { entryPoints: [{ entryPointType: 'video', uri: 'https://meet.vendor.example/c' }] },
};
const PARAMETER: Item = {
  conferenceData: { parameters: { addOnParameters: { parameters: { vendorRoom: 'c' } } } },
};

/** Lists the item again after each of these times from now on. */
function listAgain(book: Book, item: Item, ...afterMs: readonly number[]): void {
  const at = book.now;
  for (const ms of afterMs) {
    book.now = at + ms;
    book.list(ALICE, [item]);
  }
}

describe.each([
  ['our solution name without an id', NAME],
  ['a host of ours without an id', HOST],
  ['a parameter of ours without an id', PARAMETER],
  ['a conference that is still being created', PENDING],
])('an event that carried ours and has %s', (_, unclear) => {
  test('keeps its conference alive, and is due at the end of the grace and after an hour', () => {
    const book = bookWith(meeting('m', ours('c')));
    const at = book.now;
    book.list(ALICE, [meeting('m', unclear)]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1, doubtAt: at + GRACE });
    expect(book.binding('m')).toMatchObject({ state: 'live', doubt: { since: at, readAt: at + GRACE } });
    listAgain(book, meeting('m', unclear), GRACE - 1);
    expect(book.binding('m')?.doubt).toEqual({ since: at, readAt: at + GRACE });
    listAgain(book, meeting('m', unclear), 1);
    expect(book.binding('m')?.doubt).toEqual({ since: at, readAt: at + HOUR });
    expect(book.told()).toEqual([]);
  });

  test('has lost it after an hour, and no second hour is waited for', () => {
    const book = bookWith(meeting('m', ours('c')));
    const at = book.now;
    listAgain(book, meeting('m', unclear), 0, GRACE, HOUR);
    expect(book.conference('c')).toMatchObject({
      state: 'orphaned',
      orphan: { seenAt: at, readAt: at + HOUR + GRACE, reason: 'conference_removed' },
    });
    expect(book.binding('m')).toMatchObject({ state: 'gone', doubt: null });
    book.endGrace('c', meeting('m', unclear));
    expect(book.told()).toEqual(['cancelled c by m: conference_removed']);
  });

  test('is told of as ever meanwhile', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m', unclear, { summary: 'Renamed', etag: '"2"' })]);
    expect(book.told()).toEqual(['updated c by m: title']);
  });

  test.each([
    ['comes back', ours('c'), 'live'],
    ['is clearly gone', {}, 'orphaned'],
    ['is replaced', theirs(), 'orphaned'],
  ])('is in doubt no longer when its conference %s', (_what, clear, state) => {
    const book = bookWith(meeting('m', ours('c')));
    listAgain(book, meeting('m', unclear), 0, GRACE);
    const at = book.now;
    book.list(ALICE, [meeting('m', clear, { etag: '"3"' })]);
    expect(book.conference('c').state).toBe(state);
    expect(book.binding('m')?.doubt).toBeNull();
    expect(book.conference('c').orphan?.readAt).toBe(state === 'live' ? undefined : at + GRACE);
  });

  test('ends at once when it is deleted', () => {
    const book = bookWith(meeting('m', ours('c')));
    listAgain(book, meeting('m', unclear), 0, GRACE);
    const at = book.now;
    book.list(ALICE, [tombstone('m')]);
    expect(book.conference('c')).toMatchObject({ state: 'orphaned', orphan: { seenAt: at, reason: 'event_deleted' } });
  });

  test('is not taken for one of ours if it never was', () => {
    const book = new Book();
    book.list(ALICE, [meeting('m', unclear)]);
    expect(book.contents()).toEqual({ bindings: [], conferences: [] });
  });

  test('takes part in its series for an hour, as an occurrence', () => {
    const book = bookWith(series('s', ours('c')));
    const unclearOne = exception('s', 3, unclear, { summary: 'Differs' });
    listAgain(book, unclearOne, 0, GRACE);
    expect(book.told()).toEqual(['occurrence_updated c by s_20270203T090000Z: everything']);
    expect(book.conference('c').doubtAt).not.toBeNull();
    listAgain(book, unclearOne, HOUR);
    expect(book.told()).toEqual(['occurrence_cancelled c by s_20270203T090000Z']);
    expect(book.binding(occurrenceId('s', 3))).toMatchObject({ state: 'gone', doubt: null });
  });

  test('does not come back to its series, as an occurrence that has left it', () => {
    const book = bookWith(series('s', ours('c')), cancelledOccurrence('s', 3));
    book.list(ALICE, [exception('s', 3, unclear, { etag: '"2"' })]);
    expect(book.told()).toEqual([]);
    expect(book.binding(occurrenceId('s', 3))).toMatchObject({ state: 'gone', doubt: null });
  });
});

test('an orphan whose event is unclear when it is read once more waits for an hour', () => {
  const book = bookWith(meeting('m', ours('c')));
  const at = book.now;
  book.list(ALICE, [meeting('m', { etag: '"2"' })]);
  book.endGrace('c', meeting('m', PENDING, { etag: '"3"' }));
  expect(book.conference('c')).toMatchObject({
    state: 'orphaned',
    orphan: { readAt: at + HOUR },
    cancellation: null,
  });
  book.endGrace('c', meeting('m', PENDING, { etag: '"3"' }));
  expect(book.told()).toEqual(['cancelled c by m: conference_removed']);
});
