/** What the seeds must have gone through at least once: every path of the rules and use cases that is not named with a reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from './measure-paths.ts';

/** Paths that no seed goes through, and why. */
export interface Exemption {
  readonly because: string;
  /** Some do, so few that a change anywhere moves it: reached or not, either is right. */
  readonly isRare?: boolean;
  /** Names of paths; or of a file, or a room (`.../`), none of whose paths is reached. */
  readonly paths: readonly string[];
}

/** How many paths there are, and what is wrong with them. */
export interface PathReport {
  readonly count: number;
  readonly reached: number;
  /** Names of paths that were not reached, and are not exempted. */
  readonly unreached: readonly string[];
  /** What is exempted, and was reached or is not there any more. */
  readonly outdated: readonly string[];
}

interface Path extends Block {
  /** Where it is, and how it begins: lines move. */
  readonly title: string;
}

const ROOT = join(import.meta.dirname, '../..');
const TEXT_MAX = 60;

/** Judges what several threads have run, each of which has counted for itself. */
export function judgePaths(threads: readonly (readonly Block[])[], exemptions: readonly Exemption[]): PathReport {
  const paths = pathsOf(threads.map(byFile));
  const reached = paths.filter(({ isReached }) => isReached);
  const unreached = new Set(outermost(paths.filter(({ isReached }) => !isReached)).map(({ title }) => title));
  const entries = exemptions.flatMap((exemption) => exemption.paths);
  const never = exemptions.filter(({ isRare }) => isRare !== true).flatMap((exemption) => exemption.paths);
  return {
    count: paths.length,
    reached: reached.length,
    unreached: [...unreached].filter((title) => !entries.some((entry) => names(entry, title))),
    outdated: never.filter(
      (entry) =>
        ![...unreached].some((title) => names(entry, title)) ||
        (isWide(entry) && reached.some(({ title }) => names(entry, title))),
    ),
  };
}

type Blocks = ReadonlyMap<string, readonly Block[]>;

function byFile(blocks: readonly Block[]): Blocks {
  return Map.groupBy(blocks, ({ file }) => file);
}

/** Each block that any thread tells from what is around it; it is reached if it is in one of them. */
function pathsOf(threads: readonly Blocks[]): Path[] {
  const files = new Set(threads.flatMap((thread) => [...thread.keys()]));
  return [...files].sort().flatMap((file) => {
    const source = readFileSync(join(ROOT, file), 'utf8');
    const seen = threads.map((thread) => thread.get(file) ?? []);
    const all = seen.flat();
    const distinct = new Map(all.map((block) => [`${block.start} ${block.end}`, block]));
    return [...distinct.values()]
      .sort((one, other) => one.start - other.start || other.end - one.end)
      .flatMap((block) => {
        const text = source.slice(block.start, block.end).replaceAll(/\s+/g, ' ').trim();
        // What V8 counts after a `return` or a `throw` is the rest of a block, at times nothing but its bracket.
        if (!/[\w'"]/.test(text)) return [];
        const isReached = seen.some((blocks) => innermost(blocks, block)?.isReached === true);
        return [{ ...block, isReached, title: titleOf(block, all, text) }];
      });
  });
}

function titleOf(block: Block, all: readonly Block[], text: string): string {
  if (block.isFunction && block.name !== '') return `${block.file} ${block.name}`;
  const named = innermost(
    all.filter(({ name }) => name !== ''),
    block,
  );
  return `${block.file} ${named?.name ?? ''}: ${text.slice(0, TEXT_MAX).trim()}`;
}

function innermost(blocks: readonly Block[], { start, end }: Block): Block | undefined {
  let found: Block | undefined;
  for (const block of blocks) {
    const isAround = block.start <= start && block.end >= end;
    if (isAround && (found === undefined || block.end - block.start < found.end - found.start)) found = block;
  }
  return found;
}

/** Without those that are a part of another: sorted by where they begin. */
function outermost(paths: readonly Path[]): Path[] {
  const kept: Path[] = [];
  for (const path of paths) {
    const last = kept.at(-1);
    if (last === undefined || last.file !== path.file || path.start >= last.end) kept.push(path);
  }
  return kept;
}

function isWide(entry: string): boolean {
  return /(?:\/|\.ts)$/.test(entry);
}

function names(entry: string, title: string): boolean {
  return isWide(entry) ? title.startsWith(entry) : title === entry;
}
