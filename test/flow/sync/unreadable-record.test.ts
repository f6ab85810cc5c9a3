/** Stored records that cannot be read: they are taken for nothing, what needs them waits for a person, and all else goes on. */
import { expect, test } from '@jest/globals';
import { bindingIdOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { requestSync } from '../../../shared/flow/calendars/command-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, ALICES, DAY, HOUR, meeting, ours, tombstone } from '../../domain/build.ts';
import { damage } from '../damage.ts';
import { World } from '../world.ts';

/** The conference c1, whose grace runs since its only event was deleted. */
async function worldWithOrphan(): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  world.put(ALICE, tombstone('e1'));
  await world.notify(ALICE);
  await world.work();
  return world;
}

test('one conference that cannot be read stops its own event and no other of the page', async () => {
  const world = new World();
  for (const name of ['1', '2', '3']) world.put(ALICE, meeting(`e${name}`, ours(`c${name}`)));
  await world.register(ALICE);
  const before = await world.store.conference(conferenceKeyOf('c2'));
  damage(world, conferenceKeyOf('c2'));
  for (const name of ['1', '2', '3']) {
    world.put(ALICE, meeting(`e${name}`, ours(`c${name}`), { summary: 'Renamed', etag: `"r${name}"` }));
  }
  const told = world.told.length;
  await world.notify(ALICE);
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'synced', counts: { recorded: 2, delivered: 2 } });
  expect(
    world.told
      .slice(told)
      .map(({ change }) => change.data.conferenceId)
      .sort(),
  ).toEqual(['c1', 'c3']);
  expect(await world.store.conference(conferenceKeyOf('c2'))).toEqual(before);
});

test('the end of an event counts once its conference can be read again, and a full listing tells it', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  const mend = damage(world, conferenceKeyOf('c1'));
  world.put(ALICE, tombstone('e1'));
  await world.notify(ALICE);
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'synced', counts: { recorded: 0 } });
  expect(await world.store.conference(conferenceKeyOf('c1'))).toMatchObject({ state: 'live', liveCount: 1 });

  mend();
  await requestSync(world.services, ALICES, { full: true, resend: false });
  await world.work();
  await world.clock.runTo(world.clock.now() + 120_000);
  await world.renew();
  expect(await world.store.conference(conferenceKeyOf('c1'))).toMatchObject({ state: 'cancelled', liveCount: 0 });
});

test('an orphan whose calendar cannot be read is cancelled once that can be read again', async () => {
  const world = await worldWithOrphan();
  const mend = damage(world, ALICES);
  await world.clock.runTo(world.clock.now() + 120_000);
  await world.renew();
  expect(world.lastLine('conference')).toMatchObject({ outcome: 'unconfirmed' });
  expect(await world.store.conference(conferenceKeyOf('c1'))).toMatchObject({ state: 'orphaned' });

  mend();
  await world.clock.runTo(world.clock.now() + DAY);
  await world.renew();
  expect(world.told.at(-1)?.change).toMatchObject({ type: 'conference.cancelled', data: { conferenceId: 'c1' } });
});

test('a conference that cannot be read is not asked after again until its time has come and it can be read', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  const mend = damage(world, conferenceKeyOf('c1'));
  const message = { kind: 'conference', conference: conferenceKeyOf('c1') } as const;
  await world.services.queue.publish(message, 'upkeep');
  await world.work();
  expect(world.lastLine('conference')).toMatchObject({ outcome: 'unreadable' });
  expect(world.queued).toEqual([]);
  mend();
  await world.services.queue.publish(message, 'upkeep');
  await world.work();
  expect(world.lastLine('conference')).toMatchObject({ outcome: 'nothing-due' });
});

test('requests for a calendar that cannot be read are done with, and its next listing shows what they were for', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  const { channel } = await world.calendar(ALICE);
  const mend = damage(world, ALICES);
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  if (channel !== null)
    await world.services.queue.publish({ kind: 'channel-proof', calendar: ALICES, channel }, 'live');
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'unreadable', calendar: ALICES });
  const told = world.told.length;

  mend();
  await world.clock.runTo(world.clock.now() + 2 * DAY);
  await world.renew();
  expect(world.told).toHaveLength(told + 1);
});

test('a calendar that becomes unreadable while it is listed ends that listing, and the next one finishes it', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  const { list } = world.services.google;
  let mend = (): void => undefined;
  world.services.google.list = async (access, query) => {
    mend = damage(world, ALICES);
    return list(access, query);
  };
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'lease-lost', counts: { recorded: 0 } });
  const told = world.told.length;

  mend();
  world.services.google.list = list;
  await world.clock.runTo(world.clock.now() + 150_000);
  await world.renew();
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'synced' });
  expect(world.told).toHaveLength(told + 1);
});

test('an orphan whose event has come back is not cancelled because its binding cannot be read', async () => {
  const world = await worldWithOrphan();
  // Restored, and no notification says so.
  world.put(ALICE, meeting('e1', ours('c1'), { etag: '"3"' }));
  const mend = damage(world, bindingIdOf('e1'));
  await world.clock.runTo(world.clock.now() + 120_000);
  await world.renew();
  expect(world.lastLine('conference')).toMatchObject({ outcome: 'unconfirmed' });
  expect(await world.store.conference(conferenceKeyOf('c1'))).toMatchObject({ state: 'orphaned', cancellation: null });

  mend();
  await world.clock.runTo(world.clock.now() + DAY);
  await world.renew();
  expect(world.told.map(({ change }) => change.type)).not.toContain('conference.cancelled');
  expect(await world.store.conference(conferenceKeyOf('c1'))).toMatchObject({ state: 'live', liveCount: 1 });
});

