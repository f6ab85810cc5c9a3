/** The lease: who gets it, who may still write under it, and what is asked for when it is given back. */
import { describe, expect, test } from '@jest/globals';
import { LeaseLost } from '../../shared/domain/errors.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import { fence, giveBackLease, type Held, putDownLease, takeLease } from '../../shared/flow/lease.ts';
import { ALICE, ALICES, BOBS, HOUR, NOW } from '../domain/build.ts';
import { damage } from './damage.ts';
import { putCalendar } from './due-records.ts';
import { World } from './world.ts';

test('a listing that died under its lease is asked for again by whoever takes the lease over', async () => {
  const world = new World();
  await world.register(ALICE);
  const calendar = await world.calendar(ALICE);
  const dead = { owner: 'a worker that died', until: world.clock.now() - 1 };
  await world.store.transact(async (tx) => tx.putCalendar({ ...calendar, lease: dead, openedAt: world.clock.now() }));

  const held = await world.lease(ALICE);
  await giveBackLease(world.services, held);
  expect(world.queued.map(({ message }) => message)).toEqual([{ kind: 'sync', calendar: ALICES, cause: 'wanted' }]);
});

test('a lease that was given back leaves nothing to ask for', async () => {
  const world = new World();
  await world.register(ALICE);
  const held = await world.lease(ALICE);
  await giveBackLease(world.services, held);
  expect(world.queued).toEqual([]);
});

describe('a lease cannot be had', () => {
  test.each<[string, Partial<CalendarRecord>]>([
    ['paused', { status: 'paused' }],
    ['out-of-reach', { status: 'disconnected' }],
    ['out-of-reach', { status: 'unreachable' }],
    ['busy', { lease: { owner: 'another', until: NOW + 1 } }],
  ])('of a calendar that is %s', async (refusal, changes) => {
    const world = new World();
    await putCalendar(world, ALICE, changes);
    const before = await world.calendar(ALICE);
    expect(await takeLease(world.services, ALICES)).toBe(refusal);
    expect(await world.calendar(ALICE)).toEqual(before);
  });

  test('of a calendar that is not there or cannot be read', async () => {
    const world = new World();
    await putCalendar(world, ALICE);
    damage(world, ALICES);
    expect(await takeLease(world.services, BOBS)).toBe('unknown-calendar');
    expect(await takeLease(world.services, ALICES)).toBe('unreadable');
  });
});

/** A world in which the lease of Alice's calendar was taken, and what has become of the calendar since. */
async function heldWorld(meanwhile: (world: World) => Promise<unknown>): Promise<{ world: World; held: Held }> {
  const world = new World();
  await putCalendar(world, ALICE);
  const held = await world.lease(ALICE);
  await meanwhile(world);
  return { world, held };
}

const LOST: readonly (readonly [string, (world: World) => Promise<unknown>])[] = [
  ['the calendar was removed', (world) => world.store.transact(async (tx) => tx.deleteCalendar(ALICES))],
  ['the calendar cannot be read any more', async (world) => damage(world, ALICES)],
  ['another worker has the lease', (world) => putCalendar(world, ALICE, { lease: { owner: 'another', until: NOW } })],
  ['another worker has the lease', (world) => putCalendar(world, ALICE, { lease: null })],
  [
    'the calendar was changed by a command',
    async (world) => {
      const { lease } = await world.calendar(ALICE);
      await putCalendar(world, ALICE, { lease, generation: 2 });
    },
  ],
];

describe('a lease is lost', () => {
  test.each(LOST)('where %s: nobody writes under it', async (reason, meanwhile) => {
    const { world, held } = await heldWorld(meanwhile);
    const writing = world.store.transact((tx) => fence(tx, held));
    await expect(writing).rejects.toThrow(LeaseLost);
    await expect(writing).rejects.toThrow(reason);
  });

  test.each(LOST)('where %s: there is nothing to put down', async (_, meanwhile) => {
    const { world, held } = await heldWorld(meanwhile);
    const before = await world.store.calendar(ALICES);
    expect(await putDownLease(world.services, held, (calendar) => ({ ...calendar, syncToken: 'x' }))).toBeNull();
    await giveBackLease(world.services, held);
    expect(await world.store.calendar(ALICES)).toEqual(before);
    expect(world.queued).toEqual([]);
  });
});

test('a lease that is given back leaves what was changed with it, and is due when the calendar is', async () => {
  const { world, held } = await heldWorld(async () => undefined);
  await giveBackLease(world.services, held, (calendar) => ({ ...calendar, reconcileAt: NOW + HOUR }));
  expect(await world.calendar(ALICE)).toMatchObject({ lease: null, reconcileAt: NOW + HOUR, dueAt: NOW + HOUR });
});

test('a lease that is given back over a wish makes the calendar due at once', async () => {
  const { world, held } = await heldWorld(async () => undefined);
  await giveBackLease(world.services, held, (calendar) => ({ ...calendar, wantedAt: NOW, syncToken: '1' }));
  expect(await world.calendar(ALICE)).toMatchObject({ lease: null, wantedAt: NOW, dueAt: NOW });
  const message = { kind: 'sync', calendar: ALICES, cause: 'wanted' };
  expect(world.queued).toEqual([{ message, lane: 'live', publishedAt: NOW }]);
});
