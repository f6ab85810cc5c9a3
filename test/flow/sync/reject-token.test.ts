/** A token that Google rejects: the first time a full listing at once, then ever later. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { REPAIR_DELAY_MAX_MS, REPAIR_DELAY_MS, REPAIR_MEMORY_MS } from '../../../shared/domain/limits.ts';
import type { Lane, SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import type { TokenRepairs } from '../../../shared/domain/state/records.ts';
import { rejectToken } from '../../../shared/flow/sync/reject-token.ts';
import { ALICE, ALICES, HOUR, NOW } from '../../domain/build.ts';
import { listingOf, putCalendar } from '../due-records.ts';
import { openRun } from '../open-run.ts';
import { World } from '../world.ts';

const REQUEST: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'notification' };
const NEVER: TokenRepairs = { count: 0, lastAt: null, notBefore: null };

let world: World;

beforeEach(() => {
  world = new World({ leaseMs: 60_000 });
});

async function reject(lane: Lane, repairs: TokenRepairs) {
  await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR, checkpoint: listingOf(), repairs });
  const run = await openRun(world, REQUEST, { lane, publishedAt: NOW });
  const end = await rejectToken(world.services, run);
  const calendar = await world.calendar(ALICE);
  expect(calendar).toMatchObject({ syncToken: null, checkpoint: null });
  expect(world.lines).toEqual([{ line: 'token-rejected', calendar: ALICES, repairs: calendar.repairs.count }]);
  return { end, calendar };
}

test('the first time, a worker of the upkeep lane keeps the lease for the full listing', async () => {
  const { end, calendar } = await reject('upkeep', NEVER);
  expect(end).toBe('repair');
  expect(calendar).toMatchObject({
    repairs: { count: 1, lastAt: NOW, notBefore: null },
    lease: { until: NOW + 60_000 },
  });
  expect(world.queued).toEqual([]);
});

test('the first time, a worker of the live lane hands it over', async () => {
  const { end, calendar } = await reject('live', NEVER);
  expect(end).toBe('handed-over');
  expect(calendar).toMatchObject({ repairs: { count: 1, notBefore: null }, lease: null, wantedAt: NOW, dueAt: NOW });
  expect(world.queued).toEqual([{ message: REQUEST, lane: 'upkeep', publishedAt: NOW }]);
});

describe('a calendar whose tokens go on dying', () => {
  test.each([
    [2, REPAIR_DELAY_MS],
    [3, 2 * REPAIR_DELAY_MS],
    [5, 8 * REPAIR_DELAY_MS],
    [30, REPAIR_DELAY_MAX_MS],
  ])('waits, the %dth time, for %d ms', async (count, waitMs) => {
    const lastAt = NOW - REPAIR_MEMORY_MS + 1;
    const { end, calendar } = await reject('upkeep', { count: count - 1, lastAt, notBefore: null });
    expect(end).toBe('delayed');
    const notBefore = NOW + waitMs;
    expect(calendar).toMatchObject({
      repairs: { count, lastAt: NOW, notBefore },
      lease: null,
      wantedAt: null,
      reconcileAt: notBefore,
      dueAt: notBefore,
    });
    expect(world.queued).toEqual([]);
  });

  test('begins anew after a day without', async () => {
    const { end, calendar } = await reject('upkeep', { count: 9, lastAt: NOW - REPAIR_MEMORY_MS, notBefore: null });
    expect(end).toBe('repair');
    expect(calendar.repairs).toEqual({ count: 1, lastAt: NOW, notBefore: null });
  });
});
