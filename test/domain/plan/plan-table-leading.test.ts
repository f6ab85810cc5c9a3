/** The rows of the plan table about several calendars and several events with one conference. */
import { describe, expect, test } from '@jest/globals';
import { Book, bookWith } from '../book.ts';
import {
  ALICE,
  ALICES,
  BOB,
  BOBS,
  exception,
  FIELDS,
  meeting,
  occurrenceId,
  organizedBy,
  ours,
  series,
  theirs,
  tombstone,
} from '../build.ts';

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

  test('is what is left when another organizer has an event: nothing ends, the new organizer decides', () => {
    const book = bookWith(meeting('m', ours('c')));
    book.list(ALICE, [meeting('m', ours('c'), organizedBy(BOB))]);
    expect(book.conference('c')).toMatchObject({ state: 'live', liveCount: 0, leader: null, orphan: null });
    book.list(BOB, [meeting('m', ours('c'), organizedBy(BOB))]);
    expect(book.conference('c')).toMatchObject({ leader: BOBS, liveCount: 1, leadingCount: 1 });
    expect(book.told()).toEqual(['updated c by m: everything']);
  });

  test.each([
    ['another one of ours', ours('other')],
    ['one of another product', theirs()],
    ['none', {}],
  ])('ends what it was bound to, where it was given %s before another organizer had it', (_, conference) => {
    const book = new Book();
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.deliver();
    book.list(ALICE, [meeting('m', conference, organizedBy('carol@elsewhere.example'))]);
    expect(book.conference('c')).toMatchObject({ state: 'orphaned', liveCount: 0 });
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

  test('belongs to the calendar that announced it, even if another that did so later shows its event first', () => {
    const book = new Book();
    book.announce(ALICE, 'm', 'c');
    const until = book.conference('c').announcedUntil;
    book.list(BOB, [pasted]);
    book.announce(BOB, 'n', 'c');
    book.list(BOB, [meeting('n', ours('c'), organizedBy(BOB))]);
    expect(book.told()).toEqual([]);
    expect(book.conference('c')).toMatchObject({ leader: ALICES, liveCount: 2, announcedUntil: until });
  });

  test('waits for its announced event though a copy has come and gone', () => {
    const book = new Book();
    book.announce(ALICE, 'm', 'c');
    const until = book.conference('c').announcedUntil;
    book.list(BOB, [pasted]);
    book.list(BOB, [tombstone('copy')]);
    expect(book.conference('c')).toMatchObject({ state: 'orphaned', leader: ALICES, announcedUntil: until });
    expect(book.conference('c').orphan?.readAt).toBe(until);
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

  test('waits no longer for an event that is deleted together with another that carried it', () => {
    for (const isFirst of [true, false]) {
      const book = new Book();
      book.announce(ALICE, 'm', 'c');
      book.list(ALICE, [meeting('n', ours('c'))]);
      book.list(ALICE, isFirst ? [tombstone('m'), tombstone('n')] : [tombstone('n'), tombstone('m')]);
      expect(book.conference('c')).toMatchObject({ announcedUntil: null, liveCount: 0 });
      expect(book.conference('c').orphan?.readAt).toBe(book.now + 30_000);
    }
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

  test('takes the place of the one that its event carried, known by nothing but the announcement', () => {
    const book = new Book(FIELDS, { solutionNames: [], entryPointHosts: [], parameterKeys: ['none'] });
    book.announce(ALICE, 'm', 'c');
    book.list(ALICE, [meeting('m', ours('c'))]);
    book.announce(ALICE, 'm', 'd');
    book.list(ALICE, [meeting('m', ours('c'), { summary: 'Renamed' })]);
    expect(book.told()).toEqual(['updated c by m: everything']);
    book.list(ALICE, [meeting('m', ours('d'))]);
    book.endGrace('c', meeting('m', ours('d')));
    expect(book.conference('d')).toMatchObject({ state: 'live', liveCount: 1, announcedUntil: null });
    expect(book.told()).toEqual(['cancelled c by m: conference_replaced', 'updated d by m: everything']);
  });

  test('of an exception leaves that exception with its series until it is seen with the new one', () => {
    const book = new Book(FIELDS, { solutionNames: [], entryPointHosts: [], parameterKeys: ['none'] });
    book.announce(ALICE, 's', 'c');
    book.list(ALICE, [series('s', ours('c')), exception('s', 3, ours('c'))]);
    book.deliver();
    book.announce(ALICE, occurrenceId('s', 3), 'own');
    book.list(ALICE, [exception('s', 3, ours('c'), { summary: 'Renamed' })]);
    expect(book.told()).toEqual([`occurrence_updated c by ${occurrenceId('s', 3)}: title`]);
  });
});
