import { describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../sandbox/import/event-id.ts';
import { NotImportable } from '../../../sandbox/import/imported-events.ts';
import { type IcsOptions, readIcs } from '../../../sandbox/import/read-ics.ts';
import { calendar, europeanZone, vevent } from './ics-text.ts';

const BERLIN = { calendarZone: 'Europe/Berlin' };
const START = 'DTSTART;TZID=Europe/Berlin:20270120T090000';
const ID = eventIdOf('plan@example.com');

/** The only event of a calendar with one VEVENT of these lines, which must read without a problem. */
function one(lines: string[], options: IcsOptions = BERLIN): Record<string, unknown> {
  const { events, problems } = readIcs(calendar(vevent(...lines)), options);
  expect(problems).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0] ?? {};
}

test('an event of every common property becomes an event resource', () => {
  const event = one([
    START,
    'DTEND;TZID=Europe/Berlin:20270120T100000',
    'SUMMARY:Plan\\, the first',
    'DESCRIPTION:Line one\\nLine two with a very long text that is folded in the fi',
    '  le',
    'LOCATION:Room 4',
    'STATUS:TENTATIVE',
    'TRANSP:TRANSPARENT',
    'CLASS:PRIVATE',
    'SEQUENCE:3',
    'CREATED:20260101T000000Z',
    'LAST-MODIFIED:20260102T030405Z',
    'DTSTAMP:20260103T000000Z',
    'ORGANIZER;CN=Alice:mailto:alice@example.com',
  ]);
  expect(event).toEqual({
    kind: 'calendar#event',
    etag: '"3534646090000000"',
    id: ID,
    iCalUID: 'plan@example.com',
    status: 'tentative',
    created: '2026-01-01T00:00:00.000Z',
    updated: '2026-01-02T03:04:05.000Z',
    summary: 'Plan, the first',
    description: 'Line one\nLine two with a very long text that is folded in the fi le',
    location: 'Room 4',
    organizer: { email: 'alice@example.com', displayName: 'Alice' },
    start: { dateTime: '2027-01-20T09:00:00+01:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2027-01-20T10:00:00+01:00', timeZone: 'Europe/Berlin' },
    transparency: 'transparent',
    visibility: 'private',
    sequence: 3,
    eventType: 'default',
  });
});

