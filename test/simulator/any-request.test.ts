/** Whatever comes over a connection, to whatever path of the simulator: an answer below 500 within its time, and never a stack. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { METHODS } from '../../sandbox/calendar/wire/methods.ts';
import { type Simulator, start } from '../../simulator/src/index.ts';

/** So long a quiet machine never takes; a hang does. */
const ANSWER_MS_MAX = 5_000;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await start();
});
afterAll(() => simulator.close());

const API = [
  ...new Set(Object.values(METHODS).map(({ path }) => `/calendar/v3/${path.replaceAll(/\{\w+\}/g, 'primary')}`)),
];
const OTHERS = [
  '/',
  '/control',
  '/control/seed',
  '/control/clock',
  '/control/tokens',
  '/control/oauth',
  '/control/requests',
  '/control/view',
  '/calendar/faults',
  '/batch/calendar/v3',
  '/discovery/v1/apis/calendar/v3/rest',
  '/o/oauth2/v2/auth',
  '/token',
  '/revoke',
  '/tokeninfo',
  '/oauth2/v1/certs',
  '/.well-known/openid-configuration',
];
const BODIES = [
  '',
  '{}',
  '[]',
  'null',
  '{',
  '"x"',
  '{"start":{"date":"2027-01-01"},"end":{"date":"2027-01-02"}}',
  '{"calendars":[{"id":"a@example.com","events":[{}]}]}',
  '{"calendars":5,"random":"x"}',
  '{"rules":[{"kind":"error"}],"settings":{"tombstones":1}}',
  '{"freeze":"never"}',
  '{"advanceMs":-1}',
  '{"revoke":{}}',
  'grant_type=authorization_code&code=x&client_id=y',
  'a=%ZZ&=&&',
  '--b\r\nContent-Type: application/http\r\n\r\nGET /calendar/v3/colors\r\n\r\n--b--',
  '--b\r\n\r\n\r\n--b\r\n',
];
const HEADERS = {
  authorization: ['Bearer x', 'Bearer user:bob@example.com', 'Bearer ', 'Basic !!!', 'Basic Og=='],
  'content-type': [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/mixed; boundary=b',
    'multipart/mixed',
    'x',
  ],
  'content-encoding': ['gzip', 'deflate', 'br', 'identity'],
  'accept-encoding': ['gzip', 'gzip;q=0', '*'],
  'x-http-method-override': ['GET', 'PATCH', 'NONSENSE', ''],
  'if-match': ['"1"', '*', ''],
  origin: ['http://localhost', 'null'],
};

const call = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'),
  path: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...API) },
    { weight: 3, arbitrary: fc.constantFrom(...OTHERS) },
    fc.webPath(),
    fc.constantFrom(
      '//',
      '/%',
      '/calendar/v3/%FF',
      '/calendar/v3//',
      '/control/../x',
      '/calendar/v3/calendars/a%2Fb/events',
    ),
  ),
  search: fc.oneof(
    fc.constant(''),
    fc.webQueryParameters().map((query) => `?${query}`),
    fc.constantFrom('?', '?a=%', '?fields=((', '?user=x', '?alt=media'),
  ),
  headers: fc.record(
    Object.fromEntries(Object.entries(HEADERS).map(([name, values]) => [name, fc.constantFrom(...values)])),
    { requiredKeys: [] },
  ),
  body: fc.oneof(fc.constantFrom(...BODIES), fc.json()),
});

test('any request is answered in time, below 500 and without a stack', async () => {
  await fc.assert(
    fc.asyncProperty(call, async ({ method, path, search, headers, body }) => {
      const { status, answered } = await send(method, path + search, headers, body);
      expect(status).toBeLessThan(500);
      expect(answered).not.toMatch(/\n\s+at |node:internal|\.ts:\d/);
      // What a call set must not speak for the next one.
      simulator.calendar.faults.set([]);
      simulator.oauth.isDown = false;
    }),
    { numRuns: 500 },
  );
}, 60_000);

function send(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): Promise<{ readonly status: number; readonly answered: string }> {
  return new Promise((done, fail) => {
    // Node says the length of a body by itself only where the method usually has one.
    const all = { ...headers, 'content-length': Buffer.byteLength(body) };
    const to = { port: simulator.port, host: '127.0.0.1', method, path, headers: all, timeout: ANSWER_MS_MAX };
    const asked = request(to, (answer) => {
      text(answer).then((answered) => done({ status: answer.statusCode ?? 0, answered }), fail);
    });
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${ANSWER_MS_MAX} ms`)));
    asked.once('error', fail);
    asked.end(body);
  });
}
