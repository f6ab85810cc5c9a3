/** A world whose database and Google take their time, and that several workers of two lanes share. */
import type { Lane } from '../../shared/domain/notification/work-message.ts';
import { doWork } from '../../shared/flow/do-work.ts';
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
import { withDelayedCalls } from '../delayed-calls.ts';
import type { World } from './world.ts';

/** One call of Google; a transaction with all its reads. */
const GOOGLE_MS = 100;
const TRANSACTION_MS = 25;
/** From the broker's confirmation to a worker. */
const QUEUE_MS = 50;
const RENEWAL_MS = 60_000;

/** Lets each event be read and each transaction take as long as they do. */
export function slowDown({ clock, services, store }: World): void {
  const { get } = services.google;
  const slowGet: typeof get = async (...args) => {
    await clock.sleep(GOOGLE_MS);
    return get(...args);
  };
  const slowStore = withDelayedCalls(
    store,
    (name) => name === 'transact',
    () => clock.sleep(TRANSACTION_MS),
  );
  Object.assign(services.google, { get: slowGet });
  Object.assign(services, { store: slowStore });
  let draws = 0;
  Object.assign(services.random, { fraction: () => (++draws * 0.618_034) % 1 });
}

/** Works on both lanes, with the scheduled run beside them, until `isDone` says so or the time is over. */
export async function runLanes(
  world: World,
  widths: Readonly<Record<Lane, number>>,
  ms: number,
  isDone: () => boolean,
): Promise<void> {
  const { clock, services } = world;
  const end = clock.now() + ms;
  const isOver = (): boolean => isDone() || clock.now() >= end;
  const work = async (name: Lane): Promise<void> => {
    while (!isOver()) {
      const index = world.queued.findIndex((one) => one.lane === name && one.publishedAt + QUEUE_MS <= clock.now());
      const [next] = index < 0 ? [] : world.queued.splice(index, 1);
      if (next === undefined) await clock.sleep(20);
      else await doWork(services, next.message, { lane: next.lane, publishedAt: next.publishedAt });
    }
  };
  const schedule = async (): Promise<void> => {
    while (!isOver()) {
      const next = clock.now() + RENEWAL_MS;
      await wakeDue(services, clock.now() + RENEWAL_MS - 10_000);
      while (!isOver() && clock.now() < next) await clock.sleep(1_000);
    }
  };
  const workers = (lane: Lane): Promise<void>[] => Array.from({ length: widths[lane] }, () => work(lane));
  const all = Promise.all([schedule(), ...workers('live'), ...workers('upkeep')]);
  while (!isOver()) await clock.runTo(clock.now() + 1_000);
  await clock.runUntilDone(all);
}
