/** The end of an orphan's grace: the conference is cancelled only if its last event, read once more, says so. */
import { expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../shared/domain/ids.ts';
import { ALICE, DAY, type Item, meeting, ours, theirs, tombstone } from '../domain/build.ts';
import { World } from './world.ts';

const MINUTE = 60_000;
const C = conferenceKeyOf('c');

/** A conference whose only event has become this. */
async function orphanWorld(ended: Item): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  world.put(ALICE, ended);
  await world.notify(ALICE);
  await world.work();
  expect(await world.store.conference(C)).toMatchObject({ state: 'orphaned', cancellation: null });
  return world;
}

async function passGrace(world: World): Promise<void> {
  await world.clock.runTo(world.clock.now() + 2 * MINUTE);
  await world.renew();
}

function reasons(world: World): string[] {
  return world.told.flatMap(({ change }) => (change.type === 'conference.cancelled' ? [change.data.reason] : []));
}

test.each([
  ['event_deleted', tombstone('e')],
  ['conference_removed', meeting('e', { etag: '"2"' })],
  ['conference_replaced', meeting('e', theirs(), { etag: '"2"' })],
])('an end that the second reading confirms is told once, with the reason %s', async (reason, ended) => {
  const world = await orphanWorld(ended);
  await passGrace(world);
  await passGrace(world);
  expect(reasons(world)).toEqual([reason]);
  expect(await world.store.conference(C)).toMatchObject({ state: 'cancelled', orphan: null });
});

test('an orphan whose event is hidden from us by then is not cancelled until it can be read', async () => {
  const world = await orphanWorld(tombstone('e'));
  world.accessRole = 'reader';
  world.put(ALICE, meeting('e', { visibility: 'private', etag: '"2"' }));
  await passGrace(world);
  const { calls } = world;
  const reads = calls.get;
  for (let minute = 0; minute < 10; minute++) await passGrace(world);
  expect(reasons(world)).toEqual([]);
  expect(calls.get).toBe(reads);
  expect(await world.store.conference(C)).toMatchObject({ state: 'orphaned', cancellation: null });

  world.accessRole = 'owner';
  world.put(ALICE, tombstone('e'));
  await world.clock.runTo(world.clock.now() + DAY);
  await passGrace(world);
  expect(reasons(world)).toEqual(['event_deleted']);
});

test('a cancellation that fails is told again under its revision, and not made anew', async () => {
  const world = await orphanWorld(tombstone('e'));
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  await passGrace(world);
  const failed = world.told.at(-1)?.change;
  world.answer = () => ({ kind: 'done' });
  await world.clock.runTo(world.clock.now() + 10 * MINUTE);
  await passGrace(world);
  expect(world.told.at(-1)).toMatchObject({ outcome: { kind: 'done' }, change: { type: 'conference.cancelled' } });
  expect(world.told.at(-1)?.change.data.revision).toBe(failed?.data.revision);
});
