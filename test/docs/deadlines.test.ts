/** The table of deadlines in docs/architecture.md: each constant has the value that it says, and no wait for somebody outside is missing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const section = page.slice(page.indexOf('\n## Deadlines\n'), page.indexOf('\n## Decisions\n'));
const rows = [...section.matchAll(/^\| (.+?) \| ([\d.]+) \| `(\w+)` \| \[(.+?)\]/gm)].map(
  ([, wait = '', seconds = '', constant = '', file = '']) => ({ wait, seconds: Number(seconds), constant, file }),
);

/** What waits for somebody else: HTTP, the clients of Google's services, foreign code. */
const WAITS =
  /\bfetch\(|\bhttps?\.request\(|\bnew (?:Firestore|PubSub|auth\.GoogleAuth)\(|\bawait import\(pathToFileURL/;

test('the table is there', () => {
  expect(rows.length).toBeGreaterThan(8);
});

test.each(rows)('$wait: $seconds s', ({ seconds, constant, file }) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const value = new RegExp(`\\b${constant} = ([\\d_]+)\\b`).exec(text)?.[1];
  expect(Number(value?.replaceAll('_', ''))).toBe(seconds * 1_000);
});

describe('every file that waits for somebody outside', () => {
  const waiting = ['functions', 'shared'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith('.ts') && WAITS.test(readFileSync(join(ROOT, path), 'utf8'))),
  );

  test('is found', () => {
    expect(waiting.length).toBeGreaterThan(5);
  });

  test.each(waiting)('%s stands in the section', (path) => {
    expect(section).toContain(path);
  });
});
