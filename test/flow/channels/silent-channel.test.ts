/** A push path that has died: what a reconcile finds that nothing had told of, and what follows for the channel. */
import { beforeEach, expect, test } from '@jest/globals';
import { GoogleUnavailable } from '../../../shared/domain/errors.ts';
import type { CalendarKey } from '../../../shared/domain/ids.ts';
import type { ChannelName } from '../../../shared/domain/notification/work-message.ts';
import { ALICE, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const LONG = 6 * 60 * MINUTE;
const SHORT = 15 * MINUTE;

let world: World;
let key: CalendarKey;

beforeEach(async () => {
  world = new World({ reconcileMs: LONG, reconcileUnprovenMs: SHORT });
  key = await world.register(ALICE);
  await prove();
  await pass(LONG);
  await world.notify(ALICE);
  await world.work();
});

async function prove(): Promise<void> {
  const channel: ChannelName | null = (await world.calendar(ALICE)).channel;
  if (channel === null) throw new Error('no channel');
  const message = { kind: 'channel-proof', calendar: key, channel } as const;
  world.queued.push({ message, lane: 'live', publishedAt: world.clock.now() });
  await world.work();
}

function pass(ms: number): Promise<void> {
  return world.clock.runTo(world.clock.now() + ms);
}

/** An event that changed so long ago. */
function change(agoMs: number): void {
  const updated = new Date(world.clock.now() - agoMs).toISOString();
  world.put(ALICE, meeting('e1', ours('c1'), { updated, summary: updated, etag: `"${updated}"` }));
}

async function reconcile(): Promise<void> {
  const message = { kind: 'sync', calendar: key, cause: 'reconcile' } as const;
  world.queued.push({ message, lane: 'upkeep', publishedAt: world.clock.now() });
  await world.work();
}

test('a change that nothing told of takes the proof of the channel back, and the calendar is looked at more often', async () => {
  await pass(5 * MINUTE);
  change(2 * MINUTE);
  await reconcile();
  expect(world.lastLine('sync').counts).toMatchObject({ events: 1, unnotified: 1 });
  const { channel, reconcileAt } = await world.calendar(ALICE);
  expect(channel?.provenAt).toBeNull();
  expect((reconcileAt ?? 0) - world.clock.now()).toBeLessThanOrEqual(SHORT * 1.25);
});

test('the next notification proves the channel again', async () => {
  await pass(5 * MINUTE);
  change(2 * MINUTE);
  await reconcile();
  change(0);
  await world.notify(ALICE);
  await world.work();
  const { channel, reconcileAt } = await world.calendar(ALICE);
  expect(channel?.provenAt).toBeGreaterThan(world.clock.now() - MINUTE);
  expect((reconcileAt ?? 0) - world.clock.now()).toBeGreaterThan(SHORT * 1.25);
});

test('a change of this minute may still be notified', async () => {
  await pass(5 * MINUTE);
  change(30_000);
  await reconcile();
  expect(world.lastLine('sync').counts).toMatchObject({ events: 1, unnotified: 0 });
  expect((await world.calendar(ALICE)).channel?.provenAt).not.toBeNull();
});

test('a change that a notification told of while the calendar could not be listed proves nothing', async () => {
  await pass(5 * MINUTE);
  change(2 * MINUTE);
  await world.store.transact(async (tx) => {
    const stored = await tx.calendar(key);
    if (stored !== undefined) tx.putCalendar({ ...stored, wantedAt: world.clock.now() });
  });
  await reconcile();
  expect(world.lastLine('sync').counts).toMatchObject({ events: 1, unnotified: 0 });
});

test('what a notification brought is notified, however old it is', async () => {
  await pass(5 * MINUTE);
  change(4 * MINUTE);
  await world.notify(ALICE);
  await world.work();
  expect(world.lastLine('sync').counts).toMatchObject({ events: 1, unnotified: 0 });
});

test('a channel that ended without a successor is as good as none: the calendar is looked at at its end, then more often', async () => {
  world.troubles.set('watch', new GoogleUnavailable('no channel today'));
  const { channel } = await world.calendar(ALICE);
  const endsAt = channel?.expiresAt ?? 0;
  await pass(endsAt - 60 * MINUTE - world.clock.now());
  await world.notify(ALICE);
  await world.work();
  await reconcile();
  expect((await world.calendar(ALICE)).reconcileAt).toBeLessThanOrEqual(endsAt + SHORT);
  await pass(60 * MINUTE);
  await reconcile();
  const { reconcileAt } = await world.calendar(ALICE);
  expect((reconcileAt ?? 0) - world.clock.now()).toBeLessThanOrEqual(SHORT * 1.25);
});
