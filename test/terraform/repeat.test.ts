import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { at, listAt, textAt } from './read-json.ts';
import { describeWithTerraform, type Installation, MODULE, makeInstallation, ofType } from './run-terraform.ts';

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
    expect(variables).toEqual([{}, {}, {}, {}, {}]);
    const pushes = unknownIn('google_pubsub_subscription', 'push_config', 0, 'push_endpoint');
    expect(pushes).toEqual(Array(4).fill(undefined));
    expect(unknownIn('google_cloud_scheduler_job', 'http_target', 0, 'uri')).toEqual([undefined]);
  });
});

describe('a destroy', () => {
  test('comes upon the guard before anything else: the guard depends on every resource', () => {
    const text = readdirSync(MODULE)
      .filter((name) => name.endsWith('.tf'))
      .map((name) => readFileSync(join(MODULE, name), 'utf8'))
      .join('\n');
    const resources = [...text.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`);
    const guard = readFileSync(join(MODULE, 'guard.tf'), 'utf8');
    const before = guard.slice(guard.indexOf('depends_on'));
    const unguarded = resources.filter((name) => !before.includes(`    ${name},\n`));
    expect(unguarded).toEqual(['terraform_data.guard']);
  });
});

/** Where a value is one that proto3 JSON does not carry. */
function emptyPartsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => emptyPartsOf(inner, `${path}/${key}`));
  }
  return value === 0 || value === '' || value === false || typeof value === 'object' ? [path] : [];
}
