/** The opening of a channel: when its successor is due, and what comes in between the request and the answer. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { spreadOf } from '../../../shared/domain/ids.ts';
import type { CalendarRecord, CalendarStatus } from '../../../shared/domain/state/records.ts';
import { openChannel } from '../../../shared/flow/channels/open-channel.ts';
import { ALICE, ALICES, HOUR, NOW } from '../../domain/build.ts';
import { channelOf, putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const MARGIN_MS = 24 * HOUR;

let world: World;

beforeEach(() => {
  world = new World({ channelRenewalMarginMs: MARGIN_MS });
});

/** Opens a channel for the calendar as it is on record. */
async function open(): Promise<CalendarRecord | undefined> {
  return openChannel(world.services, await world.calendar(ALICE));
}

/** What else Google grants than it was asked for. */
function grant(lifeMs: number): void {
  Object.assign(world.services.google, {
    watch: async () => ({ resourceId: 'r', expiresAt: world.clock.now() + lifeMs }),
  });
}

describe('a successor is due', () => {
  test.each([
    ['in the last quarter of the time before the margin', 7 * MARGIN_MS, 6 * MARGIN_MS],
    ['about half way through a life hardly longer than the margin', MARGIN_MS + 4_000, (MARGIN_MS + 4_000) / 2],
    ['about half way through a life no longer than the margin', MARGIN_MS, MARGIN_MS / 2],
    ['about half way through a short life', HOUR, HOUR / 2],
  ])('%s', async (_, lifeMs, usableMs) => {
    grant(lifeMs);
    await putCalendar(world, ALICE, { channel: null });
    const opened = await open();
    expect(opened?.channel).toMatchObject({
      expiresAt: NOW + lifeMs,
      renewAt: NOW + Math.round(usableMs * (0.75 + spreadOf(ALICES) / 4)),
      provenAt: null,
    });
    expect(await world.calendar(ALICE)).toEqual(opened);
  });
});

test.each<[CalendarStatus, CalendarStatus]>([
  ['unsupported-push', 'active'],
  ['active', 'active'],
  ['unreachable', 'unreachable'],
])('a calendar that was %s is %s with its channel', async (before, after) => {
  await putCalendar(world, ALICE, { status: before, channel: null, pushRetryAt: NOW });
  expect(await open()).toMatchObject({ status: after, pushRetryAt: null, openingChannel: null });
});

describe('what happens while Google is asked', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a removal', () => world.store.transact(async (tx) => tx.deleteCalendar(ALICES))],
    ['a command', () => putCalendar(world, ALICE, { generation: 2 })],
    ['another channel', () => putCalendar(world, ALICE, { channel: channelOf({ id: 'another' }) })],
    ['a channel where there was none', () => putCalendar(world, ALICE, { channel: null })],
  ])('%s overtakes the channel, which is stopped', async (_, happens) => {
    await putCalendar(world, ALICE);
    let left: unknown;
    world.beforeWatchAnswer = async () => {
      await happens();
      left = await world.store.calendar(ALICES);
    };
    expect(await open()).toBeUndefined();
    expect(await world.store.calendar(ALICES)).toEqual(left);
    expect(world.calls).toMatchObject({ watch: 1, stop: 1 });
    expect(world.lines).toEqual([{ line: 'channel', outcome: 'stopped', calendar: ALICES }]);
  });

  test('a command before it keeps Google from being asked', async () => {
    await putCalendar(world, ALICE);
    const seen = await world.calendar(ALICE);
    await putCalendar(world, ALICE, { generation: 2 });
    expect(await openChannel(world.services, seen)).toBeUndefined();
    expect(world.calls.watch).toBe(0);
  });

  test('the proof of a channel that another run opens is not that of this one', async () => {
    await putCalendar(world, ALICE, { channel: null });
    world.beforeWatchAnswer = async () => {
      const calendar = await world.calendar(ALICE);
      const other = { openingChannel: 'another', openingProvenAt: NOW };
      await world.store.transact(async (tx) => tx.putCalendar({ ...calendar, ...other }));
    };
    expect((await open())?.channel?.provenAt).toBeNull();
  });
});
