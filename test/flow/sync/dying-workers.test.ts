/** A calendar whose workers die one after the other, as one does whose events hold the event loop: it waits, and holds up no others. */
import { beforeEach, expect, test } from '@jest/globals';
import type { SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import { withCalendarDue } from '../../../shared/domain/state/due.ts';
import { LEASE_PART } from '../../../shared/flow/lease.ts';
import { claimSync } from '../../../shared/flow/sync/claim-sync.ts';
import { syncCalendar } from '../../../shared/flow/sync/sync-calendar.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { ALICE, ALICES, HOUR, NOW } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const LEASE_MS = 120_000;
const REQUEST: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'reconcile' };

let world: World;

beforeEach(async () => {
  world = new World({ leaseMs: LEASE_MS });
  await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR });
});

/** How a claim ends. Whoever gets the lease dies with it. */
async function claim(request: SyncRequest = REQUEST): Promise<string> {
  const arrival = { lane: 'live', publishedAt: world.clock.now() } as const;
  return (await world.clock.runUntilDone(claimSync(world.services, request, arrival))).kind;
}

async function claimAfter(ms: number, request?: SyncRequest): Promise<string> {
  await world.clock.runTo(world.clock.now() + ms);
  return claim(request);
}

test('the third death makes it wait, and each further one twice as long, six hours at most', async () => {
  expect([await claim(), await claimAfter(LEASE_MS), await claimAfter(LEASE_MS)]).toEqual([
    'claimed',
    'claimed',
    'claimed',
  ]);
  const waits: number[] = [];
  for (let death = 3; death <= 12; death++) {
    expect(await claimAfter(LEASE_MS)).toBe('put-off');
    const { reconcileAt, dueAt, lease, failure } = await world.calendar(ALICE);
    expect({ lease, failure, dueAt }).toMatchObject({
      lease: null,
      failure: { reason: 'WorkerDied', count: death },
      dueAt: reconcileAt,
    });
    const waitMs = (reconcileAt ?? 0) - world.clock.now();
    waits.push(waitMs / MINUTE);
    expect(await claimAfter(waitMs - 1)).toBe('put-off');
    expect(await claimAfter(1)).toBe('claimed');
  }
  expect(waits).toEqual([8, 16, 32, 64, 128, 256, 360, 360, 360, 360]);
});

test('a notification meanwhile lists nothing, and is not forgotten', async () => {
  for (let death = 0; death < 3; death++) await claimAfter(LEASE_MS);
  expect(await claimAfter(LEASE_MS)).toBe('put-off');
  expect(await claimAfter(MINUTE, { ...REQUEST, cause: 'notification' })).toBe('put-off');
  expect((await world.calendar(ALICE)).notified).toEqual({ at: null, nextAt: world.clock.now() });
  expect(world.calls.list).toBe(0);
});

test('it is due at the end of its wait, though a new channel has asked for a look before', async () => {
  for (let death = 0; death < 4; death++) await claimAfter(LEASE_MS);
  const { reconcileAt: waitsUntil } = await world.calendar(ALICE);
  await putCalendar(world, ALICE, { ...(await world.calendar(ALICE)), reconcileAt: world.clock.now() });
  expect(await claim()).toBe('put-off');
  expect(await world.calendar(ALICE)).toMatchObject({ reconcileAt: waitsUntil, dueAt: waitsUntil });
});

test('a person can have it listed at once', async () => {
  for (let death = 0; death < 4; death++) await claimAfter(LEASE_MS);
  expect(await claim({ ...REQUEST, cause: 'resync', force: true })).toBe('claimed');
});

test('a listing that is finished makes up for the deaths before', async () => {
  for (let death = 0; death < 3; death++) await claimAfter(LEASE_MS);
  await world.clock.runTo(world.clock.now() + LEASE_MS);
  const arrival = { lane: 'live', publishedAt: world.clock.now() } as const;
  await world.clock.runUntilDone(syncCalendar(world.services, { ...REQUEST, force: true }, arrival));
  expect((await world.calendar(ALICE)).failure).toBeNull();
  expect([await claimAfter(LEASE_MS), await claimAfter(LEASE_MS)]).toEqual(['claimed', 'claimed']);
});

test('the log says that it waits, and why', async () => {
  for (let death = 0; death < 3; death++) await claimAfter(LEASE_MS);
  await world.clock.runTo(world.clock.now() + LEASE_MS);
  const arrival = { lane: 'live', publishedAt: world.clock.now() } as const;
  await world.clock.runUntilDone(syncCalendar(world.services, REQUEST, arrival));
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'put-off', calendar: ALICES });
  expect(world.calls.list).toBe(0);
});

/** Delivers what is on the topic, each message half a second after it was published; whoever gets the lease works for `lifeMs`, and dies. */
async function claimQueued(lifeMs: number): Promise<number> {
  let deaths = 0;
  for (const { message } of world.queued.splice(0)) {
    if (message.kind !== 'sync' || (await claimAfter(500, message)) !== 'claimed') continue;
    deaths++;
    const calendar = await world.calendar(ALICE);
    // As a checkpoint renews it, each time a part of the lease has passed.
    const renewedMs = lifeMs - (lifeMs % (LEASE_MS / LEASE_PART));
    const until = world.clock.now() + renewedMs + LEASE_MS;
    const lease = { owner: calendar.lease?.owner ?? '', until };
    await world.store.transact(async (tx) => tx.putCalendar(withCalendarDue({ ...calendar, lease })));
  }
  return deaths;
}

test.each([0, 25_000, 50_000])(
  'a death counts where the scheduled run comes to its lease first: of workers that live for %i ms, seven die in four hours',
  async (lifeMs) => {
    await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR, reconcileAt: NOW });
    let deaths = 0;
    for (let minute = 0; minute < 240; minute++) {
      await world.clock.runTo(NOW + minute * MINUTE);
      await world.clock.runUntilDone(wakeDue(world.services, world.clock.now() + 150_000));
      deaths += await claimQueued(lifeMs);
    }
    expect(deaths).toBe(7);
  },
);
