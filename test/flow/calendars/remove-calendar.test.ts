/** A removal that others get in the way of: what it leaves behind would keep conferences alive that nobody looks at any more. */
import { expect, test } from '@jest/globals';
import { StoreUnavailable, UnknownCalendar } from '../../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { ChannelServices } from '../../../shared/domain/ports.ts';
import { announceConference } from '../../../shared/flow/calendars/announce-conference.ts';
import {
  pauseCalendar,
  requestRenewal,
  requestSync,
  resumeCalendar,
} from '../../../shared/flow/calendars/command-calendar.ts';
import {
  type Registration,
  registerCalendar,
  registerWithoutChannel,
} from '../../../shared/flow/calendars/register-calendar.ts';
import { removeCalendar } from '../../../shared/flow/calendars/remove-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, BOB, BOBS, DAY, HOUR, meeting, NOW, ours } from '../../domain/build.ts';
import { damage } from '../damage.ts';
import { channelOf, putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const KEY = calendarKeyOf(ALICE);

/** The services of a removal during which this is done once, after the last binding was forgotten. */
function disturbed(world: World, disturb: () => Promise<void>): ChannelServices {
  const { store } = world.services;
  let isDisturbed = false;
  return {
    ...world.services,
    store: {
      transact: (work) => store.transact(work),
      calendar: (key) => store.calendar(key),
      conference: (key) => store.conference(key),
      bindings: (calendar, ids) => store.bindings(calendar, ids),
      calendars: (range, status) => store.calendars(range, status),
      calendarsOf: (subject, range) => store.calendarsOf(subject, range),
      keySubjects: (isOutOfTime) => store.keySubjects(isOutOfTime),
      failedBindings: (range) => store.failedBindings(range),
      failedConferences: (range) => store.failedConferences(range),
      conferencesLeftBy: (calendar, range) => store.conferencesLeftBy(calendar, range),
      failingConferences: (range) => store.failingConferences(range),
      failingCalendars: (range) => store.failingCalendars(range),
      dueCalendars: (shard, before, limit) => store.dueCalendars(shard, before, limit),
      dueConferences: (shard, before, limit) => store.dueConferences(shard, before, limit),
      countFleet: (question) => store.countFleet(question),
      countChannelsEnding: (before) => store.countChannelsEnding(before),
      connection: (key) => store.connection(key),
      connections: (range) => store.connections(range),
      ticket: (id) => store.ticket(id),
      async bindingsOfCalendar(calendar, range) {
        const page = await store.bindingsOfCalendar(calendar, range);
        if (page.length === 0 && !isDisturbed) {
          isDisturbed = true;
          await disturb();
        }
        return page;
      },
    },
  };
}

async function registered(): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  return world;
}

async function runMinutes(world: World, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    await world.clock.runTo(world.clock.now() + 60_000);
    await world.renew();
  }
}

async function bound(world: World): Promise<number> {
  return (await world.store.bindingsOfCalendar(KEY, { after: null, limit: 1_000 })).length;
}

test('a calendar that is being removed takes no command and no announcement: it counts as not registered', async () => {
  const world = await registered();
  const refused: unknown[] = [];
  const services = disturbed(world, async () => {
    const wish = { full: true, resend: false };
    for (const command of [
      () => resumeCalendar(world.services, KEY),
      () => pauseCalendar(world.services, KEY),
      () => requestSync(world.services, KEY, wish),
      () => requestRenewal(world.services, KEY),
      () => announceConference(world.services, KEY, 'e2', 'c2'),
    ]) {
      refused.push(await command().catch((error: unknown) => error));
    }
    const message = { kind: 'sync', calendar: KEY, cause: 'notification' } as const;
    await doWork(world.services, message, { lane: 'live', publishedAt: world.clock.now() });
  });
  await world.clock.runUntilDone(removeCalendar(services, KEY, world.clock.now() + HOUR));
  expect(refused).toEqual(Array.from({ length: 5 }, () => expect.any(UnknownCalendar)));
  expect(await world.store.calendar(KEY)).toBeUndefined();
  expect(await bound(world)).toBe(0);
});

