/**
 * What `@jest/globals` is to the tests while mutants are judged: it keeps the tree of their tests instead of running it,
 * so that one loading serves thousands of mutants. The matchers are jest's own.
 */
import { format, isDeepStrictEqual } from 'node:util';
import { expect } from 'expect';

/** What a test or a hook runs. */
export type Body = (...args: never[]) => unknown;

/** A test, with a name that is its own in the whole tree. */
export interface Test {
  readonly kind: 'test';
  readonly id: string;
  readonly run: () => unknown;
}

/** A `describe`, or a file. */
export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly members: (Test | Group)[];
  readonly hooks: Record<HookName, (() => unknown)[]>;
}

/** When a hook runs. */
export type HookName = 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll';

/** The tests of all files that were loaded. */
export const root: Group = newGroup('');

const names = new Map<string, number>();
const open: Group[] = [root];

/** Declares what a file declares as a group of its name. */
export async function collect(name: string, load: () => Promise<unknown>): Promise<void> {
  const group = newGroup(name);
  root.members.push(group);
  open.push(group);
  await load();
  open.pop();
}

/** As jest's; the body runs at once. */
export const describe = withEach((name, body) => {
  const group = newGroup(name);
  innermost().members.push(group);
  open.push(group);
  body();
  open.pop();
});

/** As jest's; the time limit, where one is given, is left to Stryker. */
export const test = withEach((name, run) => {
  const path = [...open.slice(1).map((group) => group.name), name].join(' > ');
  const count = (names.get(path) ?? 0) + 1;
  names.set(path, count);
  innermost().members.push({ kind: 'test', id: count === 1 ? path : `${path} (${count})`, run });
});

/** The hooks, as jest's. */
export const beforeAll = hook('beforeAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');
export const afterAll = hook('afterAll');

// The text of an inline snapshot is that of a string in quotes, with the indentation of its place.
expect.extend({
  toMatchInlineSnapshot(received: unknown, expected: string) {
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => line.trim());
    const pass = isDeepStrictEqual(lines(`"${String(received)}"`), lines(expected));
    return { pass, message: () => `${String(received)} is not ${expected}` };
  },
});

export { expect };

function newGroup(name: string): Group {
  return { kind: 'group', name, members: [], hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] } };
}

function innermost(): Group {
  return open.at(-1) ?? root;
}

function hook(name: HookName): (run: () => unknown) => void {
  return (run) => void innermost().hooks[name].push(run);
}

/** `declare`, and `declare.each` as jest has it: a row is the list of arguments, anything else the only one. */
function withEach(declare: (name: string, run: () => unknown) => void) {
  const each =
    (rows: readonly unknown[]) =>
    (name: string, body: (...args: readonly unknown[]) => unknown): void => {
      for (const row of rows) {
        const args: readonly unknown[] = Array.isArray(row) ? row : [row];
        const places = name.match(/%[sdifjoO]/g)?.length ?? 0;
        declare(format(name, ...args.slice(0, places)), () => body(...args));
      }
    };
  return Object.assign(declare, { each });
}
