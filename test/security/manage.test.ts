/** The manage API behind its gate: whatever address, query, body or method is tried, the answer is one of its own and tells nothing. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { installGate } from '../../functions/gate.ts';
import { manageCalendarsHandler } from '../../functions/manage-calendars.ts';
import { World } from '../flow/world.ts';
import { serve } from '../functions/serve.ts';
import type { Served } from '../listen.ts';
import { hostileJson, hostileText, spoilt } from './hostile.ts';
import { requestText, sendRaw } from './raw-request.ts';
import { tally } from './tally.ts';

const inputs = tally('manage API');
let world: World;
let served: Served;
let uninstall: () => void;

beforeAll(async () => {
  world = new World();
  uninstall = installGate('manageCalendars');
  served = await serve(manageCalendarsHandler(world.services));
  await world.register('alice@example.com');
});
afterAll(async () => {
  uninstall();
  await served.close();
});

/** Sends, and holds the answer against what any caller may see. */
async function answered(bytes: Buffer): Promise<number> {
  inputs.count();
  const answer = await sendRaw(Number(new URL(served.url).port), bytes);
  expect([200, 201, 202, 204, 400, 404, 405, 413, 415, 431]).toContain(answer.status);
  expect(answer.headers + answer.body).not.toMatch(/node_modules|\.ts:\d|\.js:\d|at Object|Set-Cookie/);
  if (answer.body !== '') expect(() => JSON.parse(Buffer.from(answer.body, 'latin1').toString('utf8'))).not.toThrow();
  return answer.status;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const part = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'v1',
      'calendars',
      'alice%40example.com',
      'bindings',
      'sync',
      'pause',
      'resume',
      '',
      '.',
      '..',
    ),
  },
  { weight: 2, arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 3_000)) },
  { weight: 1, arbitrary: hostileText.map((text) => text.replace(/[^\x21-\x7e]/g, '').slice(0, 3_000)) },
);
const address = fc.oneof(
  fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  fc.array(part, { maxLength: 3 }).map((parts) => `/v1/calendars/${parts.join('/')}`),
);
const query = fc.oneof(
  fc.constantFrom(
    '',
    '?pageSize=1&pageSize=2',
    '?pageSize[]=5',
    '?pageToken[__proto__]=x',
    '?__proto__[polluted]=1',
    '?status=constructor',
    '?pageSize=1e9',
    '?pageSize=-1',
    '?a[b][c][d][e][f][g]=1',
  ),
  hostileText.map((text) => `?pageToken=${encodeURIComponent(text.toWellFormed()).slice(0, 3_000)}`),
);
const body = fc.oneof(
  spoilt({ subject: 'alice@example.com', conferenceId: 'c-1', full: true, resend: false }).map((value) =>
    JSON.stringify(value),
  ),
  hostileJson.map((value) => JSON.stringify(value)),
  hostileText,
  fc.constantFrom(
    '{"__proto__":{"subject":"x"}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '['.repeat(30_000),
    '{"subject":1e999}',
  ),
);

test('any address, query and body is answered in the words of the API', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'),
      address,
      query,
      body,
      fc.boolean(),
      async (method, path, search, text, isJson) => {
        await answered(requestText(method, path + search, isJson ? JSON_TYPE : {}, Buffer.from(text)));
      },
    ),
    { numRuns: 400 },
  );
});

test('right addresses with spoilt bodies are refused as bad requests or done, never as faults of the service', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        'PUT /v1/calendars/alice%40example.com',
        'PUT /v1/calendars/alice%40example.com/bindings/e1',
        'POST /v1/calendars/alice%40example.com/sync',
      ),
      body,
      async (line, text) => {
        const [method = '', path = ''] = line.split(' ');
        await answered(requestText(method, path, JSON_TYPE, Buffer.from(text)));
      },
    ),
    { numRuns: 300 },
  );
  expect(await answered(requestText('PUT', '/v1/calendars/alice%40example.com', JSON_TYPE, Buffer.from('{bad')))).toBe(
    400,
  );
  expect(await answered(requestText('GET', '/v1/calendars/%ff', {}))).toBe(400);
  expect(await answered(requestText('GET', 'http://[bad/', {}))).toBe(400);
  expect(world.lines.filter(({ line }) => line === 'failure')).toEqual([]);
});
