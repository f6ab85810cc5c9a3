/** Occurrences that a series' end has left behind with a change pending: they go, and neither block nor delay what their conference awaits. */
import { expect, test } from '@jest/globals';
import { bindingIdOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { ALICE, ALICES, type Item, meeting, ours, series, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const C = conferenceKeyOf('c');
const MINUTE = 60_000;
/** More than end together with their series. */
const OCCURRENCES = 450;
/** Far more messages than anything here may need within a minute. */
const MESSAGES_MAX = 200;

/** An occurrence of the series `s` that has an hour and a name of its own. */
function moved(number: number): Item {
  const start = Date.UTC(2027, 1, number, 9);
  const originalStartTime = { dateTime: new Date(start).toISOString() };
  const times = {
    start: { dateTime: new Date(start + 60 * MINUTE).toISOString() },
    end: { dateTime: new Date(start + 120 * MINUTE).toISOString() },
  };
  return meeting(`s_${number}`, { recurringEventId: 's', originalStartTime, ...times }, ours('c'));
}

/** Alice's series, whose moved occurrences could not be told of before it was deleted. */
async function leftOverWorld(others: readonly Item[] = []): Promise<World> {
  const world = new World();
  world.put(ALICE, series('s', ours('c')));
  for (const other of others) world.put(ALICE, other);
  await world.register(ALICE);
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  for (let number = 1; number <= OCCURRENCES; number++) world.put(ALICE, moved(number));
  await world.notify(ALICE);
  await world.work();
  world.put(ALICE, tombstone('s'));
  for (let number = 1; number <= OCCURRENCES; number++) world.put(ALICE, tombstone(`s_${number}`));
  await world.notify(ALICE);
  await workOff(world);
  world.answer = () => ({ kind: 'done' });
  return world;
}

/** Works on everything on the topic, which must come to an end. */
async function workOff(world: World): Promise<void> {
  for (let count = 0; world.queued.length > 0; count++) {
    if (count === MESSAGES_MAX) throw new Error('the messages do not come to an end');
    const next = world.queued.shift();
    if (next !== undefined) await world.clock.runUntilDone(doWork(world.services, next.message, next));
  }
}

/** A scheduled run a minute, and what follows from it. */
async function runMinutes(world: World, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.clock.runUntilDone(wakeDue(world.services, world.clock.now() + MINUTE));
    await workOff(world);
  }
}

async function leftOver(world: World): Promise<number> {
  const all = await world.store.bindingsOfCalendar(ALICES, { after: null, limit: 1_000 });
  return all.filter(({ pending }) => pending !== null).length;
}

test('a deleted series of 450 moved occurrences that nobody was told of is cancelled, and nothing of it stays pending', async () => {
  const world = await leftOverWorld();
  await runMinutes(world, 10);
  expect(world.told.at(-1)?.change).toMatchObject({ type: 'conference.cancelled', data: { eventId: 's' } });
  expect((await world.store.conference(C))?.state).toBe('cancelled');
  expect(await leftOver(world)).toBe(0);
});

test('what a deleted series has left behind delays no change of another event of its conference', async () => {
  const world = await leftOverWorld([meeting('other', ours('c'))]);
  world.put(ALICE, meeting('other', ours('c'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  await runMinutes(world, 10);
  expect(world.told.at(-1)?.change).toMatchObject({
    type: 'conference.updated',
    data: { eventId: 'other', event: { title: 'Renamed' } },
  });
  expect((await world.store.conference(C))?.state).toBe('live');
  expect(await leftOver(world)).toBe(0);
});

test('a change that no reading makes one to send is put off each time, and not asked for in a circle', async () => {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  const id = bindingIdOf('e');
  await world.store.transact(async (tx) => {
    const own = (await tx.bindings(ALICES, [id])).get(id);
    const conference = (await tx.conferences([C])).get(C);
    if (own === undefined || conference === undefined) throw new Error('nothing was bound');
    const revision = conference.revision + 1;
    const pending = { revision, what: 'updated', changed: [], hashes: {}, restored: false, seenAt: 0 } as const;
    tx.putBinding({ ...own, state: 'gone', pending });
    const retryAt = world.clock.now();
    tx.putConference({ ...conference, revision, liveCount: 0, leadingCount: 0, retryAt, dueAt: retryAt });
  });
  world.put(ALICE, tombstone('e'));
  const before = world.calls.get;
  await runMinutes(world, 10);
  expect(world.calls.get - before).toBeLessThanOrEqual(10);
});
