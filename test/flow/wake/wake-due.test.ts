/** The scheduled run: what it finds due, what it does about it and no more, and what it says of that. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AccessLost, CalendarUnreachable, GoogleUnavailable } from '../../../shared/domain/errors.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { ALICE, ALICES, BOB, conference, DAY, HOUR, NOW } from '../../domain/build.ts';
import { damage } from '../damage.ts';
import { channelOf, putCalendar, putConference, run } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const NOTHING = { dueCalendars: 0, dueConferences: 0, renewed: 0, withoutChannel: 0, failed: 0, isComplete: true };
const LISTING = { message: { kind: 'sync', calendar: ALICES, cause: 'reconcile' }, lane: 'upkeep', publishedAt: NOW };

let world: World;

beforeEach(() => {
  world = new World();
});

test('a run that finds nothing due changes nothing and says so', async () => {
  await putCalendar(world, ALICE, { reconcileAt: NOW + 1 });
  await putConference(world, 'c1', NOW + 1);
  const before = await world.calendar(ALICE);
  expect(await run(world)).toEqual(NOTHING);
  expect(world.queued).toEqual([]);
  expect(await world.calendar(ALICE)).toEqual(before);
});

test('a calendar whose reconcile has come this instant is listed, with its channel left alone, and no other is', async () => {
  await putCalendar(world, ALICE, { reconcileAt: NOW });
  await putCalendar(world, BOB);
  expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1 });
  expect(world.queued).toEqual([LISTING]);
  expect((await world.calendar(ALICE)).channel).toEqual(channelOf());
});

test('a conference that is due this instant is woken, and no other is', async () => {
  await putConference(world, 'c1', NOW);
  await putConference(world, 'c2', NOW + 1);
  expect(await run(world)).toEqual({ ...NOTHING, dueConferences: 1 });
  const message = { kind: 'conference', conference: conferenceKeyOf('c1') };
  expect(world.queued).toEqual([{ message, lane: 'upkeep', publishedAt: NOW }]);
});

test('a conference that counts as due and wants nothing is woken by nobody, and is due no more', async () => {
  const stale = { ...conference('c1', { state: 'failed' }), dueAt: NOW };
  await world.store.transact(async (tx) => tx.putConference(stale));
  expect(await run(world)).toEqual({ ...NOTHING, dueConferences: 1 });
  expect(world.queued).toEqual([]);
  expect(await world.store.conference(stale.key)).toEqual({ ...stale, dueAt: null });
});

describe('a channel', () => {
  test('whose time has come is replaced, and its calendar listed once, for what fell between the two', async () => {
    await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }) });
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1, renewed: 1 });
    const { channel, strayChannels } = await world.calendar(ALICE);
    expect(channel?.id).not.toBe('old');
    expect(channel?.renewAt).toBeGreaterThan(NOW);
    expect(strayChannels).toEqual([]);
    expect(world.queued).toEqual([LISTING]);
  });

  test('that an active calendar lacks is opened and counted as lacking', async () => {
    await putCalendar(world, ALICE, { channel: null, reconcileAt: NOW });
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1, renewed: 1, withoutChannel: 1 });
    const { channel, strayChannels } = await world.calendar(ALICE);
    expect(channel).not.toBeNull();
    expect(strayChannels).toEqual([]);
    expect(world.calls.stop).toBe(0);
    expect(world.queued).toEqual([LISTING]);
  });

  test.each(['disconnected', 'unreachable'] as const)(
    'of a calendar that is %s is left alone, and costs a run nothing before the next listing',
    async (status) => {
      await putCalendar(world, ALICE, { status, channel: channelOf({ renewAt: NOW }), reconcileAt: NOW + HOUR });
      expect(await run(world)).toEqual(NOTHING);
      expect((await world.calendar(ALICE)).channel).toEqual(channelOf({ renewAt: NOW }));
      expect(world.queued).toEqual([]);
    },
  );

  test.each([
    ['the grant is gone', new AccessLost('access token: status 401 unauthorized_client', { reason: 'admin_policy' })],
    ['the calendar is closed', new CalendarUnreachable('events.watch: status 403 forbidden')],
  ])('that cannot be opened as %s has its calendar looked at within a reconcile interval', async (_, trouble) => {
    world.troubles.set('watch', trouble);
    await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }), reconcileAt: NOW + 55 * HOUR });
    await putCalendar(world, BOB, { channel: channelOf({ renewAt: NOW }), reconcileAt: NOW + HOUR });
    await run(world);
    const { reconcileMs } = world.services.policy;
    expect((await world.calendar(ALICE)).dueAt).toBeLessThanOrEqual(NOW + 1.25 * reconcileMs);
    expect((await world.calendar(BOB)).dueAt).toBeLessThanOrEqual(NOW + HOUR);
  });

  test('that Google does not open counts as renewed nowhere, and asks for no listing', async () => {
    world.troubles.set('watch', new GoogleUnavailable('events.watch: status 503'));
    await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }) });
    await putCalendar(world, BOB, { channel: null, reconcileAt: NOW });
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 2, withoutChannel: 1 });
    expect((await world.calendar(ALICE)).channel?.id).toBe('old');
    expect(world.queued.map(({ message }) => 'calendar' in message && message.calendar)).not.toContain(ALICES);
  });
});

describe('a calendar', () => {
  test('whose worker died is listed, and its lease is free', async () => {
    await putCalendar(world, ALICE, { lease: { owner: 'dead', until: NOW } });
    await run(world);
    expect(world.queued).toEqual([LISTING]);
    expect((await world.calendar(ALICE)).lease).toBeNull();
  });

  test('that is being worked on keeps its lease, though its reconcile has come', async () => {
    const lease = { owner: 'alive', until: NOW + MINUTE };
    await putCalendar(world, ALICE, { lease, reconcileAt: NOW });
    await run(world);
    expect((await world.calendar(ALICE)).lease).toEqual(lease);
  });

  test('that is paused is neither listed nor given a channel, whatever of it is due, and is not due again', async () => {
    const lease = { owner: 'dead', until: NOW };
    await putCalendar(world, ALICE, { status: 'paused', lease, reconcileAt: NOW, channel: null });
    await putCalendar(world, BOB, { status: 'paused', lease, reconcileAt: NOW, channel: channelOf({ renewAt: NOW }) });
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 2 });
    expect(world.queued).toEqual([]);
    expect(world.calls.watch).toBe(0);
    expect(await run(world)).toEqual(NOTHING);
  });

  test('that is out of reach is listed, which tries its access, and asks for no channel', async () => {
    await putCalendar(world, ALICE, { status: 'disconnected', channel: null, reconcileAt: NOW });
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1 });
    expect(world.calls.watch).toBe(0);
    expect(world.queued).toEqual([LISTING]);
  });
});

describe('a calendar for which Google offers no channel', () => {
  const unsupported = { status: 'unsupported-push', channel: null, reconcileAt: NOW } as const;

  test('is listed, and asks again only from the time on that was put down for it', async () => {
    await putCalendar(world, ALICE, { ...unsupported, pushRetryAt: NOW + 5 * MINUTE });
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1 });
    expect(world.queued).toEqual([LISTING]);
    expect(world.calls.watch).toBe(0);
    await world.clock.runTo(NOW + 5 * MINUTE);
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1, renewed: 1 });
    expect(await world.calendar(ALICE)).toMatchObject({ status: 'active', pushRetryAt: null });
  });

  test('asks at the next look where no time was put down, and is not counted as lacking one', async () => {
    await putCalendar(world, ALICE, { ...unsupported, pushRetryAt: null });
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1, renewed: 1 });
    expect((await world.calendar(ALICE)).channel).not.toBeNull();
  });

  test('asks again two minutes after a run that died of asking, and is listed all the same meanwhile', async () => {
    world.troubles.set('watch', new Error('the process dies'));
    await putCalendar(world, ALICE, { ...unsupported, pushRetryAt: NOW });
    expect(await run(world)).toMatchObject({ failed: 1, renewed: 0 });
    world.troubles.clear();
    await world.clock.runTo(NOW + 2 * MINUTE - 1);
    expect(await run(world)).toMatchObject({ dueCalendars: 1, renewed: 0 });
    expect(world.queued).toHaveLength(1);
    await world.clock.runTo(NOW + 3 * MINUTE);
    expect(await run(world)).toMatchObject({ dueCalendars: 1, renewed: 1 });
  });
});

describe('what a run says', () => {
  test('is logged with how long it took, and without gauges in nine minutes of ten', async () => {
    world.beforeWatchAnswer = () => world.clock.sleep(1_500);
    await world.clock.runTo(NOW + MINUTE);
    await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }) });
    const report = await run(world);
    expect(world.lastLine('renewal-run')).toEqual({ line: 'renewal-run', ...report, ms: 1_500 });
  });

  test('counts as ending the channels within half the margin of their end, and as overdue what waits for ten minutes', async () => {
    world = new World({ channelRenewalMarginMs: DAY, channelTtlMs: 7 * DAY });
    await putCalendar(world, ALICE, { channel: channelOf({ expiresAt: NOW + 11 * HOUR }) });
    await putCalendar(world, BOB, { channel: channelOf({ expiresAt: NOW + 13 * HOUR }) });
    await putCalendar(world, 'late@example.com', { reconcileAt: NOW - 11 * MINUTE });
    await putCalendar(world, 'later@example.com', { reconcileAt: NOW - 9 * MINUTE });
    await putConference(world, 'c1', NOW - 11 * MINUTE);
    await putConference(world, 'c2', NOW - 9 * MINUTE);
    world.store.transact = async () => {
      throw new Error('the store takes no writes');
    };
    await run(world);
    expect(world.lastLine('renewal-run')).toMatchObject({
      calendars: 4,
      channelsEnding: 1,
      overdueCalendars: 1,
      overdueConferences: 1,
      failed: 4,
    });
  });
});

test('a record that cannot be read fails by itself: all others are seen to, and it is due still', async () => {
  await putCalendar(world, ALICE, { reconcileAt: NOW });
  await putCalendar(world, BOB, { reconcileAt: NOW });
  await putConference(world, 'c1', NOW);
  await putConference(world, 'c2', NOW);
  const mend = damage(world, ALICES, conferenceKeyOf('c1'));
  expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 2, dueConferences: 2, failed: 2 });
  expect(world.queued).toHaveLength(2);
  mend();
  expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1, dueConferences: 1 });
  expect(world.queued).toHaveLength(4);
});
