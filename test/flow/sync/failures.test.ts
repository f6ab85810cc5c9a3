/** What fails at a calendar is told apart: listings, openings of channels, workers that die. */
import { beforeEach, expect, test } from '@jest/globals';
import { GoogleUnavailable } from '../../../shared/domain/errors.ts';
import { claimSync } from '../../../shared/flow/sync/claim-sync.ts';
import { ALICE, ALICES, HOUR } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const LEASE_MS = 120_000;
const DOWN = new GoogleUnavailable('503');

let world: World;

beforeEach(() => {
  world = new World({ leaseMs: LEASE_MS });
});

async function reconcile(): Promise<void> {
  world.queued.push({
    message: { kind: 'sync', calendar: ALICES, cause: 'reconcile' },
    lane: 'upkeep',
    publishedAt: world.clock.now(),
  });
  await world.work();
}

async function runMinutes(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

test('a calendar whose channel cannot be opened has no failing sync, and its first failed listing is tried again in a minute', async () => {
  world.troubles.set('watch', DOWN);
  await world.register(ALICE);
  await runMinutes(10);
  const { failure, openingFailure } = await world.calendar(ALICE);
  expect({ failure, openingFailure }).toMatchObject({ failure: null, openingFailure: { reason: 'GoogleUnavailable' } });
  expect(openingFailure?.count).toBeGreaterThan(3);
  expect(await world.store.failingCalendars({ after: null, limit: 5 })).toEqual([]);

  world.troubles.set('list', DOWN);
  await reconcile();
  const after = await world.calendar(ALICE);
  expect(after.failure).toMatchObject({ reason: 'GoogleUnavailable', count: 1 });
  expect((after.reconcileAt ?? Infinity) - world.clock.now()).toBe(MINUTE);
});

test('a channel that opens clears what failed before, and leaves the failure of a listing', async () => {
  world.troubles.set('watch', DOWN).set('list', DOWN);
  await world.register(ALICE);
  world.troubles.delete('watch');
  await runMinutes(1);
  expect(await world.calendar(ALICE)).toMatchObject({
    openingFailure: null,
    failure: { reason: 'GoogleUnavailable' },
  });
});

test('deaths add up though a listing fails or a channel cannot be opened between them', async () => {
  await world.register(ALICE);
  await world.clock.runTo(world.clock.now() + HOUR);
  const dies = async (): Promise<string> => {
    const arrival = { lane: 'live', publishedAt: world.clock.now() } as const;
    const request = { kind: 'sync', calendar: ALICES, cause: 'reconcile' } as const;
    const { kind } = await world.clock.runUntilDone(claimSync(world.services, request, arrival));
    await world.clock.runTo(world.clock.now() + LEASE_MS);
    return kind;
  };
  expect(await dies()).toBe('claimed');
  world.troubles.set('list', DOWN).set('watch', DOWN);
  await reconcile();
  expect(await world.calendar(ALICE)).toMatchObject({
    deaths: { count: 1 },
    failure: { reason: 'GoogleUnavailable', count: 2 },
  });
  // Until then Google is left alone.
  await world.clock.runTo(world.clock.now() + MINUTE);
  expect([await dies(), await dies()]).toEqual(['claimed', 'claimed']);
  expect(await dies()).toBe('put-off');
  expect(await world.calendar(ALICE)).toMatchObject({
    deaths: { count: 3 },
    failure: { reason: 'WorkerDied', count: 4 },
  });

  world.troubles.clear();
  await world.clock.runTo(world.clock.now() + HOUR);
  await reconcile();
  expect(await world.calendar(ALICE)).toMatchObject({ deaths: null, failure: null });
});
