/** Channels that are no longer wanted, or were never ours: each is ended at Google or waited out, and then forgotten. */
import { beforeEach, expect, test } from '@jest/globals';
import { AccessLost, CalendarUnreachable, GoogleUnavailable, PushUnsupported } from '../../../shared/domain/errors.ts';
import type { ChannelName } from '../../../shared/domain/notification/work-message.ts';
import { ALICE, ALICES, NOW } from '../../domain/build.ts';
import { channelOf, putCalendar, run } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;

let world: World;

beforeEach(() => {
  world = new World();
});

function stray(id: string, expiresAt: number) {
  return { id, resourceId: `resource of ${id}`, expiresAt };
}

async function prove(channel: ChannelName): Promise<void> {
  const message = { kind: 'channel-proof', calendar: ALICES, channel } as const;
  world.queued.push({ message, lane: 'live', publishedAt: world.clock.now() });
  await world.work();
}

function outcomes(): string[] {
  return world.lines.flatMap((line) => (line.line === 'channel' && line.calendar === ALICES ? [line.outcome] : []));
}

test('a renewal forgets the strays that it could stop and those that are over, and asks Google for nothing about the latter', async () => {
  const strayChannels = [stray('over', NOW), stray('stoppable', NOW + 1)];
  await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }), strayChannels });
  await run(world);
  expect((await world.calendar(ALICE)).strayChannels).toEqual([]);
  expect(outcomes()).toEqual(['opened', 'stopped', 'stopped']);
});

test('a stray that cannot be stopped stays on record until it is over, and keeps no other there', async () => {
  world.troubles.set('stop', new GoogleUnavailable('channels.stop: status 503'));
  const strayChannels = [stray('over', NOW), stray('lasting', NOW + MINUTE)];
  await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }), strayChannels });
  await run(world);
  const { id, resourceId, expiresAt } = channelOf();
  expect((await world.calendar(ALICE)).strayChannels).toEqual([
    stray('lasting', NOW + MINUTE),
    { id, resourceId, expiresAt },
  ]);
});

test('a channel that is none of the calendar is stopped on sight where its resource is known', async () => {
  await putCalendar(world, ALICE);
  await prove({ id: 'of a crash', resourceId: '' });
  expect(outcomes()).toEqual(['stray']);
  expect(world.calls.stop).toBe(0);
  await prove({ id: 'of a crash', resourceId: 'r' });
  expect(outcomes()).toEqual(['stray', 'stray', 'stopped']);
});

test('a stray on record, and a channel that is proven already, are left as they are when they speak', async () => {
  const strayChannels = [stray('known', NOW + MINUTE), stray('other', NOW + MINUTE)];
  await putCalendar(world, ALICE, { strayChannels });
  const before = await world.calendar(ALICE);
  await world.clock.runTo(NOW + 1);
  await prove({ id: 'known', resourceId: 'r' });
  await prove({ id: 'old', resourceId: 'r' });
  expect(await world.calendar(ALICE)).toEqual(before);
  expect(outcomes()).toEqual([]);
});

test('the first word on a channel that is being opened is the one that counts, and one on a calendar that is gone does nothing', async () => {
  await prove({ id: 'new', resourceId: 'r' });
  expect(world.lines).toEqual([]);
  await putCalendar(world, ALICE, { openingChannel: 'new', openingProvenAt: null });
  await prove({ id: 'new', resourceId: 'r' });
  await world.clock.runTo(NOW + 1);
  await prove({ id: 'new', resourceId: 'r' });
  expect((await world.calendar(ALICE)).openingProvenAt).toBe(NOW);
  expect(outcomes()).toEqual(['proven']);
});

test.each([
  ['unsupported-push', new PushUnsupported('status 400'), 10 * MINUTE],
  ['disconnected', new AccessLost('status 401'), 10 * MINUTE],
  ['unreachable', new CalendarUnreachable('status 403', { reason: 'access_narrowed' }), 10 * MINUTE],
  // One 404 is not the last word.
  ['active', new CalendarUnreachable('status 404'), 5_000],
  ['active', new GoogleUnavailable('status 503'), 5_000],
] as const)(
  'a successor that Google does not open leaves the calendar %s, and the old channel until it is tried again',
  async (status, trouble, waitMs) => {
    world.troubles.set('watch', trouble);
    await putCalendar(world, ALICE, { channel: channelOf({ renewAt: NOW }), pushRetryAt: null });
    await run(world);
    const { reconcileMs } = world.services.policy;
    expect(await world.calendar(ALICE)).toMatchObject({
      status,
      channel: channelOf({ renewAt: NOW + waitMs }),
      openingChannel: null,
      pushRetryAt: NOW + (status === 'unsupported-push' ? reconcileMs : waitMs),
      openingFailure: { reason: trouble.name, at: NOW, count: 1 },
      failure: null,
    });
    const line = { line: 'calendar-status', calendar: ALICES, status, reason: trouble.name };
    expect(world.lines.filter((one) => one.line === 'calendar-status')).toEqual(status === 'active' ? [] : [line]);
    expect(outcomes()).toEqual(['failed']);
  },
);
