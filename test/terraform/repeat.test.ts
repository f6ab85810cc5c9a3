import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { at, listAt, textAt } from './read-json.ts';
import { describeWithTerraform, type Installation, MODULE, makeInstallation, ofType } from './run-terraform.ts';

/** Addresses of all resources of the module. */
const RESOURCES = readdirSync(MODULE)
  .filter((name) => name.endsWith('.tf'))
  .flatMap((name) => [...readFileSync(join(MODULE, name), 'utf8').matchAll(/^resource "(\w+)" "(\w+)"/gm)])
  .map(([, type, name]) => `${type}.${name}`);

describeWithTerraform('a second apply', () => {
  let installation: Installation;
  beforeAll(() => {
    installation = makeInstallation();
  }, 180_000);

  test('finds no zero or empty value in the dashboard, for Google leaves them out', () => {
    const dashboards = ofType(installation, 'google_monitoring_dashboard');
    expect(dashboards.length).toBeGreaterThan(0);
    for (const { values } of dashboards) expect(emptyPartsOf(JSON.parse(textAt(values, 'dashboard_json')))).toEqual([]);
  });

  test('plans each function, push and tick without a value that is known only when another is made', () => {
    const changes: unknown = JSON.parse(installation.planText);
    const unknownIn = (type: string, ...path: readonly (string | number)[]): readonly unknown[] =>
      listAt(changes)
        .filter((change) => textAt(change, 'type') === type)
        .map((change) => at(change, 'change', 'after_unknown', ...path));
    const variables = unknownIn('google_cloudfunctions2_function', 'service_config', 0, 'environment_variables');
    expect(variables).toEqual(Array(6).fill({}));
    const pushes = unknownIn('google_pubsub_subscription', 'push_config', 0, 'push_endpoint');
    expect(pushes).toEqual(Array(4).fill(undefined));
    expect(unknownIn('google_cloud_scheduler_job', 'http_target', 0, 'uri')).toEqual([undefined]);
  });
});

describe('a destroy', () => {
  test('comes upon the guard before anything else: the guard depends on every resource', () => {
    const guarded = dependenciesOf('guard.tf', 'terraform_data.guard');
    expect(RESOURCES.filter((name) => !guarded.includes(name))).toEqual(['terraform_data.guard']);
  });
});

describe('a first apply', () => {
  test('makes functions after all grants on the project have spread', () => {
    const waitedFor = dependenciesOf('apply-waits.tf', 'time_sleep.project_grants');
    expect([...waitedFor].sort()).toEqual(RESOURCES.filter((name) => name.startsWith('google_project_iam_')).sort());
    for (const name of ['receiver', 'behind'])
      expect(dependenciesOf('functions.tf', `google_cloudfunctions2_function.${name}`)).toContain(
        'time_sleep.project_grants',
      );
  });
});

/** What a resource of the module lists under `depends_on`. */
function dependenciesOf(file: string, address: string): readonly string[] {
  const [type = '', name = ''] = address.split('.');
  const text = readFileSync(join(MODULE, file), 'utf8');
  const block = text.slice(text.indexOf(`resource "${type}" "${name}"`)).split(/^}/m, 1)[0] ?? '';
  const list = block.slice(block.indexOf('  depends_on = ['));
  return [...list.matchAll(/\w+\.\w+/g)].map(([one]) => one);
}

/** Where a value is one that proto3 JSON does not carry. */
function emptyPartsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => emptyPartsOf(inner, `${path}/${key}`));
  }
  return value === 0 || value === '' || value === false || typeof value === 'object' ? [path] : [];
}
