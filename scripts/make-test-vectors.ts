/**
 * `npm run test-vectors`: writes receiver/test-vectors.json, the deliveries of the conformance test with a fixed key and fixed times, for the
 * unit tests of receivers in any language.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Delivery, Step } from '../ops/webhook/check.ts';
import { checksOf } from '../ops/webhook/checks.ts';
import { headersOf } from '../ops/webhook/sign-delivery.ts';

const SECRET = `whsec_${Buffer.from('the key of the test vectors').toString('base64')}`;
const NOW = Date.UTC(2027, 0, 20, 9);
/** Crowds and hang-ups are nothing that a vector can show. */
const LEFT_OUT = /at once|hangs up/;

const TARGET = resolve(import.meta.dirname, '../receiver/test-vectors.json');

/** The file's text. */
export function testVectors(): string {
  const checks = checksOf({ name: 'vector', now: NOW })
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map(({ name, rule, means, steps }) => ({ name, rule, means, steps: steps.flatMap(vectorsOf) }));
  return `${JSON.stringify({ secret: SECRET, now: NOW / 1_000, checks }, null, 2)}\n`;
}

function vectorsOf(step: Step): object[] {
  switch (step.kind) {
    case 'send':
      return step.deliveries.map((delivery) => ({
        expected: step.expected,
        headers: headersWithoutLength(delivery),
        body: delivery.body,
      }));
    case 'read':
      return [{ read: step.conferenceId, expected: step.expected }];
    case 'hang-up':
      return [];
  }
}

/** Whatever a unit test sends them with says itself how long the body is. */
function headersWithoutLength(delivery: Delivery): object {
  const { 'content-length': _, ...headers } = headersOf(delivery, SECRET, NOW);
  return headers;
}

if (process.argv[1] === import.meta.filename) writeFileSync(TARGET, testVectors());
