import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LINE_CHARS_MAX } from '../../../sandbox/import/ics-lines.ts';
import { NotImportable } from '../../../sandbox/import/imported-events.ts';
import { PROBLEMS_MAX } from '../../../sandbox/import/problem-list.ts';
import { readIcs } from '../../../sandbox/import/read-ics.ts';
import { calendar, europeanZone, vevent } from './ics-text.ts';

const START = 'DTSTART:20270120T090000Z';
const GOOD = vevent(START, 'SUMMARY:Good').replace('plan@', 'good@');

describe('one broken component costs only itself', () => {
  const broken: [string, string, string][] = [
    ['no start', vevent('SUMMARY:x'), 'it has no start'],
    ['a start that is no date', vevent('DTSTART:garbage'), 'its DTSTART is no date'],
    ['a 13th month', vevent('DTSTART:20271320T090000Z'), 'its DTSTART is no date'],
    ['a 30th of February', vevent('DTSTART;VALUE=DATE:20270230'), 'its DTSTART is no date'],
    ['a 25th hour', vevent('DTSTART:20270120T250000Z'), 'its DTSTART is no date'],
    ['a date with hyphens', vevent('DTSTART;VALUE=DATE:2027-01-20'), 'its DTSTART is no date'],
    ['a start of a type named like a property of every object', vevent('DTSTART;VALUE=__proto__:20270120'), 'DTSTART'],
    ['an end that is no date', vevent(START, 'DTEND:late'), 'its DTEND is no date'],
    ['a duration that is none', vevent(START, 'DURATION:long'), 'its DURATION is none'],
    ['a negative duration', vevent(START, 'DURATION:-PT5M'), 'its DURATION is none'],
    ['an endless duration', vevent(START, 'DURATION:P99999999999D'), 'its DURATION is too long'],
    ['an unreadable recurrence id', vevent(START, 'RECURRENCE-ID:x'), 'its RECURRENCE-ID is no date'],
    ['an unclosed quote in its start', vevent('DTSTART;TZID="Europe/Berlin:20270120T090000'), 'its DTSTART at line 6'],
    ['no end of its own', 'BEGIN:VEVENT\r\nUID:x\r\nDTSTART:20270120T090000Z', 'it has no end'],
  ];
  test.each(broken)('%s', (_name, component, why) => {
    const { events, problems } = readIcs(calendar(component, GOOD));
    expect(events).toMatchObject([{ summary: 'Good' }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^The event at line 4: skipped, /);
    expect(problems[0]).toContain(why);
  });

  test('an event at the end of a file that was cut off', () => {
    const text = calendar(GOOD, vevent(START, 'SUMMARY:Cut')).slice(0, -40);
    const { events, problems } = readIcs(text);
    expect(events).toMatchObject([{ summary: 'Good' }]);
    expect(problems).toEqual([expect.stringContaining('it has no end')]);
  });
});

describe('one broken line costs only itself where the event can be right without it', () => {
  test.each(['no property at all', 'SUMMARY;LANGUAGE:broken', 'ATTENDEE;CN="unclosed:mailto:x@example.com', '=?;:'])(
    '%s',
    (line) => {
      const { events, problems } = readIcs(calendar(vevent(START, line, 'LOCATION:Room 4')));
      expect(events).toMatchObject([{ location: 'Room 4' }]);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('Line 7');
    },
  );

  test.each(['ATTACH;ENCODING=BASE64;VALUE=BINARY:QUJD', 'X-ODD;=;:x', '__proto__;__proto__=x:x', 'constructor:x'])(
    'and nothing where nobody asks for it: %s',
    (line) => {
      const { events } = readIcs(calendar(vevent(START, line)));
      expect(events).toMatchObject([{ status: 'confirmed' }]);
      expect({}).not.toHaveProperty('x');
    },
  );
});

describe('lines', () => {
  test.each(['\n', '\r', '\r\n'])('may end in %j', (end) => {
    const text = calendar(vevent(START, 'SUMMARY:Fol', ' ded\\;', '\t too')).replaceAll('\r\n', end);
    expect(readIcs(text).events).toMatchObject([{ summary: 'Folded; too' }]);
  });

  test('may be blank, lower-case, or stand before the calendar', () => {
    const text = `\uFEFFX-Mailer: none\n\n${calendar(vevent(START, '', ' ', 'summary:Lower')).replaceAll('BEGIN', 'begin')}`;
    const { events, problems } = readIcs(text);
    expect(events).toMatchObject([{ summary: 'Lower' }]);
    expect(problems).toEqual(['Line 1: skipped, it stands before the calendar begins.']);
  });

  test('of a hundred thousand characters are read, of more than a million are skipped', () => {
    const long = 'x'.repeat(100_000);
    expect(readIcs(calendar(vevent(START, `DESCRIPTION:${long}`))).events).toMatchObject([{ description: long }]);
    const { events, problems } = readIcs(calendar(vevent(START, `DESCRIPTION:${'x'.repeat(5_000_000)}`)));
    expect(events).toMatchObject([{ status: 'confirmed' }]);
    expect(events[0]).not.toHaveProperty('description');
    expect(problems).toEqual(['Line 7: skipped, its DESCRIPTION cannot be read.']);
  });

  test('that are folded a hundred thousand times are read in time', () => {
    const folded = `DESCRIPTION:${'\r\n x'.repeat(100_000)}`;
    const started = performance.now();
    expect(readIcs(calendar(vevent(START, folded))).events).toMatchObject([{ description: 'x'.repeat(100_000) }]);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('that matter to the recurrence are not skipped for their length: the event is', () => {
    const dates = `EXDATE:${'20270120T090000Z,'.repeat(LINE_CHARS_MAX / 16)}`;
    expect(readIcs(calendar(vevent(START, 'RRULE:FREQ=DAILY', dates))).events).toEqual([]);
  });
});

test('tasks, journals and alarms are no events, and alarms do not touch theirs', () => {
  const alarm = ['BEGIN:VALARM', 'DESCRIPTION:Alarm', 'TRIGGER:-PT5M', 'DURATION:junk', 'END:VALARM'];
  const { events, problems } = readIcs(
    calendar(
      'BEGIN:VTODO',
      'SUMMARY:Task',
      'END:VTODO',
      vevent(START, 'DESCRIPTION:Mine', ...alarm),
      'BEGIN:VTODO',
      'END:VTODO',
    ),
  );
  expect(events).toMatchObject([{ description: 'Mine' }]);
  expect(problems).toEqual([
    '2 VTODO skipped: only events are imported.',
    'Not imported of the events: reminders (VALARM): 1.',
  ]);
});

test('what events have that is not imported is named, but for what a program notes for itself', () => {
  const attached = ['ATTACH:https://files.example.com/a', 'ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA'];
  const { problems } = readIcs(calendar(vevent(START, ...attached, 'CATEGORIES:Work', 'X-MOZ-GENERATION:3')));
  expect(problems).toEqual(['Not imported of the events: attachments (ATTACH): 2, CATEGORIES: 1.']);
});

test.each(['DTSTART;VALUE=DATE:20270120T090000', 'DTSTART;VALUE=DATE;TZID=Europe/Berlin:20270120T090000Z'])(
  '%s is a date and a time of day at once, so that neither is believed',
  (line) => {
    const { events, problems } = readIcs(calendar(vevent(line)));
    expect(events).toEqual([]);
    expect(problems).toEqual([
      'The event at line 4: skipped, its DTSTART at line 6 says that it is a date, and has a time of day.',
    ]);
  },
);

test.each([
  'EXDATE;VALUE=DATE:20270121,20270122T090000',
  'DTEND;VALUE=DATE:20270121T090000',
  'RECURRENCE-ID;VALUE=DATE:20270121T090000',
])('an event with %s is skipped too', (line) => {
  const { events, problems } = readIcs(calendar(vevent('DTSTART;VALUE=DATE:20270120', line)));
  expect(events).toEqual([]);
  expect(problems).toEqual([expect.stringContaining('says that it is a date, and has a time of day')]);
});

test('several calendars in one file are read, each with its own method', () => {
  const text = calendar('METHOD:CANCEL', vevent(START)) + calendar(GOOD);
  expect(readIcs(text).events).toMatchObject([{ status: 'cancelled' }, { status: 'confirmed' }]);
});

test('components nested without end are no danger', () => {
  const text = calendar('BEGIN:X\r\n'.repeat(50_000), GOOD);
  expect(readIcs(text).events).toMatchObject([{ summary: 'Good' }]);
});

test('thousands of problems are told as a bounded list without control characters', () => {
  const { problems } = readIcs(calendar(vevent(START, ...Array.from({ length: 5_000 }, (_, n) => `line\u0007 ${n}`))));
  expect(problems).toHaveLength(PROBLEMS_MAX + 1);
  expect(problems[0]).toBe('Line 7: skipped, it is no property: line  0');
  expect(problems.at(-1)).toBe('and 4800 more problems');
});

test('whatever is cut out of, put into or swapped in a file, reading it does not throw', () => {
  const text = calendar(
    europeanZone('Own'),
    vevent('DTSTART;TZID=Own:20270120T090000', 'RRULE:FREQ=WEEKLY;UNTIL=20270301;BYDAY=WE', 'EXDATE:20270127T080000Z'),
    vevent('RECURRENCE-ID:20270203T080000Z', 'DTSTART:20270204T080000Z', 'DURATION:PT1H', 'ORGANIZER:mailto:a@b.c'),
    vevent(START, 'CONFERENCE;VALUE=URI;LABEL="x":https://example.com/a', 'ATTENDEE;CN=x:mailto:x@b.c'),
  );
  const edit = fc.tuple(fc.nat(text.length), fc.nat(30), fc.string({ maxLength: 8, unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let edited = text;
      for (const [at, length, put] of edits) edited = edited.slice(0, at) + put + edited.slice(at + length);
      try {
        const { events } = readIcs(edited);
        for (const event of events) expect(event.id).toMatch(/^[a-v0-9]{5,}(_\d{8}(T\d{6}Z)?)?$/);
      } catch (error) {
        expect(error).toBeInstanceOf(NotImportable);
      }
    }),
    { numRuns: 150 },
  );
});
