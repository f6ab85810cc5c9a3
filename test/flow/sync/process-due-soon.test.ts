/** What is due again within seconds is seen to by the run that found it; all else is left to the schedule. */
import { expect, test } from '@jest/globals';
import type { ConferenceChange } from '../../../shared/domain/delivery/change.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { Policy } from '../../../shared/domain/policy.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, meeting, ours, tombstone } from '../../domain/build.ts';
import { damage } from '../damage.ts';
import { World } from '../world.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

/** Alice's calendar, on which so many events are deleted in the listing that comes next. */
async function worldOf(count: number, changes: Partial<Policy>): Promise<World> {
  const world = new World(changes);
  for (let number = 0; number < count; number++) world.put(ALICE, meeting(`e${number}`, ours(`c${number}`)));
  await world.register(ALICE);
  for (let number = 0; number < count; number++) world.put(ALICE, tombstone(`e${number}`));
  await world.notify(ALICE);
  return world;
}

function cancellations(world: World): { readonly at: number; readonly change: ConferenceChange }[] {
  return world.told.filter(({ change }) => change.type === 'conference.cancelled');
}

test.each([0, 2 * SECOND, 10 * SECOND])(
  'a conference whose grace is %d ms is cancelled by the run that saw its end, and not before',
  async (cancelGraceMs) => {
    const world = await worldOf(1, { cancelGraceMs });
    const startedAt = world.clock.now();
    await world.work();
    const [cancellation, ...more] = cancellations(world);
    expect(more).toEqual([]);
    expect(cancellation?.at).toBeGreaterThanOrEqual(startedAt + cancelGraceMs);
    expect(cancellation?.at).toBeLessThan(startedAt + cancelGraceMs + 5 * SECOND);
  },
);

test.each<readonly [string, Partial<Policy>, number]>([
  ['ten seconds', { cancelGraceMs: 10 * SECOND + 1 }, 5 * SECOND],
  [
    'the time of the run',
    { cancelGraceMs: 5 * SECOND, syncBudgetMs: { live: 4 * SECOND, upkeep: MINUTE } },
    4 * SECOND,
  ],
])('a conference whose grace outlasts %s is left to the schedule', async (_, changes, endsWithinMs) => {
  const world = await worldOf(1, changes);
  const startedAt = world.clock.now();
  await world.work();
  expect(world.clock.now()).toBeLessThan(startedAt + endsWithinMs);
  expect(cancellations(world)).toEqual([]);
  await world.clock.runTo(startedAt + MINUTE);
  await world.renew();
  expect(cancellations(world)).toHaveLength(1);
});

test('twenty conferences of one page are cancelled by its run within seconds of the end of their grace', async () => {
  const world = await worldOf(20, { cancelGraceMs: 2 * SECOND });
  // Workers that wait for one lease must not wake up together.
  let draws = 0;
  Object.assign(world.services.random, { fraction: () => (++draws * 0.618_034) % 1 });
  const startedAt = world.clock.now();
  await world.work();
  const told = cancellations(world);
  expect(new Set(told.map(({ change }) => change.data.conferenceId)).size).toBe(20);
  expect(Math.max(...told.map(({ at }) => at))).toBeLessThan(startedAt + 30 * SECOND);
});

test('a process that is told to stop while a grace runs leaves the conference to the schedule', async () => {
  const world = await worldOf(1, { cancelGraceMs: 5 * SECOND });
  void world.clock.sleep(2 * SECOND).then(() => {
    world.isStopping = true;
  });
  await world.work();
  expect(cancellations(world)).toEqual([]);
  expect(await world.store.conference(conferenceKeyOf('c0'))).toMatchObject({ state: 'orphaned', cancellation: null });

  world.isStopping = false;
  await world.clock.runTo(world.clock.now() + MINUTE);
  await world.renew();
  expect(cancellations(world)).toHaveLength(1);
});

test('the calendar is listed by another run while a grace runs', async () => {
  const world = await worldOf(1, { cancelGraceMs: 8 * SECOND });
  const startedAt = world.clock.now();
  const [first] = world.queued.splice(0);
  if (first === undefined) throw new Error('nothing was announced');
  const run = doWork(world.services, first.message, first);
  await world.clock.runTo(startedAt + 3 * SECOND);
  world.put(ALICE, meeting('other', ours('other')));
  await world.notify(ALICE);
  await world.work();
  expect(world.told.map(({ change }) => change.data.conferenceId)).toContain('other');
  expect(world.clock.now()).toBeLessThan(startedAt + 8 * SECOND);
  await world.clock.runUntilDone(run);
  expect(cancellations(world)).toHaveLength(1);
});

test('a delivery that fails once is tried again by the same run after the first wait', async () => {
  const world = new World({ deliveryRetryMs: [3 * SECOND, MINUTE] });
  world.answer = () => (world.told.length === 0 ? { kind: 'transient', reason: 'answered 503' } : { kind: 'done' });
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  const [first, second, ...more] = world.told;
  expect(more).toEqual([]);
  expect(second).toMatchObject({ outcome: { kind: 'done' }, change: { data: { eventId: 'e1' } } });
  expect(second?.change.data.revision).toBe(first?.change.data.revision);
  const waitedMs = (second?.at ?? 0) - (first?.at ?? 0);
  expect(waitedMs).toBeGreaterThan(SECOND);
  expect(waitedMs).toBeLessThan(10 * SECOND);
});

test('a conference is cancelled in time though the page that ended it has an event that cannot be recorded', async () => {
  const world = await worldOf(2, { cancelGraceMs: 2 * SECOND });
  damage(world, conferenceKeyOf('c1'));
  await world.work();
  expect(cancellations(world).map(({ change }) => change.data.conferenceId)).toEqual(['c0']);
});
