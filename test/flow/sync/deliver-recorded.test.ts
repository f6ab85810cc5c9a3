/** The deliveries of one page: how many at once, how long they may take, and what is left to whom. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type ConferenceKey, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { type Recorded, recordChanges } from '../../../shared/flow/record/record-changes.ts';
import { deliverRecorded } from '../../../shared/flow/sync/deliver-recorded.ts';
import type { SyncRun } from '../../../shared/flow/sync/sync-run.ts';
import { ALICE, ALICES, HOUR, type Item, meeting, NOW, ours, read, tombstone } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { openRun } from '../open-run.ts';
import { World } from '../world.ts';

const LEASE_MS = 120_000;
const GRACE_MS = 45_000;
const RETRY_MS = 10_000;
/** Conferences that are told side by side. */
const WIDTH = 8;
const C1 = conferenceKeyOf('c1');

let world: World;
let run: SyncRun;

beforeEach(async () => {
  world = new World({ leaseMs: LEASE_MS, cancelGraceMs: GRACE_MS, deliveryRetryMs: [RETRY_MS] });
  await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR });
  const request = { kind: 'sync', calendar: ALICES, cause: 'notification' } as const;
  run = await openRun(world, request, { lane: 'live', publishedAt: NOW });
  // An endpoint that has just answered is asked for as much as there is.
  world.breaker.admit(NOW);
  world.breaker.settle(C1, 'done', NOW);
});

/** Records a page and delivers it; `hide` are events that are not handed on. */
async function page(items: readonly Item[], hide: readonly string[] = []): Promise<void> {
  const events = items.map((item) => read(item));
  const recorded: Recorded = await recordChanges(world.services, run.held, events, null);
  const handedOn = events.filter(({ id }) => !hide.includes(id));
  await world.clock.runUntilDone(deliverRecorded(world.services, run, recorded, handedOn));
}

function meetings(count: number): Item[] {
  return Array.from({ length: count }, (_, number) => meeting(`e${number}`, ours(`c${number}`)));
}

async function pending(key: ConferenceKey): Promise<number> {
  return (await world.store.transact((tx) => tx.pendingOf(key, 9))).length;
}

test('what a page recorded is counted, and told side by side', async () => {
  world.answerMs = 1_000;
  await page(meetings(WIDTH));
  expect(run.counts).toMatchObject({ recorded: WIDTH, delivered: WIDTH, left: 0 });
  expect(world.clock.now()).toBe(NOW + 1_000);
  expect(run.dueSoon.size).toBe(0);
  expect(world.queued).toEqual([]);
});

test('no more than eight are told side by side', async () => {
  world.answerMs = 1_000;
  await page(meetings(WIDTH + 1));
  expect(world.clock.now()).toBe(NOW + 2_000);
});

describe('what is not begun any more', () => {
  test.each([
    ['once half of the lease has passed', LEASE_MS / 2, 1],
    ['not a moment before', LEASE_MS / 2 - 1, 0],
  ])('%s stays on record', async (_, answerMs, left) => {
    world.answerMs = answerMs;
    await page(meetings(WIDTH + 1));
    expect(run.counts).toMatchObject({ recorded: WIDTH + 1, delivered: WIDTH + 1 - left, left });
    expect(world.queued).toEqual([]);
    expect(run.dueSoon.size).toBe(0);
  });

  test('in a process that goes down stays on record', async () => {
    world.answer = () => {
      world.isStopping = true;
      return { kind: 'done' };
    };
    await page(meetings(WIDTH + 1));
    expect(run.counts).toMatchObject({ delivered: WIDTH, left: 1 });
    expect(await pending(conferenceKeyOf(`c${WIDTH}`))).toBe(1);
  });
});

test('what failed is due again within the run, if there is time', async () => {
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  await page([meeting('e1', ours('c1'))]);
  expect(run.counts).toMatchObject({ delivered: 0, left: 1 });
  expect([...run.dueSoon]).toEqual([[C1, world.clock.now() + RETRY_MS * 1.05]]);
  expect(world.queued).toEqual([]);
});

test('an orphan is due at the end of its grace', async () => {
  await page([meeting('e1', ours('c1'))]);
  const endedAt = world.clock.now();
  await page([tombstone('e1')]);
  expect([...run.dueSoon]).toEqual([[C1, endedAt + GRACE_MS]]);
});

test('what cannot be sent from here is asked for elsewhere', async () => {
  await page([meeting('e1', ours('c1')), meeting('e2', ours('c2'))], ['e1']);
  expect(run.counts).toMatchObject({ recorded: 2, delivered: 1, left: 1 });
  expect(world.queued).toEqual([
    { message: { kind: 'conference', conference: C1 }, lane: 'upkeep', publishedAt: world.clock.now() },
  ]);
});