test('an event of a calendar that is known has its creator and its link', () => {
  expect(one([START], { ...BERLIN, owner: 'alice@example.com' })).toMatchObject({
    creator: { email: 'alice@example.com', self: true },
    htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from(`${ID} alice@example.com`).toString('base64url')}`,
  });
});

describe('times', () => {
  const starts: [string, string, object][] = [
    ['in UTC', 'DTSTART:20270120T090000Z', { dateTime: '2027-01-20T09:00:00Z', timeZone: 'UTC' }],
    ['floating', 'DTSTART:20270120T090000', { dateTime: '2027-01-20T09:00:00+01:00', timeZone: 'Europe/Berlin' }],
    [
      'west of Greenwich, in summer',
      'DTSTART;TZID=America/St_Johns:20270720T090000',
      { dateTime: '2027-07-20T09:00:00-02:30', timeZone: 'America/St_Johns' },
    ],
    ['all day', 'DTSTART;VALUE=DATE:20270120', { date: '2027-01-20' }],
    ['all day without VALUE=DATE', 'DTSTART:20270120', { date: '2027-01-20' }],
    [
      'skipped by the change to summer time',
      'DTSTART;TZID=Europe/Berlin:20270328T023000',
      { dateTime: '2027-03-28T03:30:00+02:00', timeZone: 'Europe/Berlin' },
    ],
    [
      'that come twice, the first of them',
      'DTSTART;TZID=Europe/Berlin:20271031T023000',
      { dateTime: '2027-10-31T02:30:00+02:00', timeZone: 'Europe/Berlin' },
    ],
    [
      'older than whole-minute offsets, in UTC',
      'DTSTART;TZID=Europe/Berlin:18000101T120000',
      { dateTime: '1800-01-01T11:06:32Z', timeZone: 'Europe/Berlin' },
    ],
    ['in the year of a birthday without one', 'DTSTART;VALUE=DATE:16040229', { date: '1604-02-29' }],
  ];
  test.each(starts)('%s', (_name, line, start) => {
    expect(one([line])).toMatchObject({ start });
  });

  const ends: [string, string[], object][] = [
    ['without an end last a day', ['DTSTART;VALUE=DATE:20270120'], { date: '2027-01-21' }],
    [
      'that end on their first day last a day',
      ['DTSTART;VALUE=DATE:20270120', 'DTEND;VALUE=DATE:20270120'],
      { date: '2027-01-21' },
    ],
    ['last their weeks and days', ['DTSTART;VALUE=DATE:20270120', 'DURATION:P1W1D'], { date: '2027-01-28' }],
    ['round hours up to days', ['DTSTART;VALUE=DATE:20270120', 'DURATION:PT36H'], { date: '2027-01-22' }],
  ];
  test.each(ends)('all-day events %s', (_name, lines, end) => {
    expect(one(lines)).toMatchObject({ end });
  });

  test('a duration counts days by the calendar and hours by the clock that ticks', () => {
    const saturday = 'DTSTART;TZID=Europe/Berlin:20270327T120000';
    expect(one([saturday, 'DURATION:P1D'])).toMatchObject({ end: { dateTime: '2027-03-28T12:00:00+02:00' } });
    expect(one([saturday, 'DURATION:PT24H'])).toMatchObject({ end: { dateTime: '2027-03-28T13:00:00+02:00' } });
  });

  test('an event with neither end nor duration ends when it starts', () => {
    expect(one([START])).toMatchObject({ end: { dateTime: '2027-01-20T09:00:00+01:00' } });
  });

  test('an end in another zone keeps it', () => {
    const event = one([START, 'DTEND;TZID=Europe/London:20270120T100000']);
    expect(event).toMatchObject({ end: { dateTime: '2027-01-20T10:00:00Z', timeZone: 'Europe/London' } });
  });

  test.each([
    ['before the start', [START, 'DTEND;TZID=Europe/Berlin:20270119T100000']],
    ['of another kind than the start', [START, 'DTEND;VALUE=DATE:20270121']],
  ])('an end %s is left out and told', (_name, lines) => {
    const { events, problems } = readIcs(calendar(vevent(...lines)), BERLIN);
    expect(events).toMatchObject([{ end: { dateTime: '2027-01-20T09:00:00+01:00' } }]);
    expect(problems).toEqual([expect.stringContaining('the end was left out')]);
  });

  test("floating times take the option's zone, else the calendar's, else UTC", () => {
    const text = calendar('X-WR-TIMEZONE:Asia/Tokyo', vevent('DTSTART:20270120T090000'));
    expect(readIcs(text, BERLIN).events).toMatchObject([{ start: { timeZone: 'Europe/Berlin' } }]);
    expect(readIcs(text).events).toMatchObject([{ start: { dateTime: '2027-01-20T09:00:00+09:00' } }]);
    const bare = calendar(vevent('DTSTART:20270120T090000'));
    expect(readIcs(bare).events).toMatchObject([{ start: { timeZone: 'UTC' } }]);
    expect(() => readIcs(bare, { calendarZone: 'Mars/Olympus' })).toThrow('no IANA time zone');
  });
});

describe('a TZID', () => {
  const named: [string, string, string][] = [
    ['of Windows', 'W. Europe Standard Time', 'Europe/Berlin'],
    ['of Windows in quotes', '"Pacific Standard Time"', 'America/Los_Angeles'],
    ['with the prefix of Mozilla', '/mozilla.org/20050126_1/Europe/Paris', 'Europe/Paris'],
    ['with a prefix and three parts', '/freeassociation.sourceforge.net/America/Indiana/Knox', 'America/Indiana/Knox'],
    ['in lower case', 'europe/rome', 'Europe/Rome'],
    ['for UTC', 'Etc/UTC', 'UTC'],
  ];
  test.each(named)('%s is told by its name', (_name, tzid, timeZone) => {
    expect(one([`DTSTART;TZID=${tzid}:20270720T090000`])).toMatchObject({ start: { timeZone } });
  });

  test('with X-LIC-LOCATION is told by it', () => {
    const zone = europeanZone('Custom', 'X-LIC-LOCATION:Europe/Madrid');
    const { events, problems } = readIcs(calendar(zone, vevent('DTSTART;TZID=Custom:20270720T090000')));
    expect(events).toMatchObject([{ start: { dateTime: '2027-07-20T09:00:00+02:00', timeZone: 'Europe/Madrid' } }]);
    expect(problems).toEqual([]);
  });

  test('of an own making is told by the offsets of its definition, and the guess is told', () => {
    const { events, problems } = readIcs(calendar(europeanZone('Ours'), vevent('DTSTART;TZID=Ours:20270720T090000')));
    expect(events).toMatchObject([{ start: { dateTime: '2027-07-20T09:00:00+02:00', timeZone: 'Europe/Berlin' } }]);
    expect(problems).toEqual([expect.stringContaining('taken as Europe/Berlin')]);
  });

  test.each([
    ['(UTC+01:00) Amsterdam\\, Berlin', '"(UTC+01:00) Amsterdam, Berlin"'],
    ['Amsterdam\\, Berlin', 'Amsterdam\\, Berlin'],
  ])('whose definition is called %s and whose times say %s is that one', (defined, said) => {
    const text = calendar(europeanZone(defined), vevent(`DTSTART;TZID=${said}:20270720T090000`));
    const { events, problems } = readIcs(text);
    expect(events).toMatchObject([{ start: { dateTime: '2027-07-20T09:00:00+02:00', timeZone: 'Europe/Amsterdam' } }]);
    expect(problems).toEqual([expect.stringContaining('which has the offsets of its definition')]);
  });

  test.each([
    ['(UTC+08:00) Kuala Lumpur, Singapore', 'Asia/Kuala_Lumpur'],
    ['Kuala Lumpur, Singapore', 'Asia/Kuala_Lumpur'],
    ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['(GMT+01:00) Brussels, Copenhagen, Madrid, Paris', 'Europe/Brussels'],
    ['(UTC+10:30) Lord Howe', 'Australia/Lord_Howe'],
  ])('without a definition that says %s to people is %s, and the guess is told', (tzid, timeZone) => {
    const { events, problems } = readIcs(calendar(vevent(`DTSTART;TZID="${tzid}":20270720T090000`)));
    expect(events).toMatchObject([{ start: { timeZone } }]);
    expect(problems).toEqual([`Time zone "${tzid}": taken as ${timeZone}, by what it says.`]);
  });

  test('that says a place and an offset which do not agree is not known', () => {
    const { problems } = readIcs(calendar(vevent('DTSTART;TZID="(UTC+03:00) Singapore":20270720T090000')));
    expect(problems).toEqual([expect.stringContaining('not known')]);
  });

  test('of the whole calendar is told by the offsets of today, not of 1970', () => {
    const text = calendar('X-WR-TIMEZONE:Ours', europeanZone('Ours'), vevent('DTSTART:20270720T090000'));
    expect(readIcs(text).events).toMatchObject([{ start: { timeZone: 'Europe/Berlin' } }]);
  });

  test('with a fixed offset is not taken for a zone with summer time', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Fixed',
      'BEGIN:STANDARD',
      'DTSTART:16010101T000000',
      'TZOFFSETFROM:+0530',
      'TZOFFSETTO:+0530',
      'END:STANDARD',
      'END:VTIMEZONE',
    ];
    const { events } = readIcs(calendar(...zone, vevent('DTSTART;TZID=Fixed:20270720T090000')));
    expect(events).toMatchObject([{ start: { dateTime: '2027-07-20T09:00:00+05:30', timeZone: 'Asia/Kolkata' } }]);
  });

  test.each([
    ['undefined', ''],
    ['defined by a rule without end', europeanZone('Nowhere').replaceAll('YEARLY', 'SECONDLY')],
    [
      'defined by nonsense',
      'BEGIN:VTIMEZONE\r\nTZID:Nowhere\r\nBEGIN:STANDARD\r\nTZOFFSETTO:x\r\nEND:STANDARD\r\nEND:VTIMEZONE',
    ],
  ])("%s is taken as the calendar's zone and told", (_name, zone) => {
    const { events, problems } = readIcs(calendar(zone, vevent('DTSTART;TZID=Nowhere:20270120T090000')), BERLIN);
    expect(events).toMatchObject([{ start: { timeZone: 'Europe/Berlin' } }]);
    expect(problems).toEqual([expect.stringContaining('"Nowhere": not known')]);
  });
});

describe('status', () => {
  test('CANCELLED makes a cancelled event that keeps its fields', () => {
    expect(one([START, 'SUMMARY:Gone', 'STATUS:CANCELLED'])).toMatchObject({ status: 'cancelled', summary: 'Gone' });
  });

  test('of a calendar that is a cancellation is cancelled', () => {
    expect(readIcs(calendar('METHOD:CANCEL', vevent(START))).events).toMatchObject([{ status: 'cancelled' }]);
  });

  test('is not asked of an answer to an invitation, which is no event', () => {
    const { events, problems } = readIcs(calendar('METHOD:REPLY', vevent(START)));
    expect(events).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('METHOD:REPLY')]);
  });
});

describe('people', () => {
  test('are read with names, answers and roles', () => {
    const event = one([
      START,
      'ORGANIZER;CN="Alice, A.":MAILTO:alice@example.com',
      'ATTENDEE;CN=Alice;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:Alice@example.com',
      'ATTENDEE;PARTSTAT=DECLINED;ROLE=OPT-PARTICIPANT;DELEGATED-TO="mailto:x@example.com":mailto:bob@example.com',
      'ATTENDEE;PARTSTAT=TENTATIVE;CN=Carol;EMAIL=carol@example.com:urn:uuid:1234',
      'ATTENDEE;CUTYPE=ROOM:mailto:room4@example.com',
      'ATTENDEE;PARTSTAT=ACCEPTED;CUTYPE=ROOM:mailto:room4@example.com',
    ]);
    expect(event.organizer).toEqual({ email: 'alice@example.com', displayName: 'Alice, A.' });
    expect(event.attendees).toEqual([
      { email: 'Alice@example.com', displayName: 'Alice', responseStatus: 'accepted', organizer: true },
      { email: 'bob@example.com', responseStatus: 'declined', optional: true },
      { email: 'carol@example.com', displayName: 'Carol', responseStatus: 'tentative' },
      { email: 'room4@example.com', responseStatus: 'accepted', resource: true },
    ]);
  });

  test('are marked as self where the file or the caller says whose calendar it is', () => {
    const lines = vevent(START, 'ORGANIZER:mailto:alice@example.com', 'ATTENDEE:mailto:bob@example.com');
    const ofAlice = readIcs(calendar('X-WR-CALNAME:alice@example.com', lines)).events;
    expect(ofAlice).toMatchObject([{ organizer: { self: true } }]);
    const [ofBob] = readIcs(calendar('X-WR-CALNAME:Holidays', lines), { owner: 'bob@example.com' }).events;
    expect(ofBob).toMatchObject({ attendees: [{ self: true }] });
    expect(ofBob?.organizer).toEqual({ email: 'alice@example.com' });
  });

  test('without an address are left out and told', () => {
    const { events, problems } = readIcs(calendar(vevent(START, 'ORGANIZER;CN=Nobody:invalid:nomail', 'ATTENDEE:Bob')));
    expect(events[0]).not.toHaveProperty('organizer');
    expect(events[0]).not.toHaveProperty('attendees');
    expect(problems).toEqual([expect.stringContaining('attendee without an address')]);
  });
});

describe('a conference', () => {
  test('is made of the links of CONFERENCE, one per kind, phones without limit', () => {
    const event = one([
      START,
      'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=My Web Conference:https://conference.example.com/j/c-123?pwd=a;b',
      'CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://other.example.com/x',
      'CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+49-30-1234567',
      'CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+1-555-1234567',
      'CONFERENCE;VALUE=URI:sip:c-123@example.com',
      'URL:https://example.com/agenda',
    ]);
    expect(event.conferenceData).toEqual({
      conferenceId: 'c-123',
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [
        { entryPointType: 'video', uri: 'https://conference.example.com/j/c-123?pwd=a;b', label: 'My Web Conference' },
        { entryPointType: 'phone', uri: 'tel:+49-30-1234567' },
        { entryPointType: 'phone', uri: 'tel:+1-555-1234567' },
        { entryPointType: 'sip', uri: 'sip:c-123@example.com' },
      ],
    });
  });

  test("is Google's where X-GOOGLE-CONFERENCE leads there", () => {
    expect(one([START, 'X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij'])).toMatchObject({
      hangoutLink: 'https://meet.google.com/abc-defg-hij',
      conferenceData: { conferenceId: 'abc-defg-hij', conferenceSolution: { key: { type: 'hangoutsMeet' } } },
    });
  });

  test('is a URL where nothing else is', () => {
    expect(one([START, 'URL:https://conference.example.com/'])).toMatchObject({
      conferenceData: {
        conferenceId: expect.stringMatching(/^[a-v0-9]{26}$/),
        conferenceSolution: { name: 'conference.example.com' },
        entryPoints: [{ entryPointType: 'video', uri: 'https://conference.example.com/' }],
      },
    });
  });

  test.each(['javascript:alert(1)', 'ldap://example.com', 'no link', `https://example.com/${'x'.repeat(1300)}`])(
    'is not made of %s',
    (uri) => {
      expect(one([START, `URL:${uri}`])).not.toHaveProperty('conferenceData');
      const { events, problems } = readIcs(calendar(vevent(START, `CONFERENCE:${uri}`)));
      expect(events[0]).not.toHaveProperty('conferenceData');
      expect(problems).toEqual([expect.stringContaining('no link to a conference')]);
    },
  );
});

