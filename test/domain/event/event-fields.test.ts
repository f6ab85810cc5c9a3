import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  changedFields,
  EVENT_FIELDS,
  type EventField,
  hashFields,
  occurrenceFields,
} from '../../../shared/domain/event/event-fields.ts';
import { type Item, live, meeting, ours, series } from '../build.ts';

const KEY = 'hash-key';
const BASE = meeting('m', ours('c'), { location: 'Room 1', description: 'Bring tea' });

/** The fields whose hashes tell one item from the other. */
function difference(one: Item, other: Item): EventField[] {
  return changedFields(hashFields(live(one), EVENT_FIELDS, KEY), hashFields(live(other), EVENT_FIELDS, KEY));
}

describe('a hash changes with the meaning of its field, and with nothing else', () => {
  test.each<[string, Item, EventField[]]>([
    ['a title', { summary: 'Other' }, ['title']],
    ['a title in another letter case', { summary: 'meeting m' }, ['title']],
    ['a description', { description: 'Bring coffee' }, ['description']],
    ['a location', { location: 'Room 2' }, ['location']],
    ['a start', { start: { dateTime: '2027-02-01T10:30:00+01:00', timeZone: 'Europe/Berlin' } }, ['start']],
    [
      'a start of another zone at the same instant',
      { start: { dateTime: '2027-02-01T18:00:00+09:00', timeZone: 'Asia/Tokyo' } },
      ['start'],
    ],
    ['a start that became a whole day', { start: { date: '2027-02-01' } }, ['start']],
    ['an end', { end: { dateTime: '2027-02-01T12:00:00+01:00', timeZone: 'Europe/Berlin' } }, ['end']],
    ['an end that is missing', { end: undefined }, ['end']],
    ['a rule', { recurrence: ['RRULE:FREQ=DAILY'] }, ['recurrence']],
    ['an organizer', { organizer: { email: 'bob@example.com' } }, ['organizer']],
    ['a visibility', { visibility: 'private' }, ['visibility']],
    ['a guest', { attendees: [{ email: 'bob@example.com', responseStatus: 'needsAction' }] }, ['attendees']],
  ])('%s', (_, changes, expected) => {
    expect(difference(BASE, meeting('m', BASE, changes))).toEqual(expected);
  });

  test('a whole day that is another day', () => {
    const on = (date: string): Item => meeting('m', BASE, { start: { date }, end: { date } });
    expect(difference(on('2027-02-01'), on('2027-02-02'))).toEqual(['start', 'end']);
  });

  test('not the letter case of an address', () => {
    const invited = (email: string): Item =>
      meeting('m', BASE, { organizer: { email }, attendees: [{ email, responseStatus: 'accepted' }] });
    expect(difference(invited('Bob@example.com'), invited('bob@example.com'))).toEqual([]);
  });

  test('an answer of a guest', () => {
    const guest = (responseStatus: string): Item =>
      meeting('m', BASE, { attendees: [{ email: 'bob@example.com', responseStatus }] });
    expect(difference(guest('needsAction'), guest('accepted'))).toEqual(['attendees']);
  });

  test('a parameter of the add-on', () => {
    const withParameters = (parameters: Item): Item =>
      meeting('m', { conferenceData: { conferenceId: 'c', parameters: { addOnParameters: { parameters } } } });
    expect(difference(withParameters({ a: '1' }), withParameters({ a: '2' }))).toEqual(['parameters']);
    expect(difference(withParameters({ a: '1', b: '2' }), withParameters({ b: '2', a: '1' }))).toEqual([]);
  });

  test.each<[string, Item]>([
    [
      'the same instant with another offset',
      { start: { dateTime: '2027-02-01T09:00:00Z', timeZone: 'Europe/Berlin' } },
    ],
    ['an offset left out', { start: { dateTime: '2027-02-01T10:00:00', timeZone: 'Europe/Berlin' } }],
    [
      'parts of a second that are zero',
      { start: { dateTime: '2027-02-01T10:00:00.000+01:00', timeZone: 'Europe/Berlin' } },
    ],
    [
      'another etag, date of change, colour, reminder, sequence',
      { etag: '"x"', updated: '2028-01-01T00:00:00Z', colorId: '7', reminders: {}, sequence: 9 },
    ],
    ["the organizer's address in another letter case", { organizer: { email: 'ALICE@example.com', self: true } }],
    ['a visibility that is named instead of left out', { visibility: 'default' }],
    [
      'another entry point of the conference',
      { conferenceData: { conferenceId: 'c', entryPoints: [{ uri: 'https://x.example' }] } },
    ],
  ])('not %s', (_, changes) => {
    expect(difference(BASE, meeting('m', BASE, changes))).toEqual([]);
  });

  test('not a text that is empty instead of left out', () => {
    expect(difference(meeting('m', { description: '' }), meeting('m'))).toEqual([]);
  });

  test('not a zone on a whole day, where it means nothing', () => {
    const allDay = meeting('m', { start: { date: '2027-02-01' } });
    expect(difference(allDay, meeting('m', { start: { date: '2027-02-01', timeZone: 'UTC' } }))).toEqual([]);
  });

  test('not the order of guests, of recurrence lines or of the parts of a rule', () => {
    const lines = ['RRULE:FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20270301T090000Z', 'EXDATE;VALUE=DATE:20270208,20270215'];
    const turned = ['EXDATE;VALUE=DATE:20270215,20270208', 'RRULE:UNTIL=20270301T090000Z;FREQ=WEEKLY;BYDAY=TU,MO'];
    const guests = [
      { email: 'a@example.com', responseStatus: 'accepted' },
      { email: 'B@example.com', responseStatus: 'declined' },
    ];
    const one = series('s', { recurrence: lines, attendees: guests });
    const other = series('s', { recurrence: turned, attendees: [...guests].reverse() });
    expect(difference(one, other)).toEqual([]);
  });

  test('but the end of a rule', () => {
    const until = (stamp: string): Item => series('s', { recurrence: [`RRULE:FREQ=DAILY;UNTIL=${stamp}`] });
    expect(difference(until('20270301T090000Z'), until('20270302T090000Z'))).toEqual(['recurrence']);
  });

  test('for any two titles', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const changed = difference(meeting('m', { summary: one }), meeting('m', { summary: other }));
        expect(changed).toEqual(one === other ? [] : ['title']);
      }),
    );
  });
});

