/**
 * Full listings travel on the upkeep lane, whoever finds that one is needed: a worker of the live lane hands the calendar over, so
 * that a fleet that loses its tokens at once does not stand before people's edits.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { withCalendarDue } from '../../../shared/domain/state/due.ts';
import type { CalendarRecord } from '../../../shared/domain/state/records.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { giveBackLease } from '../../../shared/flow/lease.ts';
import { ALICE, ALICES, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;

let world: World;

beforeEach(() => {
  world = new World();
});

/** A calendar that is up to date, then changed, while its token died. */
async function loseToken(): Promise<void> {
  await world.register(ALICE);
  await world.clock.runTo(world.clock.now() + 10 * MINUTE);
  const { syncToken } = await world.calendar(ALICE);
  world.deadTokens.add(syncToken ?? '');
  world.put(ALICE, meeting('e1', ours('c1')));
  world.lines.length = 0;
  world.calls.list = 0;
}

/** Works on the message that has waited longest, and only on it. */
async function workOnOne(): Promise<void> {
  const next = world.queued.shift();
  if (next === undefined) throw new Error('nothing waits');
  await world.clock.runUntilDone(
    doWork(world.services, next.message, { lane: next.lane, publishedAt: next.publishedAt }),
  );
}

/** How the syncs so far ended. */
function syncs(): (readonly [string, string, string | undefined])[] {
  return world.lines.flatMap((line) => (line.line === 'sync' ? [[line.lane, line.outcome, line.mode] as const] : []));
}

async function change(changes: (stored: CalendarRecord) => Partial<CalendarRecord>): Promise<void> {
  await world.store.transact(async (tx) => {
    const stored = await tx.calendar(ALICES);
    if (stored !== undefined) tx.putCalendar(withCalendarDue({ ...stored, ...changes(stored) }));
  });
}

describe('a sync token that dies on the live lane', () => {
  beforeEach(loseToken);

  test('is repaired at once, on the upkeep lane', async () => {
    await world.notify(ALICE);
    await world.work();
    expect(syncs()).toEqual([
      ['live', 'handed-over', 'incremental'],
      ['upkeep', 'synced', 'full'],
    ]);
    expect(world.told.map(({ change }) => change.data.conferenceId)).toEqual(['c1']);
    const { channel, ...calendar } = await world.calendar(ALICE);
    expect(calendar).toMatchObject({
      syncToken: '2',
      lease: null,
      wantedAt: null,
      repairs: { count: 1, notBefore: null },
    });
    // The notification that began all this has still proven its channel.
    expect(channel?.provenAt).not.toBeNull();
  });

  test('leaves a calendar that is due, wanted, held by nobody, and covered no further than before', async () => {
    const before = await world.calendar(ALICE);
    await world.notify(ALICE);
    await workOnOne();
    const now = world.clock.now();
    expect(await world.calendar(ALICE)).toMatchObject({
      syncToken: null,
      checkpoint: null,
      lease: null,
      wantedAt: now,
      reconcileAt: now,
      dueAt: now,
      coveredUntil: before.coveredUntil,
    });
  });

  test('is found by the next scheduled run where the message of the hand-over is lost', async () => {
    await world.notify(ALICE);
    await workOnOne();
    expect(world.queued.map(({ lane }) => lane)).toEqual(['upkeep']);
    world.queued = [];
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
    expect(syncs().at(-1)).toEqual(['upkeep', 'synced', 'full']);
    expect(world.told).toHaveLength(1);
  });

  test('asks the upkeep lane once, however many edits follow', async () => {
    for (let edit = 0; edit < 100; edit++) await world.notify(ALICE);
    for (let edit = 0; edit < 100; edit++) await workOnOne();
    expect(world.queued).toHaveLength(1);
    expect(world.calls.list).toBe(1);
    await world.work();
    expect(world.calls.list).toBe(2);
    expect(world.told).toHaveLength(1);
  });

  test('has to wait, and with it every edit, where it died before on the same day', async () => {
    await world.notify(ALICE);
    await world.work();
    world.deadTokens.add('2');
    await world.clock.runTo(world.clock.now() + 10 * MINUTE);
    await world.notify(ALICE);
    await world.work();
    await world.notify(ALICE);
    await world.work();
    expect(
      syncs()
        .slice(2)
        .map(([lane, outcome]) => [lane, outcome]),
    ).toEqual([
      ['live', 'delayed'],
      ['live', 'delayed'],
    ]);
    const { repairs, dueAt } = await world.calendar(ALICE);
    expect(repairs.count).toBe(2);
    expect(dueAt).toBe(repairs.notBefore);
  });

  test('is repaired in place by a worker of the upkeep lane', async () => {
    world.queued.push({
      message: { kind: 'sync', calendar: ALICES, cause: 'reconcile' },
      lane: 'upkeep',
      publishedAt: world.clock.now(),
    });
    await world.work();
    expect(syncs()).toEqual([['upkeep', 'synced', 'full']]);
  });

  test('hands over although the broker cannot be reached: the message comes again, and the calendar is due', async () => {
    await world.notify(ALICE);
    world.isTopicDown = true;
    await expect(workOnOne()).rejects.toThrow('the broker is down');
    world.isTopicDown = false;
    await world.notify(ALICE);
    await world.work();
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
    expect(world.told).toHaveLength(1);
  });
});

