/** Channels that a person wishes for who may not act as the users: only the scheduled run, which may, asks Google. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccessLost,
  GoogleUnavailable,
  PushUnsupported,
  RequestRefused,
  UnknownCalendar,
} from '../../../shared/domain/errors.ts';
import { requestRenewal } from '../../../shared/flow/calendars/command-calendar.ts';
import { registerWithoutChannel } from '../../../shared/flow/calendars/register-calendar.ts';
import { ALICE, ALICES } from '../../domain/build.ts';
import { World } from '../world.ts';

let world: World;

beforeEach(() => {
  world = new World();
});

test('a calendar that is registered without a channel is listed, and gets its channel at the next run', async () => {
  world.troubles.set('watch', new AccessLost('signJwt: status 403'));
  const { calendar, isNew } = await registerWithoutChannel(world.services, ALICE, ALICE);
  expect({ isNew, id: calendar.calendarId, status: calendar.status }).toEqual({
    isNew: true,
    id: ALICE,
    status: 'active',
  });
  world.troubles.clear();
  // Whatever is worked on before the run must not put the channel off.
  await world.work();
  await world.renew();
  await world.work();
  const { channel, syncToken } = await world.calendar(ALICE);
  expect(channel).not.toBeNull();
  expect(syncToken).not.toBeNull();
  expect((await registerWithoutChannel(world.services, ALICE, ALICE)).isNew).toBe(false);
});

test('one that has no channel yet, and is registered again, gets its channel at the next run', async () => {
  world.troubles.set('watch', new AccessLost('signJwt: status 403'));
  await world.register(ALICE);
  expect((await world.calendar(ALICE)).channel).toBeNull();
  world.troubles.clear();
  await registerWithoutChannel(world.services, ALICE, ALICE);
  await world.work();
  await world.renew();
  expect((await world.calendar(ALICE)).channel).not.toBeNull();
});

test('a renewal asks Google for nothing until the next run, which opens a successor and has the calendar listed', async () => {
  await world.register(ALICE);
  const before = { ...world.calls };
  const { channel: old } = await world.calendar(ALICE);
  await requestRenewal(world.services, ALICES);
  expect(world.calls).toEqual(before);
  expect((await world.calendar(ALICE)).status).toBe('active');
  await world.renew();
  await world.work();
  const { channel } = await world.calendar(ALICE);
  expect(channel?.id).not.toBe(old?.id);
  expect(world.calls.list).toBeGreaterThan(before.list);
});

test('a renewal asks again for a channel that Google has refused to offer', async () => {
  world.troubles.set('watch', new PushUnsupported('events.watch: status 400'));
  await world.register(ALICE);
  expect((await world.calendar(ALICE)).status).toBe('unsupported-push');
  world.troubles.clear();
  await requestRenewal(world.services, ALICES);
  await world.renew();
  expect(await world.calendar(ALICE)).toMatchObject({ status: 'active', channel: { provenAt: null } });
});

describe('a channel that is missing is asked for in time, though the calendar is listed in between', () => {
  const MINUTE = 60_000;

  /** A listing that puts off the next look. */
  async function list(): Promise<void> {
    await world.clock.runTo(world.clock.now() + 2_000);
    world.queued.push({
      message: { kind: 'sync', calendar: ALICES, cause: 'resync', force: true },
      lane: 'upkeep',
      publishedAt: world.clock.now(),
    });
    await world.work();
    expect((await world.calendar(ALICE)).reconcileAt).toBeGreaterThan(world.clock.now() + 11 * MINUTE);
  }

  test('after an opening that was refused: ten minutes later', async () => {
    world.troubles.set('watch', new RequestRefused('events.watch: status 400'));
    await world.register(ALICE);
    const failedAt = world.clock.now();
    world.troubles.clear();
    await list();
    await world.clock.runTo(failedAt + 10 * MINUTE - 1);
    await world.renew();
    expect((await world.calendar(ALICE)).channel).toBeNull();
    await world.clock.runTo(failedAt + 10 * MINUTE);
    await world.renew();
    expect((await world.calendar(ALICE)).channel).not.toBeNull();
  });

  test('after a run that died of asking: two minutes later', async () => {
    world.troubles.set('watch', new Error('the process dies'));
    await expect(world.register(ALICE)).rejects.toThrow('dies');
    await world.renew();
    const diedAt = world.clock.now();
    world.troubles.clear();
    await list();
    await world.clock.runTo(diedAt + 2 * MINUTE);
    await world.renew();
    expect((await world.calendar(ALICE)).channel).not.toBeNull();
  });

  test('after a registration without one: at the next run', async () => {
    await registerWithoutChannel(world.services, ALICE, ALICE);
    await list();
    await world.renew();
    expect((await world.calendar(ALICE)).channel).not.toBeNull();
  });

  test('after a renewal that a person asked for: at the next run', async () => {
    world.troubles.set('watch', new GoogleUnavailable('events.watch: status 503'));
    await world.register(ALICE);
    world.troubles.clear();
    await requestRenewal(world.services, ALICES);
    await list();
    await world.renew();
    expect((await world.calendar(ALICE)).channel).not.toBeNull();
  });

  test('after access that was lost and is back: as soon as a listing finds that it is', async () => {
    world.troubles.set('watch', new AccessLost('events.watch: status 401'));
    await world.register(ALICE);
    world.troubles.clear();
    await world.clock.runTo(world.clock.now() + 11 * MINUTE);
    await list();
    expect((await world.calendar(ALICE)).status).toBe('active');
    await world.renew();
    expect((await world.calendar(ALICE)).channel).not.toBeNull();
  });
});

test('a renewal of a calendar that nobody registered is refused', async () => {
  await expect(requestRenewal(world.services, ALICES)).rejects.toThrow(UnknownCalendar);
});
