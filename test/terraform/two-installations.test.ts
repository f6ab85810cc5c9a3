import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BASE } from './inputs.ts';
import { at, listAt, textAt } from './read-json.ts';
import { describeWithRules, MODULE, terraform } from './run-terraform.ts';

/** By which a resource of Google is told from others of its kind. */
const NAMES = [
  'name',
  'account_id',
  'secret_id',
  'service_id',
  'service',
  'display_name',
  'dashboard_json',
  'collection',
];

/** Where else a resource is, and for whom. */
const PLACES = ['database', 'topic', 'subscription', 'field', 'role', 'bucket', 'crypto_key_id', 'member'];

describeWithRules('two installations in one project', () => {
  const root = mkdtempSync(join(tmpdir(), 'two-'));
  let resources: readonly unknown[] = [];

  beforeAll(() => {
    copyFileSync(join(MODULE, 'versions.tf'), join(root, 'versions.tf'));
    const both = ['', 'staging-'].map((prefix) => [
      prefix === '' ? 'one' : 'two',
      {
        source: relative(root, MODULE),
        archive: join(MODULE, 'versions.tf'),
        ...BASE,
        prefix,
        access: { operators: ['group:oncall@example.com'] },
        kms_key: 'projects/example-project/locations/europe-west1/keyRings/ours/cryptoKeys/sync',
        calendar: { auth: 'oauth', oauth_client_id: '1234.apps.googleusercontent.com' },
        secrets: Object.fromEntries(
          ['channel_token_keys', 'conference_webhook_secret', 'oauth_client_secret'].map((name) => [
            name,
            { version: '1' },
          ]),
        ),
      },
    ]);
    writeFileSync(join(root, 'both.tf.json'), JSON.stringify({ module: Object.fromEntries(both) }));
    const plan = terraform(root, 'plan', `-out=${join(root, 'both.tfplan')}`);
    if (plan.status !== 0) throw new Error(plan.output);
    const { output } = terraform(root, 'show', '-json', join(root, 'both.tfplan'));
    const shown: unknown = JSON.parse(output.slice(output.indexOf('{')));
    resources = listAt(shown, 'planned_values', 'root_module', 'child_modules').flatMap((module) =>
      listAt(module, 'resources').map((resource) => ({ ...Object(resource), module: textAt(module, 'address') })),
    );
  }, 180_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const keysOf = (module: string): readonly string[] =>
    resources
      .filter((resource) => at(resource, 'module') === module)
      // APIs are the project's, and nobody disables them.
      .filter(
        (resource) =>
          !/^(google_project_service|google_project_service_identity|time_sleep|terraform_data)$/.test(
            textAt(resource, 'type'),
          ),
      )
      .map((resource) => {
        const values = NAMES.map((name) => textAt(resource, 'values', name));
        const place = PLACES.map((name) => textAt(resource, 'values', name));
        return [
          textAt(resource, 'type'),
          ...values,
          ...place,
          JSON.stringify(at(resource, 'values', 'condition') ?? ''),
        ].join(' ');
      });

  test('share nothing that is named', () => {
    const named = keysOf('module.one');
    expect(named.length).toBeGreaterThan(120);
    expect(named.some((key) => key.startsWith('google_kms_crypto_key_iam_member'))).toBe(true);
    expect(named.some((key) => /roles\/monitoring\.viewer +group:oncall/.test(key))).toBe(true);
    const other = new Set(keysOf('module.two'));
    expect(named.filter((key) => other.has(key) && !isOfTheBuild(key))).toEqual([]);
  });

  test('read each its own users consents', () => {
    const conditions = resources
      .filter((resource) => /refresh_tokens/.test(textAt(resource, 'address')))
      .map((resource) => textAt(resource, 'values', 'condition', 0, 'expression').replace(/.*secrets\//, ''));
    expect(new Set(conditions)).toEqual(new Set(['calendar-refresh-token-")', 'staging-calendar-refresh-token-")']));
  });
});

/** What the build's account is granted on the project names no resource; the account is each installation's own. */
function isOfTheBuild(key: string): boolean {
  return /^google_project_iam_member .*roles\/(artifactregistry|logging|storage)/.test(key);
}
