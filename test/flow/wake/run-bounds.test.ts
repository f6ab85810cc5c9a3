/** The scheduled run at its bounds: time that is up, more than a page, two runs at once, and what is lost on the way. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { QueueUnavailable } from '../../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { removeCalendar } from '../../../shared/flow/calendars/remove-calendar.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { ALICE, ALICES, HOUR, NOW } from '../../domain/build.ts';
import { damage } from '../damage.ts';
import {
  addressesIn,
  asked,
  channelOf,
  conferencesIn,
  FIRST_SHARD,
  LAST_SHARD,
  putCalendar,
  putConference,
  run,
} from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const NOTHING = { dueCalendars: 0, dueConferences: 0, renewed: 0, withoutChannel: 0, failed: 0, isComplete: true };
/** Items that a run acts on at once. */
const WIDTH = 16;

let world: World;

beforeEach(async () => {
  world = new World();
  // No minute in which the fleet is counted.
  await world.clock.runTo(NOW + MINUTE);
});

/** Lets each message to the topic take a second. */
function slowTopic(): void {
  const { publish } = world.services.queue;
  Object.assign(world.services.queue, {
    publish: async (...parts: Parameters<typeof publish>) => {
      await world.clock.sleep(1_000);
      return publish(...parts);
    },
  });
}

describe('a run whose time is up', () => {
  test('before it has begun looks at nothing and says that it is not complete', async () => {
    await putCalendar(world, ALICE, { reconcileAt: NOW });
    await putConference(world, 'c1', NOW);
    expect(await run(world, 0)).toEqual({ ...NOTHING, isComplete: false });
    expect(world.lastLine('renewal-run')).toMatchObject({ isComplete: false });
    expect(world.queued).toEqual([]);
  });

  test('amid a page begins no other calendar of it; the next run goes on with those', async () => {
    const addresses = addressesIn(FIRST_SHARD, WIDTH + 4);
    for (const address of addresses) await putCalendar(world, address, { reconcileAt: NOW });
    slowTopic();
    expect(await run(world, 500)).toEqual({ ...NOTHING, dueCalendars: WIDTH + 4, isComplete: false });
    expect(world.queued).toHaveLength(WIDTH);
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 4 });
    expect(asked(world)).toEqual(addresses.map((address) => calendarKeyOf(address)).sort());
  });

  test('amid the very last page says so, though there is no other to ask for', async () => {
    for (const id of conferencesIn(LAST_SHARD, WIDTH + 4)) await putConference(world, id, NOW);
    slowTopic();
    expect(await run(world, 500)).toEqual({ ...NOTHING, dueConferences: WIDTH + 4, isComplete: false });
    expect(world.queued).toHaveLength(WIDTH);
    expect(await run(world)).toEqual({ ...NOTHING, dueConferences: 4 });
  });

  test('after the calendars of a shard leaves its conferences to the next run', async () => {
    const [address = ''] = addressesIn(FIRST_SHARD, 1);
    const [id = ''] = conferencesIn(FIRST_SHARD, 1);
    await putCalendar(world, address, { reconcileAt: NOW });
    await putConference(world, id, NOW);
    slowTopic();
    expect(await run(world, 1_000)).toEqual({ ...NOTHING, dueCalendars: 1, isComplete: false });
    expect(asked(world)).toEqual([calendarKeyOf(address)]);
    expect(await run(world)).toEqual({ ...NOTHING, dueConferences: 1 });
  });

  test.each([0, 0.5, 15 / 16])(
    'has begun at a shard that chance chose (%d), so that no shard is always last',
    async (chosen) => {
      Object.assign(world.services.random, { fraction: () => chosen });
      for (let shard = 0; shard < 16; shard++) {
        for (const address of addressesIn(shard, 1)) await putCalendar(world, address, { reconcileAt: NOW });
      }
      slowTopic();
      await run(world, 500);
      expect(asked(world)).toEqual(addressesIn(chosen * 16, 1).map((address) => calendarKeyOf(address)));
    },
  );
});

