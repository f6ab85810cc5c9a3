/** Calendar traffic recorded in the wild, where it lies beside the repository. It adds cases; the shapes that tests need are their own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@jest/globals';
import { sharedMaterial } from './shared-material.ts';

const FOLDER = sharedMaterial('recorded');

/** Paths of the recorded files whose names match; empty where the folder is absent. */
export function recordedPaths(names: RegExp): readonly string[] {
  if (FOLDER === undefined) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json') && names.test(name))
    .map((name) => join(FOLDER, name));
}

/** The parsed content of a recorded file. */
export function readRecorded(name: string): unknown {
  if (FOLDER === undefined) throw new Error(`${name}: there is no recorded traffic beside the repository`);
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
}

/** A test for each recorded file whose name matches; where there is none, one that is skipped and says why. */
export function testRecorded(
  title: string,
  names: RegExp,
  run: (name: string, content: unknown) => void | Promise<void>,
): void {
  const files = recordedPaths(names).map((path) => path.slice(path.lastIndexOf('/') + 1));
  if (files.length === 0) {
    test.skip(`${title} (no recorded traffic beside the repository)`, () => undefined);
    return;
  }
  test.each(files)(`${title}: %s`, (name) => run(name, readRecorded(name)));
}
