/** A conference that was released is kept for a while, and forgotten unless an event shows it again. */
import { expect, test } from '@jest/globals';
import { nextReading } from '../../../shared/domain/delivery/next-reading.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { removeCalendar } from '../../../shared/flow/calendars/remove-calendar.ts';
import { findDue } from '../../../shared/flow/deliver/find-due.ts';
import { readDue } from '../../../shared/flow/deliver/read-due.ts';
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

test('an orphan that another calendar has left meanwhile is not released with a calendar that was removed, and ends', async () => {
  const world = await boundWorld();
  await world.register(BOB);
  world.put(ALICE, tombstone('e'));
  await world.notify(ALICE);
  await world.work();
  await world.clock.runTo(world.clock.now() + 60_000);
  const until = world.clock.now() + DAY;
  const due = await world.clock.runUntilDone(findDue(world.services, C, until));
  const reading = due === undefined ? null : nextReading(due.conference, due.pendings, []);
  if (due === undefined || reading === null) throw new Error('nothing is due');

  // The worker that is to read it stands before Alice's lease, while all of this happens.
  await world.clock.runUntilDone(removeCalendar(world.services, ALICES, until));
  for (const event of [
    meeting('b', ours('c'), organizedBy(BOB), { organizer: { email: BOB, self: true } }),
    tombstone('b'),
  ]) {
    world.put(BOB, event);
    await world.clock.runTo(world.clock.now() + 2_000);
    await world.notify(BOB);
    await world.work();
  }
  const orphaned = { state: 'orphaned', orphan: { calendar: calendarKeyOf(BOB) } };
  expect(await world.store.conference(C)).toMatchObject(orphaned);
  expect(await world.clock.runUntilDone(readDue(world.services, due.conference, reading, until))).toBe('settled');
  expect(await world.store.conference(C)).toMatchObject(orphaned);
  for (let minute = 0; minute < 5; minute++) {
    await world.clock.runTo(world.clock.now() + 60_000);
    await world.renew();
  }
  expect(world.told.at(-1)?.change.type).toBe('conference.cancelled');
});
