/** Every dependency has a job, and every one is pinned: knip finds no package, file or export that nobody uses, and the lock file names each by its hash. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { LockFile } from '../../scripts/collect-components.ts';

const ROOT = resolve(import.meta.dirname, '../..');

test('knip finds nothing that nobody uses', async () => {
  const knip = join(ROOT, 'node_modules/knip/bin/knip.js');
  const run = await promisify(execFile)(process.execPath, [knip, '--no-progress', '--no-config-hints'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
  }).catch((error: { stdout: string; stderr: string }) => error);
  expect(run.stdout + run.stderr).toBe('');
}, 120_000);

test('the lock file pins every package by version, hash and licence, and takes none from elsewhere than the registry', () => {
  const { packages }: LockFile & { packages: Record<string, { resolved?: string; link?: boolean }> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  const loose = Object.entries(packages)
    .filter(([folder]) => folder !== '')
    .filter(([, { version, integrity, resolved = 'https://registry.npmjs.org/', link }]) => {
      return (
        link === true || version === undefined || !/^sha512-/.test(integrity ?? '') || !resolved.startsWith('https://')
      );
    });
  expect(loose).toEqual([]);
});
