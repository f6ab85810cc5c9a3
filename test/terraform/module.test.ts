import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { documentedFolders, renderTables, withTables } from '../../scripts/terraform-tables.ts';
import { EVENT_FIELDS } from '../../shared/domain/event/event-fields.ts';
import { at, textAt } from './read-json.ts';
import { describeWithTerraform, MODULE, ROOT, readEvents, terraform } from './run-terraform.ts';

describeWithTerraform('the Terraform module', () => {
  test('is formatted as terraform formats', () => {
    const { status, stdout } = spawnSync('terraform', [`-chdir=${MODULE}`, 'fmt', '-check', '-recursive'], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, '']);
  });

  test('is valid, and so are its examples', () => {
    for (const folder of documentedFolders()) {
      const { status, output } = terraform(folder, 'validate', '-no-color');
      expect([folder, status, output]).toEqual([folder, 0, expect.stringContaining('The configuration is valid')]);
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
  test('names the version that the code has, which the changelog knows', () => {
    const versionIn = (folder: string): string =>
      textAt(JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')), 'version');
    const version = versionIn('.');
    expect(['receiver', 'simulator'].map(versionIn)).toEqual([version, version]);
    expect(readFileSync(join(MODULE, 'README.md'), 'utf8')).toContain(`?ref=v${version}"`);
    expect(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${version}\n`);
  });

  test('takes the event fields that the code knows, and names them to whoever gives another', () => {
    const inputs = readFileSync(join(MODULE, 'variables-functions.tf'), 'utf8');
    const [, taken = '', named] =
      /setsubtract\(var\.conference\.fields, \[([^\]]*)\].*?"fields are some of (.*?)\."/s.exec(inputs) ?? [];
    expect([...taken.matchAll(/"(\w+)"/g)].map(([, field]) => field)).toEqual(EVENT_FIELDS);
    expect(named).toBe(`${EVENT_FIELDS.slice(0, -1).join(', ')} and ${EVENT_FIELDS.at(-1)}`);
  });

  test('has tables that say what the module says (node scripts/terraform-tables.ts writes them)', () => {
    for (const folder of documentedFolders()) {
      const readme = readFileSync(join(folder, 'README.md'), 'utf8');
      expect(readme).toBe(withTables(readme, renderTables(folder)));
    }
  });

  test('says of every account what it may do, and of each whose secrets it reads', () => {
    const [, table = ''] = readFileSync(join(MODULE, 'README.md'), 'utf8').split('## Who may do what');
    const rows = [...table.matchAll(/^\| (`[\w-]+`.*?) \| (.*) \|$/gm)];
    const said = (account: string): string =>
      rows.map(([, names, may]) => (names?.includes(`\`${account}\``) ? may : '')).join('');
    const accounts = readFileSync(join(MODULE, 'iam.tf'), 'utf8').matchAll(/^ +"([a-z-]+)" += +"[A-Z]/gm);
    const names = [...accounts].map(([, name = '']) => name);
    expect(names).toHaveLength(9);
    expect([...names, 'act-as-users'].filter((name) => said(name) === '')).toEqual([]);
    const workers = ['sync-calendar-live', 'sync-calendar-upkeep'];
    expect(names.filter((name) => said(name).includes("webhook's secret"))).toEqual(workers);
    expect(names.filter((name) => said(name).includes('channel token keys'))).toEqual([
      ...['receive-notification', ...workers, 'renew-channels', 'manage-calendars'],
    ]);
  });

  test('describes every input and output', () => {
    for (const folder of documentedFolders()) expect(renderTables(folder)).not.toMatch(/\| {2}\|/);
  });
});
