/** The table of what follows from what a listing shows, row by row, through the real rules: events by themselves. */
import { describe, expect, test } from '@jest/globals';
import { Book, bookWith } from '../book.ts';
import {
  ALICE,
  ALICES,
  at,
  BOB,
  cancelledOccurrence,
  exception,
  FIELDS,
  type Item,
  meeting,
  occurrenceId,
  ours,
  series,
  theirs,
  tombstone,
} from '../build.ts';

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
    book.list(ALICE, [meeting('m', { conferenceData: { createRequest: { status: { statusCode: 'failure' } } } })]);
    expect(book.conference('c').orphan?.reason).toBe('conference_removed');
  });
});
