/** A lease taken for a retry, over one whose holder died in the middle of a listing. */
import { expect, test } from '@jest/globals';
import { giveBackLease, takeLease } from '../../shared/flow/lease.ts';
import { ALICE, ALICES } from '../domain/build.ts';
import { World } from './world.ts';

test('a listing that died under its lease is asked for again by whoever takes the lease over', async () => {
  const world = new World();
  await world.register(ALICE);
  const calendar = await world.calendar(ALICE);
  const dead = { owner: 'a worker that died', until: world.clock.now() - 1 };
  await world.store.transact(async (tx) => tx.putCalendar({ ...calendar, lease: dead, openedAt: world.clock.now() }));

  const held = await takeLease(world.services, ALICES);
  if (typeof held === 'string') throw new Error(held);
  await giveBackLease(world.services, held);
  expect(world.queued.map(({ message }) => message)).toEqual([{ kind: 'sync', calendar: ALICES, cause: 'wanted' }]);
});

test('a lease that was given back leaves nothing to ask for', async () => {
  const world = new World();
  await world.register(ALICE);
  const held = await takeLease(world.services, ALICES);
  if (typeof held === 'string') throw new Error(held);
  await giveBackLease(world.services, held);
  expect(world.queued).toEqual([]);
});
