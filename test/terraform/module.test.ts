import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { renderTables, withTables } from '../../scripts/terraform-tables.ts';
import { at, textAt } from './read-json.ts';
import { describeWithTerraform, MODULE, readEvents, terraform } from './run-terraform.ts';

describeWithTerraform('the Terraform module', () => {
  test('is formatted as terraform formats', () => {
    const { status, stdout } = spawnSync('terraform', [`-chdir=${MODULE}`, 'fmt', '-check', '-recursive'], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, '']);
  });

  test('is valid, and so is its example', () => {
    for (const folder of [MODULE, join(MODULE, 'examples/complete')]) {
      const { status, output } = terraform(folder, 'validate', '-no-color');
      expect([status, output]).toEqual([0, expect.stringContaining('The configuration is valid')]);
    }
  }, 180_000);

  test('passes its own tests', () => {
    const { output } = terraform(MODULE, 'test', '-json');
    const runs = readEvents(output).filter(
      (event) => at(event, 'type') === 'test_run' && textAt(event, 'test_run', 'progress') === 'complete',
    );
    expect(runs.length).toBeGreaterThan(25);
    const failed = runs.filter((event) => textAt(event, 'test_run', 'status') !== 'pass');
    expect(failed.map((event) => textAt(event, 'test_run', 'run'))).toEqual([]);
  }, 180_000);
});

describe('the reference of the module', () => {
  test('has tables that say what the module says (node scripts/terraform-tables.ts writes them)', () => {
    const readme = readFileSync(join(MODULE, 'README.md'), 'utf8');
    expect(readme).toBe(withTables(readme, renderTables(MODULE)));
  });

  test('describes every input and output', () => {
    expect(renderTables(MODULE)).not.toMatch(/\| {2}\|/);
  });
});
