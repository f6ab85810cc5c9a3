/** How long a person's edit waits behind what is due on its calendar, and a new leader's conference for its news. */
import { expect, test } from '@jest/globals';
import { ALICE, BOB, type Item, meeting, ours, tombstone } from '../domain/build.ts';
import { runLanes, slowDown } from './slow-world.ts';
import { World } from './world.ts';

function of(email: string, item: Item): Item {
  return { ...item, organizer: { email, self: true } };
}

const RETRIES = 1_500;

test.each([36, 100])(
  'an edit beside 1,500 due retries is listed within five seconds, %i workers',
  async (upkeep) => {
    const world = new World();
    const { clock } = world;
    for (let n = 0; n < RETRIES; n++) world.put(ALICE, meeting(`e${n}`, ours(`c${n}`)));
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    await world.register(ALICE);
    await clock.runTo(clock.now() + 20 * 60_000);
    world.answer = () => ({ kind: 'done' });
    slowDown(world);
    let editedAt = Number.POSITIVE_INFINITY;
    let waitedMs = Number.POSITIVE_INFINITY;
    const { list } = world.services.google;
    const timedList: typeof list = async (...args) => {
      waitedMs = Math.min(waitedMs, Math.max(0, clock.now() - editedAt) || Number.POSITIVE_INFINITY);
      return list(...args);
    };
    Object.assign(world.services.google, { list: timedList });
    const delivered = (): number => world.told.filter(({ outcome }) => outcome.kind === 'done').length;
    await runLanes(world, { live: 2, upkeep }, 10 * 60_000, () => delivered() > 30);
    expect(world.queued.length).toBeGreaterThan(100);
    world.put(ALICE, meeting('fresh', ours('fresh')));
    editedAt = clock.now();
    await world.notify(ALICE);
    await runLanes(world, { live: 2, upkeep }, 60_000, () => Number.isFinite(waitedMs));
    expect(waitedMs).toBeLessThan(5_000);
  },
  120_000,
);

test.each([
  [60, 60_000],
  [500, 120_000],
])(
  '%i events of a new leader are told from the first seconds on',
  async (count, withinMs) => {
    const world = new World();
    world.put(ALICE, meeting('e', ours('c')));
    await world.register(ALICE);
    for (let n = 0; n < count; n++) world.put(BOB, of(BOB, meeting(`b${n}`, ours('c'))));
    await world.register(BOB);
    slowDown(world);
    world.put(ALICE, tombstone('e'));
    const at = world.clock.now();
    const before = world.told.length;
    await world.notify(ALICE);
    await runLanes(world, { live: 2, upkeep: 8 }, withinMs, () => world.told.length >= before + count);
    expect((world.told[before]?.at ?? Number.POSITIVE_INFINITY) - at).toBeLessThan(10_000);
    const told = world.told.slice(before).flatMap(({ change }) => change.data.eventId);
    expect(new Set(told).size).toBe(count);
    expect((await world.conference('c')).leadingCount).toBe(count);
    expect(world.told.at(-1)?.change.data.calendarId).toBe(BOB);
  },
  120_000,
);
