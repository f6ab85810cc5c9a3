/** A change that is owed while our access to its event is gone: it waits, unsent and without a stir, until the access is back. */
import { expect, test } from '@jest/globals';
import { ALICE, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const HOUR_MS = 3_600_000;

/** A change that could not be delivered, of an event whose details are then hidden from us. */
async function hiddenWorld(): Promise<World> {
  const world = new World();
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'done' });
  world.accessRole = 'reader';
  world.put(ALICE, meeting('e1', { visibility: 'private', summary: 'busy', etag: '"2"' }));
  return world;
}

test('what is hidden is never sent as if it were empty, and asked for only now and then', async () => {
  const world = await hiddenWorld();
  const told = world.told.length;
  for (let minute = 0; minute < 60; minute++) {
    await world.clock.runTo(world.clock.now() + HOUR_MS / 60);
    await world.renew();
  }
  expect(world.told).toHaveLength(told);
  expect(world.calls.get).toBeLessThan(20);
});

test('what was owed is sent as soon as it can be read again', async () => {
  const world = await hiddenWorld();
  await world.clock.runTo(world.clock.now() + HOUR_MS);
  await world.renew();
  world.accessRole = 'owner';
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Readable again', etag: '"3"' }));
  await world.notify(ALICE);
  await world.work();
  expect(world.told.at(-1)?.change).toMatchObject({ data: { event: { title: 'Readable again' } } });
});
