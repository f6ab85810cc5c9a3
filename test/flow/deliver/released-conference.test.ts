/** A conference that was released is kept for a while, and forgotten unless an event shows it again. */
import { expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { removeCalendar } from '../../../shared/flow/calendars/remove-calendar.ts';
import { ALICE, ALICES, BOB, DAY, meeting, organizedBy, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const C = conferenceKeyOf('c');

async function boundWorld(): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  return world;
}

async function expireAt(world: World): Promise<number | null | undefined> {
  return (await world.store.conference(C))?.expireAt;
}

async function change(world: World, ...parts: Parameters<typeof meeting>): Promise<void> {
  world.put(ALICE, meeting(...parts));
  await world.notify(ALICE);
  await world.work();
}

test('one whose event has another organizer now is forgotten after 30 days, unless the event comes back', async () => {
  const world = await boundWorld();
  await change(world, 'e', ours('c'), organizedBy(BOB), { etag: '"2"' });
  expect(await expireAt(world)).toBeGreaterThan(world.clock.now() + 29 * DAY);
  await change(world, 'e', ours('c'), { etag: '"3"' });
  expect(await expireAt(world)).toBeNull();
});

test('one whose calendar is removed is forgotten after 30 days', async () => {
  const world = await boundWorld();
  await world.clock.runUntilDone(removeCalendar(world.services, ALICES, world.clock.now() + 3_600_000));
  expect(await expireAt(world)).toBeGreaterThan(world.clock.now() + 29 * DAY);
});

test('an orphan whose calendar was removed is forgotten after 30 days', async () => {
  const world = await boundWorld();
  world.put(ALICE, tombstone('e'));
  await world.notify(ALICE);
  await world.work();
  await world.clock.runUntilDone(removeCalendar(world.services, ALICES, world.clock.now() + 3_600_000));
  await world.clock.runTo(world.clock.now() + 60_000);
  await world.renew();
  expect(await world.store.conference(C)).toMatchObject({ state: 'live', orphan: null });
  expect(await expireAt(world)).toBeGreaterThan(world.clock.now() + 29 * DAY);
});

test('an orphan that the confirming read shows with another organizer is forgotten after 30 days', async () => {
  const world = await boundWorld();
  world.put(ALICE, tombstone('e'));
  await world.notify(ALICE);
  await world.work();
  world.put(ALICE, meeting('e', ours('c'), organizedBy(BOB), { etag: '"3"' }));
  await world.clock.runTo(world.clock.now() + 60_000);
  await world.renew();
  expect(await world.store.conference(C)).toMatchObject({ state: 'live', orphan: null });
  expect(await expireAt(world)).toBeGreaterThan(world.clock.now() + 29 * DAY);
});
