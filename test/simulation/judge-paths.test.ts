import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { judgePaths } from './judge-paths.ts';
import type { Block } from './measure-paths.ts';
import { trySeeds } from './try-seeds.ts';
import { UNREACHED } from './unreached.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILE = 'shared/domain/event/match-conference.ts';
const SOURCE = readFileSync(join(ROOT, FILE), 'utf8');

/** The block that these words are, in a count of its own. */
function block(words: string, isReached: boolean, name = 'matches', isFunction = false): Block {
  const start = SOURCE.indexOf(words);
  expect(start).toBeGreaterThan(0);
  return { file: FILE, name, start, end: start + words.length, isFunction, isReached };
}

describe('paths', () => {
  const whole = { ...block('export', true, 'whole', true), start: 0, end: SOURCE.length };
  const skipped = { ...whole, isReached: false };

  test('are reached if they are in any thread, and told apart if they are in any', () => {
    const [one, other] = [block('return', false), block('conference', false)];
    const report = judgePaths([[whole, one], [whole, other], [skipped]], []);
    expect(report).toEqual({ count: 3, reached: 3, unreached: [], outdated: [] });
  });

  test('that no thread reached are named by how they begin, the outermost of them', () => {
    const inner = block('return', false);
    const outer = { ...inner, start: inner.start - 2, end: inner.end + 30 };
    const { unreached, reached, count } = judgePaths([[whole, outer], [skipped], [whole, outer, inner]], []);
    expect({ reached, count }).toEqual({ reached: 1, count: 3 });
    expect(unreached).toEqual([
      expect.stringMatching(/^shared\/domain\/event\/match-conference\.ts matches: .*return/),
    ]);
  });

  test('that are listed with a reason may be unreached, and nothing else may be listed', () => {
    const because = 'a test';
    expect(judgePaths([[skipped]], [{ because, paths: [`${FILE} whole`] }])).toMatchObject({
      unreached: [],
      outdated: [],
    });
    for (const paths of [['shared/domain/'], [FILE]]) {
      expect(judgePaths([[skipped]], [{ because, paths }])).toMatchObject({ unreached: [], outdated: [] });
      expect(judgePaths([[whole]], [{ because, paths }]).outdated).toEqual(paths);
    }
    const listed = { because, paths: [`${FILE} whole`] };
    expect(judgePaths([[whole]], [listed]).outdated).toEqual([`${FILE} whole`]);
    for (const seen of [whole, skipped]) {
      const report = judgePaths([[seen]], [{ ...listed, isRare: true }]);
      expect(report).toMatchObject({ unreached: [], outdated: [] });
    }
  });
});

test('a thread measures what its seeds go through', async () => {
  const manner = { cut: {}, crashesAtCommits: false, isVerbose: false, measuresPaths: true };
  const { paths } = await trySeeds({ first: 1, count: 2 }, manner);
  const { count, reached, unreached } = judgePaths(paths, []);
  expect(reached).toBeGreaterThan(500);
  expect(reached).toBeLessThan(count);
  expect(unreached).toContain('shared/flow/record/hand-on-leads.ts handOn');
});

describe('what no seed reaches', () => {
  test.each(UNREACHED.map(({ because, paths }) => [because, paths] as const))('is in the sources: %s', (_, paths) => {
    const gone = paths.filter((path) => !isInSources(path));
    expect(gone).toEqual([]);
  });
});

/** Whether the file of this name has the function and the words. */
function isInSources(path: string): boolean {
  const [, file = '', rest = ''] = /^(\S+)(?: (.*))?$/.exec(path) ?? [];
  if (file.endsWith('/')) return statSync(join(ROOT, file)).isDirectory();
  const source = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ');
  const [, name = '', , text = ''] = /^(\w*)(: (.*))?$/.exec(rest) ?? [];
  return source.includes(name) && source.includes(text);
}
