/** The table of what follows from what a listing shows, row by row, through the real rules. */
import { describe, expect, test } from '@jest/globals';
import { Book } from './book.ts';
import {
  ALICE,
  ALICES,
  at,
  BOB,
  BOBS,
  cancelledOccurrence,
  exception,
  FIELDS,
  type Item,
  meeting,
  occurrenceId,
  organizedBy,
  ours,
  series,
  theirs,
  tombstone,
} from './build.ts';

/** A book in which these items of Alice's were listed and everything about them delivered. */
function bookWith(...items: readonly Item[]): Book {
  const book = new Book();
  book.list(ALICE, items);
  book.deliver();
  return book;
}

describe("an organizer's event with our conference", () => {
  test('is bound, and its conference is told everything', () => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    expect(book.told()).toEqual(['updated c by m: everything']);
    expect(book.binding('m')).toMatchObject({ kind: 'event', state: 'live', pending: null });
    expect(book.conference('c')).toMatchObject({ state: 'live', leader: ALICES, liveCount: 1, leadingCount: 1 });
  });

  test('tells exactly the fields that differ from what was delivered', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m', ours('c'), at(2, 15), { summary: 'Renamed', etag: '"m-2"' })]);
    expect(book.told()).toEqual(['updated c by m: title, start, end']);
  });

  test('tells nothing when nothing that we care for differs', () => {
    const book = bookWith(meeting('m', ours('c')));
    const before = book.contents();
    book.list(ALICE, [meeting('m', ours('c'), { etag: '"m-2"', attendees: [{ email: BOB }], colorId: '3' })]);
    expect(book.told()).toEqual([]);
    expect(book.contents()).toEqual(before);
  });

  test('tells nothing when it comes back as the echo of our own write', () => {
    const book = bookWith(meeting('m', ours('c')));
    const [path, bound] = [...book.bindings][0] ?? [];
    if (path === undefined || bound === undefined) throw new Error('nothing is bound');
    book.bindings.set(path, { ...bound, ownEtag: '"ours"' });
    book.list(ALICE, [meeting('m', ours('c'), { etag: '"ours"', description: 'written by us' })]);
    expect(book.told()).toEqual([]);
    book.list(ALICE, [meeting('m', ours('c'), { etag: '"users"', description: 'edited by a user' })]);
    expect(book.told()).toEqual(['updated c by m: description']);
  });

  test('ends the conference it had when it carries another one of ours', () => {
    const book = bookWith(meeting('m', ours('old')));
    book.list(ALICE, [meeting('m', ours('new'))]);
    expect(book.conference('old')).toMatchObject({ state: 'orphaned', liveCount: 0 });
    book.endGrace('old', meeting('m', ours('new')));
    expect(book.told().sort()).toEqual(['cancelled old by m: conference_replaced', 'updated new by m: everything']);
  });
});

describe('a live event that has lost our conference', () => {
  test('leaves an orphan when the conference was removed', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m')]);
    expect(book.told()).toEqual([]);
    expect(book.conference('c').orphan).toMatchObject({ eventId: 'm', reason: 'conference_removed' });
    book.endGrace('c', meeting('m'));
    expect(book.told()).toEqual(['cancelled c by m: conference_removed']);
  });

  test("leaves an orphan when another product's took its place", () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m', theirs())]);
    book.endGrace('c', meeting('m', theirs()));
    expect(book.told()).toEqual(['cancelled c by m: conference_replaced']);
  });

  test.each([
    ['private under reader access', 'reader', { visibility: 'private' }],
    [
      'confidential under writer access without private events',
      'writerWithoutPrivateAccess',
      { visibility: 'confidential' },
    ],
    ['under access that shows only busy times', 'freeBusyReader', {}],
    ['private under access that Google does not name', null, { visibility: 'private' }],
  ] as const)('proves nothing when it is %s', (_, accessRole, hiding) => {
    const book = bookWith(meeting('m', ours('c')));
    const before = book.contents();
    book.list(ALICE, [{ id: 'm', status: 'confirmed', ...hiding }], { accessRole });
    expect(book.contents()).toEqual(before);
  });

  test('does not end anything when the confirming read cannot see it', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m')]);
    book.endGrace('c', { id: 'm', status: 'confirmed', visibility: 'private' }, 'reader');
    expect(book.told()).toEqual([]);
    expect(book.conference('c').state).toBe('orphaned');
  });
});

