/** Every document: what it writes as a command of confsync, in a block or between back quotes, can be typed as it stands, and so can outputs of Terraform. */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readCommandLine } from '../../ops/cli/read-command-line.ts';
import { COMMANDS } from '../../ops/commands.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const documents = globSync(['*.md', '{docs,terraform,receiver,simulator,examples,add-on}/**/*.md'], {
  cwd: ROOT,
  // The changelog tells of commands by their names alone.
  exclude: ['**/node_modules/**', 'CHANGELOG.md'],
}).sort();

interface Written {
  readonly path: string;
  readonly line: string;
}

/** What stands in the documents as `pattern` finds it, line breaks as spaces, each once. */
function written(pattern: RegExp): readonly Written[] {
  const found = documents.flatMap((path) => {
    const text = readFileSync(resolve(ROOT, path), 'utf8');
    return [...text.matchAll(pattern)].map((match) => {
      const line = match.slice(1).find((group) => group !== undefined) ?? '';
      return { path, line: line.replaceAll(/\s+/g, ' ') };
    });
  });
  return [...new Map(found.map((one) => [`${one.path} ${one.line}`, one])).values()];
}

describe('a command in a document', () => {
  const SECRET = 'CONFERENCE_WEBHOOK_SECRET';
  const before = process.env[SECRET];
  beforeAll(() => {
    // The documents export it, or say that it is there.
    process.env[SECRET] = 'whsec_c2VjcmV0';
  });
  afterAll(() => {
    if (before === undefined) delete process.env[SECRET];
    else process.env[SECRET] = before;
  });

  const lines = written(/^ *(?:npx )?(confsync [^\n]+)$|`(?:npx )?(confsync [^`]+)`/gm);

  test('is found in blocks and between back quotes', () => {
    expect(lines.filter(({ path }) => path === 'docs/runbook.md').length).toBeGreaterThan(40);
    expect(new Set(lines.map(({ path }) => path)).size).toBeGreaterThan(6);
  });

  test.each(lines.map(({ path, line }) => [path, line]))('%s: %s', (_, line) => {
    // Of a shell's quotes only those around a whole word are written.
    const words = line
      .split(' ')
      .slice(1)
      .map((word) => word.replace(/^'(.*)'$/, '$1'));
    const read = readCommandLine(words, COMMANDS, Date.now());
    if (read.kind !== 'run') return;
    const { command, given } = read;
    expect(() => command.prepare(given)).not.toThrow();
  });
});

test('every output of Terraform that a document reads is one of the complete example', () => {
  const outputs = readFileSync(resolve(ROOT, 'terraform/examples/complete/outputs.tf'), 'utf8');
  const read = written(/terraform\s+output\s+(?:-raw\s+)?([a-z_]+)/g);
  expect(read.length).toBeGreaterThan(3);
  expect(read.filter(({ line }) => !outputs.includes(`output "${line}" {`))).toEqual([]);
});
