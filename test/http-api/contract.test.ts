/**
 * docs/openapi.json against what `npm start` serves and what is deployed: requests made from the document, right and wrong, each answered as
 * the document says; and both servers say the same.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sendRaw } from '../security/raw-request.ts';
import { tally } from '../security/tally.ts';
import { type BothServers, startBoth } from './both-servers.ts';
import { DESCRIBED, type DescribedOperation, faultsOf, type GivenAnswer } from './document.ts';
import { type GeneratedRequest, rightRequests, wrongRequests } from './generated-requests.ts';
import { SAME_REQUESTS } from './same-requests.ts';
import { send } from './send.ts';

/** For each operation, each of the two kinds and each of the two servers. */
const RUNS = 60;
const PATIENCE_MS = 120_000;
/** What a right request can be refused with: the calendar is not there, or is not as a condition says. */
const REFUSALS_OF_RIGHT = [404, 412];
const REFUSALS_OF_WRONG = [400, 415];

const generated = tally('manage API, made from its document');
let servers: BothServers;

beforeAll(async () => {
  servers = await startBoth();
  for (const origin of [servers.sandbox, servers.deployed]) {
    const body = Buffer.from('{"subject":"alice@example.com"}');
    const headers = { 'content-type': 'application/json' };
    const { status } = await send(origin, { method: 'PUT', path: '/v1/calendars/alice%40example.com', headers, body });
    expect(status).toBe(201);
  }
}, PATIENCE_MS);
afterAll(() => servers?.close(), PATIENCE_MS);

/** Sends, and holds the answer to the document. */
async function answered(
  origin: string,
  operation: DescribedOperation,
  request: GeneratedRequest,
): Promise<GivenAnswer> {
  generated.count();
  const answer = await send(origin, request);
  expect({ request, faults: faultsOf(operation, answer) }).toEqual({ request, faults: [] });
  expect(answer.status).toBeLessThan(500);
  expect(JSON.stringify(answer)).not.toMatch(/node_modules|\.[cm]?[jt]s:\d|at Object/);
  return answer;
}

describe.each(['sandbox', 'deployed'] as const)('%s', (place) => {
  test.each(DESCRIBED.map((one) => [one.operationId, one] as const))(
    '%s takes every right request',
    async (_, operation) => {
      await fc.assert(
        fc.asyncProperty(rightRequests(operation), async (request) => {
          const { status, text } = await answered(servers[place], operation, request);
          if (status >= 400 && !REFUSALS_OF_RIGHT.includes(status)) throw new Error(`${status} ${text}`);
        }),
        { numRuns: RUNS },
      );
    },
    PATIENCE_MS,
  );

  test.each(DESCRIBED.map((one) => [one.operationId, one] as const))(
    '%s refuses every wrong request',
    async (_, operation) => {
      await fc.assert(
        fc.asyncProperty(wrongRequests(operation), async (request) => {
          const { status, text } = await answered(servers[place], operation, request);
          if (!REFUSALS_OF_WRONG.includes(status)) throw new Error(`${request.wrong} was answered ${status} ${text}`);
        }),
        { numRuns: RUNS },
      );
    },
    PATIENCE_MS,
  );
});

describe('both servers', () => {
  const told = async (origin: string, bytes: Buffer, patienceMs?: number): Promise<object> => {
    const answer = await sendRaw(Number(new URL(origin).port), bytes, patienceMs);
    const names = [...answer.headers.matchAll(/^([\w-]+):/gm)].map(([, name]) => name?.toLowerCase()).sort();
    const kept = /^(?:content-type|allow|connection|retry-after):.*$/gim;
    return { status: answer.status, names, headers: answer.headers.match(kept), content: contentOf(answer.body) };
  };
  /** Times and tags are each server's own. */
  const contentOf = (text: string): unknown => {
    const body = Buffer.from(text, 'latin1').toString('utf8');
    if (!body.startsWith('{')) return body;
    const content: Record<string, unknown> = JSON.parse(body);
    return 'detail' in content ? content : Object.keys(content);
  };

  test(
    `answer ${SAME_REQUESTS.length} requests alike`,
    async () => {
      const different: object[] = [];
      for (const [name, bytes] of SAME_REQUESTS) {
        const [sandbox, deployed] = [await told(servers.sandbox, bytes), await told(servers.deployed, bytes)];
        if (JSON.stringify(sandbox) !== JSON.stringify(deployed)) different.push({ name, sandbox, deployed });
        expect(JSON.stringify(sandbox)).not.toMatch(/<html|node_modules|\.[cm]?[jt]s:\d|at Object/);
      }
      expect(different).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'answer 408 to a body that does not come',
    async () => {
      const stalled = Buffer.from(
        'PUT /v1/calendars/bob%40example.com HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
      );
      const [sandbox, deployed] = await Promise.all([
        told(servers.sandbox, stalled, PATIENCE_MS),
        told(servers.deployed, stalled, PATIENCE_MS),
      ]);
      expect(sandbox).toMatchObject({ status: 408, content: { title: 'Request timeout', status: 408 } });
      expect(deployed).toEqual(sandbox);
    },
    PATIENCE_MS,
  );
});
