/**
 * Where the google provider cannot be had, a stand-in with its schemas may take its place: a folder with `run.mjs DIR COMMAND`,
 * named by TERRAFORM_OFFLINE. Its extract of the schemas lacks arguments that the provider requires; they are put right in a copy.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { at } from './read-json.ts';

const SOURCES = ['run.mjs', 'provider.mjs', 'plugin.proto', 'package.json', 'package-lock.json'];
const REQUIRED = { type: 'string', required: true, forceNew: true };
const COMPUTED = { type: 'string', optional: true, computed: true };

/** What the provider's reference says of these resources (hashicorp/google 7.46) and the extract does not. */
const CORRECTIONS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  google_project_iam_member: { project: REQUIRED },
  google_service_account_iam_member: { service_account_id: REQUIRED },
  google_pubsub_subscription_iam_member: { subscription: REQUIRED, project: COMPUTED },
  google_storage_bucket_object: {
    source: { type: 'string', optional: true, forceNew: true, exactlyOneOf: ['source', 'content'] },
    content: { ...COMPUTED, sensitive: true, exactlyOneOf: ['source', 'content'] },
  },
};

/** The folder of the stand-in, or undefined where there is none. */
export function findStandIn(root: string): string | undefined {
  const folder = resolve(root, process.env.TERRAFORM_OFFLINE ?? '../shared/tools/terraform-offline');
  return existsSync(join(folder, 'run.mjs')) ? folder : undefined;
}

/**
 * A corrected copy of the stand-in in a folder of its own; whoever asked for it removes it. Where the stand-in has no packages yet,
 * its copy installs them when it first runs.
 */
export function copyStandIn(folder: string): { readonly script: string; remove(): void } {
  const copy = mkdtempSync(join(tmpdir(), 'stand-in-'));
  for (const name of SOURCES) copyFileSync(join(folder, name), join(copy, name));
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) symlinkSync(modules, join(copy, 'node_modules'));
  const schema: unknown = JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8'));
  for (const [resource, attributes] of Object.entries(CORRECTIONS)) {
    Object.assign(Object(at(schema, 'resources', resource, 'attributes')), attributes);
  }
  writeFileSync(join(copy, 'schema.json'), JSON.stringify(schema));
  return { script: join(copy, 'run.mjs'), remove: () => rmSync(copy, { recursive: true, force: true }) };
}
