/** Google asks to be left alone for longer than a lease: whoever it said so to gives the lease back, and nobody asks before. */
import { beforeEach, expect, test } from '@jest/globals';
import { RateLimited } from '../../../shared/domain/errors.ts';
import type { SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import { requestSync } from '../../../shared/flow/calendars/command-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, ALICES, HOUR, meeting, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const LEASE_MS = 120_000;
const LIMITED = new RateLimited('429', { retryAfterMs: 150_000 });

let world: World;

beforeEach(async () => {
  world = new World({ leaseMs: LEASE_MS, syncBudgetMs: { live: 60_000, upkeep: 480_000 } });
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  await world.notify(ALICE);
  await world.work();
  await world.clock.runTo(world.clock.now() + HOUR);
  world.lines.length = 0;
});

async function outcomeOf(request: SyncRequest): Promise<string> {
  await world.clock.runUntilDone(doWork(world.services, request, { lane: 'upkeep', publishedAt: world.clock.now() }));
  return world.lastLine('sync').outcome;
}

test('a listing does not sleep over the end of its lease, and its worker is not taken for dead', async () => {
  world.troubles.set('list', LIMITED);
  const { list } = world.calls;
  const since = world.clock.now();
  expect(await outcomeOf({ kind: 'sync', calendar: ALICES, cause: 'reconcile' })).toBe('postponed');
  expect(world.clock.now() - since).toBeLessThan(LEASE_MS / 2);
  const { lease, failure, reconcileAt } = await world.calendar(ALICE);
  expect({ lease, failure }).toMatchObject({ lease: null, failure: { reason: 'RateLimited', count: 1 } });
  expect(reconcileAt).toBeGreaterThanOrEqual(since + 150_000);
  while (world.clock.now() < since + 149_000) {
    await world.clock.runTo(world.clock.now() + 1_000);
    await world.renew();
  }
  expect(world.calls.list).toBe(list + 1);
});

test.each([
  [0, 150_000],
  [0.5, 157_500],
  [1, 165_000],
])(
  'at a chance of %d the calendar is looked at again after %i ms, and never earlier than Google asks',
  async (random, ms) => {
    world.troubles.set('list', LIMITED);
    world.random = random;
    const since = world.clock.now();
    await outcomeOf({ kind: 'sync', calendar: ALICES, cause: 'reconcile' });
    expect(((await world.calendar(ALICE)).reconcileAt ?? 0) - since).toBe(ms);
  },
);

test('what a full listing did not show is asked for later', async () => {
  world.unlisted.add('e1');
  await requestSync(world.services, ALICES, { full: true, resend: false });
  world.troubles.set('get', LIMITED);
  const since = world.clock.now();
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'postponed', reason: 'RateLimited' });
  expect(world.clock.now() - since).toBeLessThan(LEASE_MS / 2);
  expect((await world.calendar(ALICE)).reconcileAt).toBeGreaterThanOrEqual(since + 150_000);
});

test('an event that is due to be read waits for as long as Google asks, and its calendar is free', async () => {
  world.put(ALICE, tombstone('e1'));
  await world.notify(ALICE);
  await world.work();
  world.troubles.set('get', LIMITED);
  const graceEnd = (await world.conference('c1')).dueAt ?? 0;
  await world.clock.runTo(graceEnd);
  await world.renew();
  expect(world.lastLine('conference')).toMatchObject({ outcome: 'unconfirmed' });
  expect(world.clock.now() - graceEnd).toBeLessThan(LEASE_MS / 2);
  expect((await world.calendar(ALICE)).lease).toBeNull();
  expect((await world.conference('c1')).dueAt).toBeGreaterThanOrEqual(graceEnd + 150_000);
});
