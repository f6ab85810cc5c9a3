/**
 * Runs terraform for tests: with the real provider where `terraform init` has been run in terraform/, else with a stand-in for it,
 * else not at all. Mocked providers make plan and state known without a project.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe } from '@jest/globals';
import { onceARun } from '../run-folder.ts';
import { at, listAt, textAt } from './read-json.ts';
import { findStandIn, installStandIn } from './stand-in.ts';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../..');
/** The module's folder. */
export const MODULE = join(ROOT, 'terraform');
/** Where `terraform init` leaves what it downloaded. */
const PROVIDERS = join(MODULE, '.terraform/providers');

type Means =
  | { readonly kind: 'provider' }
  | { readonly kind: 'stand-in'; readonly folder: string }
  | { readonly kind: 'none'; readonly reason: string };

function findMeans(): Means {
  if (spawnSync('terraform', ['version']).status !== 0) return { kind: 'none', reason: 'terraform is not installed' };
  if (existsSync(join(PROVIDERS, 'registry.terraform.io/hashicorp/google'))) return { kind: 'provider' };
  const folder = findStandIn();
  return folder === undefined
    ? { kind: 'none', reason: 'terraform/ is not initialised: terraform -chdir=terraform init -backend=false' }
    : { kind: 'stand-in', folder };
}

const means = findMeans();

/** What a command left. */
export interface Run {
  readonly status: number | null;
  readonly output: string;
}

/** Runs `terraform COMMAND` in the folder. @throws Error where there is nothing to run it with */
export function terraform(folder: string, ...command: readonly string[]): Run {
  if (means.kind === 'none') throw new Error(means.reason);
  // Terraform spends a quarter of its processor time on collecting garbage, of which there is little.
  const options = { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, env: { ...process.env, GOGC: '400' } } as const;
  if (means.kind === 'provider') {
    const data = mkdtempSync(join(tmpdir(), 'terraform-'));
    const env = { ...options.env, TF_DATA_DIR: data };
    try {
      const init = ['init', '-backend=false', '-input=false', `-plugin-dir=${PROVIDERS}`];
      spawnSync('terraform', [`-chdir=${folder}`, ...init], { ...options, env });
      const { status, stdout, stderr } = spawnSync('terraform', [`-chdir=${folder}`, ...command], { ...options, env });
      return { status, output: stdout + stderr };
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  }
  const script = installStandIn(means.folder);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder, ...command], options);
  return { status, output: stdout + stderr };
}

/** `describe` where terraform can be run, which says how; elsewhere the suite is skipped and says why. */
export function describeWithTerraform(name: string, suite: () => void): void {
  describeUnless(means.kind === 'none' ? means.reason : undefined, name, suite);
}

/** `describe` where values are held to the rules of the provider and of Google; elsewhere the suite is skipped and says why. */
export function describeWithRules(name: string, suite: () => void): void {
  const reason = 'only the stand-in for the google provider knows what Google itself would refuse';
  describeUnless(means.kind === 'stand-in' ? undefined : reason, name, suite);
}

function describeUnless(reason: string | undefined, name: string, suite: () => void): void {
  if (reason !== undefined) {
    process.stdout.write(`skipped: ${name} (${reason})\n`);
    describe.skip(name, suite);
    return;
  }
  process.stdout.write(
    `terraform with ${means.kind === 'provider' ? 'the google provider' : 'a stand-in for the google provider'}: ${name}\n`,
  );
  describe(name, suite);
}

/** A resource as it would be after the first apply. */
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly values: unknown;
}

/** What a whole installation is made of: the mocked apply and the plan of tests/complete.tftest.hcl. */
export interface Installation {
  readonly resources: readonly Resource[];
  /** The plan as terraform writes it, for what must not even be planned. */
  readonly planText: string;
}

/** What terraform said when it made the installation. */
const OUTPUT_FILE = 'output.jsonl';

/** Lines of `terraform test -json` that are JSON. */
export function readEvents(output: string): readonly unknown[] {
  return output.split('\n').flatMap((line): unknown[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

/** The installation, which is made once for all suites of a run. @throws Error with terraform's own words where its tests fail */
export function makeInstallation(): Installation {
  const folder = onceARun('installation', (own) => {
    const { status, output } = terraform(MODULE, 'test', '-json', '-verbose', '-filter=tests/complete.tftest.hcl');
    if (status !== 0) throw new Error(output.slice(0, 20_000));
    writeFileSync(join(own, OUTPUT_FILE), output);
  });
  const events = readEvents(readFileSync(join(folder, OUTPUT_FILE), 'utf8'));
  const state = events.find((event) => at(event, 'type') === 'test_state');
  const plan = events.find((event) => at(event, 'type') === 'test_plan');
  return {
    resources: listAt(state, 'test_state', 'root_module', 'resources').map((resource) => ({
      address: textAt(resource, 'address'),
      type: textAt(resource, 'type'),
      values: at(resource, 'values'),
    })),
    planText: JSON.stringify(at(plan, 'test_plan', 'resource_changes')),
  };
}

/** The resources of a type. */
export function ofType({ resources }: Installation, type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}
