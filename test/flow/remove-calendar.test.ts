/** A removal that others get in the way of: what it leaves behind would keep conferences alive that nobody looks at any more. */
import { expect, test } from '@jest/globals';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { CalendarServices } from '../../shared/domain/ports.ts';
import { resumeCalendar } from '../../shared/flow/command-calendar.ts';
import { doWork } from '../../shared/flow/do-work.ts';
import { removeCalendar } from '../../shared/flow/remove-calendar.ts';
import { ALICE, meeting, ours } from '../domain/build.ts';
import { World } from './world.ts';

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
