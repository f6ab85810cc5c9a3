/** What goes into the bundle that is deployed, by esbuild's own account of its inputs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleFunctions } from '../../scripts/bundle-functions.ts';

const ENTRY = resolve(import.meta.dirname, '../../functions/index.ts');

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
let inputs: readonly string[];
beforeAll(async () => {
  inputs = Object.keys((await bundleFunctions(ENTRY, folder)).metafile.inputs);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function packages(): string[] {
  const names = inputs.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

test('nothing that evaluates recurrence rules or counts in calendars is deployed', () => {
  expect(packages()).toContain('googleapis');
  expect(packages().filter((name) => /ical|rrule|recur|luxon|moment|dayjs|date-fns|cron/i.test(name))).toEqual([]);
});

test('of the sources, what serves in production is deployed, and nothing of the simulated world', () => {
  const rooms = new Set(inputs.filter((file) => !file.includes('node_modules/')).map((file) => file.split('/')[0]));
  expect([...rooms].filter((room) => /^\w+$/.test(room ?? '')).sort()).toEqual(['functions', 'shared']);
});

test('where a checkout lies does not change what is deployed', async () => {
  const lengths = [];
  for (const name of ['here', 'somewhere-with-a-longer-name']) {
    const place = join(folder, name);
    mkdirSync(place);
    writeFileSync(join(place, 'index.ts'), 'export const registered = 1;');
    // The source map counts the letters of the text that esbuild is given, whatever becomes of them.
    lengths.push((await bundleFunctions(join(place, 'index.ts'), place)).metafile.inputs['<stdin>']?.bytes);
  }
  expect(lengths[0]).toEqual(expect.any(Number));
  expect(lengths[1]).toBe(lengths[0]);
});
