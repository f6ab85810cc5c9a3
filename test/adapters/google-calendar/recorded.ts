/** Calendar traffic recorded in the wild, where the folder beside the repository is present. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from '@jest/globals';

const FOLDER = join(import.meta.dirname, '../../../../shared/recorded');

/** Names of recorded files that begin like this; empty where the folder is absent. */
export function recordedFiles(prefix: string): readonly string[] {
  return existsSync(FOLDER)
    ? readdirSync(FOLDER).filter((name) => name.startsWith(prefix) && name.endsWith('.json'))
    : [];
}

/** The parsed content of a recorded file. */
export function readRecorded(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
}

/** A test for each recorded file, or one that says why there is none. */
export function testRecorded(title: string, prefix: string, run: (name: string, content: unknown) => void): void {
  const names = recordedFiles(prefix);
  if (names.length === 0) {
    test(`${title} (not run: no recorded traffic beside the repository)`, () => {
      process.stderr.write(`recorded traffic is absent, skipped: ${title}\n`);
    });
    return;
  }
  test.each(names)(`${title}: %s`, (name) => run(name, readRecorded(name)));
}
