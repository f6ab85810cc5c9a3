import { describe, expect, test } from '@jest/globals';
import { compareAbandoned, compareCarrier } from '../../../sandbox/console/compare-conference.ts';
import type { SeenEvent } from '../../../sandbox/console/seen-event.ts';
import { at, conferenceOf, seenEvent } from './build.ts';

const alone = (event: SeenEvent): { event: SeenEvent; exceptions: SeenEvent[] } => ({ event, exceptions: [] });

describe('an event and its conference', () => {
  test('agree when title, start, end and recurrence are the same', () => {
    expect(compareCarrier(alone(seenEvent()), conferenceOf())).toEqual([]);
  });

  test('agree on a time that is written with another offset', () => {
    const start = { dateTime: '2027-03-01T10:00:00+01:00', timeZone: 'Europe/Berlin' };
    expect(compareCarrier(alone(seenEvent()), conferenceOf({ start }))).toEqual([]);
  });

  test.each([
    ['title', { title: 'Plan B' }, 'Plan B', 'Plan'],
    ['start', { start: at('08:00') }, '2027-03-01T08:00:00Z', '2027-03-01T09:00:00Z'],
    ['end', { end: at('11:00') }, '2027-03-01T11:00:00Z', '2027-03-01T10:00:00Z'],
    ['recurrence', { recurrence: ['RRULE:FREQ=DAILY'] }, 'RRULE:FREQ=DAILY', null],
  ])('differ in %s alone when only that is different', (what, fields, calendar, conference) => {
    expect(compareCarrier(alone(seenEvent(fields)), conferenceOf())).toEqual([{ what, calendar, conference }]);
  });

  test('agree on rules that come in another order', () => {
    const event = seenEvent({ recurrence: ['EXDATE:20270302T090000Z', 'RRULE:FREQ=DAILY'] });
    const told = { recurrence: ['RRULE:FREQ=DAILY', 'EXDATE:20270302T090000Z'] };
    expect(compareCarrier(alone(event), conferenceOf(told))).toEqual([]);
  });

  test('differ for a series that keeps another wall clock', () => {
    const recurrence = ['RRULE:FREQ=DAILY'];
    const event = seenEvent({ recurrence, start: at('09:00', 'Europe/Berlin') });
    const [difference] = compareCarrier(alone(event), conferenceOf({ recurrence }));
    expect(difference).toMatchObject({ what: 'start' });
  });

  test('differ in kind of time when one lasts the whole day', () => {
    const event = seenEvent({ start: { date: '2027-03-01' }, end: { date: '2027-03-02' } });
    const differences = compareCarrier(alone(event), conferenceOf());
    expect(differences.map(({ what }) => what)).toEqual(['start', 'end']);
  });

  test('differ when the conference is not known or was cancelled', () => {
    expect(compareCarrier(alone(seenEvent()), undefined)).toEqual([
      { what: 'state', calendar: 'live', conference: null },
    ]);
    expect(compareCarrier(alone(seenEvent()), conferenceOf({}, { state: 'cancelled' }))).toMatchObject([
      { what: 'state', conference: 'cancelled' },
    ]);
  });

  test('agree when the event is a mere reference that was never told of', () => {
    expect(compareCarrier(alone(seenEvent({ id: 'copy', title: 'Another' })), conferenceOf())).toEqual([]);
  });

  test('are compared by what was told of this event, not of the other half of a cut series', () => {
    const { events } = conferenceOf();
    const conference = conferenceOf(
      {},
      { title: 'Second half', events: { ...events, e2: { title: 'Second half', calendarId: 'a', revision: 2 } } },
    );
    expect(compareCarrier(alone(seenEvent()), conference)).toEqual([]);
  });

  test('are not confused by an event that is named like a property of every object', () => {
    const event = seenEvent({ id: 'constructor' });
    expect(compareCarrier(alone(event), conferenceOf())).toEqual([]);
  });
});

describe('a series', () => {
  const recurrence = ['RRULE:FREQ=DAILY;UNTIL=20270305T090000Z'];
  const series = seenEvent({ recurrence });
  const day = (date: string, clock = '09:00'): { dateTime: string } => ({ dateTime: `${date}T${clock}:00Z` });
  const exception = (fields: Partial<SeenEvent>): SeenEvent =>
    seenEvent({
      id: 'e1_20270302T090000Z',
      recurringEventId: 'e1',
      originalStart: day('2027-03-02'),
      start: day('2027-03-02'),
      end: day('2027-03-02', '10:00'),
      ...fields,
    });
  const compare = (fields: Partial<SeenEvent>, occurrences: readonly object[] = []): unknown =>
    compareCarrier(
      { event: series, exceptions: [exception(fields)] },
      conferenceOf(
        { recurrence },
        {
          occurrences: occurrences.map((told) => ({
            eventId: 'e1_20270302T090000Z',
            seriesId: 'e1',
            originalStart: null,
            state: 'updated',
            ...told,
          })),
        },
      ),
    );

  test('differs while the conference does not know that an occurrence was cancelled', () => {
    expect(compare({ isCancelled: true })).toMatchObject([
      { what: 'occurrence', occurrence: '2027-03-02T09:00:00Z', calendar: 'cancelled' },
    ]);
    expect(compare({ isCancelled: true }, [{ state: 'cancelled' }])).toEqual([]);
  });

  test('differs while the conference does not know where an occurrence was moved', () => {
    const moved = { start: day('2027-03-02', '12:00'), end: day('2027-03-02', '13:00') };
    expect(compare(moved)).toMatchObject([{ what: 'occurrence', conference: 'as the series' }]);
    expect(compare(moved, [{ title: 'Plan', ...moved }])).toEqual([]);
    expect(compare(moved, [{ title: 'Plan', ...moved, start: day('2027-03-02', '11:00') }])).toMatchObject([
      { what: 'occurrence' },
    ]);
  });

  test('agrees when an occurrence stands by itself and is like the others', () => {
    expect(compare({})).toEqual([]);
  });

  test('agrees whatever was cut off behind its end', () => {
    expect(compare({ isCancelled: true, originalStart: day('2027-03-06') })).toEqual([]);
  });

  test('agrees about what was cancelled long before anybody looked', () => {
    const carrier = { event: series, exceptions: [exception({ isCancelled: true })] };
    expect(compareCarrier(carrier, conferenceOf({ recurrence }), Date.parse('2027-03-03'))).toEqual([]);
  });
});

test('a conference that no event carries must not be open', () => {
  expect(compareAbandoned(conferenceOf())).toEqual([{ what: 'state', calendar: null, conference: 'active' }]);
  expect(compareAbandoned(conferenceOf({}, { state: 'cancelled' }))).toEqual([]);
});
