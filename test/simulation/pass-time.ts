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
  // For so long at the most a calendar is left alone of which worker after worker has died.
  const until = world.scheduler.now + Math.max(REST_MS, 1.25 * world.policy.reconcileMs);
  await world.scheduler.drain();
  while (!isSo() && world.judges.violation === undefined) {
    if (world.scheduler.now > until) {
      world.judges.violate('the world does not come to rest');
      return;
    }
    await step(world);
  }
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
