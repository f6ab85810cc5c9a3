/** The example receivers keep every rule of docs/webhook.md. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { failuresAt } from './failures-at.ts';
import { type Installed, installKit } from './installed-kit.ts';
import { type StartedProgram, startProgram } from './started-program.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SECRETS = [1, 2].map((byte) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`);
const [OLD_SECRET = '', SECRET = ''] = SECRETS;
const NODE_RECEIVER = 'examples/node-sqlite/receiver.js';
const PYTHON_RECEIVER = 'examples/python-sqlite/receiver.py';
const LINES_MAX = 100;

const python = spawnSync('python3', ['-c', 'import sqlite3, sys; sys.exit(sys.version_info < (3, 9))']);
const testWithPython = python.status === 0 ? test : test.skip;
if (python.status !== 0)
  process.stdout.write('python3 (3.9 or later, with sqlite3): none; skipped: the Python receiver\n');

let kit: Installed;
let program: StartedProgram | undefined;
beforeAll(() => {
  kit = installKit();
});
afterEach(() => program?.stop());
afterAll(() => kit.remove());

/** The receiver in a folder of its own, with an empty database. */
async function failuresOf(command: string, path: string) {
  const env = { WEBHOOK_SECRETS: SECRETS.join(','), DATABASE: join(kit.folder, `${command.split('/').at(-1)}.db`) };
  program = await startProgram(command, [kit.copy(path)], env);
  const readBack = new URL('/conferences?id=', program.url).href;
  return {
    newKey: await failuresAt(program.url, SECRET, `${readBack}{conferenceId}`),
    oldKey: (await failuresAt(program.url, OLD_SECRET, null)).failures,
  };
}

test('the receiver for Node keeps every rule, with either key of its ring', async () => {
  expect(await failuresOf(process.execPath, NODE_RECEIVER)).toEqual({
    newKey: { failures: [], answers: 0 },
    oldKey: [],
  });
}, 60_000);

testWithPython(
  'the receiver for Python keeps every rule, with either key of its ring',
  async () => {
    expect(await failuresOf('python3', PYTHON_RECEIVER)).toEqual({ newKey: { failures: [], answers: 0 }, oldKey: [] });
  },
  60_000,
);

test.each([NODE_RECEIVER, PYTHON_RECEIVER])('%s has less than a hundred lines', (path) => {
  expect(readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n').length).toBeLessThan(LINES_MAX);
});
