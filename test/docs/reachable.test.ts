/** The documents: whoever starts at the README finds each of them by following links, and no link leads nowhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
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
  const files = readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => !reachable.has(file))).toEqual([]);
});

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'receiver/README.md', 'terraform/README.md'].concat(
  readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);

test.each(PAGES)('every link of %s leads to a file that is there', (page) => {
  expect(linksOf(page).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each(PAGES)('every name that %s says to be in a file stands in that file', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const said = [...text.matchAll(/((?:`[\w-]+`(?:, | and )?)+) (?:in|of) \[[^\]]*\]\(([^)#:]+\.\w+)\)/g)].map(
    ([, names = '', link = '']) => ({
      names: names.match(/[\w-]+(?=`)/g) ?? [],
      file: join(ROOT, dirname(page), link),
    }),
  );
  const missing = said.flatMap(({ names, file }) => {
    const source = readFileSync(file, 'utf8');
    return names.filter((name) => !source.includes(name)).map((name) => `${name} in ${file}`);
  });
  expect(missing).toEqual([]);
});

test('the README is short enough to be read', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length).toBeLessThan(120);
});

test('.nvmrc names the Node that the package brings', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(devDependencies.node).toMatch(new RegExp(`^\\^${readFileSync(join(ROOT, '.nvmrc'), 'utf8').trim()}\\.`));
});