test.each<[string, (services: ChannelServices) => Promise<Registration>]>([
  ['with its channel', (services) => registerCalendar(services, ALICE, ALICE)],
  ['by somebody who may not act as the user', (services) => registerWithoutChannel(services, ALICE, ALICE)],
])('a calendar that is registered again %s while it is being removed stays', async (_, register) => {
  const world = await registered();
  const old = (await world.calendar(ALICE)).channel?.id;
  const stopped: string[] = [];
  world.services.google.stop = async (_access, { id }) => void stopped.push(id);
  const services = disturbed(world, async () => {
    const { calendar, isNew } = await register(world.services);
    expect({ isNew, status: calendar.status }).toEqual({ isNew: true, status: 'active' });
  });
  await world.clock.runUntilDone(removeCalendar(services, KEY, world.clock.now() + HOUR));
  await world.work();
  await runMinutes(world, 2);
  const again = await world.calendar(ALICE);
  expect(again).toMatchObject({ status: 'active', isBeingRemoved: false, syncToken: expect.any(String) });
  expect(again.channel?.id).not.toBe(old);
  expect(stopped).toContain(old);
  expect((await world.binding(ALICE, 'e1'))?.state).toBe('live');
});

test('what is bound after a new registration is not forgotten by the removal before it', async () => {
  const world = await registered();
  for (let number = 0; number < 60; number++) world.put(ALICE, meeting(`more${number}`, ours(`d${number}`)));
  await world.notify(ALICE);
  await world.work();
  let isDisturbed = false;
  const { transact } = world.store;
  world.store.transact = (async (work) => {
    const result = await transact.call(world.store, work);
    if (!isDisturbed && (await bound(world)) === 11) {
      isDisturbed = true;
      await registerCalendar(world.services, ALICE, ALICE);
    }
    return result;
  }) as typeof transact;
  await remove(world);
  await world.work();
  expect(isDisturbed).toBe(true);
  expect(await bound(world)).toBe(61);
});

test.each([1, 2, 3, 4, 5])('a removal that dies at its commit %i is finished by a worker', async (last) => {
  const world = await registered();
  for (let number = 0; number < 110; number++) world.put(ALICE, meeting(`more${number}`, ours(`d${number}`)));
  await world.notify(ALICE);
  await world.work();
  const { transact } = world.store;
  let commits = 0;
  world.store.transact = (async (work) => {
    if (++commits > last) throw new StoreUnavailable('as if the process were killed');
    return transact.call(world.store, work);
  }) as typeof transact;
  await world.clock.runUntilDone(removeCalendar(world.services, KEY, world.clock.now() + HOUR)).catch(() => undefined);
  world.store.transact = transact;
  world.queued = [];
  await runMinutes(world, 5);
  expect(await world.store.calendar(KEY)).toBeUndefined();
  expect(await bound(world)).toBe(0);
  expect(await world.store.conference(conferenceKeyOf('c1'))).toMatchObject({ state: 'live', liveCount: 0 });
});

test('a removal that has no time left is finished by a worker', async () => {
  const world = await registered();
  world.isStopping = true;
  await remove(world);
  expect((await world.calendar(ALICE)).isBeingRemoved).toBe(true);
  world.isStopping = false;
  await runMinutes(world, 2);
  expect(await world.store.calendar(KEY)).toBeUndefined();
});

test('a removal whose time is up while channels are stopped leaves the others to a worker', async () => {
  const world = new World();
  const strayChannels = Array.from({ length: 30 }, (_, index) => ({
    id: `stray ${index}`,
    resourceId: 's',
    expiresAt: NOW + HOUR,
  }));
  await putCalendar(world, ALICE, { strayChannels });
  const stopped = new Set<string>();
  world.services.google.stop = async (_access, { id }) => {
    await world.clock.sleep(5_000);
    stopped.add(id);
  };
  await world.clock.runUntilDone(removeCalendar(world.services, KEY, NOW + 30_000));
  expect(world.clock.now()).toBe(NOW + 30_000);
  expect(await world.calendar(ALICE)).toMatchObject({ isBeingRemoved: true, lease: null });
  await runMinutes(world, 6);
  expect(await world.store.calendar(KEY)).toBeUndefined();
  expect(stopped.size).toBe(31);
});

test('a removal that is asked for twice is carried out once', async () => {
  const world = await registered();
  const services = disturbed(world, () => removeCalendar(world.services, KEY, world.clock.now() + HOUR));
  await world.clock.runUntilDone(removeCalendar(services, KEY, world.clock.now() + HOUR));
  expect(await world.store.calendar(KEY)).toBeUndefined();
});