describe('a tombstone', () => {
  test('of a single event leaves an orphan that ends after its grace', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [tombstone('m')]);
    expect(book.told()).toEqual([]);
    book.endGrace('c', tombstone('m'));
    expect(book.told()).toEqual(['cancelled c by m: event_deleted']);
    expect(book.conference('c')).toMatchObject({ state: 'cancelled', orphan: null, cancellation: null });
  });

  test('of a master ends the conferences of all its exceptions too', () => {
    const book = bookWith(series('s', ours('c')), exception('s', 3, ours('own')), exception('s', 4, ours('c')));
    book.list(ALICE, [tombstone('s')]);
    expect(book.conference('c')).toMatchObject({ state: 'orphaned', liveCount: 0 });
    expect(book.conference('own')).toMatchObject({ state: 'orphaned', liveCount: 0 });
    expect(book.binding(occurrenceId('s', 4))).toBeUndefined();
    book.endGrace('c', null);
    book.endGrace('own', null);
    expect(book.told().sort()).toEqual([
      'cancelled c by s: event_deleted',
      `cancelled own by ${occurrenceId('s', 3)}: event_deleted`,
    ]);
  });

  test('of one occurrence cancels that occurrence and leaves the series alone', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [cancelledOccurrence('s', 3)]);
    expect(book.told()).toEqual([`occurrence_cancelled c by ${occurrenceId('s', 3)}`]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
  });

  test('of an occurrence that comes again, even bare, is told once', () => {
    const book = bookWith(series('s', ours('c')), cancelledOccurrence('s', 3));
    const before = book.contents();
    book.list(ALICE, [cancelledOccurrence('s', 3), series('s', ours('c'))]);
    book.list(ALICE, [tombstone(occurrenceId('s', 3))]);
    expect(book.told()).toEqual([]);
    expect(book.contents()).toEqual(before);
  });

  test('of a changed occurrence is understood without the id of its series', () => {
    const book = bookWith(series('s', ours('c')), exception('s', 3, ours('c')));
    book.list(ALICE, [tombstone(occurrenceId('s', 3))]);
    expect(book.told()).toEqual([`occurrence_cancelled c by ${occurrenceId('s', 3)}`]);
  });

  test('of an unknown occurrence after a series was cut breaks nothing', () => {
    const book = bookWith(series('s', ours('c')));
    const cut = series('s', ours('c'), { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270210T225959Z'] });
    book.list(ALICE, [tombstone(occurrenceId('s', 12)), cut]);
    expect(book.told()).toEqual(['updated c by s: recurrence']);
    expect(book.bindings.size).toBe(1);
  });

  test('with every field of the event is a tombstone all the same', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m', ours('c'), { status: 'cancelled' })]);
    expect(book.conference('c').state).toBe('orphaned');
  });
});

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

  test('with its own conference is told to a series that got its conference only later', () => {
    const book = bookWith(exception('s', 3, ours('own')));
    book.list(ALICE, [tombstone(occurrenceId('s', 3))]);
    book.list(ALICE, [series('s', ours('c'))]);
    book.deliver();
    book.list(ALICE, [exception('s', 3, ours('own'))]);
    expect(book.told()).toContain(`occurrence_cancelled c by ${occurrenceId('s', 3)}`);
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

describe('a series whose rule yields no occurrence any more', () => {
  const empty = series('s', ours('c'), { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20270131T225959Z'] });

  test('is treated as cancelled', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [empty]);
    book.endGrace('c', empty);
    expect(book.told()).toEqual(['cancelled c by s: series_ended']);
  });

  test('is not bound in the first place', () => {
    const book = bookWith(empty);
    expect(book.bindings.size).toBe(0);
  });

  test('brings its conference back when its rule yields occurrences again', () => {
    const book = bookWith(series('s', ours('c')));
    book.list(ALICE, [empty]);
    book.endGrace('c', empty);
    book.deliver();
    book.list(ALICE, [series('s', ours('c'))]);
    expect(book.told()).toEqual(['updated c by s: everything, restored']);
  });
});

describe("a guest's copy", () => {
  const guests = meeting('m', ours('c'), organizedBy('carol@elsewhere.example'));

  test('binds nothing, changes nothing and ends nothing, whatever the guest does', () => {
    const book = new Book();
    const declined = { ...guests, attendees: [{ email: ALICE, self: true, responseStatus: 'declined' }] };
    book.list(ALICE, [guests]);
    book.list(ALICE, [declined]);
    book.list(ALICE, [tombstone('m')]);
    book.list(ALICE, [{ ...guests, status: 'cancelled' }]);
    expect(book.contents()).toEqual({ bindings: [], conferences: [] });
  });

  test("does not touch the conference that the organizer's calendar holds", () => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.deliver();
    const before = book.contents();
    const invited = meeting('m', ours('c'), organizedBy(ALICE));
    book.list(BOB, [invited]);
    book.list(BOB, [{ ...invited, attendees: [{ email: BOB, responseStatus: 'declined' }] }]);
    book.list(BOB, [{ ...invited, status: 'cancelled' }]);
    book.list(BOB, [tombstone('m')]);
    expect(book.contents()).toEqual(before);
  });

  test('is what is left when an event is handed over: nothing ends, the new organizer decides', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m', ours('c'), organizedBy(BOB))]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 0, leader: null, orphan: null });
    book.list(BOB, [meeting('m', ours('c'), organizedBy(BOB))]);
    expect(book.conference('c')).toMatchObject({ leader: BOBS, liveCount: 1, leadingCount: 1 });
    expect(book.told()).toEqual(['updated c by m: everything']);
  });

  test('on a room or on any calendar that is not the organizer is known without organizer.self', () => {
    const book = new Book();
    book.list('room@resource.calendar.google.com', [meeting('m', ours('c'), organizedBy(ALICE))]);
    expect(book.bindings.size).toBe(0);
  });

  test('is told from the event of a secondary calendar, which is its own organizer', () => {
    const team = 'c_team@group.calendar.google.com';
    const book = new Book();
    book.list(team, [meeting('m', ours('c'), organizedBy(team.toUpperCase()))]);
    expect(book.told()).toEqual(['updated c by m: everything']);
  });
});

