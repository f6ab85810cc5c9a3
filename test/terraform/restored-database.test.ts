import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { BASE } from './inputs.ts';
import { listAt, textAt } from './read-json.ts';
import { describeWithRules, MODULE, ROOT, terraform } from './run-terraform.ts';

const GOOGLE = 'provider["registry.terraform.io/hashicorp/google"]';
const BUILT_IN = 'provider["terraform.io/builtin/terraform"]';
const NAMED = { database: 'conference-sync', collection: 'calendars', project: 'example-project' };

const ID = { value: ['projects/example-project/databases/conference-sync'], type: ['tuple', ['string']] };
const GUARDED = { value: 'guarded', type: 'string' };

/** What shows that another database is to take the place of the one there is. */
const KNOWN = stored('terraform_data', 'database', undefined, {
  id: '1',
  input: ID,
  output: ID,
  triggers_replace: null,
});
const GUARD = stored('terraform_data', 'guard', undefined, {
  id: '2',
  input: GUARDED,
  output: GUARDED,
  triggers_replace: null,
});

/** Of the installation's state, what a database is and what lies in it. */
const STATE = [
  KNOWN,
  stored('google_firestore_database', 'this', 0, {
    id: ID.value[0],
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

/** A root module of these inputs beside this state. */
function makeRoot(firestore: object, state: readonly object[]): string {
  const root = mkdtempSync(join(tmpdir(), 'restored-'));
  writeFileSync(join(root, 'versions.tf'), readFileSync(join(MODULE, 'versions.tf')));
  const inputs = { source: relative(root, MODULE), archive: join(MODULE, 'versions.tf'), ...BASE, firestore };
  writeFileSync(join(root, 'main.tf.json'), JSON.stringify({ module: { conference_sync: inputs } }));
  const written = { version: 4, terraform_version: '1.11.0', serial: 1, lineage: 'restored', resources: state };
  writeFileSync(join(root, 'terraform.tfstate'), JSON.stringify(written));
  return root;
}

/** Addresses of what the plan deletes, in Firestore and of the guard. */
function deletedBy(root: string): readonly string[] {
  const plan = terraform(root, 'plan', '-refresh=false', `-out=${join(root, 'restored.tfplan')}`);
  if (plan.status !== 0) throw new Error(plan.output);
  const { output } = terraform(root, 'show', '-json', join(root, 'restored.tfplan'));
  const shown: unknown = JSON.parse(output.slice(output.indexOf('{')));
  return listAt(shown, 'resource_changes')
    .filter((change) => listAt(change, 'change', 'actions').includes('delete'))
    .map((change) => textAt(change, 'address').replace('module.conference_sync.', ''))
    .filter((address) => /^(google_firestore_|terraform_data)/.test(address));
}

describeWithRules('a database that is guarded', () => {
  const roots: string[] = [];
  afterAll(() => {
    for (const root of roots) rmSync(root, { recursive: true, force: true });
  });
  const deleted = (firestore: object, state: readonly object[]): readonly string[] => {
    const root = makeRoot(firestore, state);
    roots.push(root);
    return deletedBy(root);
  };

  test('deletes the guard first, which refuses, where it is to go', () => {
    expect(deleted({ existing: 'another' }, [...STATE, GUARD])).toContain('terraform_data.guard');
  }, 180_000);

  test('leaves the guard alone where it stays, and where the guard has not looked after it so far', () => {
    const stays = { location: 'europe-west1', point_in_time_recovery: true };
    expect(deleted(stays, [...STATE, GUARD])).toEqual([]);
    expect(deleted(stays, [...STATE.filter((one) => one !== KNOWN), GUARD])).toEqual([]);
  }, 180_000);
});

describeWithRules('a restored database put into service as the runbook says', () => {
  const root = makeRoot({ existing: 'conference-sync-restored' }, [...STATE, GUARD]);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('deletes nothing of the old one, and is not refused', () => {
    // The stand-in replaces nothing of what lies in the database; Google's provider replaces that as well.
    expect(deletedBy(root)).toEqual(['google_firestore_database.this[0]', 'terraform_data.guard']);
    const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
    const [, addresses = ''] = runbook.match(/^terraform state rm (.+)$/m) ?? [];
    const { status, output } = terraform(root, 'state', 'rm', ...addresses.split(' '));
    expect([status, output]).toEqual([0, expect.stringContaining(`removed ${STATE.length} resource instance(s)`)]);
    expect(deletedBy(root)).toEqual([]);
  }, 180_000);
});

function stored(type: string, name: string, key: string | number | undefined, attributes: object) {
  const instances = [{ ...(key !== undefined && { index_key: key }), schema_version: 0, attributes }];
  const provider = type === 'terraform_data' ? BUILT_IN : GOOGLE;
  return { module: 'module.conference_sync', mode: 'managed', type, name, provider, instances };
}
