/** Files that somebody else made: reading them never throws but to say what is wrong, and what they held cannot break the calendar. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { NotImportable } from '../../sandbox/import/imported-events.ts';
import { readEventsJson } from '../../sandbox/import/read-events-json.ts';
import { readIcs } from '../../sandbox/import/read-ics.ts';
import { hostileJson, hostileText, mangled, spoilt } from './hostile.ts';
import { tally } from './tally.ts';

const inputs = tally('imported files');
const ALICE = 'alice@example.com';
const EVENTS = `/calendar/v3/calendars/${ALICE}/events`;

/** Reads, loads what was read, and lists it. */
function survives(read: () => { readonly events: readonly unknown[]; readonly problems: readonly string[] }): void {
  inputs.count();
  const calendar = new SimulatedCalendar({ now: () => 1_800_000_000_000 });
  calendar.addCalendar(ALICE);
  try {
    const { events, problems } = read();
    for (const problem of problems) expect(problem).not.toMatch(/(?![\x7f-\x9f])\p{Cc}/u);
    calendar.load(ALICE, events);
  } catch (error) {
    expect(error).toBeInstanceOf(NotImportable);
  }
  expect(calendar.handle({ method: 'GET', path: EVENTS, query: { showDeleted: 'true' } }).status).toBe(200);
  expect(
    calendar.handle({ method: 'GET', path: EVENTS, query: { singleEvents: 'true', timeMax: '2028-01-01T00:00:00Z' } })
      .status,
  ).toBe(200);
}

const EVENT = {
  kind: 'calendar#event',
  id: 'abcde',
  status: 'confirmed',
  summary: 'Planning',
  start: { dateTime: '2027-01-20T09:00:00Z', timeZone: 'UTC' },
  end: { dateTime: '2027-01-20T10:00:00Z', timeZone: 'UTC' },
  recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
  recurringEventId: 'abcdf',
  originalStartTime: { dateTime: '2027-01-20T09:00:00Z' },
  organizer: { email: ALICE, self: true },
  attendees: [{ email: 'bob@example.com' }],
  conferenceData: { conferenceId: 'c', entryPoints: [{ uri: 'https://x' }] },
  etag: '"1"',
  updated: '2027-01-01T00:00:00Z',
};

test('JSON of any shape', () => {
  const list = fc
    .array(spoilt(EVENT), { maxLength: 4 })
    .map((items) => JSON.stringify({ kind: 'calendar#events', items }));
  const text = fc.oneof(
    list,
    mangled(JSON.stringify([EVENT])),
    hostileJson.map((value) => JSON.stringify(value)),
    hostileText,
  );
  fc.assert(
    fc.property(text, (json) => survives(() => readEventsJson(json))),
    { numRuns: 600 },
  );
});

const ICS = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'X-WR-CALNAME:alice@example.com',
  'BEGIN:VTIMEZONE',
  'TZID:Own',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'UID:a@b',
  'DTSTART;TZID=Own:20270120T090000',
  'DURATION:PT1H',
  'RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=WE',
  'EXDATE;TZID=Own:20270127T090000',
  'SUMMARY:Planning',
  'ATTENDEE;CN="Bob":mailto:bob@example.com',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n');

test('iCalendar of any shape', () => {
  const value = fc.tuple(
    fc.constantFrom(
      'UID',
      'DTSTART',
      'DTEND',
      'RRULE',
      'EXDATE',
      'RECURRENCE-ID',
      'SUMMARY',
      'ATTENDEE',
      'DURATION',
      'SEQUENCE',
    ),
    hostileText,
  );
  const spoiltLines = fc.array(value, { minLength: 1, maxLength: 4 }).map((lines) => {
    const put = lines.map(([name, text]) => `${name}:${text.replace(/[\r\n]/g, ' ')}`).join('\r\n');
    return ICS.replace('DURATION:PT1H', put);
  });
  fc.assert(
    fc.property(fc.oneof(mangled(ICS), spoiltLines, hostileText), (text) => survives(() => readIcs(text))),
    { numRuns: 400 },
  );
});
