/** What holds of the rules whatever happens, tried on random sequences. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readEvent } from '../../shared/adapters/google-calendar/read-event.ts';
import { ACCESS_ROLES } from '../../shared/domain/event/event.ts';
import { planEvent } from '../../shared/domain/plan/plan.ts';
import { type BindingRecord, isReference } from '../../shared/domain/state/records.ts';
import { Book } from './book.ts';
import { ALICE, BOB, binding, type Item, meeting, ours, rules } from './build.ts';
import { pageOf, type Step, stepsOf } from './random-items.ts';

const RUNS = { numRuns: 150 };

function play(steps: readonly Step[]): Book {
  const book = new Book();
  for (const step of steps) {
    if (step.kind === 'list') book.list(step.calendar, step.page);
    if (step.kind === 'announce') book.announce(step.calendar, step.eventId, step.conferenceId);
    if (step.kind === 'deliver') book.deliver();
    book.now += 60_000;
  }
  return book;
}

/** A book without its revisions, which differ with the order in which changes were found. */
function outline(book: Book) {
  const { bindings, conferences } = book.contents();
  return {
    bindings: bindings.map(({ pending, expireAt: _, ...rest }) => ({
      ...rest,
      pending: pending === null ? null : { what: pending.what, changed: pending.changed, restored: pending.restored },
    })),
    conferences: conferences.map(({ revision: _, orphan, ...rest }) => ({ ...rest, isOrphan: orphan !== null })),
  };
}

function expectCountsToHold(book: Book): void {
  const { bindings, conferences } = book.contents();
  for (const conference of conferences) {
    const references = bindings.filter((one) => isReference(one) && one.conference === conference.key);
    const leading = references.filter(({ calendar }) => calendar === conference.leader);
    expect({ live: conference.liveCount, leading: conference.leadingCount }).toEqual({
      live: references.length,
      leading: leading.length,
    });
    // A conference with references is alive, one that ends has none.
    if (references.length > 0) expect(conference).toMatchObject({ state: 'live', orphan: null, cancellation: null });
    const isWaiting = (conference.announcedUntil ?? 0) > book.now - 60_000;
    if (references.length > 0 && !isWaiting) expect(leading.length).toBeGreaterThan(0);
  }
  for (const { pending, conference: key } of bindings) {
    const revision = conferences.find((one) => one.key === key)?.revision ?? 0;
    if (pending !== null) expect(pending.revision).toBeLessThanOrEqual(revision);
  }
}

describe('whatever is listed, on two calendars', () => {
  test('the counts of a conference are those of its references, and a live one has a leader', () => {
    fc.assert(
      fc.property(stepsOf(ALICE, 12), (steps) => expectCountsToHold(play(steps))),
      RUNS,
    );
  });

  test('a page listed twice leaves what it left the first time, revisions included', () => {
    fc.assert(
      fc.property(stepsOf(ALICE), pageOf(ALICE), (steps, page) => {
        const book = play(steps);
        book.list(ALICE, page);
        const once = book.contents();
        book.list(ALICE, page);
        expect(book.contents()).toEqual(once);
      }),
      RUNS,
    );
  });

  test('a page listed again after its delivery tells nothing more', () => {
    fc.assert(
      fc.property(stepsOf(ALICE), pageOf(ALICE), (steps, page) => {
        const book = play(steps);
        book.list(ALICE, page);
        book.deliver();
        book.list(ALICE, page);
        expect(book.told()).toEqual([]);
      }),
      RUNS,
    );
  });

  test('the order of a page does not matter', () => {
    const shuffled = pageOf(ALICE).chain((page) =>
      fc.tuple(fc.constant(page), fc.shuffledSubarray(page, { minLength: page.length })),
    );
    fc.assert(
      fc.property(stepsOf(ALICE), shuffled, (steps, [page, other]) => {
        const [one, another] = [play(steps), play(steps)];
        one.list(ALICE, page);
        another.list(ALICE, other);
        expect(outline(another)).toEqual(outline(one));
      }),
      RUNS,
    );
  });

  test('the changes of a conference are sent once each, in rising order', () => {
    fc.assert(
      fc.property(stepsOf(ALICE, 12), (steps) => {
        const book = play([...steps, { kind: 'deliver' }]);
        for (const { conferenceId } of book.conferences.values()) {
          const revisions = book.changes
            .filter(({ data }) => data.conferenceId === conferenceId)
            .map(({ data }) => data.revision);
          expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
        }
      }),
      RUNS,
    );
  });

  test('only events of the leading calendar update a conference', () => {
    fc.assert(
      fc.property(stepsOf(BOB, 12), (steps) => {
        const book = play(steps);
        for (const { pending, conference, calendar } of book.contents().bindings) {
          const leader = book.contents().conferences.find(({ key }) => key === conference)?.leader;
          if (pending !== null && leader !== null) expect(calendar).toBe(leader);
        }
      }),
      RUNS,
    );
  });

  test('nothing of an event but its keyed hashes is in the records', () => {
    fc.assert(
      fc.property(stepsOf(ALICE), (steps) => {
        expect(JSON.stringify(play(steps).contents())).not.toMatch(/Renamed|Room|Meeting/);
      }),
      { numRuns: 50 },
    );
  });
});

