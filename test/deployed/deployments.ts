/**
 * The six deployments as the Terraform plan makes them. `deployments.json` is a copy of the plan of terraform/tests/complete.tftest.hcl;
 * test/terraform/deployments.test.ts holds it to the plan, and tells how to write it anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../../shared/config/settings.ts';

/** The copy's file. */
export const DEPLOYMENTS_FILE = join(import.meta.dirname, 'deployments.json');

/** One function of Cloud Run, as far as its process can tell. */
export interface Deployment {
  readonly name: string;
  readonly target: FunctionName;
  /** As Terraform says it, such as `512Mi`. */
  readonly memory: string;
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that come from Secret Manager. */
  readonly secrets: readonly string[];
}

/** All six, by name. */
export const DEPLOYMENTS: readonly Deployment[] = JSON.parse(readFileSync(DEPLOYMENTS_FILE, 'utf8'));

/** The deployment of this name. @throws Error where there is none */
export function deploymentOf(name: string): Deployment {
  const found = DEPLOYMENTS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the plan has no function ${name}`);
  return found;
}

/** The memory of an instance; bytes. */
export function memoryBytesOf({ memory }: Deployment): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(memory) ?? [];
  if (amount === undefined) throw new Error(`${memory} is no amount of memory in Mi or Gi`);
  return Number(amount) * (unit === 'Gi' ? 1_024 : 1) * MEBIBYTE;
}

const MEBIBYTE = 1_024 * 1_024;
/** What the buildpack leaves beside the old generation (cmd/nodejs/functions_framework/lib). */
const BESIDE_OLD_SPACE_MIB = 64;

/** The options of Node that an instance starts with: the buildpack's bound of the old generation, then those of the plan. */
export function nodeOptionsOf(deployment: Deployment): readonly string[] {
  const oldSpace = memoryBytesOf(deployment) / MEBIBYTE - BESIDE_OLD_SPACE_MIB;
  return [`--max-old-space-size=${oldSpace}`, ...(deployment.environment.NODE_OPTIONS?.split(' ') ?? [])];
}

/** What Secret Manager holds, where a test has no values of its own. */
export const SECRETS: Readonly<Record<string, string>> = {
  CHANNEL_TOKEN_KEYS: 'a channel token key of no test',
  CONFERENCE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 'of no test').toString('base64')}`,
  CONNECTION_KEYS: Buffer.alloc(32, 'of no test').toString('base64'),
  OAUTH_CLIENT_SECRET: 'an OAuth client key of no test',
};

/** The secrets that a deployment reads, and no other. */
export function secretsGivenTo({ secrets }: Deployment): Readonly<Record<string, string>> {
  return Object.fromEntries(secrets.map((name) => [name, SECRETS[name] ?? '']));
}