describe('a restored event', () => {
  test('withdraws the orphan', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [tombstone('m')]);
    book.list(ALICE, [meeting('m', ours('c'))]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1, orphan: null });
    expect(book.told()).toEqual(['updated c by m: everything']);
  });

  test('is found by the confirming read before anything ends', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [tombstone('m')]);
    book.endGrace('c', meeting('m', ours('c')));
    expect(book.told()).toEqual(['updated c by m: everything']);
    expect(book.conference('c').state).toBe('live');
  });

  test('withdraws a cancellation that is not sent yet', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [tombstone('m')]);
    book.endGrace('c', null);
    expect(book.conference('c').cancellation).not.toBeNull();
    book.list(ALICE, [meeting('m', ours('c'))]);
    expect(book.told()).toEqual(['updated c by m: everything']);
  });

  test('is told as restored under a higher revision when the conference was cancelled', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [tombstone('m')]);
    book.endGrace('c', null);
    book.deliver();
    book.list(ALICE, [meeting('m', ours('c'))]);
    expect(book.told()).toEqual(['updated c by m: everything, restored']);
    const [, cancelled, restored] = book.changes;
    expect(restored?.data.revision).toBeGreaterThan(cancelled?.data.revision ?? Infinity);
    book.list(ALICE, [meeting('m', ours('c'), { summary: 'Renamed' })]);
    expect(book.told()).toEqual(['updated c by m: title']);
  });

  test('is recognised even if its conference is ours by announcement alone', () => {
    const book = new Book(FIELDS, { solutionNames: [], entryPointHosts: [], parameterKeys: ['none'] });
    book.announce(ALICE, 'm', 'c');
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.list(ALICE, [tombstone('m')]);
    book.endGrace('c', meeting('m', ours('c')));
    expect(book.told()).toEqual(['updated c by m: everything']);
  });
});

