/** When people are busy, and in which shape events come. */
import { describe, expect, test } from '@jest/globals';
import { ALICE, BOB, buildWorld, dailySeries, itemsOf, meeting, reasonOf, type World } from '../world.ts';

const DAY = { timeMin: '2027-02-01T00:00:00Z', timeMax: '2027-02-02T00:00:00Z' };

function busyOf(world: World, more: object = {}, as = ALICE): unknown {
  const body = { ...DAY, items: [{ id: ALICE }], ...more };
  const { calendars } = world.call('POST', 'freeBusy', { body, as }).body;
  return calendars;
}

const at = (from: string, to: string) => ({
  start: { dateTime: `2027-02-01T${from}:00Z`, timeZone: 'UTC' },
  end: { dateTime: `2027-02-01T${to}:00Z`, timeZone: 'UTC' },
});

describe('free and busy', () => {
  test('joins what touches, cuts what reaches out, leaves out what is free', () => {
    const world = buildWorld();
    world.insert(ALICE, at('09:00', '10:00'));
    world.insert(ALICE, at('09:30', '11:00'));
    world.insert(ALICE, at('11:00', '11:30'));
    world.insert(ALICE, { ...at('13:00', '14:00'), transparency: 'transparent' });
    const gone = world.insert(ALICE, at('15:00', '16:00'));
    world.event(ALICE, gone.id, 'DELETE');
    world.insert(ALICE, { ...at('23:00', '23:30'), end: { dateTime: '2027-02-02T03:00:00Z' } });
    expect(busyOf(world)).toEqual({
      [ALICE]: {
        busy: [
          { start: '2027-02-01T09:00:00Z', end: '2027-02-01T11:30:00Z' },
          { start: '2027-02-01T23:00:00Z', end: '2027-02-02T00:00:00Z' },
        ],
      },
    });
  });

  test('counts each occurrence, and not what was declined', () => {
    const world = buildWorld();
    world.calendar.addCalendar(BOB);
    world.insert(ALICE, { ...dailySeries(), attendees: [{ email: BOB, responseStatus: 'declined' }] });
    world.calendar.share(BOB, ALICE, 'freeBusyReader');
    const items = [{ id: ALICE }, { id: BOB }];
    expect(busyOf(world, { timeMax: '2027-02-03T00:00:00Z', timeZone: 'Europe/Berlin', items })).toEqual({
      [ALICE]: {
        busy: [
          { start: '2027-02-01T10:00:00+01:00', end: '2027-02-01T11:00:00+01:00' },
          { start: '2027-02-02T10:00:00+01:00', end: '2027-02-02T11:00:00+01:00' },
        ],
      },
      [BOB]: { busy: [] },
    });
  });

  test('says of each calendar that it cannot tell of', () => {
    const world = buildWorld({ autoCreate: false });
    world.calendar.addCalendar(BOB);
    world.calendar.addCalendar(ALICE);
    const items = [{ id: 'primary' }, { id: BOB }, { id: 'x@example.com' }];
    const error = (reason: string) => ({ errors: [{ domain: 'global', reason }], busy: [] });
    expect(busyOf(world, { items, calendarExpansionMax: 2 })).toEqual({
      primary: { busy: [] },
      [BOB]: error('notFound'),
      'x@example.com': error('tooManyCalendarsRequested'),
    });
  });

  test.each([
    [{ timeMin: DAY.timeMin }, 'required'],
    [{ ...DAY, timeMin: 'noon' }, 'badRequest'],
    [{ timeMin: DAY.timeMax, timeMax: DAY.timeMin }, 'timeRangeEmpty'],
    [{ ...DAY, timeZone: 'Mars' }, 'invalid'],
  ])('refuses %j', (body, reason) => {
    const answer = buildWorld().call('POST', 'freeBusy', { body });
    expect([answer.status, reasonOf(answer)]).toEqual([400, reason]);
  });
});

describe('the shape of events', () => {
  test('has the times of the zone that was asked for, in lists, occurrences and single events', () => {
    const world = buildWorld();
    const series = world.insert(ALICE, dailySeries());
    const query = { timeZone: 'Asia/Tokyo' };
    const start = { dateTime: '2027-02-01T18:00:00+09:00', timeZone: 'Europe/Berlin' };
    const listed = world.list(ALICE, query);
    expect([listed.body.timeZone, itemsOf(listed)[0]?.start]).toEqual(['Asia/Tokyo', start]);
    expect(world.event(ALICE, series.id, 'GET', { query }).body.start).toEqual(start);
    const instances = world.call('GET', `calendars/${ALICE}/events/${String(series.id)}/instances`, { query });
    expect(itemsOf(instances)[0]).toMatchObject({ start, originalStartTime: start });
    expect(reasonOf(world.list(ALICE, { timeZone: 'Mars' }))).toBe('invalid');
  });

  test('leaves out attendees beyond the wished number, but for the participant', () => {
    const world = buildWorld();
    const attendees = [ALICE, BOB, 'x@example.com'].map((email) => ({ email }));
    const { id } = world.insert(ALICE, { attendees });
    const few = world.event(ALICE, id, 'GET', { query: { maxAttendees: '2' } }).body;
    expect([few.attendeesOmitted, few.attendees]).toMatchObject([true, [{ email: ALICE, self: true }]]);
    expect(world.event(ALICE, id, 'GET', { query: { maxAttendees: '3' } }).body.attendees).toHaveLength(3);
  });

  test('takes attachments only from clients that say they know them', () => {
    const world = buildWorld();
    const attachments = [{ fileUrl: 'https://drive.google.com/open?id=1', title: 'Notes' }];
    const query = { supportsAttachments: 'true' };
    expect(world.insert(ALICE, { attachments })).not.toHaveProperty('attachments');
    const { id } = world.insert(ALICE, { attachments }, query);
    expect(world.event(ALICE, id, 'PUT', { body: meeting() }).body.attachments).toEqual(attachments);
    expect(world.event(ALICE, id, 'PUT', { body: meeting(), query }).body).not.toHaveProperty('attachments');
  });
});
