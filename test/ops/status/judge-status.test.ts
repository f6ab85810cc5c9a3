import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../../..');
const inputs = readFileSync(resolve(ROOT, 'terraform/variables-operations.tf'), 'utf8');
const source = readFileSync(resolve(ROOT, 'ops/status/judge-status.ts'), 'utf8');

test.each([
  ['live_message_age_s', 'LIVE_AGE_MAX_MS'],
  ['upkeep_message_age_s', 'UPKEEP_AGE_MAX_MS'],
  ['within_s', 'FRESHNESS_MAX_MS'],
])('the threshold of an alert, %s, is that of the status by default', (input, constant) => {
  const seconds = new RegExp(`\\b${input} += optional\\(number, (\\d+)\\)`).exec(inputs)?.[1];
  const ms = new RegExp(`\\b${constant} = ([\\d_]+);`).exec(source)?.[1]?.replaceAll('_', '');
  expect(Number(ms)).toBe(Number(seconds) * 1_000);
});
