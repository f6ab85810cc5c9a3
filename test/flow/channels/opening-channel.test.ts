/**
 * A channel that works before Google has answered the request that opens it: what comes through it meanwhile proves it, and a
 * quiet calendar is looked at no more often than one that was proven later.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { GoogleUnavailable } from '../../../shared/domain/errors.ts';
import { withCalendarDue } from '../../../shared/domain/state/due.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { proveChannel } from '../../../shared/flow/channels/prove-channel.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { ALICE, ALICES } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const LONG = 6 * 60 * MINUTE;
const SHORT = 15 * MINUTE;

let world: World;

beforeEach(() => {
  world = new World({ reconcileMs: LONG, reconcileUnprovenMs: SHORT });
});

/** Google's first word on a channel. */
async function prove(channel: { readonly id: string; readonly resourceId: string }): Promise<void> {
  const message = { kind: 'channel-proof', calendar: ALICES, channel } as const;
  world.queued.push({ message, lane: 'live', publishedAt: world.clock.now() });
  await world.work();
}

async function nextLook(): Promise<number> {
  return ((await world.calendar(ALICE)).reconcileAt ?? 0) - world.clock.now();
}

describe('a sync notification that overtakes the answer to watch', () => {
  beforeEach(() => {
    world.beforeWatchAnswer = ({ id }) => prove({ id, resourceId: `resource of ${id}` });
  });

  test('proves the first channel of a calendar, which is left alone for the long interval', async () => {
    await world.register(ALICE);
    expect((await world.calendar(ALICE)).channel?.provenAt).toBe(world.clock.now());
    expect(world.lines).toContainEqual({ line: 'channel', outcome: 'proven', calendar: ALICES });
    expect(await nextLook()).toBeGreaterThan(SHORT * 1.25);
    expect(world.calls.stop).toBe(0);
  });

  test('proves a successor, and not the channel that it replaces', async () => {
    world.beforeWatchAnswer = undefined;
    await world.register(ALICE);
    expect((await world.calendar(ALICE)).channel?.provenAt).toBeNull();
    await renewNow();
    const before = await world.calendar(ALICE);
    world.beforeWatchAnswer = async ({ id }) => {
      await prove({ id, resourceId: `resource of ${id}` });
      expect(await world.calendar(ALICE)).toMatchObject({
        openingChannel: id,
        channel: { id: before.channel?.id, provenAt: null },
      });
    };
    await renewNow();
    const after = await world.calendar(ALICE);
    expect(after.channel?.id).not.toBe(before.channel?.id);
    expect(after.channel?.provenAt).not.toBeNull();
    expect(await nextLook()).toBeGreaterThan(SHORT * 1.25);
  });

  test('proves nothing of a channel that is opened after the first attempt failed', async () => {
    const proving = world.beforeWatchAnswer;
    world.beforeWatchAnswer = async (request) => {
      await proving?.(request);
      throw new GoogleUnavailable('the answer is lost');
    };
    await world.register(ALICE);
    expect(await world.calendar(ALICE)).toMatchObject({ channel: null, openingChannel: null });
    world.beforeWatchAnswer = undefined;
    await world.clock.runTo(world.clock.now() + SHORT * 1.25);
    await world.renew();
    expect((await world.calendar(ALICE)).channel).toMatchObject({ provenAt: null });
    expect(await nextLook()).toBeLessThanOrEqual(SHORT * 1.25);
  });

  test('is not remembered for the channel after one whose opener died', async () => {
    await world.register(ALICE);
    // The process died between the two, or the calendar was paused meanwhile.
    const { channel } = await world.calendar(ALICE);
    await change({ channel: null, openingChannel: 'of a dead opener' });
    await prove({ id: 'of a dead opener', resourceId: 'r' });
    world.beforeWatchAnswer = undefined;
    await world.clock.runTo(world.clock.now() + LONG * 1.25);
    await world.renew();
    const opened = (await world.calendar(ALICE)).channel;
    expect(opened?.id).not.toBe(channel?.id);
    expect(opened).toMatchObject({ provenAt: null });
  });
});

