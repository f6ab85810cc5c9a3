/** The published test vectors: they are those of the conformance test, and the kit makes of each what it says. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createReceiver } from '../../receiver/src/index.ts';
import { testVectors } from '../../scripts/make-test-vectors.ts';

const text = readFileSync(join(resolve(import.meta.dirname, '../..'), 'receiver/test-vectors.json'), 'utf8');

interface Vectors {
  readonly secret: string;
  readonly now: number;
  readonly checks: readonly { readonly name: string; readonly steps: readonly Vector[] }[];
}
interface Vector {
  readonly expected: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
const { secret, now, checks }: Vectors = JSON.parse(text);

test('the file is what `npm run test-vectors` writes', () => {
  expect(text).toBe(testVectors());
});

describe('the kit, at the time of the vectors', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: now * 1_000 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  test.each(checks.map((check) => [check.name, check.steps] as const))('%s', async (_, steps) => {
    const { receive } = createReceiver({ secrets: [secret], apply: () => undefined });
    for (const { headers, body, expected } of steps) {
      if (headers === undefined || body === undefined) continue;
      const { status } = await receive(headers, Buffer.from(body));
      expect(status).toBe(expected === 'refused' ? 401 : 204);
    }
  });
});