describe('whatever Google sends', () => {
  const word = fc.constantFrom(
    'confirmed',
    'cancelled',
    'private',
    'm',
    'c',
    '',
    'My Web Conference',
    '2027-02-01T10:00:00Z',
    '2027-02-01',
    'RRULE:FREQ=DAILY;UNTIL=20270101',
    'Europe/Berlin',
    'No/Where',
    ALICE,
  );
  const value = fc.oneof(word, word, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>);
  const oneOf = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
    fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length });
  const time = fc.oneof(oneOf(['date', 'dateTime', 'timeZone']), value);
  const item = fc.record(
    {
      id: fc.constantFrom('m', 's'),
      status: value,
      etag: value,
      updated: value,
      eventType: fc.oneof(fc.constant('default'), value),
      summary: value,
      start: time,
      end: time,
      originalStartTime: time,
      recurringEventId: fc.oneof(fc.constant('s'), value),
      recurrence: fc.oneof(fc.array(value), value),
      organizer: fc.oneof(oneOf(['email', 'self']), value),
      attendees: fc.oneof(fc.array(oneOf(['email', 'responseStatus'])), value),
      visibility: value,
      conferenceData: fc.oneof(
        fc.constant(ours('c').conferenceData),
        oneOf(['conferenceId', 'conferenceSolution', 'entryPoints', 'createRequest', 'parameters']),
        value,
      ),
    },
    { requiredKeys: ['id'] },
  );
  const access = fc.constantFrom(...ACCESS_ROLES, null);
  const record: fc.Arbitrary<BindingRecord | undefined> = fc.option(
    fc
      .record({
        kind: fc.constantFrom('event', 'occurrence'),
        state: fc.constantFrom('announced', 'live', 'failed', 'gone'),
        conferenceId: fc.constantFrom('c', 'd'),
      })
      .map(({ conferenceId, ...changes }) => binding('m', conferenceId, changes)),
    { nil: undefined },
  );

  test('it is read and planned without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(item, fc.jsonValue()), access, record, record, (json, accessRole, own, seriesBinding) => {
        const event = readEvent(json, accessRole);
        if (event !== undefined) planEvent(event, { own, series: seriesBinding }, rules());
      }),
      { numRuns: 1_000 },
    );
  });

  test('it is recorded without an exception, and the counts hold', () => {
    const page = fc.uniqueArray(item, { selector: ({ id }) => id });
    fc.assert(
      fc.property(fc.array(page, { maxLength: 4 }), access, (pages, accessRole) => {
        const book = new Book();
        book.list(ALICE, [meeting('m', ours('c'))]);
        for (const items of pages) {
          const readable = items.filter((json) => readEvent(json, accessRole) !== undefined);
          book.list(ALICE, readable as readonly Item[], { accessRole });
          expectCountsToHold(book);
        }
      }),
      RUNS,
    );
  });
});
