/** What any client may send: batches, other origins, compressed bodies, methods by another name, and where it finds all that. */
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { calendarListener } from '../../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { ALICE, eventsPath, meeting } from './world.ts';

const EVENTS = `/calendar/v3/${eventsPath(ALICE)}`;

let server: Server;
let root: string;
beforeEach(async () => {
  const calendar = new SimulatedCalendar({
    now: Date.now,
    userOfToken: (token) => (token === 'ok' ? ALICE : undefined),
  });
  calendar.addCalendar(ALICE);
  const listen = calendarListener(calendar);
  server = createServer((request, response) => void listen(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  root = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const post = (path: string, body: string | Uint8Array<ArrayBuffer> | undefined, headers: Record<string, string> = {}) =>
  fetch(root + path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });

/** The body of an answer, whose members a test looks into. */
async function jsonOf(answer: Response) {
  return Object(await answer.json());
}

describe('a batch', () => {
  const part = (id: string, text: string) =>
    `--b1\r\nContent-Type: application/http\r\nContent-ID: <${id}>\r\n\r\n${text}\r\n`;
  const insert = (title: string) =>
    `POST ${EVENTS}?alt=json HTTP/1.1\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ ...meeting(), summary: title })}`;

  test('is answered call by call, in order, with the token of the whole or of one', async () => {
    const calls = [
      part('one + 1', insert('A')),
      part('two + 2', `GET ${EVENTS}`),
      part('three + 3', `GET ${EVENTS}\r\nAuthorization: Bearer wrong`),
      part('four + 4', 'DELETE /other/v1/x'),
      part('five + 5', `POST ${EVENTS}\r\n\r\n{`),
      part('six + 6', `GET ${root}${EVENTS}?maxResults=1 HTTP/1.1`),
    ];
    const headers = { 'content-type': 'multipart/mixed; boundary="b1"', authorization: 'Bearer ok' };
    const answer = await post('/batch/calendar/v3', `${calls.join('')}--b1--`, headers);
    const text = await answer.text();
    const boundary = /boundary=(\S+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? '';
    const parts = text.split(`--${boundary}`).slice(1, -1);
    expect(parts.map((one) => /HTTP\/1\.1 (\d+)/.exec(one)?.[1])).toEqual(['200', '200', '401', '404', '400', '200']);
    expect(parts.map((one) => /Content-ID: <(.*)>/.exec(one)?.[1])).toEqual(
      ['one + 1', 'two + 2', 'three + 3', 'four + 4', 'five + 5', 'six + 6'].map((id) => `response-${id}`),
    );
    expect(parts[1]).toContain('"summary":"A"');
  });

  test('whose parts have folded headers, as long ids have in Python, is answered under the whole ids', async () => {
    const id = '79a909ff-d465-472b-bf74-3f4212d262a4 +\r\n my%20id%20with%20spaces';
    const body = `${part(id, `GET ${EVENTS}`)}--b1--`;
    const answer = await post('/batch/calendar/v3', body, { 'content-type': 'multipart/mixed; boundary=b1' });
    expect(await answer.text()).toContain(`Content-ID: <response-${id.replace('\r\n', '')}>`);
  });

  test.each([
    ['text/plain', '--b1'],
    ['multipart/mixed; boundary=b1', 'nothing'],
    ['multipart/mixed; boundary=b1', '--b1\r\n\r\nhello\r\n--b1--'],
    ['multipart/mixed; boundary=b1', `${part('x', `GET ${EVENTS}`).repeat(1001)}--b1--`],
  ])('that is none is refused: %s', async (type, body) => {
    const answer = await post('/batch/calendar/v3', body, { 'content-type': type });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { errors: [{ reason: 'badRequest' }] } },
    ]);
  });
});

test('another origin is told what it may do, and sees the answers', async () => {
  const headers = {
    origin: 'https://app.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  const asked = await fetch(root + EVENTS, { method: 'OPTIONS', headers });
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.example']);
  expect(asked.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
  const missing = await fetch(`${root + EVENTS}/nothing`, { headers: { origin: 'https://app.example' } });
  expect([missing.status, missing.headers.get('access-control-allow-origin')]).toEqual([404, 'https://app.example']);
  expect((await fetch(root + EVENTS)).headers.get('access-control-allow-origin')).toBeNull();
});

describe('a method by another name', () => {
  test('counts in place of POST', async () => {
    const { id } = await jsonOf(await post(EVENTS, JSON.stringify(meeting())));
    const patched = await post(`${EVENTS}/${id}`, '{"summary": "New"}', { 'x-http-method-override': 'PATCH' });
    expect((await jsonOf(patched)).summary).toBe('New');
    expect((await post(`${EVENTS}/${id}`, undefined, { 'x-http-method-override': 'DELETE' })).status).toBe(204);
  });

  test('has its long query in a form', async () => {
    await post(EVENTS, JSON.stringify({ ...meeting(), summary: 'Bird watching' }));
    const headers = { 'x-http-method-override': 'GET', 'content-type': 'application/x-www-form-urlencoded' };
    const found = await post(EVENTS, 'q=bird&maxResults=5', headers);
    expect((await jsonOf(found)).items).toHaveLength(1);
  });
});

describe('a body', () => {
  test('may be missing where there is nothing to say', async () => {
    expect((await post(EVENTS, undefined)).status).toBe(400);
    expect((await post(`/calendar/v3/calendars/${ALICE}/clear`, undefined)).status).toBe(204);
    expect((await fetch(`${root}/calendar/v3/users/me/calendarList/${ALICE}`, { method: 'PUT' })).status).toBe(200);
  });

  test('may be compressed, and is where the client can read it and it is long', async () => {
    const packed = gzipSync(JSON.stringify({ ...meeting(), description: 'x'.repeat(3000) }));
    expect((await post(EVENTS, packed, { 'content-encoding': 'gzip' })).status).toBe(200);
    const long = await fetch(root + EVENTS, { headers: { 'accept-encoding': 'gzip' } });
    expect([long.headers.get('content-encoding'), (await jsonOf(long)).items.length]).toEqual(['gzip', 1]);
    const plain = await fetch(root + EVENTS, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const refused = await fetch(root + EVENTS, { headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(refused.headers.get('content-encoding')).toBeNull();
  });

  test.each([
    ['gzip', 'no gzip at all', 400],
    ['br', 'x', 415],
    ['gzip', gzipSync(Buffer.alloc(3_000_000)), 413],
  ])('compressed as %s in vain is refused', async (encoding, body, status) => {
    expect((await post(EVENTS, body, { 'content-encoding': encoding })).status).toBe(status);
  });
});

test.each(['/discovery/v1/apis/calendar/v3/rest', '/$discovery/rest?version=v3'])(
  '%s leads to the methods',
  async (path) => {
    const document = await jsonOf(await fetch(root + path));
    expect(document).toMatchObject({
      rootUrl: `${root}/`,
      servicePath: 'calendar/v3/',
      batchPath: 'batch/calendar/v3',
    });
    const everywhere = ['alt', 'fields', 'key', 'oauth_token', 'prettyPrint', 'quotaUser', 'userIp'];
    expect(Object.keys(document.parameters)).toEqual(everywhere);
    expect(document.resources.events.methods.list).toMatchObject({
      id: 'calendar.events.list',
      httpMethod: 'GET',
      parameters: {
        calendarId: { location: 'path', required: true },
        maxResults: { type: 'integer' },
        singleEvents: { type: 'boolean' },
        eventTypes: { repeated: true },
      },
    });
  },
);
