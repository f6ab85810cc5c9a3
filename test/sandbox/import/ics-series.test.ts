import { describe, expect, test } from '@jest/globals';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { eventIdOf } from '../../../sandbox/import/event-id.ts';
import { readIcs } from '../../../sandbox/import/read-ics.ts';
import { calendar, vevent } from './ics-text.ts';

const ID = eventIdOf('plan@example.com');
const START = 'DTSTART;TZID=Europe/Berlin:20270120T090000';
const DAILY = 'RRULE:FREQ=DAILY';

function eventsOf(...components: string[]): readonly Record<string, unknown>[] {
  const { events, problems } = readIcs(calendar(...components), { calendarZone: 'Europe/Berlin' });
  expect(problems).toEqual([]);
  return events;
}

describe('recurrence', () => {
  const cases: [string, string[], string[]][] = [
    ['a rule as it is', [START, 'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10'], ['RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO,WE']],
    ['UNTIL in UTC', [START, `${DAILY};UNTIL=20270201T080000Z`], [`${DAILY};UNTIL=20270201T080000Z`]],
    ['a floating UNTIL in UTC', [START, `${DAILY};UNTIL=20270201T090000`], [`${DAILY};UNTIL=20270201T080000Z`]],
    ['UNTIL as a date to the end of that day', [START, `${DAILY};UNTIL=20270201`], [`${DAILY};UNTIL=20270201T225959Z`]],
    [
      'UNTIL of an all-day series as a date',
      ['DTSTART;VALUE=DATE:20270120', `${DAILY};UNTIL=20270201T080000Z`],
      [`${DAILY};UNTIL=20270201`],
    ],
    [
      'EXDATE lines joined, in the zone of the start',
      [START, DAILY, 'EXDATE;TZID=Europe/Berlin:20270122T090000,20270123T090000', 'EXDATE:20270124T080000Z'],
      [DAILY, 'EXDATE;TZID=Europe/Berlin:20270122T090000,20270123T090000,20270124T090000'],
    ],
    [
      'EXDATE as a date of a timed series at its time of day',
      [START, DAILY, 'EXDATE;VALUE=DATE:20270722'],
      [DAILY, 'EXDATE;TZID=Europe/Berlin:20270722T090000'],
    ],
    [
      'EXDATE with a time of an all-day series as a date',
      ['DTSTART;VALUE=DATE:20270120', DAILY, 'EXDATE:20270122T000000'],
      [DAILY, 'EXDATE;VALUE=DATE:20270122'],
    ],
    [
      'EXDATE of a series in UTC in UTC',
      ['DTSTART:20270120T080000Z', DAILY, 'EXDATE:20270122T080000Z'],
      [DAILY, 'EXDATE:20270122T080000Z'],
    ],
    ['an empty EXDATE not at all', [START, DAILY, 'EXDATE:'], [DAILY]],
    [
      'RDATE alone, and of periods the start',
      [START, 'RDATE;VALUE=PERIOD:20270122T080000Z/PT1H,20270123T080000Z/20270123T090000Z'],
      ['RDATE;TZID=Europe/Berlin:20270122T090000,20270123T090000'],
    ],
    ['EXRULE beside RRULE', [START, DAILY, 'EXRULE:FREQ=WEEKLY;BYDAY=SU'], [DAILY, 'EXRULE:FREQ=WEEKLY;BYDAY=SU']],
  ];
  test.each(cases)('shows %s', (_name, lines, recurrence) => {
    expect(eventsOf(vevent(...lines))).toMatchObject([{ id: ID, recurrence }]);
  });

  test.each([
    'RRULE:FREQ=BOGUS',
    'RRULE:COUNT=3',
    'RRULE:',
    'RRULE:FREQ=DAILY;COUNT=0',
    'RRULE:FREQ=DAILY;UNTIL=soon',
    'RRULE:FREQ=WEEKLY;BYDAY=XX',
    'EXDATE:20271301T090000Z',
    'RDATE:tomorrow',
  ])('that says %s makes no event at all rather than a wrong one', (line) => {
    const { events, problems } = readIcs(calendar(vevent(START, line)));
    expect(events).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^The event at line 4: skipped, its (RRULE|EXDATE|RDATE) /)]);
  });
});

