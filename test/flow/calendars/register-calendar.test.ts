/** Registering: what is refused, what is completed, what is left as it is, and what a change of the user means. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { BadRequest, UnknownCalendar } from '../../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { announceConference } from '../../../shared/flow/calendars/announce-conference.ts';
import { registerCalendar, registerWithoutChannel } from '../../../shared/flow/calendars/register-calendar.ts';
import { ALICE, ALICES, BOB, NOW } from '../../domain/build.ts';
import { channelOf, putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

let world: World;

beforeEach(() => {
  world = new World();
});

function register(calendarId: string, subject = ALICE) {
  return world.clock.runUntilDone(registerCalendar(world.services, calendarId, subject));
}

describe('a name', () => {
  test.each<[string, string, string, string]>([
    ['an empty calendar ID', '', ALICE, 'calendarId is empty'],
    ['a calendar ID of spaces', '  ', ALICE, 'calendarId must be'],
    ['a calendar ID that is too long', 'c'.repeat(321), ALICE, 'calendarId has 321 characters'],
    ['no subject', ALICE, ' ', 'subject must be'],
    ['a subject that is too long', ALICE, 's'.repeat(321), 'subject has 321 characters'],
  ])('that is %s is refused', async (_, calendarId, subject, message) => {
    await expect(register(calendarId, subject)).rejects.toThrow(BadRequest);
    await expect(register(calendarId, subject)).rejects.toThrow(message);
    await expect(registerWithoutChannel(world.services, calendarId, subject)).rejects.toThrow(message);
    expect(world.queued).toEqual([]);
  });

  test('may be as long as the document says', async () => {
    const longest = 'c'.repeat(320);
    const subject = `${'s'.repeat(308)}@example.com`;
    expect(await register(longest, subject)).toMatchObject({ calendar: { calendarId: longest }, isNew: true });
  });

  test.each(['primary', 'PRIMARY', 'Primary'])(
    'is not %s, which is another calendar for each user',
    async (calendarId) => {
      await expect(register(calendarId, BOB)).rejects.toThrow('use the address of the user');
    },
  );
});

describe('a calendar that is new', () => {
  test('gets its channel and is asked to be synced', async () => {
    const { calendar, isNew } = await register(ALICE);
    expect(isNew).toBe(true);
    expect(calendar).toMatchObject({ key: ALICES, status: 'active', generation: 1, channel: { provenAt: null } });
    expect(world.calls.watch).toBe(1);
    expect(world.queued).toEqual([
      { message: { kind: 'sync', calendar: ALICES, cause: 'registered' }, lane: 'upkeep', publishedAt: NOW },
    ]);
  });

  test('is only put on record by those who may not act as its user', async () => {
    expect(await registerWithoutChannel(world.services, ALICE, ALICE)).toMatchObject({
      calendar: { key: ALICES, channel: null, dueAt: NOW },
      isNew: true,
    });
    expect(world.calls.watch).toBe(0);
    expect(world.queued).toEqual([]);
  });
});

describe('a calendar that is registered already', () => {
  test.each<[string, Parameters<typeof putCalendar>[2]]>([
    ['with a channel', {}],
    ['paused, without a channel', { status: 'paused', channel: null }],
    [
      'out of reach since a moment ago, without a channel',
      { status: 'disconnected', channel: null, failure: { reason: 'AccessLost', at: NOW, count: 1 } },
    ],
  ])('%s is left as it is', async (_, changes) => {
    await putCalendar(world, ALICE, changes);
    const before = await world.calendar(ALICE);
    expect(await register(ALICE)).toEqual({ calendar: before, isNew: false });
    expect(await registerWithoutChannel(world.services, ALICE, ALICE)).toEqual({ calendar: before, isNew: false });
    expect(await world.calendar(ALICE)).toEqual(before);
    expect(world.queued).toEqual([]);
    expect(world.calls.watch).toBe(0);
  });

  test('without the channel that it should have gets one, and a sync', async () => {
    await putCalendar(world, ALICE, { channel: null });
    expect(await register(ALICE)).toMatchObject({ calendar: { channel: { provenAt: null } }, isNew: false });
    expect(world.queued).toHaveLength(1);
  });

  test('without a channel is made due by those who may not act as its user', async () => {
    await putCalendar(world, ALICE, { channel: null });
    expect(await registerWithoutChannel(world.services, ALICE, ALICE)).toMatchObject({
      calendar: { dueAt: NOW, channel: null },
      isNew: false,
    });
  });
});

describe('a calendar that another user shall be asked for', () => {
  test('is listed as that user, and whoever works as the old one can commit nothing', async () => {
    await putCalendar(world, ALICE, { lease: { owner: 'a worker', until: NOW + 60_000 }, syncToken: '1' });
    const registration = await register(ALICE, BOB);
    expect(registration).toMatchObject({ isNew: false, calendar: { subject: BOB, generation: 2, lease: null } });
    expect(await world.calendar(ALICE)).toMatchObject({
      subject: BOB,
      generation: 2,
      lease: null,
      reconcileAt: NOW,
      dueAt: NOW,
      syncToken: '1',
      channel: { ...channelOf(), provenAt: null },
    });
    expect(world.queued).toHaveLength(1);
    expect(world.calls.watch).toBe(0);
  });

  test('is read often again until a notification comes: the old one may hear nothing any more', async () => {
    await putCalendar(world, ALICE, { syncToken: '1', channel: { ...channelOf(), provenAt: NOW } });
    await register(ALICE, BOB);
    expect((await world.calendar(ALICE)).channel?.provenAt).toBeNull();
  });
});

describe('an announcement', () => {
  const announce = (calendar = ALICES, eventId = 'e1', conferenceId = 'c1') =>
    announceConference(world.services, calendar, eventId, conferenceId);

  test.each<[string, string, string, string]>([
    ['without an event', '', 'c1', 'eventId is empty'],
    ['of an event whose id is too long', 'e'.repeat(1_025), 'c1', 'eventId has 1025 characters'],
    ['without a conference', 'e1', '', 'conferenceId is empty'],
    ['of a conference whose id is too long', 'e1', 'c'.repeat(1_025), 'conferenceId has 1025 characters'],
  ])('%s is refused', async (_, eventId, conferenceId, message) => {
    await putCalendar(world, ALICE);
    await expect(announce(ALICES, eventId, conferenceId)).rejects.toThrow(BadRequest);
    await expect(announce(ALICES, eventId, conferenceId)).rejects.toThrow(message);
  });

  test('on a calendar that nobody registered is refused', async () => {
    await expect(announce(calendarKeyOf('nobody@example.com'))).rejects.toThrow(UnknownCalendar);
  });

  test('may name ids as long as Google allows, and twice is as good as once', async () => {
    await putCalendar(world, ALICE);
    const [eventId, conferenceId] = ['e'.repeat(1_024), 'c'.repeat(1_024)];
    const binding = await announce(ALICES, eventId, conferenceId);
    expect(binding).toMatchObject({ calendar: ALICES, eventId, state: 'announced' });
    expect(await announce(ALICES, eventId, conferenceId)).toEqual(binding);
  });
});
