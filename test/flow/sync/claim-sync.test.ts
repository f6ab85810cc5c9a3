/** What a request meets at the door: nothing to do, somebody at work, or the lease with a listing. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { LeaseLost } from '../../../shared/domain/errors.ts';
import { COVERAGE_MARGIN_MS, LISTING_SPACING_MS } from '../../../shared/domain/limits.ts';
import type { Lane, SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import { beginNextPass } from '../../../shared/domain/plan/listing.ts';
import type { CalendarRecord, Listing } from '../../../shared/domain/state/records.ts';
import { claimSync, openListing } from '../../../shared/flow/sync/claim-sync.ts';
import { ALICE, ALICES, BOBS, HOUR, NOW } from '../../domain/build.ts';
import { channelOf, listingOf, putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const REQUEST: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'notification' };
const FORCED: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'resync', force: true };
const LEASE_MS = 60_000;
/** Of somebody who works, and of somebody who died at work. */
const HELD = { owner: 'another', until: NOW + 1 };
const OVER = { owner: 'another', until: NOW };

let world: World;

beforeEach(() => {
  world = new World({ leaseMs: LEASE_MS });
});

function claim(request = REQUEST, publishedAt = NOW, lane: Lane = 'live') {
  return world.clock.runUntilDone(claimSync(world.services, request, { lane, publishedAt }));
}

function put(changes: Partial<CalendarRecord> = {}): Promise<void> {
  return putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - HOUR, ...changes });
}

/** A listing of which one page was read. */
function begun(): Listing {
  return listingOf({ pageToken: '2', hasTurnedPage: true });
}

/** Claims, and expects this outcome and not a write. */
async function claimsNothing(kind: string, ...request: Parameters<typeof claim>): Promise<void> {
  const before = await world.calendar(ALICE);
  expect(await claim(...request)).toEqual({ kind });
  expect(await world.calendar(ALICE)).toEqual(before);
}

test('a calendar that is not registered', async () => {
  await put();
  expect(await claim({ ...REQUEST, calendar: BOBS })).toEqual({ kind: 'unknown-calendar' });
});

test('a calendar at rest is leased, and its listing begins', async () => {
  await put({ wantedAt: NOW - 1 });
  const claimed = await claim();
  const { lease, ...calendar } = await world.calendar(ALICE);
  expect(lease).toEqual({ owner: expect.any(String), until: NOW + LEASE_MS });
  expect(calendar).toMatchObject({ openedAt: NOW, wantedAt: null, dueAt: NOW + LEASE_MS });
  expect(claimed).toMatchObject({
    kind: 'claimed',
    held: { owner: lease?.owner, calendar: { key: ALICES, lease } },
    listing: { mode: 'incremental', startToken: '1', pageToken: null },
  });
});

describe('a channel', () => {
  const via = (id: string): SyncRequest => ({ ...REQUEST, channel: { id, resourceId: 'r' } });

  test('that the calendar does not know is told of, with the calendar', async () => {
    await put();
    const calendar = await world.calendar(ALICE);
    const channel = { id: 'not ours', resourceId: 'r' };
    expect(await claim(via('not ours'))).toEqual({ kind: 'foreign-channel', calendar, channel });
    expect(await world.calendar(ALICE)).toEqual(calendar);
  });

  test.each<[string, Partial<CalendarRecord>]>([
    ['in use', { channel: channelOf({ id: 'ours' }) }],
    ['being opened', { openingChannel: 'ours' }],
    ['given up and not stopped yet', { strayChannels: [{ id: 'ours', resourceId: 'r', expiresAt: NOW + HOUR }] }],
  ])('that is %s may ask', async (_, changes) => {
    await put(changes);
    expect(await claim(via('ours'))).toMatchObject({ kind: 'claimed' });
  });
});

describe('a message that a finished listing has covered', () => {
  test('costs no write', async () => {
    await put({ coveredUntil: NOW });
    await claimsNothing('covered', REQUEST, NOW - COVERAGE_MARGIN_MS - 1);
  });

  test('is not taken for covered within the margin of the clocks', async () => {
    await put({ coveredUntil: NOW });
    expect(await claim(REQUEST, NOW - COVERAGE_MARGIN_MS)).toMatchObject({ kind: 'claimed' });
  });

  test('is worked on all the same if it is forced', async () => {
    await put({ coveredUntil: NOW });
    expect(await claim(FORCED, NOW - HOUR)).toMatchObject({ kind: 'claimed' });
  });
});