describe('an event moved to another registered calendar', () => {
  const onBobs = meeting('m', ours('c'), organizedBy(BOB));

  test.each([
    ['the tombstone comes first', [ALICE, BOB]],
    ['the event comes first', [BOB, ALICE]],
  ])('keeps its conference when %s', (_, order) => {
    const book = bookWith(meeting('m', ours('c')));
    for (const calendar of order) book.list(calendar, [calendar === ALICE ? tombstone('m') : onBobs]);
    expect(book.conference('c')).toMatchObject({
      state: 'live',
      leader: BOBS,
      liveCount: 1,
      leadingCount: 1,
      orphan: null,
    });
    expect(book.told()).toEqual(['updated c by m: everything']);
  });

  test('has its new organizer found by the confirming read, even if his calendar is not registered', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [tombstone('m')]);
    book.endGrace('c', meeting('m', ours('c'), organizedBy('carol@elsewhere.example')));
    expect(book.told()).toEqual([]);
    expect(book.conference('c')).toMatchObject({ state: 'live', orphan: null, leader: null });
  });
});

describe('one conference on two events', () => {
  test('is cancelled only when the last of them is gone', () => {
    const book = bookWith(meeting('m', ours('c')), meeting('copy', ours('c')));
    book.list(ALICE, [tombstone('m')]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1 });
    book.list(ALICE, [tombstone('copy')]);
    book.endGrace('c', null);
    expect(book.told()).toEqual(['cancelled c by copy: event_deleted']);
  });

  test('survives an exchange within one page, in either order', () => {
    for (const turn of [1, -1]) {
      const book = bookWith(meeting('m', ours('c')));
      book.list(
        ALICE,
        [tombstone('m'), meeting('copy', ours('c'))].slice().sort(() => turn),
      );
      expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1, leadingCount: 1, orphan: null });
    }
  });
});

describe('what is none of ours', () => {
  test.each<[string, Item]>([
    ['no conference at all', meeting('m')],
    ["another product's", meeting('m', theirs())],
    [
      'an add-on without a name',
      meeting('m', { conferenceData: { conferenceId: 'x', conferenceSolution: { key: { type: 'addOn' } } } }),
    ],
    [
      'Meet',
      meeting('m', {
        hangoutLink: 'https://meet.google.com/aaa',
        conferenceData: {
          conferenceId: 'aaa',
          conferenceSolution: { key: { type: 'hangoutsMeet' }, name: 'Google Meet' },
        },
      }),
    ],
    [
      'an unknown key type',
      meeting('m', {
        conferenceData: { conferenceId: 'x', conferenceSolution: { key: { type: 'telepathy' }, name: 7 } },
      }),
    ],
    [
      'a pending request',
      meeting('m', {
        conferenceData: {
          conferenceId: 'x',
          createRequest: { status: { statusCode: 'pending' } },
          conferenceSolution: { name: 'My Web Conference' },
        },
      }),
    ],
    ['a failed request', meeting('m', { conferenceData: { createRequest: { status: { statusCode: 'failure' } } } })],
    ['ours without an id', meeting('m', { conferenceData: { conferenceSolution: { name: 'My Web Conference' } } })],
    ['conference data of the wrong shape', meeting('m', { conferenceData: ['what'] })],
    ['no fields but an id', { id: 'm' }],
    [
      'fields of wrong types',
      { id: 'm', status: 5, start: 'now', end: [], recurrence: 'x', organizer: 'me', attendees: {} },
    ],
    ['a status that nobody knows', meeting('m', { status: 'perhaps' })],
    ...['outOfOffice', 'focusTime', 'workingLocation', 'birthday', 'fromGmail', 'somethingNew'].map(
      (eventType): [string, Item] => [`an event of type ${eventType}`, meeting('m', ours('c'), { eventType })],
    ),
  ])('is left alone: %s', (_, item) => {
    const book = new Book();
    book.list(ALICE, [item]);
    book.list(ALICE, [tombstone('m')]);
    expect(book.contents()).toEqual({ bindings: [], conferences: [] });
  });

  test('counts as no conference on an event that had ours', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m', { conferenceData: { createRequest: { status: { statusCode: 'pending' } } } })]);
    expect(book.conference('c').orphan?.reason).toBe('conference_removed');
  });
});

