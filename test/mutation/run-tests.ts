/** Runs chosen tests of the tree, one after the other, with the hooks around them, until one fails. */
import type { Group, Test } from './jest-globals.ts';

/** How one test ended. */
export interface Ended {
  readonly id: string;
  readonly ms: number;
  /** What it said; undefined where it passed. */
  readonly failure: string | undefined;
}

/** What the runner is told on the way. */
export interface RunOptions {
  /** Undefined: all. */
  readonly chosen: ReadonlySet<string> | undefined;
  readonly stopsAtFailure: boolean;
  /** Told the test that is about to run, and undefined around it. */
  readonly onTest: (id: string | undefined) => void;
}

/** Hooks of the groups around a test. */
interface Around {
  readonly beforeEach: readonly (() => unknown)[];
  readonly afterEach: readonly (() => unknown)[];
}

/** How the chosen tests ended, in order; a hook that fails is a failure of the test it was called for. */
export async function runTests(root: Group, options: RunOptions): Promise<Ended[]> {
  const ended: Ended[] = [];
  await runGroup(root, { beforeEach: [], afterEach: [] }, options, ended);
  return ended;
}

async function runGroup(group: Group, around: Around, options: RunOptions, ended: Ended[]): Promise<void> {
  if (!holdsChosen(group, options)) return;
  const { hooks } = group;
  const inner: Around = {
    beforeEach: [...around.beforeEach, ...hooks.beforeEach],
    afterEach: [...hooks.afterEach, ...around.afterEach],
  };
  const failure = await failureOf(hooks.beforeAll);
  if (failure !== undefined) ended.push({ id: firstIn(group, options), ms: 0, failure });
  for (const member of failure === undefined ? group.members : []) {
    if (options.stopsAtFailure && ended.some((one) => one.failure !== undefined)) break;
    if (member.kind === 'group') await runGroup(member, inner, options, ended);
    else if (isChosen(member, options)) ended.push(await runTest(member, inner, options));
  }
  await failureOf(hooks.afterAll);
}

async function runTest({ id, run }: Test, { beforeEach, afterEach }: Around, options: RunOptions): Promise<Ended> {
  const startedAt = performance.now();
  options.onTest(id);
  const failure = await failureOf([...beforeEach, run]);
  const failureAfter = await failureOf(afterEach);
  options.onTest(undefined);
  return { id, ms: performance.now() - startedAt, failure: failure ?? failureAfter };
}

async function failureOf(steps: readonly (() => unknown)[]): Promise<string | undefined> {
  try {
    for (const step of steps) await step();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isChosen(test: Test, { chosen }: RunOptions): boolean {
  return chosen === undefined || chosen.has(test.id);
}

function holdsChosen(group: Group, options: RunOptions): boolean {
  return firstIn(group, options) !== '';
}

/** The id of the first chosen test in the group; empty where there is none. */
function firstIn(group: Group, options: RunOptions): string {
  for (const member of group.members) {
    const id = member.kind === 'group' ? firstIn(member, options) : isChosen(member, options) ? member.id : '';
    if (id !== '') return id;
  }
  return '';
}