describe('a calendar that somebody is at work on', () => {
  test.each<[string, SyncRequest, number]>([
    ['published when the listing was open', REQUEST, NOW],
    ['published within the margin before it opened', REQUEST, NOW - COVERAGE_MARGIN_MS],
    ['that is forced, whenever it was published', FORCED, NOW - HOUR],
  ])('is left a wish by a message %s', async (_, request, publishedAt) => {
    await put({ lease: HELD, openedAt: NOW });
    expect(await claim(request, publishedAt)).toEqual({ kind: 'busy' });
    expect(await world.calendar(ALICE)).toMatchObject({ lease: HELD, wantedAt: NOW });
  });

  test('is left a wish where its first listing is not open yet', async () => {
    await put({ lease: HELD, openedAt: null });
    expect(await claim(REQUEST, NOW - HOUR)).toEqual({ kind: 'busy' });
    expect(await world.calendar(ALICE)).toMatchObject({ wantedAt: NOW });
  });

  test('will show what was published before its listing opened', async () => {
    const publishedAt = NOW - COVERAGE_MARGIN_MS - 1;
    await put({ lease: HELD, openedAt: NOW, notified: { at: publishedAt, nextAt: null } });
    await claimsNothing('busy', REQUEST, publishedAt);
  });

  test('notes when the first notification came, without a wish where its listing shows it', async () => {
    const publishedAt = NOW - COVERAGE_MARGIN_MS - 1;
    await put({ lease: HELD, openedAt: NOW });
    expect(await claim(REQUEST, publishedAt)).toEqual({ kind: 'busy' });
    expect(await world.calendar(ALICE)).toMatchObject({ wantedAt: null, notified: { at: publishedAt, nextAt: null } });
  });

  test('notes apart what came too late for its listing', async () => {
    await put({ lease: HELD, openedAt: NOW - 5, notified: { at: NOW - HOUR, nextAt: null } });
    expect(await claim(REQUEST, NOW)).toEqual({ kind: 'busy' });
    expect(await world.calendar(ALICE)).toMatchObject({ wantedAt: NOW, notified: { at: NOW - HOUR, nextAt: NOW } });
  });

  test('keeps the time of the first wish', async () => {
    await put({ lease: HELD, wantedAt: NOW - 5, notified: { at: null, nextAt: NOW - 5 } });
    await claimsNothing('busy');
  });

  test('is free from the moment at which its lease ends', async () => {
    await put({ lease: OVER });
    expect(await claim()).toMatchObject({ kind: 'claimed' });
  });
});

describe('a calendar that is paused', () => {
  test('is left a wish, even by what an earlier listing would have shown', async () => {
    await put({ status: 'paused', openedAt: NOW });
    expect(await claim(REQUEST, NOW - HOUR)).toEqual({ kind: 'paused' });
    expect(await world.calendar(ALICE)).toMatchObject({ lease: null, wantedAt: NOW });
  });

  test('keeps the time of the first wish', async () => {
    await put({ status: 'paused', wantedAt: NOW - 5 });
    await claimsNothing('paused');
  });
});

describe('a full listing that has to wait', () => {
  const waiting = (notBefore: number): Partial<CalendarRecord> => ({
    syncToken: null,
    repairs: { count: 3, lastAt: NOW - 1, notBefore },
  });

  test('is not begun before its time', async () => {
    await put(waiting(NOW + 1));
    await claimsNothing('delayed', { ...REQUEST, cause: 'reconcile' }, NOW, 'upkeep');
  });

  test.each([NOW, null])(
    'notes when the first notification came, whenever it is due itself: %j',
    async (reconcileAt) => {
      await put({ ...waiting(NOW + HOUR), reconcileAt });
      expect(await claim(REQUEST, NOW - 5)).toEqual({ kind: 'delayed' });
      const notified = { at: null, nextAt: NOW - 5 };
      expect(await world.calendar(ALICE)).toMatchObject({ notified });
      await claimsNothing('delayed', REQUEST, NOW - 3);
      expect(await world.calendar(ALICE)).toMatchObject({ notified });
    },
  );

  test('is due at its time, though a new channel has asked for a look before', async () => {
    await put({ ...waiting(NOW + HOUR), reconcileAt: NOW });
    expect(await claim(REQUEST, NOW, 'upkeep')).toEqual({ kind: 'delayed' });
    expect(await world.calendar(ALICE)).toMatchObject({ reconcileAt: NOW + HOUR, dueAt: NOW + HOUR });
  });

  test('is begun at its time', async () => {
    await put(waiting(NOW));
    expect(await claim(REQUEST, NOW, 'upkeep')).toMatchObject({ kind: 'claimed', listing: { mode: 'full' } });
  });

  test('is begun at once if it is forced', async () => {
    await put(waiting(NOW + 1));
    expect(await claim(FORCED, NOW, 'upkeep')).toMatchObject({ kind: 'claimed' });
  });

  test('does not keep an incremental one waiting', async () => {
    await put({ ...waiting(NOW + 1), syncToken: '1' });
    expect(await claim()).toMatchObject({ kind: 'claimed' });
  });
});

