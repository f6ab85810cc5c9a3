/** A sync as a whole: what its line in the log says, and when it stops. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import { syncCalendar } from '../../../shared/flow/sync/sync-calendar.ts';
import { ALICE, ALICES, BOBS, HOUR, meeting, NOW, ours } from '../../domain/build.ts';
import { damage } from '../damage.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const REQUEST: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'notification' };
const ANSWER_MS = 50;
const PUBLISHED = NOW - 700;
const NOTHING = { listCalls: 0, events: 0, recorded: 0, delivered: 0, left: 0, unrecorded: 0, unnotified: 0 };

let world: World;

beforeEach(async () => {
  world = new World({ syncBudgetMs: { live: 60_000, upkeep: HOUR } });
  world.answerMs = ANSWER_MS;
  await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR });
});

function sync(request = REQUEST, lane: 'live' | 'upkeep' = 'live') {
  return world.clock.runUntilDone(syncCalendar(world.services, request, { lane, publishedAt: PUBLISHED }));
}

/** What happens while Google lists; `call` counts from 1. */
function whileListing(happens: (call: number) => Promise<void>): void {
  const { list } = world.services.google;
  let call = 0;
  Object.assign(world.services.google, {
    list: async (...parts: Parameters<typeof list>) => {
      const page = await list(...parts);
      await happens(++call);
      return page;
    },
  });
}

describe('the line', () => {
  const base = { line: 'sync', calendar: ALICES, cause: 'notification', lane: 'live' };

  test('of a sync tells its mode, its counts, and how long it took', async () => {
    world.put(ALICE, meeting('e1', ours('c1')));
    world.put(ALICE, meeting('e2'));
    expect(await sync()).toBe('synced');
    expect(world.lastLine('sync')).toStrictEqual({
      ...base,
      outcome: 'synced',
      ms: ANSWER_MS,
      mode: 'incremental',
      counts: { ...NOTHING, listCalls: 1, events: 2, recorded: 1, delivered: 1 },
    });
  });

  test('of a sync that came to no listing tells no mode', async () => {
    await putCalendar(world, ALICE, { syncToken: '1', openedAt: NOW });
    const syncing = syncCalendar(world.services, REQUEST, { lane: 'live', publishedAt: PUBLISHED });
    await world.clock.runTo(NOW + 100);
    await putCalendar(world, ALICE, { lease: { owner: 'another', until: NOW + HOUR } });
    expect(await world.clock.runUntilDone(syncing)).toBe('lease-lost');
    const ms = 1_000;
    expect(world.lastLine('sync')).toStrictEqual({ ...base, outcome: 'lease-lost', ms, counts: NOTHING });
  });

  test('of a message that needs no listing tells what it was', async () => {
    await putCalendar(world, ALICE, { syncToken: '1', coveredUntil: NOW });
    expect(await sync()).toBe('covered');
    expect(world.lastLine('sync')).toStrictEqual({ ...base, outcome: 'covered', ms: 0 });
  });

  test('of a calendar that is not there, or cannot be read', async () => {
    expect(await sync({ ...REQUEST, calendar: BOBS })).toBe('unknown-calendar');
    damage(world, ALICES);
    expect(await sync()).toBe('unreadable');
    expect(world.lastLine('sync')).toStrictEqual({ ...base, outcome: 'unreadable', ms: 0 });
  });
});

describe('another listing that somebody asked for meanwhile', () => {
  const ask = async (): Promise<void> => {
    const calendar = await world.calendar(ALICE);
    await world.store.transact(async (tx) => tx.putCalendar({ ...calendar, wantedAt: world.clock.now() }));
  };

  test('is made at once, a second after the one before', async () => {
    const at: number[] = [];
    whileListing(async (call) => {
      at.push(world.clock.now() - NOW);
      if (call === 1) await ask();
    });
    expect(await sync()).toBe('synced');
    expect(at).toEqual([0, 1_000]);
    expect(await world.calendar(ALICE)).toMatchObject({ wantedAt: null, lease: null, openedAt: NOW + 1_000 });
    expect(world.queued).toEqual([]);
  });

  test('is left to another run where the time is up', async () => {
    whileListing(async () => {
      await ask();
      await world.clock.sleep(60_000);
    });
    expect(await sync()).toBe('synced');
    expect(world.calls.list).toBe(1);
    const { wantedAt, lease, dueAt } = await world.calendar(ALICE);
    expect({ wantedAt, lease, dueAt }).toEqual({ wantedAt: NOW, lease: null, dueAt: NOW + 60_000 });
    expect(world.queued.map(({ message }) => message)).toEqual([{ kind: 'sync', calendar: ALICES, cause: 'wanted' }]);
  });
});

describe('the time of a run', () => {
  beforeEach(() => {
    world.pageSize = 1;
    for (const id of ['e1', 'e2', 'e3']) world.put(ALICE, meeting(id));
  });

  test.each([
    ['live', 60_000, 'continued', 1],
    ['live', 59_999, 'continued', 2],
    ['upkeep', 60_000, 'synced', 3],
  ] as const)('on the %s lane, with pages that take %d ms: %s after %d', async (lane, ms, outcome, calls) => {
    whileListing(() => world.clock.sleep(ms));
    expect(await sync(REQUEST, lane)).toBe(outcome);
    expect(world.calls.list).toBe(calls);
  });
});

test('a channel that the calendar does not know is stopped', async () => {
  expect(await sync({ ...REQUEST, channel: { id: 'not ours', resourceId: 'r' } })).toBe('foreign-channel');
  expect(world.calls.stop).toBe(1);
  expect(world.calls.list).toBe(0);
});

describe('a full listing on the live lane', () => {
  test('is asked for on the other, once', async () => {
    await putCalendar(world, ALICE, { syncToken: null });
    expect(await sync()).toBe('handed-over');
    expect(world.queued).toEqual([{ message: REQUEST, lane: 'upkeep', publishedAt: NOW }]);
    expect(await sync()).toBe('handed-over');
    expect(world.queued).toHaveLength(1);
  });
});
