/** What the line of a delivery says of how long its change was owed: from the first notification that nothing had satisfied. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { GoogleUnavailable } from '../../shared/domain/errors.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import { pauseCalendar, requestSync, resumeCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import { ALICE, ALICES, HOUR, meeting, ours } from '../domain/build.ts';
import { putCalendar } from './due-records.ts';
import { World } from './world.ts';

type Delivery = Extract<LogLine, { readonly line: 'delivery' }>;

const ANSWER_MS = 50;
const MINUTE = 60_000;

let world: World;

beforeEach(async () => {
  world = new World({ reconcileMs: HOUR });
  world.answerMs = ANSWER_MS;
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  await pass(MINUTE);
  world.lines.length = 0;
});

function pass(ms: number): Promise<void> {
  return world.clock.runTo(world.clock.now() + ms);
}

/** The event has another title from now on. */
function rename(title: string): void {
  world.put(ALICE, meeting('e', ours('c'), { summary: title, updated: new Date(world.clock.now()).toISOString() }));
}

async function renameAndNotify(title: string): Promise<number> {
  rename(title);
  await world.notify(ALICE);
  return world.clock.now();
}

const deliveries = (): readonly Delivery[] => world.lines.filter((line): line is Delivery => line.line === 'delivery');
const delays = (): readonly (number | undefined)[] => deliveries().map(({ freshnessMs }) => freshnessMs);

describe('from the first notification that is not satisfied', () => {
  test('to its delivery', async () => {
    await renameAndNotify('new');
    await pass(700);
    await world.work();
    expect(delays()).toEqual([700 + ANSWER_MS]);
  });

  test('and no earlier than that of the change itself', async () => {
    await renameAndNotify('new');
    await world.work();
    await pass(MINUTE);
    await renameAndNotify('newer');
    await world.work();
    expect(delays()).toEqual([ANSWER_MS, ANSWER_MS]);
  });

  test('of several, the first counts', async () => {
    await renameAndNotify('new');
    await pass(5_000);
    await renameAndNotify('newer');
    await world.work();
    expect(delays()).toEqual([5_000 + ANSWER_MS]);
  });

  test('through a listing that Google refused and the scheduled run had made later', async () => {
    const at = await renameAndNotify('new');
    world.troubles.set('list', new GoogleUnavailable('events.list: 503'));
    await world.work();
    expect(delays()).toEqual([]);
    world.troubles.clear();
    await pass(5 * MINUTE);
    await world.renew();
    expect(delays()).toEqual([world.clock.now() - at]);
    expect(delays()[0]).toBeGreaterThan(5 * MINUTE);
  });

  test.each(['before', 'after'])('through a held lease, %s whose opening it was published', async (when) => {
    const at = world.clock.now();
    rename('new');
    const openedAt = when === 'after' ? at - MINUTE : at + MINUTE;
    await pass(2 * MINUTE);
    const until = world.clock.now() + 2 * MINUTE;
    await putCalendar(world, ALICE, { ...(await world.calendar(ALICE)), openedAt, lease: { owner: 'dead', until } });
    world.queued.push({
      message: { kind: 'sync', calendar: ALICES, cause: 'notification' },
      lane: 'live',
      publishedAt: at,
    });
    await world.work();
    expect(world.lastLine('sync').outcome).toBe('busy');
    await pass(3 * MINUTE);
    await world.renew();
    expect(delays()).toEqual([world.clock.now() - at]);
  });

  test('through a run that was stopped and went on upon the upkeep lane', async () => {
    const at = await renameAndNotify('new');
    world.isStopping = true;
    const working = world.work();
    await pass(20);
    world.isStopping = false;
    await working;
    const syncs = world.lines.flatMap((line) => (line.line === 'sync' ? [`${line.lane} ${line.outcome}`] : []));
    expect([syncs.at(0), syncs.at(-1)]).toEqual(['live continued', 'upkeep synced']);
    expect(delays()).toEqual([world.clock.now() - at]);
  });

  test('through failures of the conference system', async () => {
    const at = await renameAndNotify('new');
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    await world.work();
    await pass(10 * MINUTE);
    world.answer = () => ({ kind: 'done' });
    await world.renew();
    expect(deliveries().at(-1)).toMatchObject({ outcome: 'done', freshnessMs: world.clock.now() - at });
  });

  test('and a change on top of one that is still owed does not make it fresh', async () => {
    const at = await renameAndNotify('new');
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    await world.work();
    await pass(10 * MINUTE);
    world.answer = () => ({ kind: 'done' });
    await renameAndNotify('newer');
    await world.work();
    expect(deliveries().at(-1)).toMatchObject({ outcome: 'done', freshnessMs: world.clock.now() - at });
  });

  test('is told as well of a change that was given up', async () => {
    await renameAndNotify('new');
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    await world.work();
    await pass(73 * HOUR);
    await world.renew();
    const last = deliveries().at(-1);
    expect(last?.outcome).toBe('gave-up');
    expect(last?.freshnessMs).toBeGreaterThan(72 * HOUR);
  });
});

describe('no notification', () => {
  test('what a reconcile finds is told by how long ago it changed', async () => {
    rename('new');
    const at = world.clock.now();
    await pass(2 * HOUR);
    await world.renew();
    expect(deliveries()).toEqual([expect.objectContaining({ outcome: 'done' })]);
    const [found] = deliveries();
    expect([found?.freshnessMs, found?.unnotifiedMs]).toEqual([undefined, world.clock.now() - at]);
  });

  test.each([
    ['a first sync', async () => void (await world.register('new@example.com'))],
    ['a resend', async () => void (await requestSync(world.services, ALICES, { full: true, resend: true }))],
    [
      'a full repair',
      async () => {
        const { syncToken } = await world.calendar(ALICE);
        world.deadTokens.add(String(syncToken));
        await renameAndNotify('new');
      },
    ],
  ])('%s is in neither figure', async (_name, begin) => {
    const item = meeting('first', ours('c1'), { organizer: { email: 'new@example.com', self: true } });
    world.put('new@example.com', item);
    await begin();
    await world.work();
    expect(deliveries().length).toBeGreaterThan(0);
    for (const { freshnessMs, unnotifiedMs } of deliveries())
      expect([freshnessMs, unnotifiedMs]).toEqual([undefined, undefined]);
  });

  test('what a person has paused is not late', async () => {
    await renameAndNotify('new');
    world.troubles.set('list', new GoogleUnavailable('events.list: 503'));
    await world.work();
    world.troubles.clear();
    await pauseCalendar(world.services, ALICES);
    await pass(HOUR);
    await renameAndNotify('newer');
    await world.work();
    await resumeCalendar(world.services, ALICES);
    await world.work();
    expect(delays()).toEqual([undefined]);
  });
});

test('a postponed sync says why', async () => {
  await renameAndNotify('new');
  world.troubles.set('list', new GoogleUnavailable('events.list: 503'));
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'postponed', reason: 'GoogleUnavailable' });
});
