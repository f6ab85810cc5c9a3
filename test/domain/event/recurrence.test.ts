import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventTime } from '../../../shared/domain/event/event.ts';
import { hasNoOccurrence } from '../../../shared/domain/event/recurrence.ts';
import { live, series } from '../build.ts';

const BERLIN: EventTime = { dateTime: '2027-02-01T10:00:00+01:00', timeZone: 'Europe/Berlin' };
const CHICAGO: EventTime = { dateTime: '2027-02-01T20:00:00-06:00', timeZone: 'America/Chicago' };
const DAY: EventTime = { date: '2027-02-01' };

/** Ten o'clock on so many days in a row. */
function mornings(count: number): string {
  const stamp = (day: number): string =>
    new Date(Date.UTC(2027, 1, 1 + day)).toISOString().slice(0, 10).replaceAll('-', '');
  return Array.from({ length: count }, (_, day) => `${stamp(day)}T100000`).join();
}

function isEmpty(start: unknown, ...recurrence: readonly string[]): boolean {
  return hasNoOccurrence(live(series('s', { start, recurrence })));
}

describe('a series yields nothing', () => {
  test.each<[string, EventTime, string[]]>([
    ['when its rule ends a second before its start', BERLIN, ['RRULE:FREQ=DAILY;UNTIL=20270201T085959Z']],
    ['when its rule ends before its start on the same UTC day', CHICAGO, ['RRULE:FREQ=DAILY;UNTIL=20270202T015959Z']],
    ['when its rule ends on an earlier day', BERLIN, ['RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20270131;BYDAY=MO']],
    ['when steps that can just be walked lead nowhere', BERLIN, ['RRULE:FREQ=DAILY;INTERVAL=1000;UNTIL=20270131']],
    [
      'when all that is walked is excluded',
      BERLIN,
      ['RRULE:FREQ=DAILY;COUNT=999', `EXDATE;TZID=Europe/Berlin:${mornings(999)}`],
    ],
    [
      'when its zone is written in quotes',
      BERLIN,
      ['EXDATE;TZID="America/New_York":20270201T040000', 'RRULE:FREQ=DAILY;COUNT=1'],
    ],
    ['when its days end before its first, at an instant', DAY, ['RRULE:FREQ=DAILY;UNTIL=20270130T100000Z']],
    ['when its days end before its first', DAY, ['RRULE:FREQ=YEARLY;UNTIL=20270131']],
    [
      'when its only occurrence is excluded in its own zone',
      BERLIN,
      ['EXDATE;TZID=Europe/Berlin:20270201T100000', 'RRULE:FREQ=DAILY;COUNT=1'],
    ],
    [
      'when its only occurrence is excluded in another zone',
      BERLIN,
      ['EXDATE;TZID=America/New_York:20270201T040000', 'RRULE:FREQ=DAILY;COUNT=1'],
    ],
    [
      'when all its occurrences are excluded in UTC',
      BERLIN,
      ['EXDATE:20270201T090000Z,20270202T090000Z', 'RRULE:FREQ=DAILY;COUNT=2'],
    ],
    [
      'when all its days are excluded',
      DAY,
      ['RRULE:FREQ=DAILY;COUNT=2', 'EXDATE;VALUE=DATE:20270201', 'EXDATE:20270202'],
    ],
    ['when it has no rule and its start is excluded', BERLIN, ['EXDATE;TZID=Europe/Berlin:20270201T100000']],
    [
      'when its dates are excluded too',
      BERLIN,
      [
        'RRULE:FREQ=DAILY;UNTIL=20270101T000000Z',
        'RDATE;TZID=Europe/Berlin:20270301T100000',
        'EXDATE:20270301T090000Z',
      ],
    ],
    [
      'when its start has no offset',
      { dateTime: '2027-02-01T10:00:00', timeZone: 'Europe/Berlin' },
      ['RRULE:FREQ=DAILY;UNTIL=20270201T085959Z'],
    ],
  ])('%s', (_, start, recurrence) => {
    expect(isEmpty(start, ...recurrence)).toBe(true);
  });
});

