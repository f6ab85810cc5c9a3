/** The kit as it is installed: in each framework it keeps every rule, and it loads by `import` and by `require`, with its types. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { failuresAt } from './failures-at.ts';
import { type Installed, installKit } from './installed-kit.ts';
import { type StartedProgram, startProgram } from './started-program.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;

let kit: Installed;
let program: StartedProgram | undefined;
beforeAll(() => {
  kit = installKit(['express', 'fastify']);
});
afterEach(() => program?.stop());
afterAll(() => kit.remove());

async function serve(framework: string): Promise<string> {
  program = await startProgram(process.execPath, [kit.copy('test/receiver/serve.mjs'), framework], {
    WEBHOOK_SECRET: SECRET,
  });
  return program.url;
}

test.each(['http', 'express', 'express-raw', 'fastify', 'fetch'])(
  '%s keeps every rule',
  async (framework) => {
    const url = await serve(framework);
    const readBack = `${new URL('/conferences?id=', url)}{conferenceId}`;
    expect(await failuresAt(url, SECRET, readBack)).toEqual({ failures: [], answers: 0 });
  },
  60_000,
);

test('behind a parser of bodies it says where to stand', async () => {
  const url = await serve('express-parsed');
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  expect(answer.status).toBe(500);
  expect(await answer.json()).toEqual({ error: 'the body was parsed before it was verified: put the receiver first' });
});

test('anything but POST is refused', async () => {
  const answer = await fetch(await serve('fetch'));
  expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
});

/** Node as the machine has it, which may be older than the one that the package brings. */
const nodes = [process.execPath, '/usr/bin/node'].filter((path) => existsSync(path));

test.each(nodes)('%s loads it by import and by require', (node) => {
  const print = 'console.log(typeof kit.createReceiver, kit.isNews({data: {revision: 2}}, 1))';
  for (const words of [
    ['--input-type=module', '-e', `import * as kit from 'calendar-conference-sync-receiver'; ${print}`],
    ['--input-type=commonjs', '-e', `const kit = require('calendar-conference-sync-receiver'); ${print}`],
  ]) {
    const run = spawnSync(node, words, { cwd: kit.folder, encoding: 'utf8' });
    expect({ said: run.stdout, trouble: run.stderr }).toEqual({ said: 'function true\n', trouble: '' });
  }
});

test('a program of a company is checked against its types, as a module of either kind', () => {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const program = `import { createReceiver, type Change } from 'calendar-conference-sync-receiver';
    export const titleOf = (change: Change): string | null | undefined =>
      change.type === 'conference.updated' ? change.data.event.title : null;
    // @ts-expect-error a patch cannot name the organizer's parts
    createReceiver({ secrets: [], apply: () => ({ eventPatch: { start: {} } }) });\n`;
  for (const name of ['company.mts', 'company.cts']) writeFileSync(join(kit.folder, name), program);
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--typeRoots',
    join(ROOT, 'node_modules/@types'),
  ];
  const run = spawnSync(process.execPath, [join(typescript, 'bin/tsc'), ...flags, 'company.mts', 'company.cts'], {
    cwd: kit.folder,
    encoding: 'utf8',
  });
  expect(run.stdout).toBe('');
});
