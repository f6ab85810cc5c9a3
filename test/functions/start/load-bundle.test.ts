import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadBundle } from '../../../functions/start/load-bundle.ts';

/** Long enough for a cache to have a middle. */
const CODE = `exports.sum = (...numbers) => numbers.reduce((sum, one) => sum + one, 0);
  exports.neighbour = () => require('./neighbour.json').name;
  exports.where = [__filename, __dirname];
  exports.stack = () => new Error('here').stack;
  exports.sum(1, 2);`;

let folder: string;
let cache: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  cache = join(folder, 'index.cache');
  writeFileSync(join(folder, 'index.cjs'), CODE);
  writeFileSync(join(folder, 'neighbour.json'), '{"name": "next door"}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Exports {
  sum(...numbers: readonly number[]): number;
  neighbour(): string;
  stack(): string;
  readonly where: readonly string[];
}

function load(): { readonly exports: Exports; readonly isFromCache: boolean } {
  const { exports, isFromCache } = loadBundle(folder);
  return { exports: exports as Exports, isFromCache };
}

describe('a bundle', () => {
  test('is run as a module of its folder, under the name of the file that names its source map', () => {
    const { exports, isFromCache } = load();
    expect(isFromCache).toBe(false);
    expect(exports.neighbour()).toBe('next door');
    expect(exports.where).toEqual([join(folder, 'start.cjs'), folder]);
    expect(exports.stack()).toContain(`${join(folder, 'start.cjs')}:4:25`);
  });

  test('is run from what was saved of it', () => {
    expect(loadBundle(folder).save()).toBeGreaterThan(500);
    const { exports, isFromCache } = load();
    expect(isFromCache).toBe(true);
    expect(exports.sum(1, 2, 3)).toBe(6);
    expect(exports.stack()).toContain(`${join(folder, 'start.cjs')}:4:25`);
  });
});

describe('what was saved is as nothing', () => {
  beforeEach(() => void loadBundle(folder).save());

  const change = (edit: (saved: Buffer) => Buffer): void => writeFileSync(cache, edit(readFileSync(cache)));
  const CASES: Readonly<Record<string, () => void>> = {
    'where it is empty': () => writeFileSync(cache, ''),
    'where it is cut off': () => change((saved) => saved.subarray(0, saved.length - 100)),
    'where a byte of it is another': () =>
      change((saved) => {
        saved[saved.length - 100] = (saved[saved.length - 100] ?? 0) ^ 1;
        return saved;
      }),
    'where it is of another Node': () =>
      change((saved) => Buffer.from(saved.toString('latin1').replace(process.version, 'v1.2.3'), 'latin1')),
    'where a folder has its name': () => {
      rmSync(cache);
      mkdirSync(cache);
    },
    'where it is no cache at all': () => writeFileSync(cache, 'v24.0.0 x64 1 2\nnothing'),
  };

  test.each(Object.entries(CASES))('%s', (_, damage) => {
    damage();
    const { exports, isFromCache } = load();
    expect(isFromCache).toBe(false);
    expect(exports.sum(1, 2, 3)).toBe(6);
  });

  test('where it is of other code of the same length', () => {
    writeFileSync(join(folder, 'index.cjs'), CODE.replace('sum + one', 'sum - one'));
    const { exports, isFromCache } = load();
    expect(isFromCache).toBe(false);
    expect(exports.sum(1, 2, 3)).toBe(-6);
  });
});