test('a process that is going down begins nothing more, with all the time in the world, and says so', async () => {
  const addresses = addressesIn(FIRST_SHARD, WIDTH + 4);
  for (const address of addresses) await putCalendar(world, address, { channel: channelOf({ renewAt: NOW }) });
  world.beforeWatchAnswer = async () => {
    world.isStopping = true;
  };
  expect(await run(world)).toMatchObject({ isComplete: false, renewed: WIDTH });
  world.isStopping = false;
  world.beforeWatchAnswer = undefined;
  expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 4, renewed: 4 });
});

test('more than a page of one shard is seen to in one run', async () => {
  const addresses = addressesIn(FIRST_SHARD, 201);
  const ids = conferencesIn(FIRST_SHARD, 201);
  for (const address of addresses) await putCalendar(world, address, { reconcileAt: NOW });
  for (const id of ids) await putConference(world, id, NOW);
  expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 201, dueConferences: 201 });
  expect(asked(world)).toEqual([...addresses.map(calendarKeyOf), ...ids.map(conferenceKeyOf)].sort());
});

test('a whole page that cannot be seen to is not asked for again by the same run, which goes on elsewhere and says that it is not complete', async () => {
  const addresses = addressesIn(FIRST_SHARD, 100);
  const ids = conferencesIn(FIRST_SHARD, 100);
  const [other = ''] = addressesIn(FIRST_SHARD + 1, 1);
  for (const address of [...addresses, other]) await putCalendar(world, address, { reconcileAt: NOW });
  for (const id of ids) await putConference(world, id, NOW);
  damage(world, ...addresses.map(calendarKeyOf), ...ids.map(conferenceKeyOf));
  const report = { dueCalendars: 101, dueConferences: 100, failed: 200, isComplete: false };
  expect(await run(world)).toEqual({ ...NOTHING, ...report });
  expect(asked(world)).toEqual([calendarKeyOf(other)]);
});

test('one message in fifty that the topic does not take keeps none of what comes after it from being seen to', async () => {
  const addresses = addressesIn(FIRST_SHARD, 250);
  const ids = conferencesIn(FIRST_SHARD, 250);
  for (const address of addresses) await putCalendar(world, address, { reconcileAt: NOW });
  for (const id of ids) await putConference(world, id, NOW);
  const { publish } = world.services.queue;
  let messages = 0;
  Object.assign(world.services.queue, {
    publish: async (...parts: Parameters<typeof publish>) => {
      if (++messages % 50 === 0) throw new QueueUnavailable('no confirmation');
      return publish(...parts);
    },
  });
  expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 250, dueConferences: 250, failed: 10 });
  expect(world.queued).toHaveLength(490);
});

test('a record of a full page that cannot be read keeps none of what comes after it from being seen to', async () => {
  const [longest = '', ...others] = addressesIn(FIRST_SHARD, 150);
  await putCalendar(world, longest, { reconcileAt: NOW - MINUTE });
  for (const address of others) await putCalendar(world, address, { reconcileAt: NOW });
  damage(world, calendarKeyOf(longest));
  // It stays due, and so stands at the head of the second page as well.
  expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 151, failed: 2 });
  expect(world.queued).toHaveLength(149);
});