describe('where the opening of another channel fails meanwhile', () => {
  /** What each opening does in its turn: how long Google takes, and whether it opens a channel whose first word overtakes its answer. */
  let turns: { readonly ms: number; readonly isGranted: boolean }[];
  let stopped: string[];
  let asked: string[];

  beforeEach(() => {
    stopped = [];
    asked = [];
    const { google } = world.services;
    Object.assign(google, { stop: async (_access: unknown, { id }: { id: string }) => void stopped.push(id) });
    world.beforeWatchAnswer = async ({ id }) => {
      asked.push(id);
      const turn = turns[asked.length - 1];
      if (turn === undefined) throw new Error('nobody asks so often');
      await world.clock.sleep(turn.ms);
      if (!turn.isGranted) throw new GoogleUnavailable('events.watch: status 503');
      const message = { kind: 'channel-proof', calendar: ALICES, channel: { id, resourceId: 'r' } } as const;
      await proveChannel(world.services, message);
    };
  });

  test.each<[string, typeof turns, number]>([
    [
      'the first of two',
      [
        { ms: 1_000, isGranted: false },
        { ms: 1_500, isGranted: true },
      ],
      1,
    ],
    [
      'the first and the last of three',
      [
        { ms: 1_000, isGranted: false },
        { ms: 3_000, isGranted: true },
        { ms: 1_000, isGranted: false },
      ],
      1,
    ],
    [
      'the last of two',
      [
        { ms: 3_000, isGranted: true },
        { ms: 1_000, isGranted: false },
      ],
      0,
    ],
  ])('(%s) the channel that is opened is put on record and not stopped', async (_, fates, granted) => {
    turns = fates;
    const all = fates.map(async (_fate, index) => {
      await world.clock.sleep(200 * index);
      await registerCalendar(world.services, ALICE, ALICE);
    });
    await world.clock.runUntilDone(Promise.all(all));
    const { channel, openingChannel } = await world.calendar(ALICE);
    expect(asked).toHaveLength(fates.length);
    expect(channel?.id).toBe(asked[granted]);
    expect(stopped).toEqual([]);
    expect(openingChannel).toBeNull();
  });
});

test('a scheduled run that comes while a calendar is being registered opens no second channel', async () => {
  let run: Promise<unknown> | undefined;
  world.beforeWatchAnswer = async () => {
    run ??= wakeDue(world.services, world.clock.now() + 150_000);
    await world.clock.sleep(2_000);
  };
  await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
  await world.clock.runUntilDone(run ?? Promise.reject(new Error('there was no run')));
  expect(world.calls.watch).toBe(1);
});

test('of two channels that are opened at once, the one that is put on record is not stopped', async () => {
  const stopped: string[] = [];
  const { google } = world.services;
  const { stop } = google;
  Object.assign(google, {
    stop: async (...asked: Parameters<typeof stop>) => {
      stopped.push(asked[1].id);
      return stop(...asked);
    },
  });
  let second: Promise<unknown> | undefined;
  world.beforeWatchAnswer = async ({ id }) => {
    if (second !== undefined) {
      await world.clock.sleep(1_000);
      return;
    }
    second = registerCalendar(world.services, ALICE, ALICE);
    await world.clock.sleep(10);
    expect((await world.calendar(ALICE)).openingChannel).not.toBe(id);
    const channel = { id, resourceId: `resource of ${id}` };
    await proveChannel(world.services, { kind: 'channel-proof', calendar: ALICES, channel });
  };
  await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
  await world.clock.runUntilDone(second ?? Promise.reject(new Error('there was no second one')));
  const { channel, strayChannels } = await world.calendar(ALICE);
  expect(stopped).toHaveLength(1);
  expect(stopped).not.toContain(channel?.id);
  expect(strayChannels).toEqual([]);
});

test('a change that is told through a channel before watch has answered proves it as well', async () => {
  world.beforeWatchAnswer = async ({ id }) => {
    const channel = { id, resourceId: `resource of ${id}` };
    const message = { kind: 'sync', calendar: ALICES, cause: 'notification', channel } as const;
    world.queued.push({ message, lane: 'upkeep', publishedAt: world.clock.now() });
    await world.work();
  };
  await world.register(ALICE);
  expect((await world.calendar(ALICE)).channel?.provenAt).not.toBeNull();
});

async function change(changes: Partial<Awaited<ReturnType<World['calendar']>>>): Promise<void> {
  await world.store.transact(async (tx) => {
    const stored = await tx.calendar(ALICES);
    if (stored !== undefined) tx.putCalendar(withCalendarDue({ ...stored, ...changes }));
  });
}

/** Lets the time of the next renewal come, and renews. */
async function renewNow(): Promise<void> {
  const { channel } = await world.calendar(ALICE);
  await world.clock.runTo(Math.max(world.clock.now(), channel?.renewAt ?? 0));
  await world.renew();
}
