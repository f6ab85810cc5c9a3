/** Lines that are printed in pieces: none is lost, none is late, none changes its place. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { linePrinter } from '../../../shared/adapters/log/print-lines.ts';

const SOURCE = resolve(import.meta.dirname, '../../../shared/adapters/log/print-lines.ts');

test('the lines of one turn of the event loop leave in one piece and in their order, those of the next in another', async () => {
  const pieces: string[] = [];
  const print = linePrinter((text) => pieces.push(text));
  const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
  print('one');
  print('two');
  expect(pieces).toEqual([]);
  await turn();
  print('three');
  await turn();
  expect(pieces).toEqual(['one\ntwo\n', 'three\n']);
});

test.each(['process.exit(3)', 'throw new Error()'])('a line printed just before %s is written', async (end) => {
  const program = `import { linePrinter } from ${JSON.stringify(SOURCE)};
    linePrinter((text) => process.stdout.write(text))('last words');
    ${end};`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  await expect(run).rejects.toMatchObject({ stdout: 'last words\n' });
});

test('lines printed by a request are written outside of it', async () => {
  const request = new AsyncLocalStorage<string>();
  const writers: unknown[] = [];
  const print = linePrinter(() => writers.push(request.getStore()));
  request.run('a request', () => print('one'));
  await new Promise((done) => setImmediate(done));
  expect(writers).toEqual([undefined]);
});
