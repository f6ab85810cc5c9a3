/** Where secrets lie, which Google changes for none: a plan that asks for it is refused before an apply stops half-way. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { BASE } from './inputs.ts';
import { describeWithRules, MODULE, type Run, terraform } from './run-terraform.ts';

const SECRETS = ['channel_token_keys', 'conference_webhook_secret'];

/** A plan of these inputs where the secrets were made in these regions. */
function plan(root: string, made: readonly string[], inputs: object): Run {
  const module = { source: relative(root, MODULE), archive: join(MODULE, 'versions.tf'), ...BASE, ...inputs };
  writeFileSync(join(root, 'versions.tf'), readFileSync(join(MODULE, 'versions.tf')));
  writeFileSync(join(root, 'main.tf.json'), JSON.stringify({ module: { conference_sync: module } }));
  const regions = { value: made, type: ['list', 'string'] };
  const instances = SECRETS.map((key) => ({
    index_key: key,
    schema_version: 0,
    attributes: { id: key, input: regions, output: regions, triggers_replace: null },
  }));
  const provider = 'provider["terraform.io/builtin/terraform"]';
  const known = { module: 'module.conference_sync', mode: 'managed', type: 'terraform_data', name: 'secret_regions' };
  const resources = [{ ...known, provider, instances }];
  const state = { version: 4, terraform_version: '1.11.0', serial: 1, lineage: 'regions', resources };
  writeFileSync(join(root, 'terraform.tfstate'), JSON.stringify(state));
  return terraform(root, 'plan', '-refresh=false', '-no-color');
}

describeWithRules('secrets that were made', () => {
  const root = mkdtempSync(join(tmpdir(), 'regions-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const own = (name: string) => ({ secret: `our-${name}`, version: '1' });

  test.each<[string, readonly string[], object]>([
    ['wherever Google likes', [], { secret_regions: ['europe-west1'] }],
    ['in one region', ['europe-west1'], {}],
    ['in two regions', ['europe-west1', 'europe-west4'], { secret_regions: ['europe-west1'] }],
  ])(
    '%s stay there, and a plan that wants them elsewhere says so',
    (_, made, inputs) => {
      const { status, output } = plan(root, made, inputs);
      expect(status).toBe(1);
      expect(output.replace(/\s+/g, ' ')).toContain('A secret stays in the regions that it was made in.');
    },
    180_000,
  );

  test.each<[string, readonly string[], object]>([
    [
      'in the same regions in another order',
      ['europe-west1', 'europe-west4'],
      { secret_regions: ['europe-west4', 'europe-west1'] },
    ],
    [
      'and that others take the place of',
      [],
      {
        secret_regions: ['europe-west1'],
        secrets: { channel_token_keys: own('keys'), conference_webhook_secret: own('webhook') },
      },
    ],
  ])(
    '%s do not stand in the way',
    (_, made, inputs) => {
      const { status, output } = plan(root, made, inputs);
      expect([status, output.match(/Error: .*/)?.[0]]).toEqual([0, undefined]);
    },
    180_000,
  );
});
