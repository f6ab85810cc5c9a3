/** The end of a listing: what is committed with its token, what it says of the channel, and when the calendar is looked at next. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../../../shared/config/settings.ts';
import { SECOND_LOOK_MS } from '../../../shared/domain/limits.ts';
import type { SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import type { CalendarRecord, CalendarStatus, Channel } from '../../../shared/domain/state/records.ts';
import { closeListing, leaveListing } from '../../../shared/flow/sync/close-listing.ts';
import { ALICE, ALICES, DAY, HOUR, NOW } from '../../domain/build.ts';
import { channelOf, listingOf, putCalendar } from '../due-records.ts';
import { openRun } from '../open-run.ts';
import { World } from '../world.ts';

const RECONCILE_MS = 6 * HOUR;
const QUIET_MS = 48 * HOUR;
const UNPROVEN_MS = HOUR;
const PUBLISHED = NOW - 700;
const REQUEST: SyncRequest = { kind: 'sync', calendar: ALICES, cause: 'reconcile' };
const THROUGH = { id: 'old', resourceId: 'r' };

let world: World;

beforeEach(() => {
  world = new World({ reconcileMs: RECONCILE_MS, reconcileQuietMs: QUIET_MS, reconcileUnprovenMs: UNPROVEN_MS });
});

/** Opens a listing of a calendar, and closes it with what happened meanwhile. */
async function close({
  before = {},
  meanwhile = {},
  request = REQUEST,
  counts = {},
}: {
  readonly before?: Partial<CalendarRecord>;
  readonly meanwhile?: Partial<CalendarRecord>;
  readonly request?: SyncRequest;
  readonly counts?: Readonly<Record<string, number>>;
} = {}) {
  await putCalendar(world, ALICE, { syncToken: '1', lastSyncedAt: NOW - 0.75 * RECONCILE_MS, ...before });
  const run = await openRun(world, request, { lane: 'live', publishedAt: PUBLISHED });
  Object.assign(run.counts, { events: 1, ...counts });
  const opened = await world.calendar(ALICE);
  await world.store.transact(async (tx) => tx.putCalendar({ ...opened, ...meanwhile }));
  const end = await closeListing(world.services, run, listingOf({ nextSyncToken: '2', accessRole: 'writer' }));
  return { end, calendar: await world.calendar(ALICE) };
}

async function nextLook(changes: Parameters<typeof close>[0]): Promise<number> {
  const { calendar } = await close(changes);
  return (calendar.reconcileAt ?? 0) - NOW;
}

test('the token is committed with all that it covers, and the lease is given back', async () => {
  const failure = { reason: 'GoogleUnavailable', at: NOW - HOUR, count: 2 };
  const repairs = { count: 2, lastAt: NOW - HOUR, notBefore: NOW };
  const { end, calendar } = await close({ before: { failure, repairs, coveredUntil: NOW - DAY } });
  expect(end).toBe('done');
  expect(calendar).toMatchObject({
    status: 'active',
    syncToken: '2',
    coveredUntil: NOW,
    checkpoint: null,
    failure: null,
    repairs: { count: 2, lastAt: NOW - HOUR, notBefore: null },
    lastSyncedAt: NOW,
    accessRole: 'writer',
    lease: null,
  });
  expect(world.lines).toEqual([]);
});

test('the lease is kept where somebody has asked for another listing meanwhile', async () => {
  const { end, calendar } = await close({ meanwhile: { wantedAt: NOW } });
  expect(end).toBe('wanted');
  expect(calendar).toMatchObject({ lease: { owner: expect.any(String) }, syncToken: '2', wantedAt: NOW });
});

describe('the status', () => {
  test.each<CalendarStatus>(['disconnected', 'unreachable'])('%s is over, and the log says so', async (status) => {
    expect((await close({ before: { status } })).calendar).toMatchObject({ status: 'active' });
    expect(world.lines).toEqual([{ line: 'calendar-status', calendar: ALICES, status: 'active', reason: 'listed' }]);
  });

  test('of a calendar without notifications stays', async () => {
    expect((await close({ before: { status: 'unsupported-push' } })).calendar.status).toBe('unsupported-push');
    expect(world.lines).toEqual([]);
  });
});

