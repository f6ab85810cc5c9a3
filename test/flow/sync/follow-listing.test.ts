/** The pages of a listing: how often its place is kept, and what a refused page means. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { GoogleUnavailable, RequestRefused, SyncTokenRejected } from '../../../shared/domain/errors.ts';
import { beginListing } from '../../../shared/domain/plan/listing.ts';
import type { Listing } from '../../../shared/domain/state/records.ts';
import { followListing } from '../../../shared/flow/sync/follow-listing.ts';
import type { SyncRun } from '../../../shared/flow/sync/sync-run.ts';
import { ALICE, ALICES, HOUR, meeting, NOW } from '../../domain/build.ts';
import { channelOf, putCalendar } from '../due-records.ts';
import { openRun } from '../open-run.ts';
import { World } from '../world.ts';

const LEASE_MS = 120_000;
/** The part of a lease after which it is renewed. */
const PART_MS = 20_000;

let world: World;
let run: SyncRun;
let listing: Listing;
/** The place of each page that was kept, by the token of the page to come. */
let kept: (string | null | undefined)[];

beforeEach(async () => {
  world = new World({ leaseMs: LEASE_MS });
  world.pageSize = 1;
  await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR });
  const request = { kind: 'sync', calendar: ALICES, cause: 'notification' } as const;
  run = await openRun(world, request, { lane: 'upkeep', publishedAt: NOW });
  listing = beginListing(run.held.calendar, 'a sweep', NOW, 0);
  kept = [];
});

/** Lists so many pages of others' meetings, each of which takes so long. */
async function list(pages: number, ms: number) {
  for (let page = 1; page <= pages; page++) world.put(ALICE, meeting(`e${page}`));
  const { list } = world.services.google;
  Object.assign(world.services.google, {
    list: async (...parts: Parameters<typeof list>) => {
      await world.clock.sleep(ms);
      return list(...parts);
    },
  });
  const { transact } = world.store;
  // `call` forgets that the result is that of the work.
  world.store.transact = (async (work) => {
    const result = await transact.call(world.store, work);
    const calendar = await world.calendar(ALICE);
    expect(calendar.lease?.until).toBe(world.clock.now() + LEASE_MS);
    kept.push(calendar.checkpoint?.pageToken);
    return result;
  }) as typeof transact;
  return world.clock.runUntilDone(followListing(world.services, run, listing));
}

describe('the place in a listing is kept', () => {
  test('after every sixteenth of pages that come fast', async () => {
    expect(await list(40, 0)).toMatchObject({ kind: 'finished' });
    expect(kept).toEqual(['16', '32']);
  });

  test('after each page that takes a sixth of the lease', async () => {
    await list(4, PART_MS);
    expect(kept).toEqual(['1', '2', '3', null]);
  });

  test('after every second page that takes a moment less', async () => {
    await list(5, PART_MS - 1);
    expect(kept).toEqual(['2', '4']);
  });
});

test('a listing ends with the token of its last page', async () => {
  expect(await list(3, 0)).toMatchObject({
    kind: 'finished',
    listing: { nextSyncToken: '4', pageToken: null, accessRole: 'owner' },
  });
  expect(run.counts).toMatchObject({ listCalls: 1 + 3, events: 3 });
});

describe('a page that Google refuses', () => {
  const follow = (changes: Partial<Listing> = {}) =>
    world.clock.runUntilDone(followListing(world.services, run, { ...listing, ...changes }));

  test('because of the sync token means a listing of everything', async () => {
    world.troubles.set('list', new SyncTokenRejected('events.list: 410'));
    expect(await follow()).toEqual({ kind: 'token-rejected' });
  });

  test('amid a listing means the same: its page token has died', async () => {
    world.troubles.set('list', new RequestRefused('events.list: 400'));
    expect(await follow({ pageToken: '5' })).toEqual({ kind: 'token-rejected' });
  });

  test('at its beginning is ours to mend', async () => {
    world.troubles.set('list', new RequestRefused('events.list: 400'));
    await expect(follow()).rejects.toThrow(RequestRefused);
  });

  test('for the moment is asked for again, and each call counts', async () => {
    world.troubles.set('list', new GoogleUnavailable('events.list: 503'));
    await expect(follow()).rejects.toThrow(GoogleUnavailable);
    expect(run.counts.listCalls).toBe(1 + 5);
  });
});

describe('a change that no notification told of', () => {
  /** An event that changed half an hour ago, on a calendar whose channel should have told of it. */
  const OLD = meeting('e1', { updated: new Date(NOW - HOUR / 2).toISOString() });

  beforeEach(async () => {
    const channel = channelOf({ provenAt: NOW - HOUR });
    await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR, channel });
    const request = { kind: 'sync', calendar: ALICES, cause: 'reconcile' } as const;
    run = await openRun(world, request, { lane: 'upkeep', publishedAt: NOW });
    world.put(ALICE, OLD);
  });

  async function unnotified(changes: Partial<Listing>): Promise<number> {
    await world.clock.runUntilDone(followListing(world.services, run, { ...listing, ...changes }));
    return run.counts.unnotified;
  }

  test('is counted by an incremental listing', async () => {
    expect(await unnotified({})).toBe(1);
  });

  test.each<[string, Partial<Listing>]>([
    ['when everything is listed', { mode: 'full', startToken: null, sweepId: 'a sweep' }],
    ['when a listing is read a second time', { pass: 2 }],
    ['when the listing began from an older token', { startToken: '0' }],
  ])('is not %s', async (_, changes) => {
    expect(await unnotified(changes)).toBe(0);
  });
});