describe('a series takes place', () => {
  test.each<[string, EventTime, string[]]>([
    ['without end', BERLIN, ['RRULE:FREQ=DAILY']],
    ['once, when its rule ends at its start', BERLIN, ['RRULE:FREQ=DAILY;UNTIL=20270201T090000Z']],
    [
      'once, when its rule ends on the next UTC day but the same evening',
      CHICAGO,
      ['RRULE:FREQ=DAILY;UNTIL=20270202T020000Z'],
    ],
    ['once, when its rule ends with the day of its start', BERLIN, ['RRULE:FREQ=DAILY;UNTIL=20270201']],
    ['on its only day', DAY, ['RRULE:FREQ=DAILY;UNTIL=20270201']],
    [
      'on its only day, though the rule ends at an instant of the evening before in Greenwich',
      DAY,
      ['RRULE:FREQ=DAILY;UNTIL=20270131T230000Z'],
    ],
    [
      'but for one excluded occurrence',
      BERLIN,
      ['EXDATE;TZID=Europe/Berlin:20270201T100000', 'RRULE:FREQ=DAILY;COUNT=2'],
    ],
    [
      'when the excluded time is another one',
      BERLIN,
      ['EXDATE;TZID=Europe/Berlin:20270201T110000', 'RRULE:FREQ=DAILY;COUNT=1'],
    ],
    ['when a day is excluded that is no time', BERLIN, ['EXDATE;VALUE=DATE:20270201', 'RRULE:FREQ=DAILY;COUNT=1']],
    ['across the change of the clocks', BERLIN, ['EXDATE:20270201T090000Z', 'RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2']],
    [
      'on a date of its own after its rule',
      BERLIN,
      ['RRULE:FREQ=DAILY;UNTIL=20270101T000000Z', 'RDATE;TZID=Europe/Berlin:20270301T100000'],
    ],
    [
      'on a period of its own',
      BERLIN,
      ['RRULE:FREQ=DAILY;UNTIL=20270101T000000Z', 'RDATE;VALUE=PERIOD:20270301T090000Z/PT1H'],
    ],
    [
      'when a second rule yields what the first does not',
      BERLIN,
      ['RRULE:FREQ=DAILY;UNTIL=20270101T000000Z', 'RRULE:FREQ=DAILY'],
    ],
  ])('%s', (_, start, recurrence) => {
    expect(isEmpty(start, ...recurrence)).toBe(false);
  });

  test('when it is no series', () => {
    expect(hasNoOccurrence(live(series('s', { recurrence: undefined })))).toBe(false);
  });
});

describe('what cannot be judged is believed to take place', () => {
  test.each<[string, unknown, string[]]>([
    ['an unknown frequency', BERLIN, ['RRULE:FREQ=SOMETIMES;UNTIL=20000101T000000Z']],
    ['words', BERLIN, ['every now and then']],
    ['steps too wide to be walked', BERLIN, ['RRULE:FREQ=DAILY;INTERVAL=1001;UNTIL=20270131']],
    [
      'more exclusions than are walked',
      BERLIN,
      ['RRULE:FREQ=DAILY;COUNT=1001', `EXDATE;TZID=Europe/Berlin:${mornings(1_001)}`],
    ],
    ['nothing behind the name', BERLIN, ['RRULE:']],
    ['an end that is no time', BERLIN, ['RRULE:FREQ=DAILY;UNTIL=soon']],
    ['a zone that nobody knows', { ...BERLIN, timeZone: 'No/Where' }, ['RRULE:FREQ=DAILY;UNTIL=20000101T000000Z']],
    [
      'an exclusion in a zone that nobody knows',
      BERLIN,
      ['EXDATE;TZID=No/Where:20270201T100000', 'RRULE:FREQ=DAILY;COUNT=1'],
    ],
    ['a missing start', undefined, ['RRULE:FREQ=DAILY;UNTIL=20000101T000000Z']],
    ['a start that is no time', { dateTime: 'noon' }, ['RRULE:FREQ=DAILY;UNTIL=20000101T000000Z']],
    ['a start inside a date', { date: '2027-02-01T10:00:00Z' }, ['RRULE:FREQ=DAILY;UNTIL=20000101T000000Z']],
    ['the year 0', { dateTime: '0000-01-01T00:00:00Z', timeZone: 'Europe/Berlin' }, ['RRULE:FREQ=DAILY']],
    ['lines that end the event', BERLIN, ['RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nBEGIN:VEVENT']],
  ])('%s', (_, start, recurrence) => {
    expect(isEmpty(start, ...recurrence)).toBe(false);
  });

  test('whatever stands in the lines', () => {
    const part = fc.constantFrom(
      'RRULE:',
      'EXDATE',
      ';TZID=Europe/Berlin',
      ':',
      '20270201T100000',
      'Z',
      'FREQ=DAILY',
      ';',
      'COUNT=',
      '0',
      '-1',
      ',',
      'UNTIL=',
      '\r\n',
      'BYDAY=9XX',
    );
    const line = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 4 }), (lines) => {
        expect([true, false]).toContain(isEmpty(BERLIN, ...lines));
      }),
    );
  });
});

describe('no rule takes long', () => {
  test.each([
    'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9',
    'RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231T000000Z',
    'RRULE:FREQ=WEEKLY;BYDAY=MO;INTERVAL=100000000;UNTIL=99991231T000000Z',
    'RRULE:FREQ=DAILY;INTERVAL=0;UNTIL=99991231T000000Z',
    'RRULE:FREQ=DAILY;COUNT=2147483647',
  ])('%s', (rule) => {
    const startedAt = performance.now();
    isEmpty(
      BERLIN,
      rule,
      `EXDATE:${Array.from({ length: 500 }, (_, day) => `2027${String(day + 1_000)}T090000Z`).join(',')}`,
    );
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
