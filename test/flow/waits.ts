/** What somebody waits for behind the work of others, in virtual time: measured here, held by the tests beside and shown by `npm run bench`. */
import type { StoreTransaction } from '../../shared/domain/ports.ts';
import { isRead, withDelayedCalls } from '../delayed-calls.ts';
import { ALICE, BOB, type Item, meeting, ours, series, tombstone } from '../domain/build.ts';
import { withTransact } from '../with-transact.ts';
import { runLanes, slowDown } from './slow-world.ts';
import { World } from './world.ts';

/** Round trips in a row of the longest transaction, for the page that brings the series and for the one that ends them. */
export interface PageTrips {
  readonly come: number;
  readonly end: number;
}

/** Series of one calendar come in a page, another calendar refers to their conferences too, and then they end in a page: it leads from then on. */
export async function tripsOfPage(count: number): Promise<PageTrips> {
  const world = new World();
  const seen = countTrips(world);
  for (let n = 0; n < count; n++) world.put(ALICE, series(`s${n}`, ours(`c${n}`)));
  await world.register(ALICE);
  for (let n = 0; n < count; n++) world.put(BOB, of(BOB, series(`b${n}`, ours(`c${n}`))));
  const bobs = await world.register(BOB);
  const come = seen.most;
  seen.most = 0;
  for (let n = 0; n < count; n++) world.put(ALICE, tombstone(`s${n}`));
  await world.notify(ALICE);
  await world.work();
  for (let n = 0; n < count; n++) {
    if ((await world.conference(`c${n}`)).leader !== bobs)
      throw new Error(`c${n} has not passed to the other calendar`);
  }
  return { come, end: seen.most };
}

/** Each read of a transaction takes a millisecond, and nothing else does: reads side by side are one round trip. */
function countTrips({ clock, services, store }: World): { most: number } {
  const seen = { most: 0 };
  const slow = (tx: StoreTransaction): StoreTransaction => withDelayedCalls(tx, isRead, () => clock.sleep(1));
  const transact: typeof store.transact = async (work) => {
    const startedAt = clock.now();
    const result = await store.transact((tx) => work(slow(tx)));
    seen.most = Math.max(seen.most, clock.now() - startedAt);
    return result;
  };
  Object.assign(services, { store: withTransact(store, transact) });
  return seen;
}

/** Milliseconds from each of some edits to its listing, one after the other, as long as more than a hundred retries of their calendar are queued. */
export async function waitsBehindRetries(retries: number, upkeepWorkers: number): Promise<number[]> {
  const world = new World();
  const { clock } = world;
  for (let n = 0; n < retries; n++) world.put(ALICE, meeting(`e${n}`, ours(`c${n}`)));
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  await world.register(ALICE);
  await clock.runTo(clock.now() + 20 * 60_000);
  world.answer = () => ({ kind: 'done' });
  slowDown(world);
  let listedAt = 0;
  const { list } = world.services.google;
  const timedList: typeof list = async (...args) => {
    listedAt = clock.now();
    return list(...args);
  };
  Object.assign(world.services.google, { list: timedList });
  const widths = { live: 2, upkeep: upkeepWorkers };
  const delivered = (): number => world.told.filter(({ outcome }) => outcome.kind === 'done').length;
  await runLanes(world, widths, 10 * 60_000, () => delivered() > 30);
  const waits: number[] = [];
  while (world.queued.length > 100) {
    const editedAt = clock.now();
    world.put(ALICE, meeting(`fresh${waits.length}`, ours(`fresh${waits.length}`)));
    await world.notify(ALICE);
    await runLanes(world, widths, 60_000, () => listedAt > editedAt);
    waits.push(listedAt > editedAt ? listedAt - editedAt : Number.POSITIVE_INFINITY);
  }
  return waits;
}

/** Milliseconds from the edit that leaves a conference to another calendar until its first event, and its last, is told for that one. */
export async function waitsOfNewLeader(count: number, withinMs: number): Promise<{ firstMs: number; allMs: number }> {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  for (let n = 0; n < count; n++) world.put(BOB, of(BOB, meeting(`b${n}`, ours('c'))));
  await world.register(BOB);
  slowDown(world);
  world.put(ALICE, tombstone('e'));
  const editedAt = world.clock.now();
  const before = world.told.length;
  await world.notify(ALICE);
  await runLanes(world, { live: 2, upkeep: 8 }, withinMs, () => world.told.length >= before + count);
  const told = world.told.slice(before);
  const events = new Set(told.flatMap(({ change }) => change.data.eventId));
  const isAllBobs = told.at(-1)?.change.data.calendarId === BOB && (await world.conference('c')).leadingCount === count;
  if (events.size !== count || !isAllBobs)
    return { firstMs: Number.POSITIVE_INFINITY, allMs: Number.POSITIVE_INFINITY };
  return { firstMs: (told[0]?.at ?? 0) - editedAt, allMs: (told.at(-1)?.at ?? 0) - editedAt };
}

function of(email: string, item: Item): Item {
  return { ...item, organizer: { email, self: true } };
}
