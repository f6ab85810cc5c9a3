import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DEFECTS } from './defects.ts';

const PROGRAM = join(import.meta.dirname, 'try-defects.ts');

interface Line {
  readonly name: string;
  readonly by: string | null;
  readonly violation: string | null;
}

describe('the simulation catches', () => {
  let lines: readonly Line[] = [];

  // In a process of its own: the loader that puts the defects in is Node's, not jest's.
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { maxBuffer: 10_000_000 });
    lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }, 300_000);

  test.each(DEFECTS.map(({ name }) => [name]))('that %s', (name) => {
    const { by, violation } = lines.find((line) => line.name === name) ?? {};
    expect({ by, violation }).toEqual({ by: expect.any(String), violation: expect.any(String) });
  });
});