function remove(world: World): Promise<void> {
  return world.clock.runUntilDone(removeCalendar(world.services, KEY, world.clock.now() + HOUR));
}

test('a calendar that is not registered cannot be removed', async () => {
  await expect(remove(new World())).rejects.toThrow(UnknownCalendar);
});

test('all channels of a removed calendar are stopped', async () => {
  const world = new World();
  const stray = { id: 'stray', resourceId: 's', expiresAt: NOW + HOUR };
  await putCalendar(world, ALICE, { channel: channelOf(), strayChannels: [stray, { ...stray, id: 'stray too' }] });
  const stopped: string[] = [];
  Object.assign(world.services.google, {
    stop: async (_access: unknown, channel: { readonly id: string }) => void stopped.push(channel.id),
  });
  await remove(world);
  expect(stopped.sort()).toEqual(['old', 'stray', 'stray too']);
});

test('a calendar without a channel is removed without asking Google', async () => {
  const world = new World();
  await putCalendar(world, ALICE, { channel: null });
  await remove(world);
  expect(world.calls.stop).toBe(0);
  expect(await world.store.calendar(KEY)).toBeUndefined();
});

test('whoever works on a calendar that is being removed can commit nothing', async () => {
  const world = new World();
  await putCalendar(world, ALICE, { lease: { owner: 'a worker', until: NOW + HOUR } });
  const generations: unknown[] = [];
  Object.assign(world.services.google, {
    stop: async () => {
      const { status, generation, lease } = await world.calendar(ALICE);
      generations.push({ status, generation, owner: lease?.owner });
    },
  });
  await remove(world);
  expect(generations).toEqual([{ status: 'paused', generation: 2, owner: expect.not.stringMatching('a worker') }]);
});

test('however much is bound to a removed calendar is forgotten, nothing is cancelled, and the next leader is told of', async () => {
  const world = new World();
  const count = 120;
  for (let number = 0; number < count; number++) world.put(ALICE, meeting(`e${number}`, ours(`c${number}`)));
  await world.register(ALICE);
  world.put(BOB, meeting('b', ours('c7'), { organizer: { email: BOB, self: true } }));
  await world.register(BOB);
  const told = world.told.length;
  await remove(world);
  expect(await world.store.bindingsOfCalendar(KEY, { after: null, limit: 10 })).toEqual([]);
  expect(world.queued.map(({ message }) => message)).toEqual([
    { kind: 'conference', conference: conferenceKeyOf('c7') },
  ]);
  await world.work();
  expect(world.told.slice(told).map(({ change }) => [change.type, change.data.eventId])).toEqual([
    ['conference.updated', 'b'],
  ]);
  expect(await world.store.conference(conferenceKeyOf('c7'))).toMatchObject({ leader: BOBS, liveCount: 1 });
  expect(await world.store.conference(conferenceKeyOf('c8'))).toMatchObject({
    state: 'live',
    leader: null,
    liveCount: 0,
  });
});

test('a removal goes past a conference that cannot be read, and ends once it can be', async () => {
  const world = new World();
  for (let number = 0; number < 60; number++) world.put(ALICE, meeting(`e${number}`, ours(`c${number}`)));
  await world.register(ALICE);
  const stopped: string[] = [];
  world.services.google.stop = async (_access, { id }) => void stopped.push(id);
  const mend = damage(world, conferenceKeyOf('c7'));
  await remove(world);
  const kept = await world.store.bindingsOfCalendar(KEY, { after: null, limit: 100 });
  expect(kept.map(({ conference }) => conference)).toEqual([conferenceKeyOf('c7')]);
  expect(stopped).toHaveLength(1);
  expect(await world.conference('c8')).toMatchObject({ liveCount: 0, leader: null });

  // It is looked at again in a while, and not at once.
  const { length } = world.lines;
  await runMinutes(world, 60);
  expect(world.lines.slice(length).filter(({ line }) => line === 'channel')).toEqual([]);
  mend();
  await world.clock.runTo(world.clock.now() + DAY);
  await runMinutes(world, 1);
  expect(await world.store.calendar(KEY)).toBeUndefined();
  expect(await world.conference('c7')).toMatchObject({ liveCount: 0, leader: null });
});
