/** Lets time pass in a world, step by step. */
import type { World } from './world.ts';

const HOUR = 3_600_000;
/** How long a healed world may take to come to rest: what was hidden when the last reconcile came is seen by the next. */
const REST_MS = 26 * HOUR;

/** Lets time pass, and everybody do what he does meanwhile. */
export async function runFor(world: World, ms: number): Promise<void> {
  const until = world.scheduler.now + ms;
  for (;;) {
    const next = world.scheduler.earliest();
    if (next === undefined || next.at > until || world.judges.violation !== undefined) break;
    await step(world);
  }
  world.scheduler.now = Math.max(world.scheduler.now, until);
}

/** Takes steps until it is so; something is wrong if it takes too long. */
export async function runUntil(world: World, isSo: () => boolean): Promise<void> {
  const begunAt = world.scheduler.now;
  let restMs = REST_MS;
  await world.scheduler.drain();
  while (!isSo() && world.judges.violation === undefined) {
    restMs = Math.max(restMs, longestRest(world));
    if (world.scheduler.now > begunAt + restMs) {
      world.judges.violate('the world does not come to rest');
      return;
    }
    await step(world);
  }
}

/** A calendar of which worker after worker has died is left alone for up to a reconcile interval. Nobody else may be waiting for a reconcile. */
function longestRest({ shadow, policy }: World): number {
  const isPutOff = [...shadow.calendars.values()].some(({ deaths }) => deaths !== null);
  return isPutOff ? Math.max(REST_MS, 1.25 * policy.reconcileMs) : REST_MS;
}

async function step(world: World): Promise<void> {
  const next = world.scheduler.earliest();
  if (next === undefined) {
    world.judges.violate('nobody does anything any more');
    return;
  }
  if (world.scheduler.steps > world.stepsMax) {
    world.judges.violate('the world takes too many steps');
    return;
  }
  await world.scheduler.step(next);
}