describe('an exception', () => {
  const master = vevent(START, DAILY, 'SUMMARY:Plan');

  test('knows its series and its first start, in the zone of the series, whatever zone it was written in', () => {
    for (const recurrenceId of [
      'RECURRENCE-ID;TZID=Europe/Berlin:20270722T090000',
      'RECURRENCE-ID:20270722T070000Z',
      'RECURRENCE-ID;TZID=America/New_York:20270722T030000',
      'RECURRENCE-ID;VALUE=DATE:20270722',
    ]) {
      const [, exception] = eventsOf(master, vevent(recurrenceId, 'DTSTART:20270723T100000Z', 'SUMMARY:Moved'));
      expect(exception).toMatchObject({
        id: `${ID}_20270722T070000Z`,
        recurringEventId: ID,
        originalStartTime: { dateTime: '2027-07-22T09:00:00+02:00', timeZone: 'Europe/Berlin' },
        iCalUID: 'plan@example.com',
        start: { dateTime: '2027-07-23T10:00:00Z' },
        summary: 'Moved',
      });
      expect(exception).not.toHaveProperty('recurrence');
    }
  });

  test('may stand before its series in the file', () => {
    const exception = vevent('RECURRENCE-ID:20270722T070000Z', 'DTSTART:20270723T100000Z');
    expect(eventsOf(exception, master)[0]).toMatchObject({ originalStartTime: { timeZone: 'Europe/Berlin' } });
  });

  test('of an all-day series has a date in its id', () => {
    const allDay = vevent('DTSTART;VALUE=DATE:20270120', DAILY);
    const moved = vevent('RECURRENCE-ID;VALUE=DATE:20270122', 'DTSTART;VALUE=DATE:20270125');
    expect(eventsOf(allDay, moved)).toMatchObject([
      { id: ID },
      { id: `${ID}_20270122`, originalStartTime: { date: '2027-01-22' }, start: { date: '2027-01-25' } },
    ]);
  });

  test('that is cancelled is a cancelled occurrence', () => {
    const gone = vevent('RECURRENCE-ID:20270122T080000Z', 'DTSTART:20270122T080000Z', 'STATUS:CANCELLED');
    expect(eventsOf(master, gone)[1]).toMatchObject({ status: 'cancelled', id: `${ID}_20270122T080000Z` });
  });

  test('without its series is kept', () => {
    const alone = vevent('RECURRENCE-ID:20270122T080000Z', 'DTSTART:20270122T090000Z');
    expect(eventsOf(alone)).toMatchObject([{ id: `${ID}_20270122T080000Z`, recurringEventId: ID }]);
  });

  test('for all that follow is taken for one occurrence, and told', () => {
    const following = vevent('RECURRENCE-ID;RANGE=THISANDFUTURE:20270122T080000Z', 'DTSTART:20270122T090000Z');
    const { events, problems } = readIcs(calendar(master, following));
    expect(events).toHaveLength(2);
    expect(problems).toEqual([expect.stringContaining('one occurrence only')]);
  });
});

test('an exception of what was split off a series is shown once, in place of its occurrence', () => {
  const [uid, start] = ['abcdefghijklm_R20270125T080000@google.com', 'DTSTART;TZID=Europe/Berlin:20270125T090000'];
  const part = (...lines: string[]): string => ['BEGIN:VEVENT', `UID:${uid}`, ...lines, 'END:VEVENT'].join('\r\n');
  const text = calendar(
    part(start, 'DTEND;TZID=Europe/Berlin:20270125T100000', `${DAILY};COUNT=3`, 'SUMMARY:Plan'),
    part('RECURRENCE-ID:20270126T080000Z', 'DTSTART:20270126T120000Z', 'DTEND:20270126T130000Z', 'SUMMARY:Moved'),
  );
  const google = new SimulatedCalendar({ now: () => Date.UTC(2027, 0, 20), defaultUser: 'alice@example.com' });
  google.addCalendar('alice@example.com');
  google.load('alice@example.com', readIcs(text).events);
  const { body } = google.handle({
    method: 'GET',
    path: '/calendar/v3/calendars/primary/events',
    query: { singleEvents: 'true', orderBy: 'startTime' },
    headers: {},
  });
  expect(body).toMatchObject({
    items: [
      { id: 'abcdefghijklm_20270125T080000Z', summary: 'Plan' },
      { id: 'abcdefghijklm_20270126T080000Z', summary: 'Moved' },
      { id: 'abcdefghijklm_20270127T080000Z', summary: 'Plan' },
    ],
  });
});

describe('of several versions of one event', () => {
  test.each([
    [
      'the higher sequence',
      ['SEQUENCE:2', 'LAST-MODIFIED:20260101T000000Z'],
      ['SEQUENCE:1', 'LAST-MODIFIED:20270101T000000Z'],
    ],
    ['the later change', ['LAST-MODIFIED:20270101T000000Z'], ['LAST-MODIFIED:20260101T000000Z']],
  ])('%s stays, wherever it stands', (_name, newer, older) => {
    const versions = [vevent(START, 'SUMMARY:New', ...newer), vevent(START, 'SUMMARY:Old', ...older)];
    for (const order of [versions, [...versions].reverse()]) {
      const { events, problems } = readIcs(calendar(...order));
      expect(events).toMatchObject([{ summary: 'New' }]);
      expect(problems).toEqual([expect.stringContaining('is a later version')]);
    }
  });

  test('the last stays where nothing else tells', () => {
    const { events } = readIcs(calendar(vevent(START, 'SUMMARY:First'), vevent(START, 'SUMMARY:Second')));
    expect(events).toMatchObject([{ summary: 'Second' }]);
  });
});
