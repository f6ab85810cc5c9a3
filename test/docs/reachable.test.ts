/** The documents: whoever starts at the README finds each of them by following links. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** Files that the document links to, as paths from the root. */
function linksOf(path: string): readonly string[] {
  if (!path.endsWith('.md')) return [];
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)|src="([^":]+)"/g)].map(([, link, image = '']) =>
    normalize(join(dirname(path), link ?? image)),
  );
}

function reachableFrom(start: string): ReadonlySet<string> {
  const found = new Set([start]);
  // A set takes in what is added while it is walked.
  for (const path of found) for (const link of linksOf(path)) found.add(link);
  return found;
}

test('every file of docs/ is reachable from the README', () => {
  const reachable = reachableFrom('README.md');
  const files = readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`);
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => !reachable.has(file))).toEqual([]);
});
