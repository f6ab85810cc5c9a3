/** A removal that others get in the way of: what it leaves behind would keep conferences alive that nobody looks at any more. */
import { expect, test } from '@jest/globals';
import { UnknownCalendar } from '../../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { CalendarServices } from '../../../shared/domain/ports.ts';
import { resumeCalendar } from '../../../shared/flow/calendars/command-calendar.ts';
import { removeCalendar } from '../../../shared/flow/calendars/remove-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, BOB, BOBS, HOUR, meeting, NOW, ours } from '../../domain/build.ts';
import { channelOf, putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const KEY = calendarKeyOf(ALICE);

/** The services of a removal during which this is done once, after the last binding was forgotten. */
function disturbed(world: World, disturb: () => Promise<void>): CalendarServices {
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
      calendarsOf: (subject, limit) => store.calendarsOf(subject, limit),
      failedBindings: (range) => store.failedBindings(range),
      failedConferences: (range) => store.failedConferences(range),
      dueCalendars: (shard, before, limit) => store.dueCalendars(shard, before, limit),
      dueConferences: (shard, before, limit) => store.dueConferences(shard, before, limit),
      countFleet: (question) => store.countFleet(question),
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

test('a calendar that somebody resumes while it is being removed leaves nothing behind', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  const services = disturbed(world, async () => {
    world.put(ALICE, meeting('e2', ours('c2')));
    await resumeCalendar(world.services, KEY);
    const message = { kind: 'sync', calendar: KEY, cause: 'resumed', force: true } as const;
    await doWork(world.services, message, { lane: 'upkeep', publishedAt: world.clock.now() });
    expect(await world.store.bindingsOfCalendar(KEY, { after: null, limit: 10 })).toHaveLength(1);
  });
  await world.clock.runUntilDone(removeCalendar(services, KEY));
  expect(await world.store.calendar(KEY)).toBeUndefined();
  expect(await world.store.bindingsOfCalendar(KEY, { after: null, limit: 10 })).toEqual([]);
});

function remove(world: World): Promise<void> {
  return world.clock.runUntilDone(removeCalendar(world.services, KEY));
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
      const { status, generation, lease, dueAt } = await world.calendar(ALICE);
      generations.push({ status, generation, lease, dueAt });
    },
  });
  await remove(world);
  expect(generations).toEqual([{ status: 'paused', generation: 2, lease: null, dueAt: null }]);
});

test('however much is bound to a removed calendar is let go, nothing is cancelled, and the next leader is told of', async () => {
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