describe('a full listing on the live lane', () => {
  test('is handed over, and noted', async () => {
    await put({ syncToken: null });
    expect(await claim()).toEqual({ kind: 'handed-over', mustPublish: true });
    const notified = { at: null, nextAt: NOW };
    expect(await world.calendar(ALICE)).toMatchObject({ lease: null, wantedAt: NOW, notified });
  });

  test('is not handed over twice, and notes the first notification all the same', async () => {
    await put({ syncToken: null, wantedAt: NOW - 9 });
    expect(await claim(REQUEST, NOW - 5)).toEqual({ kind: 'handed-over', mustPublish: false });
    const notified = { at: null, nextAt: NOW - 5 };
    expect(await world.calendar(ALICE)).toMatchObject({ wantedAt: NOW - 9, notified });
  });

  test('is not handed over twice, which costs no write', async () => {
    await put({ syncToken: null, wantedAt: NOW - 5, notified: { at: null, nextAt: NOW - 5 } });
    const before = await world.calendar(ALICE);
    expect(await claim()).toEqual({ kind: 'handed-over', mustPublish: false });
    expect(await world.calendar(ALICE)).toEqual(before);
  });

  test('is handed over again if it is forced', async () => {
    await put({ syncToken: null, wantedAt: NOW - 5 });
    expect(await claim(FORCED)).toEqual({ kind: 'handed-over', mustPublish: true });
  });

  test('is handed over again where whoever was asked died', async () => {
    await put({ syncToken: null, wantedAt: NOW - 5, lease: OVER });
    expect(await claim()).toEqual({ kind: 'handed-over', mustPublish: true });
  });
});

describe('a listing that was put by', () => {
  const taken = { owner: expect.any(String), until: NOW + LEASE_MS };

  test('goes on where it stopped', async () => {
    await put({ checkpoint: begun() });
    const claimed = await claim({ ...REQUEST, cause: 'continuation' });
    expect(claimed).toMatchObject({ kind: 'claimed', listing: begun() });
    expect(await world.calendar(ALICE)).toMatchObject({ lease: taken, wantedAt: null, checkpoint: begun() });
  });

  test('goes on at a notification too, whose change it may have missed', async () => {
    await put({ checkpoint: begun() });
    expect(await claim()).toMatchObject({ kind: 'claimed', listing: begun() });
    expect(await world.calendar(ALICE)).toMatchObject({ lease: taken, wantedAt: NOW });
  });

  test('keeps the time of the first wish', async () => {
    await put({ checkpoint: begun(), wantedAt: NOW - 5 });
    await claim();
    expect(await world.calendar(ALICE)).toMatchObject({ wantedAt: NOW - 5 });
  });

  test('opens where none of its pages was read yet, and so covers whatever was wished', async () => {
    const next = beginNextPass(begun());
    await put({ checkpoint: next, wantedAt: NOW - 5 });
    expect(await claim()).toMatchObject({ kind: 'claimed', listing: next });
    expect(await world.calendar(ALICE)).toMatchObject({ openedAt: NOW, wantedAt: null, checkpoint: next });
  });
});

describe('two listings stand a second apart', () => {
  test.each<[string, number]>([
    ['just opened', NOW],
    ['opened a moment less than a second ago', NOW - LISTING_SPACING_MS + 1],
    ['opened in the future, by the clock of the database', NOW + HOUR],
  ])('so after one %s there is a lease and no listing yet', async (_, openedAt) => {
    await put({ openedAt, wantedAt: NOW - 5 });
    expect(await claim()).toMatchObject({ kind: 'claimed', listing: null });
    expect(await world.calendar(ALICE)).toMatchObject({
      openedAt,
      wantedAt: NOW - 5,
      lease: { until: NOW + LEASE_MS },
    });
  });

  test('so after a second the next one opens', async () => {
    await put({ openedAt: NOW - LISTING_SPACING_MS });
    expect(await claim()).toMatchObject({ kind: 'claimed', listing: { mode: 'incremental' } });
    expect(await world.calendar(ALICE)).toMatchObject({ openedAt: NOW });
  });

  test.each<[string, number | null, number]>([
    ['no listing before', null, 0],
    ['one that is long over', NOW - HOUR, 0],
    ['one a second ago', NOW - LISTING_SPACING_MS, 0],
    ['one just before', NOW - 400, 600],
    ['one in the future, by the clock of the database', NOW + HOUR, LISTING_SPACING_MS],
  ])('so after %s the holder waits as long as it must', async (_, lastOpenedAt, waitMs) => {
    await put({ wantedAt: NOW, checkpoint: begun() });
    const held = await leaseOf();
    const listing = await world.clock.runUntilDone(openListing(world.services, held, lastOpenedAt, null));
    expect(listing).toMatchObject({ mode: 'incremental', startToken: '1', pageToken: null });
    expect(await world.calendar(ALICE)).toMatchObject({
      openedAt: NOW + waitMs,
      wantedAt: null,
      checkpoint: null,
      lease: { owner: held.owner, until: NOW + waitMs + LEASE_MS },
    });
  });

  test('and one to begin anew is kept as it is', async () => {
    await put();
    const again = begun();
    expect(await world.clock.runUntilDone(openListing(world.services, await leaseOf(), null, again))).toEqual(again);
    expect((await world.calendar(ALICE)).checkpoint).toEqual(again);
  });

  test('and nobody opens one under a lease that is lost', async () => {
    await put();
    const held = await leaseOf();
    await put({ lease: HELD });
    await expect(openListing(world.services, held, null, null)).rejects.toThrow(LeaseLost);
    expect(await world.calendar(ALICE)).toMatchObject({ openedAt: null, lease: HELD });
  });
});

async function leaseOf() {
  const claimed = await claim({ ...REQUEST, cause: 'continuation' });
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  return claimed.held;
}
