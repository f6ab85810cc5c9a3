/**
 * Which branches of the rules and use cases a run has gone through, as V8 counts them. Node takes types out without moving a
 * character, so that V8's offsets are those of the source.
 */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** A branch, or a function, that was never run. */
export interface UnreachedPath {
  /** From the root of the repository. */
  readonly file: string;
  readonly line: number;
  /** How it begins: its name in the list, since lines move. */
  readonly text: string;
}

const ROOT = new URL('../', import.meta.url).href;
const MEASURED = /^shared\/(?:domain|flow)\//;
const TEXT_MAX = 60;

/** Begins to count; must come before the sources are loaded. */
export async function measurePaths(): Promise<() => Promise<readonly UnreachedPath[]>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    session.disconnect();
    return result
      .filter(({ url }) => url.startsWith(ROOT) && MEASURED.test(url.slice(ROOT.length)))
      .flatMap(({ url, functions }) =>
        unreachedIn(
          url,
          functions.flatMap(({ ranges }) => ranges),
        ),
      )
      .sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line);
  };
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** The outermost ranges that were never run. */
function unreachedIn(url: string, ranges: readonly Range[]): UnreachedPath[] {
  const source = readFileSync(fileURLToPath(url), 'utf8');
  const never = ranges
    .filter(({ count }) => count === 0)
    .sort((one, other) => one.startOffset - other.startOffset || other.endOffset - one.endOffset);
  const paths: UnreachedPath[] = [];
  let end = 0;
  for (const { startOffset, endOffset } of never) {
    if (startOffset < end) continue;
    end = endOffset;
    const words = source.slice(startOffset, endOffset).replaceAll(/\s+/g, ' ').trim();
    // What V8 counts after a `return` or a `throw` is the rest of a block, at times nothing but its bracket.
    if (!/[\w'"]/.test(words)) continue;
    const line = source.slice(0, startOffset).split('\n').length;
    paths.push({ file: url.slice(ROOT.length), line, text: words.slice(0, TEXT_MAX) });
  }
  return paths;
}