test('a pending change whose event has come to a conference that cannot be read is not asked after at once again', async () => {
  const world = new World();
  world.answer = () => ({ kind: 'transient', reason: 'answered 500' });
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  damage(world, conferenceKeyOf('c2'));
  world.put(ALICE, meeting('e1', ours('c2'), { summary: 'Renamed', etag: '"2"' }));
  await world.clock.runTo(world.clock.now() + HOUR);
  await world.services.queue.publish({ kind: 'conference', conference: conferenceKeyOf('c1') }, 'upkeep');
  const [asked] = world.queued.splice(0);
  if (asked === undefined) throw new Error('nothing was asked');
  await world.clock.runUntilDone(doWork(world.services, asked.message, asked));
  expect(world.lastLine('conference')).toMatchObject({ outcome: 'unconfirmed' });
  expect(world.queued).toEqual([]);
  const { dueAt } = (await world.store.conference(conferenceKeyOf('c1'))) ?? {};
  expect(dueAt).toBeGreaterThanOrEqual(world.clock.now() + HOUR / 2);
});

test('what was left out is recorded once its record can be read again, however many listings were made meanwhile', async () => {
  const world = new World();
  for (const name of ['1', '2']) world.put(ALICE, meeting(`e${name}`, ours(`c${name}`)));
  await world.register(ALICE);
  const mend = damage(world, conferenceKeyOf('c1'));
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ calendar: ALICES, outcome: 'synced', counts: { unrecorded: 1 } });
  world.put(ALICE, meeting('e2', ours('c2'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ mode: 'incremental', counts: { recorded: 1, unrecorded: 0 } });

  mend();
  const told = world.told.length;
  await world.clock.runTo(world.clock.now() + HOUR);
  await world.renew();
  expect(world.lastLine('sync')).toMatchObject({ mode: 'full', counts: { recorded: 2, unrecorded: 0 } });
  expect(world.told.slice(told).map(({ change }) => change.data.conferenceId)).toEqual(['c1']);
  expect((await world.calendar(ALICE)).unrecorded).toBeNull();
});

test('a record that stays unreadable costs a full listing in each reconcile interval, and holds up no edit', async () => {
  const world = new World();
  for (const name of ['1', '2']) world.put(ALICE, meeting(`e${name}`, ours(`c${name}`)));
  await world.register(ALICE);
  damage(world, conferenceKeyOf('c1'));
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  await world.work();
  const start = world.clock.now();
  /** Hours after the first that could not record everything. */
  const fullAt: number[] = [];
  for (let minute = 1; minute <= 2 * 24 * 60; minute++) {
    await world.clock.runTo(start + minute * 60_000);
    world.lines.length = 0;
    await world.renew();
    if (world.lines.some((line) => line.line === 'sync' && line.mode === 'full')) fullAt.push(minute / 60);
    if (minute % 47 !== 0) continue;
    world.put(ALICE, meeting('e2', ours('c2'), { summary: `Renamed ${minute}`, etag: `"${minute}"` }));
    await world.notify(ALICE);
    await world.work();
    expect(world.lastLine('sync')).toMatchObject({ lane: 'live', mode: 'incremental', counts: { delivered: 1 } });
  }
  expect(fullAt).toEqual([1, 3, 7, 13, 19, 25, 31, 37, 43]);
});

test('an unreadable binding that a full listing did not show is looked at again', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  const mend = damage(world, bindingIdOf('e1'));
  world.unlisted.add('e1');
  world.put(ALICE, tombstone('e1'));
  await requestSync(world.services, ALICES, { full: true, resend: false });
  await world.work();
  expect(world.lastLine('sync')).toMatchObject({ mode: 'full', counts: { unrecorded: 1 } });

  mend();
  await world.clock.runTo(world.clock.now() + 2 * HOUR);
  await world.renew();
  await world.clock.runTo(world.clock.now() + HOUR);
  await world.renew();
  expect(world.told.at(-1)?.change).toMatchObject({ type: 'conference.cancelled', data: { conferenceId: 'c1' } });
});

test('a resend goes past what cannot be read: all else is told once more, and the calendar is followed', async () => {
  const world = new World();
  for (const name of ['1', '2', '3', '4']) world.put(ALICE, meeting(`e${name}`, ours(`c${name}`)));
  await world.register(ALICE);
  for (const name of ['1', '2']) world.put(ALICE, tombstone(`e${name}`));
  await world.notify(ALICE);
  await world.work();
  await world.clock.runTo(world.clock.now() + 120_000);
  await world.renew();
  const told = (): string[] => world.told.map(({ change }) => `${change.type} ${change.data.conferenceId}`).sort();
  expect(told()).toContain('conference.cancelled c1');

  world.told.length = 0;
  damage(world, conferenceKeyOf('c1'));
  await requestSync(world.services, ALICES, { full: false, resend: true });
  await world.work();
  await world.clock.runTo(world.clock.now() + 120_000);
  await world.renew();
  expect(told()).toEqual(['conference.cancelled c2', 'conference.updated c3', 'conference.updated c4']);
  expect(await world.calendar(ALICE)).toMatchObject({ wantsResend: false, forgottenTo: null, failure: null });

  world.told.length = 0;
  world.put(ALICE, meeting('e3', ours('c3'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  await world.work();
  expect(told()).toEqual(['conference.updated c3']);
});
