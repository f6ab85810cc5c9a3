/** How long the transaction of a page takes, where each read of the database takes as long as one in another building does. */
import { expect, test } from '@jest/globals';
import type { StoreTransaction } from '../../../shared/domain/ports.ts';
import { isRead, withDelayedCalls } from '../../delayed-calls.ts';
import { ALICE, BOB, type Item, ours, series, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const READ_MS = 15;
/** Round trips one after the other; some of each are many reads side by side. */
const ROUND_TRIPS = 15;
const SERIES = 250;

/** Lets each read of a transaction take its time; returns how long the longest transaction took. */
function slowReads({ clock, services, store }: World): { longestMs: number } {
  const seen = { longestMs: 0 };
  const slow = (tx: StoreTransaction): StoreTransaction => withDelayedCalls(tx, isRead, () => clock.sleep(READ_MS));
  const transact: typeof store.transact = async (work) => {
    const startedAt = clock.now();
    const result = await store.transact((tx) => work(slow(tx)));
    seen.longestMs = Math.max(seen.longestMs, clock.now() - startedAt);
    return result;
  };
  const slowStore = new Proxy(store, {
    get: (target, name) => {
      if (name === 'transact') return transact;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  Object.assign(services, { store: slowStore });
  return seen;
}

test('a page of 250 series that come, and one of 250 that end and leave their lead to another calendar', async () => {
  const world = new World();
  const seen = slowReads(world);
  for (let n = 0; n < SERIES; n++) world.put(ALICE, series(`s${n}`, ours(`c${n}`)));
  await world.register(ALICE);
  const ofBob = (item: Item): Item => ({ ...item, organizer: { email: BOB, self: true } });
  for (let n = 0; n < SERIES; n++) world.put(BOB, ofBob(series(`b${n}`, ours(`c${n}`))));
  const bobs = await world.register(BOB);
  expect(seen.longestMs).toBeGreaterThan(READ_MS);
  expect(seen.longestMs).toBeLessThanOrEqual(ROUND_TRIPS * READ_MS);
  for (let n = 0; n < SERIES; n++) world.put(ALICE, tombstone(`s${n}`));
  await world.notify(ALICE);
  await world.work();
  expect((await world.conference('c7')).leader).toBe(bobs);
  expect(seen.longestMs).toBeLessThanOrEqual(ROUND_TRIPS * READ_MS);
});
