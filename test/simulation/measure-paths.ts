/**
 * Which blocks of the rules and use cases this thread has run, as V8 counts them: functions, arms of branches, what follows an early
 * return. Node takes types out without moving a character, so that V8's offsets are those of the source.
 */
import { globSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** A block of a source, and whether it was run. */
export interface Block {
  /** From the root of the repository. */
  readonly file: string;
  /** The function that it is a part of, or is; empty where that has no name. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly isFunction: boolean;
  readonly isReached: boolean;
}

const ROOT = new URL('../../', import.meta.url);

/** Begins to count; must come before the sources are loaded. What it returns takes the count; plain data, for other threads. */
export async function measurePaths(): Promise<() => Promise<readonly Block[]>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  // What nobody loads is not reached either.
  const files = globSync('shared/{domain,flow}/**/*.ts', { cwd: ROOT });
  await Promise.all(files.map((file) => import(new URL(file, ROOT).href)));
  return async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    session.disconnect();
    return files.flatMap((file) => {
      const { functions = [] } = result.find(({ url }) => url === new URL(file, ROOT).href) ?? {};
      // The first is the module itself.
      return functions.slice(1).flatMap(({ functionName, ranges }) =>
        ranges.map(({ startOffset, endOffset, count }, index) => ({
          file,
          name: functionName,
          start: startOffset,
          end: endOffset,
          isFunction: index === 0,
          isReached: count > 0,
        })),
      );
    });
  };
}
