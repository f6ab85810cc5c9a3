/** The programs behind `npm run`: asked how they are used they say so and do nothing, and a wrong flag is no stack trace. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');

test.each([
  ['bench', 'test/bench/bench.ts'],
  ['chaos', 'test/chaos/chaos.ts'],
  ['compare', 'simulator/compare/compare.ts'],
  ['simulate', 'scripts/simulate.ts'],
])(
  'npm run %s',
  (name, program) => {
    const run = (flag: string) => spawnSync(process.execPath, [program, flag], { cwd: ROOT, encoding: 'utf8' });
    const usage = new RegExp(`^usage: npm run ${name} `, 'im');
    const asked = run('--help');
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    expect(asked.stdout).toMatch(usage);
    const wrong = run('--hepl');
    expect(wrong).toMatchObject({ status: 2, stdout: '' });
    expect(wrong.stderr).toMatch(usage);
    expect(wrong.stderr).toContain("Unknown option '--hepl'");
    expect(wrong.stderr).not.toMatch(/^ +at /m);
  },
  150_000,
);
