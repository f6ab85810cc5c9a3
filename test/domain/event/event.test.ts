import { describe, expect, test } from '@jest/globals';
import { instantOf, isOrganizersCopy } from '../../../shared/domain/event/event.ts';
import { clockOf } from '../../../shared/domain/event/wall-clock.ts';
import { ALICE, live, meeting } from '../build.ts';

describe('the instant of an event time', () => {
  test.each([
    ['with an offset', { dateTime: '2027-02-01T10:00:00+01:00' }, '2027-02-01T09:00:00Z'],
    ['in UTC with parts of a second', { dateTime: '2027-02-01T09:00:00.500Z' }, '2027-02-01T09:00:00.500Z'],
    [
      'with an offset that contradicts its zone',
      { dateTime: '2027-02-01T10:00:00+01:00', timeZone: 'Asia/Tokyo' },
      '2027-02-01T09:00:00Z',
    ],
    [
      'without offset, in winter',
      { dateTime: '2027-02-01T10:00:00', timeZone: 'Europe/Berlin' },
      '2027-02-01T09:00:00Z',
    ],
    ['without offset, in summer', { dateTime: '2027-07-01T10:00', timeZone: 'Europe/Berlin' }, '2027-07-01T08:00:00Z'],
    [
      'without offset, with parts of a second',
      { dateTime: '2027-02-01T10:00:00.250', timeZone: 'Europe/Berlin' },
      '2027-02-01T09:00:00.250Z',
    ],
    ['without offset and zone', { dateTime: '2027-02-01T10:00:00' }, '2027-02-01T10:00:00Z'],
    [
      'without offset, in a zone that nobody knows',
      { dateTime: '2027-02-01T10:00:00', timeZone: 'No/Where' },
      '2027-02-01T10:00:00Z',
    ],
    ['of a whole day', { date: '2027-02-01', timeZone: 'Asia/Tokyo' }, '2027-02-01T00:00:00Z'],
    ['with a time inside a date', { date: '2027-02-01T10:00:00+01:00' }, '2027-02-01T09:00:00Z'],
    ['in the year 0', { dateTime: '0000-01-01T00:00:00', timeZone: 'Europe/Berlin' }, '0000-01-01T00:00:00Z'],
  ])('%s', (_, time, instant) => {
    expect(instantOf(time)).toBe(Date.parse(instant));
  });

  test.each([
    ['nothing', null],
    ['neither date nor time', {}],
    ['words', { dateTime: 'tomorrow at noon' }],
    ['a day that no month has', { date: '2027-13-45' }],
    ['a form that only Date.parse takes', { dateTime: 'Feb 1 2027 10:00' }],
    ['a number', { date: '1801000000' }],
  ])('is none for %s', (_, time) => {
    expect(instantOf(time)).toBeNull();
  });
});

describe('the clocks of a zone', () => {
  const berlin = clockOf('Europe/Berlin');

  test('that nobody knows are none', () => {
    expect(clockOf('No/Where')).toBeNull();
    expect(clockOf('')).toBeNull();
  });

  test('show the same time twice in autumn, of which the summer one counts', () => {
    const wall = Date.parse('2027-10-31T02:30:00Z');
    expect(new Date(berlin?.instantOf(wall) ?? 0).toISOString()).toBe('2027-10-31T00:30:00.000Z');
  });

  test('give every other instant back', () => {
    for (let instant = Date.UTC(2027, 0, 1); instant < Date.UTC(2028, 0, 1); instant += 86_400_000 / 3) {
      expect(berlin?.instantOf(berlin.wallAt(instant))).toBe(instant);
    }
  });
});

describe("the organizer's copy", () => {
  test.each([
    ['Google says so', { email: 'alias@example.com', self: true }, true],
    ['the organizer is the calendar, without self', { email: ALICE }, true],
    ['so, in another letter case', { email: ALICE.toUpperCase() }, true],
    ['somebody else organizes it', { email: 'carol@elsewhere.example' }, false],
    ['somebody without an address organizes it', { displayName: 'Carol' }, false],
    ['no organizer is named, as on events without guests', undefined, true],
  ])('%s', (_, organizer, isOrganizers) => {
    expect(isOrganizersCopy(live(meeting('m', { organizer })), ALICE)).toBe(isOrganizers);
  });
});
