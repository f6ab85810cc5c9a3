/** What a new leader owes, where it is more than one transaction takes. */
import { expect, test } from '@jest/globals';
import { ALICE, BOB, BOBS, type Item, meeting, ours, series, tombstone } from '../../domain/build.ts';
import { runLanes, slowDown } from '../slow-world.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;

function of(email: string, item: Item): Item {
  return { ...item, organizer: { email, self: true } };
}

function cancelled(seriesId: string, number: number): Item {
  return {
    ...tombstone(`${seriesId}_${number}`),
    recurringEventId: seriesId,
    originalStartTime: { dateTime: new Date(Date.UTC(2027, 1, number, 9)).toISOString() },
  };
}

/** Alice leads; her event goes, and the lead passes to Bob. */
async function passToBob(world: World): Promise<void> {
  world.put(ALICE, tombstone('e'));
  await world.notify(ALICE);
}

async function ledByAlice(): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  return world;
}

test('every cancelled occurrence of the new leader is told, each once, and after its series', async () => {
  const world = await ledByAlice();
  world.put(BOB, of(BOB, series('s', ours('c'))));
  await world.register(BOB);
  for (let n = 1; n <= 250; n++) world.put(BOB, cancelled('s', n));
  await world.notify(BOB);
  await world.work();
  world.told.length = 0;
  await passToBob(world);
  await world.work();
  const told = world.told.map(({ change }) =>
    change.type === 'conference.occurrence_cancelled' ? change.data.occurrence.eventId : change.data.eventId,
  );
  expect(told[0]).toBe('s');
  expect(told).toHaveLength(251);
  expect(new Set(told).size).toBe(251);
  expect(await world.conference('c')).toMatchObject({ leader: BOBS, owed: null, dueAt: null });
});

test('an edit on the new leader is told long before all that it owes', async () => {
  const world = await ledByAlice();
  for (let n = 0; n < 1_000; n++) world.put(BOB, of(BOB, meeting(`b${n}`, ours('c'))));
  await world.register(BOB);
  slowDown(world);
  await passToBob(world);
  const before = world.told.length;
  await runLanes(world, { live: 2, upkeep: 8 }, MINUTE, () => world.told.length > before + 30);
  world.put(BOB, of(BOB, meeting('b999', ours('c'), { summary: 'Renamed', etag: '"2"' })));
  const at = world.clock.now();
  await world.notify(BOB);
  const isTold = (): boolean =>
    world.told.some(({ change }) => change.type === 'conference.updated' && change.data.event.title === 'Renamed');
  await runLanes(world, { live: 2, upkeep: 8 }, 10 * MINUTE, isTold);
  expect(world.clock.now() - at).toBeLessThan(30_000);
  expect((await world.conference('c')).owed).not.toBeNull();
  await runLanes(world, { live: 2, upkeep: 8 }, 10 * MINUTE, () => world.told.length >= before + 1_000);
  await world.work();
  const told = new Set(world.told.slice(before).map(({ change }) => change.data.eventId));
  expect(told.size).toBe(1_000);
  expect((await world.conference('c')).owed).toBeNull();
}, 120_000);