describe('the next look', () => {
  const ends = (ms: number, provenAt: number | null = NOW): Partial<CalendarRecord> => ({
    channel: channelOf({ expiresAt: NOW + ms, provenAt }),
  });

  test.each<[string, Partial<CalendarRecord>, number]>([
    ['at a proven channel is far', ends(3 * DAY), 2 * RECONCILE_MS],
    ['at a proven channel that ends before is at its end', ends(2 * HOUR), 2 * HOUR],
    ['at a proven channel that ends soon is that without one', ends(1), UNPROVEN_MS],
    ['at a channel without proof is near', ends(3 * DAY, null), UNPROVEN_MS],
    ['without a channel is near', { channel: null }, UNPROVEN_MS],
  ])('%s', async (_, before, ms) => {
    expect(await nextLook({ before })).toBe(ms);
  });

  test.each([
    [0, 0.75],
    [1, 1.25],
  ])('is spread: at a chance of %d it comes after %d of the time', async (random, part) => {
    world.random = random;
    expect(await nextLook({ before: ends(3 * DAY) })).toBe(2 * RECONCILE_MS * part);
  });

  test('after a notification that led to nothing is soon', async () => {
    const notified: SyncRequest = { ...REQUEST, cause: 'notification' };
    expect(await nextLook({ request: notified, counts: { events: 0 } })).toBe(SECOND_LOOK_MS);
    world = new World({ reconcileMs: RECONCILE_MS, reconcileQuietMs: QUIET_MS, reconcileUnprovenMs: UNPROVEN_MS });
    expect(await nextLook({ request: notified, counts: { events: 1 } })).toBe(RECONCILE_MS);
    world = new World({ reconcileMs: RECONCILE_MS, reconcileQuietMs: QUIET_MS, reconcileUnprovenMs: UNPROVEN_MS });
    expect(await nextLook({ counts: { events: 0 } })).toBe(2 * RECONCILE_MS);
  });

  test('after a notification that led to nothing is no later than it would be anyway', async () => {
    world = new World({ reconcileMs: RECONCILE_MS, reconcileUnprovenMs: 5_000 });
    const request: SyncRequest = { ...REQUEST, cause: 'notification' };
    expect(await nextLook({ before: { channel: null }, request, counts: { events: 0 } })).toBe(5_000);
  });
});

describe('reconciles that find nothing but what was notified', () => {
  const proven = channelOf({ expiresAt: NOW + 30 * DAY, provenAt: NOW });
  const NOTIFIED: SyncRequest = { ...REQUEST, cause: 'notification' };

  test.each([
    [0, 12],
    [1, 24],
    [2, 48],
    [3, 48],
    [5_000, 48],
  ])('come less often: after %d of them and one more, the next is %d hours off', async (quietReconciles, hours) => {
    const { calendar } = await close({ before: { channel: proven, quietReconciles } });
    expect(calendar.quietReconciles).toBe(quietReconciles + 1);
    expect((calendar.reconcileAt ?? 0) - NOW).toBe(hours * HOUR);
  });
  test('leave a token of a user unread for as long as docs/connect.md says, with the defaults', async () => {
    expect(SETTINGS.RECONCILE_QUIET_SECONDS.fallback).toBe(String(QUIET_MS / 1_000));
    world.random = 1;
    expect(await nextLook({ before: { channel: proven, quietReconciles: 9 } })).toBe(2.5 * DAY);
    const page = readFileSync(join(import.meta.dirname, '../../../docs/connect.md'), 'utf8');
    const keys = page.slice(page.indexOf('\n### Keys\n')).replaceAll(/\s+/g, ' ');
    expect(keys).toMatch(
      /every `RECONCILE_QUIET_SECONDS`, give or take a quarter.+two and a half days and an hour after/,
    );
  });
  test('are begun with again once one finds something else, with a channel that has to prove itself', async () => {
    const { calendar } = await close({ before: { channel: proven, quietReconciles: 4 }, counts: { unnotified: 1 } });
    expect(calendar).toMatchObject({ quietReconciles: 0, reconcileAt: NOW + UNPROVEN_MS });
  });
  test('are begun with again once a notified listing finds what was not notified', async () => {
    const before = { channel: proven, quietReconciles: 4 };
    const request = { ...NOTIFIED, channel: THROUGH };
    const { calendar } = await close({ before, request, counts: { unnotified: 1 } });
    expect(calendar).toMatchObject({ quietReconciles: 0, reconcileAt: NOW + RECONCILE_MS });
  });
  test('are as many after a listing that a notification asked for', async () => {
    const { calendar } = await close({ before: { channel: proven, quietReconciles: 2 }, request: NOTIFIED });
    expect(calendar).toMatchObject({ quietReconciles: 2, reconcileAt: NOW + 24 * HOUR });
  });
  test.each([null, channelOf({ provenAt: null })])('are not counted without a proven channel', async (channel) => {
    const { calendar } = await close({ before: { channel, quietReconciles: 2 } });
    expect(calendar).toMatchObject({ quietReconciles: 2, reconcileAt: NOW + UNPROVEN_MS });
  });
  test.each<[string, Partial<CalendarRecord>, number]>([
    ['soon after another listing', { lastSyncedAt: NOW - 0.75 * RECONCILE_MS + 1 }, 2],
    ['as the first listing of all', { lastSyncedAt: null }, 2],
    ['an interval after another listing', { lastSyncedAt: NOW - 0.75 * RECONCILE_MS }, 3],
  ])('count, with one that comes %s (%j), as %i', async (_, changes, counted) => {
    const { calendar } = await close({ before: { channel: proven, quietReconciles: 2, ...changes } });
    expect(calendar.quietReconciles).toBe(counted);
  });
  test('change nothing where the interval is longer than what it may grow to', async () => {
    world = new World({ reconcileMs: 72 * HOUR, reconcileQuietMs: QUIET_MS });
    expect(await nextLook({ before: { channel: proven, quietReconciles: 3 } })).toBe(72 * HOUR);
  });
});