describe('a conference that another calendar leads', () => {
  const pasted = meeting('copy', ours('c'), organizedBy(BOB));

  test("is kept alive by somebody's copy, which sends nothing", () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(BOB, [pasted]);
    book.list(BOB, [{ ...pasted, summary: 'Forged title' }]);
    expect(book.told()).toEqual([]);
    expect(book.conference('c')).toMatchObject({ leader: ALICES, liveCount: 2, leadingCount: 1 });
    book.list(BOB, [tombstone('copy')]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 1, leadingCount: 1 });
  });

  test('is led by the copy when its own events are gone, and told everything of it', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(BOB, [pasted]);
    book.list(ALICE, [tombstone('m')]);
    expect(book.conference('c')).toMatchObject({ state: 'live', leader: BOBS, liveCount: 1, leadingCount: 1 });
    expect(book.told()).toEqual(['updated c by copy: everything']);
  });

  test('belongs to the calendar that announced it, even if another showed it first', () => {
    const book = new Book();
    book.announce(ALICE, 'm', 'c');
    book.list(BOB, [pasted]);
    expect(book.told()).toEqual([]);
    book.list(ALICE, [meeting('m', ours('c'))]);
    expect(book.told()).toEqual(['updated c by m: everything']);
    expect(book.conference('c')).toMatchObject({ leader: ALICES, liveCount: 2, leadingCount: 1 });
  });

  test('waits for its announced event though a copy has come and gone', () => {
    const book = new Book();
    book.announce(ALICE, 'm', 'c');
    const until = book.conference('c').announcedUntil;
    book.list(BOB, [pasted]);
    book.list(BOB, [tombstone('copy')]);
    expect(book.conference('c')).toMatchObject({ state: 'orphaned', leader: ALICES, announcedUntil: until });
    expect(book.conference('c').orphan?.graceUntil).toBe(until);
    book.list(ALICE, [meeting('m', ours('c'))]);
    expect(book.told()).toEqual(['updated c by m: everything']);
  });
});

describe('an announced conference', () => {
  test('ends when its event is deleted a second later', () => {
    const book = new Book();
    book.announce(ALICE, 'm', 'c');
    book.list(ALICE, [tombstone('m')]);
    book.endGrace('c', null);
    expect(book.told()).toEqual(['cancelled c by m: event_deleted']);
  });

  test('misses nothing yet on an event that does not show it', () => {
    const book = new Book();
    book.announce(ALICE, 'm', 'c');
    const before = book.contents();
    book.list(ALICE, [meeting('m')]);
    expect(book.contents()).toEqual(before);
  });

  test('ends after a day without its event', () => {
    const book = new Book();
    book.announce(ALICE, 'm', 'c');
    const until = book.conference('c').announcedUntil;
    expect(book.conference('c').dueAt).toBe(until);
    book.endGrace('c', null);
    expect(book.told()).toEqual(['cancelled c by m: event_deleted']);
  });

  test('of an exception leaves that exception with its series until it is seen with the new one', () => {
    const book = new Book(FIELDS, { solutionNames: [], entryPointHosts: [], parameterKeys: ['none'] });
    book.announce(ALICE, 's', 'c');
    book.list(ALICE, [series('s', ours('c')), exception('s', 3, ours('c'))]);
    book.deliver();
    book.announce(ALICE, occurrenceId('s', 3), 'own');
    book.list(ALICE, [exception('s', 3, ours('c'), { summary: 'Renamed' })]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: everything`]);
  });
});