describe('hashes', () => {
  test('of two calendars cannot be compared', () => {
    const event = live(BASE);
    expect(hashFields(event, ['title'], 'one')).not.toEqual(hashFields(event, ['title'], 'other'));
  });

  test('of equal texts in two fields differ', () => {
    const { title, location } = hashFields(live(meeting('m', { summary: 'x', location: 'x' })), EVENT_FIELDS, KEY);
    expect(title).not.toBe(location);
  });

  test('are made of the fields that were asked for alone', () => {
    expect(Object.keys(hashFields(live(BASE), ['end', 'title'], KEY)).sort()).toEqual(['end', 'title']);
  });

  test('hold nothing of the text', () => {
    expect(JSON.stringify(hashFields(live(BASE), EVENT_FIELDS, KEY))).not.toMatch(/tea|Room|alice/);
  });

  test('do not depend on the zone of the machine', () => {
    const bare = live(meeting('m', { start: { dateTime: '2027-02-01T10:00:00' } }));
    const utc = live(meeting('m', { start: { dateTime: '2027-02-01T10:00:00Z' } }));
    expect(hashFields(bare, ['start'], KEY)).toEqual(hashFields(utc, ['start'], KEY));
  });
});

describe('what changed', () => {
  test('is everything where nothing was hashed before', () => {
    expect(changedFields(null, { title: 'a', start: 'b' })).toEqual(['title', 'start']);
  });

  test('is a field that counts only since now, and not one that counts no more', () => {
    expect(changedFields({ title: 'a', location: 'x' }, { title: 'a', start: 'b' })).toEqual(['start']);
  });

  test('of an occurrence is what can differ from its series, if it counts at all', () => {
    expect(occurrenceFields(EVENT_FIELDS)).toEqual(['title', 'start', 'end']);
    expect(occurrenceFields(['description', 'end'])).toEqual(['end']);
    expect(occurrenceFields(['description'])).toEqual([]);
  });
});

test('the same event is hashed under each key anew, whatever was asked of it before', () => {
  const event = live(BASE);
  const first = hashFields(event, ['title', 'start'], KEY);
  const other = hashFields(event, ['title', 'start'], 'other key');
  expect(other.title).not.toBe(first.title);
  expect(other.start).not.toBe(first.start);
  expect(hashFields(event, ['title', 'end'], KEY)).toEqual(hashFields(live(BASE), ['title', 'end'], KEY));
});
