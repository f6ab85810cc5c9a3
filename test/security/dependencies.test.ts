/** Every dependency has a job, and every one is pinned: the lock file names each by its hash. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import type { LockFile } from '../../scripts/lock-framework.ts';

const ROOT = resolve(import.meta.dirname, '../..');

test('every dependency of the package is imported by its sources', () => {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const sources = ['functions', 'shared', 'ops', 'sandbox'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
  const idle = Object.keys(dependencies).filter((name) => !sources.some((text) => text.includes(`'${name}`)));
  expect(idle).toEqual([]);
});

test('the lock file pins every package by version, hash and licence, and takes none from elsewhere than the registry', () => {
  const { packages }: LockFile & { packages: Record<string, { resolved?: string; link?: boolean }> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  const { workspaces }: { workspaces: readonly string[] } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const isOurs = (folder: string, resolved = folder): boolean => folder === '' || workspaces.includes(resolved);
  const loose = Object.entries(packages)
    .filter(([folder, { resolved, link }]) => !isOurs(folder, link === true ? resolved : folder))
    .filter(([, { version, integrity, resolved = 'https://registry.npmjs.org/', link }]) => {
      return (
        link === true || version === undefined || !/^sha512-/.test(integrity ?? '') || !resolved.startsWith('https://')
      );
    });
  expect(loose).toEqual([]);
});
