/** A conference that is announced for an event which carries another: it ends with its event, whatever the event has carried meanwhile. */
import { describe, expect, test } from '@jest/globals';
import { Book } from '../book.ts';
import {
  ALICE,
  at,
  BOB,
  cancelledOccurrence,
  exception,
  meeting,
  occurrenceId,
  organizedBy,
  ours,
  series,
  theirs,
  tombstone,
} from '../build.ts';

const GRACE_MS = 30_000;

/** What has been told once the graces of all orphans that are due by then are over, their events gone. */
function toldAtTheEnd(book: Book, ...conferenceIds: readonly string[]): string[] {
  const due = book.now + GRACE_MS;
  for (const id of conferenceIds) {
    if ((book.conference(id).orphan?.readAt ?? Infinity) <= due) book.endGrace(id, null);
  }
  return book.told().sort();
}

describe('a conference that was announced for an event with another', () => {
  test('ends when the event is deleted, together with the other', () => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.deliver();
    book.announce(ALICE, 'm', 'd');
    book.list(ALICE, [tombstone('m')]);
    expect(book.conference('d')).toMatchObject({ state: 'orphaned', announcedUntil: null });
    expect(toldAtTheEnd(book, 'c', 'd')).toEqual([
      'cancelled c by m: event_deleted',
      'cancelled d by m: event_deleted',
    ]);
    expect(book.binding('m')).toMatchObject({ state: 'gone', announced: null });
  });

  test.each([
    ['loses the other', meeting('m')],
    ['is given one of another product', meeting('m', theirs())],
    ['is given a third one of ours', meeting('m', ours('e'))],
  ])('waits when the event %s first, and ends when it is deleted then', (_, changed) => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.announce(ALICE, 'm', 'd');
    const until = book.conference('d').announcedUntil;
    book.list(ALICE, [changed]);
    expect(book.conference('d').orphan?.readAt).toBe(until);
    book.list(ALICE, [tombstone('m')]);
    expect(book.conference('d').orphan?.readAt).toBe(book.now + GRACE_MS);
    expect(toldAtTheEnd(book, 'd')).toContain('cancelled d by m: event_deleted');
  });

  test('does not put off the end of the other when its event is deleted after that', () => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.announce(ALICE, 'm', 'd');
    book.list(ALICE, [meeting('m')]);
    const { orphan } = book.conference('c');
    book.now += 1_000;
    book.list(ALICE, [tombstone('m')]);
    expect(book.conference('c').orphan).toEqual(orphan);
  });

  test('takes its place when the event shows it after all', () => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.announce(ALICE, 'm', 'd');
    book.list(ALICE, [meeting('m', ours('e'))]);
    book.list(ALICE, [meeting('m', ours('d'))]);
    expect(book.conference('d')).toMatchObject({ state: 'live', liveCount: 1, announcedUntil: null });
    expect(book.binding('m')).toMatchObject({ announced: null });
  });

  test('lives on where somebody else carries it, and is not waited for any more', () => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.announce(ALICE, 'm', 'd');
    book.list(BOB, [meeting('copy', organizedBy(BOB), ours('d'))]);
    book.list(ALICE, [tombstone('m')]);
    expect(book.conference('d')).toMatchObject({ state: 'live', liveCount: 1, announcedUntil: null });
    expect(book.told()).toContain('updated d by copy: everything');
  });
});

test('one that was announced for a new event which came with another ends with the event, too', () => {
  const book = new Book();
  book.announce(ALICE, 'm', 'd');
  book.list(ALICE, [meeting('m', ours('c'))]);
  book.list(ALICE, [tombstone('m')]);
  expect(toldAtTheEnd(book, 'c', 'd')).toContain('cancelled d by m: event_deleted');
});

test('one that was announced for an occurrence ends with the occurrence', () => {
  const book = new Book();
  book.list(ALICE, [series('s', ours('c'))]);
  const id = occurrenceId('s', 3);
  book.announce(ALICE, id, 'd');
  book.list(ALICE, [exception('s', 3, ours('c'))]);
  book.deliver();
  book.list(ALICE, [cancelledOccurrence('s', 3)]);
  expect(toldAtTheEnd(book, 'd')).toEqual([`cancelled d by ${id}: event_deleted`, `occurrence_cancelled c by ${id}`]);
});

describe.each([
  ['moved', () => exception('s', 3, ours('c'), at(3, 15)), 'occurrence_updated c by'],
  ['cancelled', () => cancelledOccurrence('s', 3), 'occurrence_cancelled c by'],
])('one that is announced for an occurrence that was %s', (_, changed, told) => {
  const id = occurrenceId('s', 3);

  function announcedBook(): Book {
    const book = new Book();
    book.list(ALICE, [series('s', ours('c'))]);
    book.deliver();
    book.list(ALICE, [changed()]);
    book.announce(ALICE, id, 'd');
    return book;
  }

  test('leaves to the occurrence what is still to be told of it', () => {
    const book = announcedBook();
    expect(book.conference('d')).toMatchObject({ state: 'orphaned', orphan: { eventId: id } });
    expect(book.told()).toContainEqual(expect.stringContaining(told));
    book.endGrace('d', null);
    expect(book.told()).toContain(`cancelled d by ${id}: event_deleted`);
  });

  test('takes the place of the other when the occurrence shows it', () => {
    const book = announcedBook();
    book.deliver();
    book.list(ALICE, [exception('s', 3, ours('d'), { etag: '"3"' })]);
    expect(book.conference('d')).toMatchObject({ state: 'live', liveCount: 1, announcedUntil: null });
    expect(book.binding(id)).toMatchObject({ kind: 'event', state: 'live', announced: null });
  });
});
