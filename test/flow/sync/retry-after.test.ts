/** Google asks to be left alone for longer than a lease: whoever it said so to gives the lease back, and nobody asks before. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccessLost,
  GoogleUnavailable,
  OwnAccountRefused,
  RateLimited,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
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

describe('a notification that comes before Google may be asked again', () => {
  /** What came of a notification of a change, so long after the listing that failed. */
  async function notifiedAfter(ms: number, title: string): Promise<string> {
    await world.clock.runTo(world.clock.now() + ms);
    world.put(ALICE, meeting('e1', ours('c1'), { summary: title, etag: `"${title}"` }));
    await world.notify(ALICE);
    await world.work();
    return world.lastLine('sync').outcome;
  }

  async function failWith(error: Error): Promise<void> {
    world.troubles.set('list', error);
    await outcomeOf({ kind: 'sync', calendar: ALICES, cause: 'reconcile' });
    world.troubles.clear();
  }

  test.each([
    ['asks for more time', LIMITED, 150_000],
    ['is down', new GoogleUnavailable('503'), 60_000],
    ['asks for fewer requests', new RateLimited('403'), 60_000],
    ['has our own account shut', new OwnAccountRefused('403'), 60_000],
  ])('waits where Google %s, and is late by no more than that', async (_, error, ms) => {
    await failWith(error);
    const { list } = world.calls;
    const at = world.clock.now() + 20_000;
    expect(await notifiedAfter(20_000, 'first')).toBe('delayed');
    expect(await notifiedAfter(20_000, 'second')).toBe('delayed');
    await world.clock.runTo(at - 20_000 + ms - 1_000);
    await world.renew();
    expect(world.calls.list).toBe(list);
    await world.clock.runTo(at - 20_000 + ms * 1.1);
    await world.renew();
    expect(world.calls.list).toBe(list + 1);
    expect(world.told.at(-1)?.change).toMatchObject({ data: { event: { title: 'second' } } });
    expect(world.lastLine('delivery').freshnessMs).toBe(world.clock.now() - at);
    expect((await world.calendar(ALICE)).failure).toBeNull();
  });

  test('waits no longer than after the first failure, however many there were', async () => {
    for (let count = 0; count < 6; count++) {
      await failWith(new GoogleUnavailable('503'));
      await world.clock.runTo(world.clock.now() + 60_000);
    }
    await failWith(new GoogleUnavailable('503'));
    const { reconcileAt } = await world.calendar(ALICE);
    expect(reconcileAt).toBeGreaterThan(world.clock.now() + HOUR);
    expect(await notifiedAfter(59_000, 'early')).toBe('delayed');
    expect(await notifiedAfter(1_000, 'late')).toBe('synced');
  });

  test('is listed within a quarter of an hour, or a quarter more, once the trouble is over', async () => {
    for (let count = 0; count < 6; count++) {
      await failWith(new GoogleUnavailable('503'));
      await world.clock.runTo(world.clock.now() + 60_000);
    }
    world.troubles.set('list', new GoogleUnavailable('503'));
    expect(await notifiedAfter(0, 'edited')).toBe('postponed');
    expect(((await world.calendar(ALICE)).reconcileAt ?? 0) - world.clock.now()).toBe(15 * 60_000);
  });

  test.each([
    ['refuses the request', new RequestRefused('400')],
    ['has taken our access away', new AccessLost('401')],
  ])('does not wait where Google %s: what was wrong may be right now', async (_, error) => {
    await failWith(error);
    expect(await notifiedAfter(1_000, 'edited')).toBe('synced');
  });

  test('does not hold up a person who wants a listing now', async () => {
    await failWith(LIMITED);
    expect(await outcomeOf({ kind: 'sync', calendar: ALICES, cause: 'resync', force: true })).toBe('synced');
  });
});