describe('the proof of the channel', () => {
  const unproven = channelOf({ provenAt: null });
  const proven = channelOf({ provenAt: NOW - HOUR });

  test.each<[string, Parameters<typeof close>[0], Channel | null]>([
    [
      'is a notification through it',
      { before: { channel: unproven }, request: { ...REQUEST, channel: THROUGH } },
      channelOf({ provenAt: PUBLISHED }),
    ],
    ['is not what was asked for by others', { before: { channel: unproven } }, unproven],
    [
      'is taken back by a change that none told of',
      { before: { channel: proven }, counts: { unnotified: 1 } },
      unproven,
    ],
    ['stays while all changes are notified', { before: { channel: proven } }, proven],
    [
      'that came meanwhile stays',
      { before: { channel: unproven }, meanwhile: { channel: proven }, counts: { unnotified: 1 } },
      proven,
    ],
    [
      'of a successor opened meanwhile stays',
      {
        before: { channel: proven },
        meanwhile: { channel: channelOf({ id: 'new', provenAt: NOW - HOUR }) },
        counts: { unnotified: 1 },
      },
      channelOf({ id: 'new', provenAt: NOW - HOUR }),
    ],
    [
      'of a first channel opened meanwhile stays',
      { before: { channel: null }, meanwhile: { channel: proven }, counts: { unnotified: 1 } },
      proven,
    ],
    ['is none where there is no channel', { before: { channel: null }, counts: { unnotified: 1 } }, null],
  ])('%s', async (_, changes, channel) => {
    expect((await close(changes)).calendar.channel).toEqual(channel);
  });

  test('of one that is being opened waits for it', async () => {
    const opening = { channel: null, openingChannel: 'old', openingProvenAt: null };
    const { calendar } = await close({ before: opening, request: { ...REQUEST, channel: THROUGH } });
    expect(calendar.openingProvenAt).toBe(PUBLISHED);
  });

  test.each<[string, Partial<CalendarRecord>, SyncRequest]>([
    ['another is opened', { openingChannel: 'new' }, { ...REQUEST, channel: THROUGH }],
    ['none is opened', { openingChannel: null }, REQUEST],
  ])('is none for the one to come where %s', async (_, before, request) => {
    const { calendar } = await close({ before: { ...before, openingProvenAt: NOW - 5 }, request });
    expect(calendar.openingProvenAt).toBe(NOW - 5);
  });
});

test('a listing that is put by is due at once, and asked for on the upkeep lane', async () => {
  await putCalendar(world, ALICE, { syncToken: '1' });
  const run = await openRun(world, REQUEST, { lane: 'live', publishedAt: PUBLISHED });
  const listing = listingOf({ pageToken: '3' });
  await leaveListing(world.services, run, listing);
  expect(await world.calendar(ALICE)).toMatchObject({ checkpoint: listing, reconcileAt: NOW, dueAt: NOW, lease: null });
  expect(world.queued).toEqual([
    { message: { kind: 'sync', calendar: ALICES, cause: 'continuation' }, lane: 'upkeep', publishedAt: NOW },
  ]);
});
