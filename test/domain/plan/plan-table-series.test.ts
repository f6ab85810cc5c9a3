/** The rows of the plan table about series and their occurrences. */
import { describe, expect, test } from '@jest/globals';
import { Book, bookWith } from '../book.ts';
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

describe('an occurrence of a series', () => {
  test('that was moved is told as an update of that occurrence', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [exception('s', 3, ours('c'))]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: everything`]);
    expect(book.conference('c').liveCount).toBe(1);
    book.list(ALICE, [exception('s', 3, ours('c'), { summary: 'Renamed' })]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: title`]);
  });

  test('that was cancelled and comes back is told again', () => {
    const book = bookWith(series('s', ours('c')), cancelledOccurrence('s', 3));
    book.list(ALICE, [exception('s', 3, ours('c'), at(3, 10))]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: everything`]);
  });

  test('that was cancelled and comes back is told even where no field of occurrences counts', () => {
    const book = new Book(['description']);
    book.list(ALICE, [series('s', ours('c')), cancelledOccurrence('s', 3)]);
    book.deliver();
    book.list(ALICE, [exception('s', 3, ours('c'), at(3, 10))]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: `]);
    book.list(ALICE, [exception('s', 3, ours('c'), at(3, 10))]);
    expect(book.told()).toEqual([]);
  });

  test('with its own conference is bound by itself, and its series does without it', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [exception('s', 3, ours('own'))]);
    expect(book.told().sort()).toEqual([
      `occurrence_cancelled c by ${occurrenceId('s', 3)}`,
      `updated own by ${occurrenceId('s', 3)}: everything`,
    ]);
    expect(book.conference('own')).toMatchObject({ liveCount: 1, state: 'live' });
    expect(book.conference('c')).toMatchObject({ liveCount: 1, state: 'live' });
  });

  test("with its own conference that goes back to the series' one ends its own only", () => {
    const book = bookWith(series('s', ours('c')), exception('s', 3, ours('own')));
    book.list(ALICE, [exception('s', 3, ours('c'))]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: everything`]);
    expect(book.conference('own')).toMatchObject({ state: 'orphaned', liveCount: 0 });
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
  });

  test('without conference takes no part in a series that has one', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [exception('s', 3)]);
    expect(book.told()).toEqual([`occurrence_cancelled c by ${occurrenceId('s', 3)}`]);
  });

  test('with its own conference is told to a series that got its conference only later, and once', () => {
    const book = bookWith(exception('s', 3, ours('own')));
    book.list(ALICE, [series('s', ours('c'))]);
    expect(book.told()).toEqual(['updated c by s: everything', `occurrence_cancelled c by ${occurrenceId('s', 3)}`]);
    book.list(ALICE, [exception('s', 3, ours('own')), series('s', ours('c'))]);
    expect(book.told()).toEqual([]);
    expect(book.conference('own')).toMatchObject({ state: 'live', liveCount: 1 });
  });

  test('with its own conference is told on the page on which its series gets one, and once', () => {
    const book = bookWith(exception('s', 3, ours('own')), series('s'));
    book.list(ALICE, [exception('s', 3, ours('own')), series('s', ours('c'))]);
    expect(book.told()).toEqual(['updated c by s: everything', `occurrence_cancelled c by ${occurrenceId('s', 3)}`]);
  });

  test('whose own conference is swapped stays out of its series, of which the series knows already', () => {
    const book = bookWith(series('s', ours('c')), exception('s', 3, ours('own')));
    book.list(ALICE, [exception('s', 3, ours('other'))]);
    expect(book.told()).toEqual([`updated other by ${occurrenceId('s', 3)}: everything`]);
  });

  test('with its own conference that is cancelled then is not told of a second time', () => {
    const book = bookWith(series('s', ours('c')), exception('s', 3, ours('own')));
    book.list(ALICE, [cancelledOccurrence('s', 3)]);
    expect(book.told()).toEqual([]);
    expect(book.conference('own')).toMatchObject({ state: 'orphaned' });
    book.list(ALICE, [exception('s', 3, ours('c'))]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: everything`]);
  });

  test('that was cancelled and comes back with its own conference loses no word that its series is owed', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [cancelledOccurrence('s', 3)]);
    book.list(ALICE, [exception('s', 3, ours('own'))]);
    expect(book.told().sort()).toEqual([
      `occurrence_cancelled c by ${occurrenceId('s', 3)}`,
      `updated own by ${occurrenceId('s', 3)}: everything`,
    ]);
  });

  test("that goes back to its series' conference is told even where no field of occurrences counts", () => {
    const book = new Book(['description']);
    book.list(ALICE, [series('s', ours('c')), exception('s', 3, ours('own'))]);
    book.deliver();
    book.list(ALICE, [exception('s', 3, ours('c'))]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: `]);
  });

  test('that carried the conference before its series did is a part of the series then', () => {
    const book = bookWith(exception('s', 3, ours('c')));
    book.list(ALICE, [series('s', ours('c'))]);
    expect(book.told()).toEqual([
      'updated c by s: everything',
      `occurrence_updated c by ${occurrenceId('s', 3)}: everything`,
    ]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1, leadingCount: 1 });
  });

  test('listed before its series is counted once when the series turns up', () => {
    const book = new Book();
    book.list(ALICE, [exception('s', 3, ours('c'))]);
    book.list(ALICE, [series('s', ours('c'))]);
    book.list(ALICE, [exception('s', 3, ours('c'))]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1, leadingCount: 1 });
    expect(book.binding(occurrenceId('s', 3))).toMatchObject({ kind: 'occurrence', state: 'live' });
  });

  test('on a page before its series in the same page does not matter', () => {
    const book = new Book();
    book.list(ALICE, [cancelledOccurrence('s', 4), exception('s', 3, ours('c')), series('s', ours('c'))]);
    expect(book.told()).toEqual([
      'updated c by s: everything',
      `occurrence_cancelled c by ${occurrenceId('s', 4)}`,
      `occurrence_updated c by ${occurrenceId('s', 3)}: everything`,
    ]);
  });
});

describe('a series that loses its conference while it lives', () => {
  const keepsIt = exception('s', 3, ours('c'));

  test('lets an exception that carries the conference keep it alive', () => {
    const book = bookWith(series('s', ours('c')), keepsIt);
    book.list(ALICE, [series('s')]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1, leadingCount: 1 });
    expect(book.told()).toEqual([`updated c by ${occurrenceId('s', 3)}: everything`]);
  });

  test('ends it once its exceptions are seen without it', () => {
    const book = bookWith(series('s', ours('c')), keepsIt);
    book.list(ALICE, [exception('s', 3), series('s')]);
    expect(book.conference('c')).toMatchObject({ state: 'orphaned', liveCount: 0 });
    expect(book.told()).toEqual([]);
  });

  test('takes its exceptions along to another conference', () => {
    const book = bookWith(series('s', ours('c')), keepsIt);
    book.list(ALICE, [exception('s', 3, ours('new')), series('s', ours('new'))]);
    expect(book.conference('c')).toMatchObject({ state: 'orphaned', liveCount: 0 });
    expect(book.told()).toEqual([
      'updated new by s: everything',
      `occurrence_updated new by ${occurrenceId('s', 3)}: everything`,
    ]);
  });

  test('ends no conference that an exception has of its own', () => {
    const book = bookWith(series('s', ours('c')), exception('s', 3, ours('own')));
    book.list(ALICE, [series('s')]);
    expect(book.conference('own')).toMatchObject({ state: 'live', liveCount: 1, orphan: null });
    expect(book.conference('c')).toMatchObject({ state: 'orphaned' });
  });
});

describe('a series with a cancelled occurrence that is not listed again', () => {
  const told = [`occurrence_cancelled new by ${occurrenceId('s', 3)}`];
  const cancelled = cancelledOccurrence('s', 3);

  test('tells another conference that it comes to of the cancellation', () => {
    const book = bookWith(series('s', ours('c')), cancelled);
    book.list(ALICE, [series('s', ours('new'))]);
    expect(book.told()).toEqual(['updated new by s: everything', ...told]);
    book.list(ALICE, [cancelled, series('s', ours('new'))]);
    expect(book.told()).toEqual([]);
  });

  test.each([
    ['has had none for a while', series('s')],
    ["has had another product's", series('s', theirs())],
    ['was deleted', tombstone('s')],
    ['was of another organizer', series('s', ours('c'), organizedBy('carol@elsewhere.example'))],
  ])('tells it of that also after it %s', (_, between) => {
    const book = bookWith(series('s', ours('c')), cancelled);
    book.list(ALICE, [between]);
    book.deliver();
    book.list(ALICE, [series('s', ours('new'))]);
    expect(book.told()).toEqual(['updated new by s: everything', ...told]);
  });

  test('tells its own conference of it again when that is restored', () => {
    const book = bookWith(series('s', ours('c')), cancelled);
    book.list(ALICE, [tombstone('s')]);
    book.endGrace('c', tombstone('s'));
    book.deliver();
    book.list(ALICE, [series('s', ours('c'))]);
    expect(book.told()).toEqual([
      'updated c by s: everything, restored',
      `occurrence_cancelled c by ${occurrenceId('s', 3)}`,
    ]);
  });

  test('tells of an occurrence that has a conference of its own, too', () => {
    const book = bookWith(series('s', ours('c')), exception('s', 3, ours('own')));
    book.list(ALICE, [series('s', ours('new'))]);
    expect(book.told().filter((sentence) => !sentence.includes('own'))).toEqual([
      'updated new by s: everything',
      ...told,
    ]);
    expect(book.conference('own')).toMatchObject({ state: 'live', liveCount: 1 });
  });

  test('tells of no occurrence that has come back meanwhile', () => {
    const book = bookWith(series('s', ours('c')), cancelled);
    book.list(ALICE, [series('s')]);
    book.list(ALICE, [exception('s', 3, ours('new')), series('s', ours('new'))]);
    expect(book.told()).toEqual([
      'updated new by s: everything',
      `occurrence_updated new by ${occurrenceId('s', 3)}: everything`,
    ]);
  });

  test('keeps what it owes for the day on which its calendar leads', () => {
    const book = bookWith(series('s', ours('c')), cancelled);
    book.list(BOB, [meeting('m', ours('new'), { organizer: { email: BOB, self: true } })]);
    book.list(ALICE, [series('s', ours('new'))]);
    expect(book.told()).toEqual(['updated new by m: everything']);
    book.list(BOB, [tombstone('m')]);
    expect(book.told().sort()).toEqual([...told, 'updated new by s: everything']);
  });
});

describe('a series split in two', () => {
  const first = series('s', ours('c'), { etag: '"one"', recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270209T225959Z'] });

  test.each([['s_R20270210T090000'], ['unrelated5hni4sj3ql16']])(
    'has both halves bound to one conference, the new one being %s',
    (secondId) => {
      const second = series(secondId, ours('c'), { etag: '"one"', ...at(10, 12) });
      const book = bookWith(series('s', ours('c')));
      book.list(ALICE, [first, second]);
      expect(book.told()).toEqual(['updated c by s: recurrence', `updated c by ${secondId}: everything`]);
      expect(book.conference('c')).toMatchObject({ liveCount: 2, leadingCount: 2 });
    },
  );

  test.each([
    ['first', 's', 's_R20270210T090000'],
    ['second', 's_R20270210T090000', 's'],
  ])('keeps its conference while the %s half is deleted, and loses it with the other', (_, deleted, rest) => {
    const book = bookWith(first, series('s_R20270210T090000', ours('c'), at(10, 10)));
    book.list(ALICE, [tombstone(deleted)]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
    book.list(ALICE, [tombstone(rest)]);
    book.endGrace('c', null);
    expect(book.told()).toEqual([`cancelled c by ${rest}: event_deleted`]);
  });

  test('tells each half what changed in it when both come again with one etag', () => {
    const second = series('s_R20270210T090000', ours('c'), at(10, 10));
    const book = bookWith(first, second);
    const renamed = { etag: '"two"', summary: 'Renamed' };
    book.list(ALICE, [{ ...first, ...renamed }, exception('s', 3, ours('c'), renamed), { ...second, ...renamed }]);
    expect(book.told().sort()).toEqual([
      `occurrence_updated c by ${occurrenceId('s', 3)}: everything`,
      'updated c by s: title',
      'updated c by s_R20270210T090000: title',
    ]);
  });

  test('finds the series of an occurrence whose own id is that of the half before', () => {
    const book = bookWith(first, series('s_R20270210T090000', ours('c'), at(10, 10)));
    const stray = { ...cancelledOccurrence('s', 12), recurringEventId: 's_R20270210T090000' };
    book.list(ALICE, [stray]);
    expect(book.told()).toEqual([`occurrence_cancelled c by ${occurrenceId('s', 12)}`]);
    expect(book.changes.at(-1)?.data.eventId).toBe('s_R20270210T090000');
  });

  test('loses the conference of the second half when a client did not copy it, and keeps it on the first', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [first, series('s_R20270210T090000', at(10, 10))]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
  });
});

describe('a series of which Google shows no instance', () => {
  const empty = series('s', ours('c'), { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270131T225959Z'] });

  /** The book of a calendar whose series has run empty. */
  function bookWithEmpty(): Book {
    const book = bookWith(series('s', ours('c')));
    book.emptySeries.add('s');
    book.list(ALICE, [empty]);
    return book;
  }

  test('is treated as cancelled', () => {
    const book = bookWithEmpty();
    book.endGrace('c', empty);
    expect(book.told()).toEqual(['cancelled c by s: series_ended']);
  });

  test('is not bound in the first place', () => {
    const book = new Book();
    book.emptySeries.add('s');
    book.list(ALICE, [empty]);
    expect(book.bindings.size).toBe(0);
  });

  test('keeps its conference if Google shows one again when it is read once more', () => {
    const book = bookWithEmpty();
    book.emptySeries.clear();
    book.endGrace('c', empty);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
  });

  test('brings its conference back when it takes place again', () => {
    const book = bookWithEmpty();
    book.endGrace('c', empty);
    book.deliver();
    book.emptySeries.clear();
    book.list(ALICE, [series('s', ours('c'))]);
    expect(book.told()).toEqual(['updated c by s: everything, restored']);
  });

  test('goes on with its conference while nobody was asked, whatever its rule looks like', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [empty]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
  });
});
