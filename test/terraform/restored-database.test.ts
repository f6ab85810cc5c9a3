import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BASE } from './inputs.ts';
import { listAt, textAt } from './read-json.ts';
import { describeWithRules, MODULE, ROOT, terraform } from './run-terraform.ts';

const PROVIDER = 'provider["registry.terraform.io/hashicorp/google"]';
const NAMED = { database: 'conference-sync', collection: 'calendars', project: 'example-project' };

/** Of the installation's state, what a database is and what lies in it. */
const STATE = [
  stored('google_firestore_database', 'this', 0, {
    name: 'conference-sync',
    location_id: 'europe-west1',
    type: 'FIRESTORE_NATIVE',
    deletion_policy: 'PREVENT',
    project: 'example-project',
  }),
  stored('google_firestore_index', 'this', 'due-calendars', { ...NAMED, query_scope: 'COLLECTION', fields: [] }),
  stored('google_firestore_field', 'unindexed', 'calendars/dueAt', { ...NAMED, field: 'dueAt' }),
  stored('google_firestore_field', 'expiring', 'bindings', { ...NAMED, collection: 'bindings', field: 'expireAt' }),
];

describeWithRules('a restored database put into service as the runbook says', () => {
  const root = mkdtempSync(join(tmpdir(), 'restored-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  beforeAll(() => {
    writeFileSync(join(root, 'versions.tf'), readFileSync(join(MODULE, 'versions.tf')));
    const restored = {
      source: relative(root, MODULE),
      archive: join(MODULE, 'versions.tf'),
      ...BASE,
      firestore: { existing: 'conference-sync-restored' },
    };
    writeFileSync(join(root, 'main.tf.json'), JSON.stringify({ module: { conference_sync: restored } }));
    const state = { version: 4, terraform_version: '1.11.0', serial: 1, lineage: 'restored', resources: STATE };
    writeFileSync(join(root, 'terraform.tfstate'), JSON.stringify(state));
  });

  /** Addresses in Firestore of what the plan deletes. */
  function deleted(): readonly string[] {
    const plan = terraform(root, 'plan', '-refresh=false', `-out=${join(root, 'restored.tfplan')}`);
    if (plan.status !== 0) throw new Error(plan.output);
    const { output } = terraform(root, 'show', '-json', join(root, 'restored.tfplan'));
    const shown: unknown = JSON.parse(output.slice(output.indexOf('{')));
    return listAt(shown, 'resource_changes')
      .filter((change) => listAt(change, 'change', 'actions').includes('delete'))
      .map((change) => textAt(change, 'address'))
      .filter((address) => address.includes('google_firestore_'));
  }

  test('deletes nothing of the old one', () => {
    // The stand-in replaces nothing of what lies in the database; Google's provider replaces that as well.
    expect(deleted()).toEqual(['module.conference_sync.google_firestore_database.this[0]']);
    const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
    const [, addresses = ''] = runbook.match(/^terraform state rm (.+)$/m) ?? [];
    const { status, output } = terraform(root, 'state', 'rm', ...addresses.split(' '));
    expect([status, output]).toEqual([0, expect.stringContaining(`removed ${STATE.length} resource instance(s)`)]);
    expect(deleted()).toEqual([]);
  }, 180_000);
});

function stored(type: string, name: string, key: string | number, attributes: Readonly<Record<string, unknown>>) {
  const instances = [{ index_key: key, schema_version: 0, attributes }];
  return { module: 'module.conference_sync', mode: 'managed', type, name, provider: PROVIDER, instances };
}