describe('ids', () => {
  test('of UIDs that Google made are the ids that Google gave', () => {
    expect(eventIdOf('68k0p6ackplecqs9fuvbs1fju0@google.com')).toBe('68k0p6ackplecqs9fuvbs1fju0');
    expect(eventIdOf('68k0p6ackp_R20250708T130000@google.com')).toBe('68k0p6ackp_R20250708T130000');
  });

  test.each(['a', 'plan@example.com', 'Ünïcode', '{B2C5}', 'x'.repeat(5000), 'UPPER@google.com'])(
    'of the UID %s are base32hex of a length that Calendar takes, and always the same',
    (uid) => {
      expect(eventIdOf(uid)).toMatch(/^[a-v0-9]{5,1000}$/);
      expect(eventIdOf(uid)).toBe(eventIdOf(uid));
    },
  );

  test('of different UIDs differ', () => {
    const uids = ['a', 'b', 'aa', 'x'.repeat(5000), 'x'.repeat(5001), 'plan@example.com', 'plan@google.com'];
    expect(new Set(uids.map(eventIdOf)).size).toBe(uids.length);
  });

  test('are made of start and title where there is no UID, the same at each import', () => {
    const text = calendar('BEGIN:VEVENT', START, 'SUMMARY:Plan', 'END:VEVENT');
    const first = readIcs(text);
    expect(first.problems).toEqual([expect.stringContaining('no UID')]);
    expect(readIcs(text).events).toEqual(first.events);
  });
});

test('a text without a calendar is no iCalendar', () => {
  for (const text of ['', 'hello', 'BEGIN:VCARD\r\nEND:VCARD', 'BEGIN:VEVENT\r\nEND:VEVENT']) {
    expect(() => readIcs(text)).toThrow(NotImportable);
  }
});
