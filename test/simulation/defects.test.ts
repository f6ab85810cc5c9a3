import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DEFECTS } from './defects.ts';

const PROGRAM = join(import.meta.dirname, 'try-defects.ts');
/** How many the simulation has to catch without a story that was made for them. */
const CAUGHT_BY_SEEDS_MIN = 105;

interface Line {
  readonly name: string;
  readonly seed?: number | null;
  readonly by?: string | null;
  readonly violation?: string | null;
}

describe('the simulation catches', () => {
  let lines: readonly Line[] = [];

  // In a process of its own: the loader that puts the defects in is Node's, not jest's. Where a seed on record does not catch its defect any
  // more, all are tried: slower, until `node test/simulation/try-defects.ts --write` has recorded others.
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, '--recorded'], { maxBuffer: 10_000_000 });
    lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }, 600_000);

  test.each(DEFECTS.map(({ name }) => [name]))('that %s', (name) => {
    const { by, violation } = lines.find((line) => line.name === name) ?? {};
    expect({ by, violation }).toEqual({ by: expect.any(String), violation: expect.any(String) });
  });

  test(`${CAUGHT_BY_SEEDS_MIN} of them by random seeds alone`, () => {
    expect(lines.filter(({ seed }) => typeof seed === 'number').length).toBeGreaterThanOrEqual(CAUGHT_BY_SEEDS_MIN);
  });
});
