import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { HttpFunction } from '@google-cloud/functions-framework';
import { afterEach, expect, jest, test } from '@jest/globals';
import { outsideDomain } from '../../functions/leave-domain.ts';
import { freePort } from '../../sandbox/free-port.ts';
import type { Served } from '../listen.ts';
import { serve } from './serve.ts';

const FRAMEWORK = resolve(
  import.meta.dirname,
  '../../node_modules/@google-cloud/functions-framework/build/src/main.js',
);
/** Of the framework, for what nobody caught. */
const UNCAUGHT = 16;

let served: Served | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  await served?.close();
  served = undefined;
});

async function answerOf(handler: HttpFunction): Promise<{ status: number; text: string }> {
  served = await serve(handler);
  const answer = await fetch(served.url, { method: 'POST' });
  return { status: answer.status, text: await answer.text() };
}

const domainNow = (): string => (Reflect.get(process, 'domain') == null ? 'outside' : 'in a domain');

test('the framework runs a function in a domain', async () => {
  const { text } = await answerOf((_request, response) => {
    response.send(domainNow());
  });
  expect(text).toBe('in a domain');
});

test('outside of it stay what a handler does at once, what it awaits, and its timers', async () => {
  const { text } = await answerOf(
    outsideDomain(async (_request, response) => {
      const seen = [domainNow()];
      await Promise.resolve();
      seen.push(domainNow());
      setTimeout(() => response.send([...seen, domainNow()].join()), 1);
    }),
  );
  expect(text).toBe('outside,outside,outside');
});

test.each<[string, HttpFunction]>([
  [
    'throws',
    () => {
      throw new Error('a bug');
    },
  ],
  ['rejects', async () => Promise.reject(new Error('a bug'))],
])('a handler that %s is answered with 500, and the error printed', async (_, handler) => {
  const print = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await answerOf(outsideDomain(handler))).status).toBe(500);
  expect(print).toHaveBeenCalledWith(expect.stringContaining('Error: a bug'));
  print.mockRestore();
});

test('an exception in a callback ends the process', async () => {
  const port = await freePort();
  const source = resolve(import.meta.dirname, 'stray-entry.ts');
  const started = spawn(
    process.execPath,
    [FRAMEWORK, '--source', source, '--target', 'stray', '--port', String(port)],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  child = started;
  await once(started.stdout, 'data');
  const ended = once(started, 'exit');
  await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' }).catch(() => undefined);
  expect(await ended).toEqual([UNCAUGHT, null]);
});
