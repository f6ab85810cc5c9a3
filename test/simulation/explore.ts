/**
 * Every order in which the calls of a few workers can come, and a crash at every one of them: nothing is drawn. Two orders that lead to
 * the same records, the same calendars and conferences, and workers who have been told the same, go on alike, so only one goes on.
 */
import { createHash } from 'node:crypto';
import { RandomFates } from './faults.ts';
import { judgeEnd } from './judge-end.ts';
import { Random } from './random.ts';
import { heal, setUp } from './run-seed.ts';
import type { Fates, Waiting, Worker } from './scheduler.ts';
import { POLICY } from './settings.ts';
import { World } from './world.ts';

/** What happens before, and which workers then meet. */
export interface Scenario {
  readonly name: string;
  /** Runs the world to where the workers begin. */
  prepare(world: World): Promise<void>;
  /** Starts the workers, and awaits nothing. */
  begin(world: World): void;
}

/** What was looked at. */
export interface Exploration {
  /** Different orders of the calls, if nothing crashes. */
  readonly interleavings: bigint;
  readonly states: number;
  readonly crashes: number;
  readonly violation: string | undefined;
}

/** One step of a path: the call that goes on, or the worker that crashes, by its place among those that wait. */
interface Choice {
  readonly kind: 'step' | 'crash';
  readonly index: number;
}

/** Always the middle: what is drawn must not depend on the order. */
class EvenRandom extends Random {
  override next(): number {
    return 0.5;
  }
}

const AT_ONCE: Fates = { delayOf: () => 0, fateOf: () => ({ kind: 'done' }) };

/** A world in which nothing is left to chance. */
export function calmWorld(clocks = { databaseSkewMs: 0, brokerSkewMs: 0 }): World {
  const random = new EvenRandom(1);
  return new World({ ...clocks, pageSize: 250, policy: POLICY, random, fates: new RandomFates(random, {}) });
}

/** Explores a scenario to its end, or to the first thing that goes wrong. */
export async function explore(scenario: Scenario): Promise<Exploration> {
  const edges = new Map<string, string[]>();
  const paths: (readonly Choice[])[] = [[]];
  let root = '';
  let crashes = 0;
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const world = await begun(scenario);
    let from = '';
    if (path.length === 0) root = keyOf(world);
    for (const [index, choice] of path.entries()) {
      if (index === path.length - 1 && choice.kind === 'step') from = keyOf(world);
      await take(world, choice);
    }
    for (let walked = [...path]; ; ) {
      const key = keyOf(world);
      if (from !== '') edges.set(from, [...(edges.get(from) ?? []), key]);
      if (world.judges.violation === undefined && edges.has(key)) break;
      edges.set(key, edges.get(key) ?? []);
      const waiting = callsOf(world);
      if (waiting.length === 0 || world.judges.violation !== undefined) {
        await end(world);
        if (world.judges.violation !== undefined)
          return { ...sizes(edges, root, crashes), violation: described(world) };
        break;
      }
      for (let index = 1; index < waiting.length; index++) paths.push([...walked, { kind: 'step', index }]);
      if (!walked.some(({ kind }) => kind === 'crash')) {
        for (const index of workersIn(waiting).keys()) paths.push([...walked, { kind: 'crash', index }]);
        crashes += workersIn(waiting).length;
      }
      from = key;
      walked = [...walked, { kind: 'step', index: 0 }];
      await take(world, { kind: 'step', index: 0 });
    }
  }
  return { ...sizes(edges, root, crashes), violation: undefined };
}

async function begun(scenario: Scenario): Promise<World> {
  const world = calmWorld();
  await setUp(world);
  await scenario.prepare(world);
  world.runs.end();
  world.messages.isDelivering = false;
  world.scheduler.fates = AT_ONCE;
  world.scheduler.keepsTold = true;
  scenario.begin(world);
  await world.scheduler.drain();
  return world;
}

async function take(world: World, { kind, index }: Choice): Promise<void> {
  const waiting = callsOf(world);
  const call = waiting[index];
  const worker = workersIn(waiting)[index];
  if (kind === 'step' && call !== undefined) await world.scheduler.step(call);
  if (kind === 'crash' && worker !== undefined) world.scheduler.crash(worker, 'a call', 'before');
  await world.scheduler.drain();
}

/** Whoever has come to his end, the rest of the world goes on, and must come right. */
async function end(world: World): Promise<void> {
  if (world.judges.violation === undefined) {
    world.messages.deliver();
    world.runs.begin();
    await heal(world, true);
  }
  const said = world.judges.violation === undefined ? judgeEnd(world) : undefined;
  if (said !== undefined) world.judges.violate(said);
}

function callsOf(world: World): readonly Waiting[] {
  return world.scheduler.waiting.filter(({ worker }) => worker !== null);
}

function workersIn(waiting: readonly Waiting[]): readonly Worker[] {
  return [...new Set(waiting.flatMap(({ worker }) => worker ?? []))];
}

/** All that the rest of the run depends on. */
function keyOf(world: World): string {
  const { shadow, scheduler, calendar, conferences, queue } = world;
  const waiting = callsOf(world).map(({ worker, name, at }) => [worker?.name, worker?.told, name, at]);
  const parts = [
    scheduler.now,
    sorted(shadow.calendars.values()),
    sorted(shadow.conferences.values()),
    sorted(shadow.bindings.values()),
    calendar.calendarIds().map((id) => calendar.events(id).map(({ etag }) => etag)),
    calendar.openChannels(),
    conferences.list(),
    queue
      .published(0)
      .map(({ text }) => text)
      .sort(),
    sorted(waiting),
  ];
  return createHash('sha1').update(JSON.stringify(parts)).digest('base64');
}

function sorted(values: Iterable<unknown>): readonly string[] {
  return Array.from(values, (value) => JSON.stringify(value)).sort();
}

function sizes(edges: ReadonlyMap<string, readonly string[]>, root: string, crashes: number) {
  const known = new Map<string, bigint>();
  const count = (key: string): bigint => {
    const counted = known.get(key);
    if (counted !== undefined) return counted;
    const next = edges.get(key) ?? [];
    const total = next.length === 0 ? 1n : next.reduce((sum, child) => sum + count(child), 0n);
    known.set(key, total);
    return total;
  };
  return { interleavings: count(root), states: edges.size, crashes };
}

function described(world: World): string {
  return `${world.judges.violation}\n${world.history.text()}`;
}