describe('two runs at once', () => {
  test('open one channel, ask for one listing and wake a conference once', async () => {
    await putCalendar(world, ALICE, { channel: null, reconcileAt: NOW });
    await putConference(world, 'c1', NOW);
    const until = world.clock.now() + MINUTE;
    const both = [wakeDue(world.services, until), wakeDue(world.services, until)];
    const reports = await world.clock.runUntilDone(Promise.all(both));
    expect(reports).toMatchObject([
      { dueCalendars: 1, dueConferences: 1, failed: 0 },
      { dueCalendars: 1, dueConferences: 1, failed: 0 },
    ]);
    expect(reports.map(({ renewed }) => renewed).sort()).toEqual([0, 1]);
    expect(world.calls).toMatchObject({ watch: 1, stop: 0 });
    expect(asked(world)).toEqual([ALICES, conferenceKeyOf('c1')].sort());
  });

  test('leave alone what is not due any more when its turn comes', async () => {
    await putCalendar(world, ALICE, { reconcileAt: NOW });
    await putConference(world, 'c1', NOW);
    const { store } = world;
    const { dueCalendars, dueConferences } = store;
    store.dueCalendars = async (...question) => {
      const due = await dueCalendars.apply(store, question);
      if (due.length > 0) await removeCalendar(world.services, ALICES, world.clock.now() + HOUR);
      return due;
    };
    store.dueConferences = async (...question) => {
      const due = await dueConferences.apply(store, question);
      for (const conference of due) {
        await store.transact(async (tx) => tx.putConference({ ...conference, retryAt: null, dueAt: null }));
      }
      return due;
    };
    expect(await run(world)).toMatchObject({ dueCalendars: 1, dueConferences: 1, failed: 0 });
    expect(world.queued).toEqual([]);
    expect(await store.calendar(ALICES)).toBeUndefined();
    expect(await store.conference(conferenceKeyOf('c1'))).toMatchObject({ dueAt: null });
  });
});

describe('what a run began and came to nothing', () => {
  test('is due again after a minute and no sooner, where its message was lost', async () => {
    await putCalendar(world, ALICE, { reconcileAt: NOW });
    await putConference(world, 'c1', NOW);
    world.isTopicDown = true;
    const at = world.clock.now();
    expect(await run(world)).toMatchObject({ dueCalendars: 1, dueConferences: 1, failed: 2 });
    world.isTopicDown = false;
    await world.clock.runTo(at + MINUTE - 1);
    expect(await run(world)).toEqual(NOTHING);
    await world.clock.runTo(at + MINUTE);
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1, dueConferences: 1 });
    expect(asked(world)).toEqual([ALICES, conferenceKeyOf('c1')].sort());
  });

  test('is due again after two minutes and no sooner, where a channel was to be opened', async () => {
    await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }) });
    world.troubles.set('watch', new Error('the process dies'));
    const at = world.clock.now();
    expect(await run(world)).toMatchObject({ dueCalendars: 1, failed: 1 });
    world.troubles.clear();
    await world.clock.runTo(at + 2 * MINUTE - 1);
    expect(await run(world)).toEqual(NOTHING);
    await world.clock.runTo(at + 2 * MINUTE);
    expect(await run(world)).toEqual({ ...NOTHING, dueCalendars: 1, renewed: 1 });
  });

  test.each([
    ['a minute', 0, [5_000, HOUR], MINUTE],
    ['a minute', 4 * MINUTE, [5_000, HOUR], MINUTE],
    ['a quarter of the time that it has waited', 20 * MINUTE, [5_000, HOUR], 5 * MINUTE],
    ['a quarter of an hour at most', 10 * HOUR, [5_000, HOUR], 15 * MINUTE],
    ['the longest wait between two deliveries at most', 10 * HOUR, [5_000, 2 * MINUTE, MINUTE], 2 * MINUTE],
    ['the only wait between two deliveries', 0, [5_000], 5_000],
  ])('is, as a conference, due again after %s (overdue for %d ms)', async (_said, overdueMs, waits, stampMs) => {
    const [first = 0, ...others] = waits;
    world = new World({ deliveryRetryMs: [first, ...others] });
    await putConference(world, 'c1', NOW - overdueMs);
    await run(world);
    const stored = await world.store.conference(conferenceKeyOf('c1'));
    expect(stored).toMatchObject({ dueAt: NOW + stampMs, retryAt: NOW - overdueMs });
  });
});