describe('the first full listing', () => {
  test('is not made by a notification that comes before it', async () => {
    await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
    world.put(ALICE, meeting('e1', ours('c1')));
    const registered = world.queued.splice(0);
    await world.notify(ALICE);
    await workOnOne();
    expect(world.calls.list).toBe(0);
    world.queued.push(...registered);
    // As long as clocks may differ.
    await world.clock.runTo(world.clock.now() + 1_000);
    await world.work();
    expect(syncs().slice(0, 2)).toEqual([
      ['live', 'handed-over', undefined],
      ['upkeep', 'synced', 'full'],
    ]);
    expect(world.calls.list).toBe(1);
    expect(world.told).toHaveLength(1);
  });

  test('is looked behind where an edit came while it ran', async () => {
    await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
    world.put(ALICE, meeting('e1', ours('c1')));
    const work = world.work(2);
    await world.clock.runTo(world.clock.now() + 10);
    world.put(ALICE, meeting('e2', ours('c2')));
    await world.clock.runTo(world.clock.now() + 1_000);
    await world.notify(ALICE);
    await work;
    await world.work();
    expect(world.told.map(({ change }) => change.data.conferenceId)).toEqual(['c1', 'c2']);
  });

  test('is not gone on with on the live lane where it was put by', async () => {
    await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
    world.isStopping = true;
    await workOnOne();
    world.isStopping = false;
    expect((await world.calendar(ALICE)).checkpoint).toMatchObject({ mode: 'full' });
    const continuation = world.queued.splice(0);
    world.lines.length = 0;
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.notify(ALICE);
    await workOnOne();
    expect(syncs()).toEqual([['live', 'handed-over', undefined]]);
    expect(await world.calendar(ALICE)).toMatchObject({ checkpoint: { mode: 'full' }, wantedAt: world.clock.now() });
    world.queued.push(...continuation);
    await world.work();
    expect(await world.calendar(ALICE)).toMatchObject({ checkpoint: null, wantedAt: null, syncToken: '1' });
  });
});

test('whoever held the lease for a retry passes the wish for a full listing on to the upkeep lane', async () => {
  await loseToken();
  await change(() => ({ syncToken: null }));
  const held = await world.lease(ALICE);
  await world.notify(ALICE);
  await workOnOne();
  await giveBackLease(world.services, held);
  expect(world.queued.map(({ lane }) => lane)).toEqual(['upkeep']);
  await world.work();
  expect(world.told).toHaveLength(1);
});

test('a calendar whose worker died is handed over although a wish was left with it', async () => {
  await loseToken();
  const until = world.clock.now() - 1;
  await change(() => ({ syncToken: null, lease: { owner: 'a worker that died', until }, wantedAt: until - 5_000 }));
  await world.notify(ALICE);
  await world.work();
  expect(syncs()).toEqual([
    ['live', 'handed-over', undefined],
    ['upkeep', 'synced', 'full'],
  ]);
});
