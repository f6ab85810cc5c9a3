import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import {
  createWebhookBackend,
  type WebhookBackend,
  type WebhookOptions,
} from '../../../shared/adapters/webhook/send-webhook.ts';
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../google-calendar/scripted-server.ts';
import { CANCELLED } from './changes.ts';

const NEW_KEY = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const OLD_KEY = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;

let server: ScriptedServer;
let backend: WebhookBackend;

function connect(options: Partial<WebhookOptions> = {}): WebhookBackend {
  backend = createWebhookBackend({ url: `${server.url}/hook?tenant=1`, secrets: [NEW_KEY, OLD_KEY], ...options });
  return backend;
}

beforeEach(async () => {
  server = await startScriptedServer();
  connect();
});
afterEach(async () => {
  backend.close();
  await server.close();
});

async function outcomeOf(answer: ScriptedAnswer) {
  server.answer(answer);
  return backend.apply(CANCELLED);
}

describe('what is sent', () => {
  test('is a POST of type, timestamp and data, under the idempotency key of the change', async () => {
    await outcomeOf({ status: 204 });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', path: '/hook', query: { tenant: '1' } });
    expect(asked?.headers['content-type']).toBe('application/json');
    expect(asked?.headers['webhook-id']).toBe('msg_abcdefghijklmnopqrst_42');
    const { type, timestamp, data } = CANCELLED;
    expect(JSON.parse(asked?.body ?? '')).toEqual({ type, timestamp, data });
  });

  test.each([NEW_KEY, OLD_KEY])('verifies under each key of the ring', async (key) => {
    await outcomeOf({ status: 204 });
    const [asked] = server.asked;
    const body = asked?.body ?? '';
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    const signed = Object.fromEntries(names.map((name) => [name, String(asked?.headers[name])]));
    expect(new Webhook(key).verify(body, signed)).toMatchObject({ type: 'conference.cancelled' });
    expect(() => new Webhook(key).verify(`${body} `, signed)).toThrow();
  });

  test('bears the time of the attempt, not of the change', async () => {
    backend.close();
    connect({ now: () => 1_800_000_000_999 });
    await outcomeOf({ status: 204 });
    expect(server.asked[0]?.headers['webhook-timestamp']).toBe('1800000000');
  });

  test('has the same id and body when it is sent again', async () => {
    await outcomeOf({ status: 503 });
    await outcomeOf({ status: 204 });
    const [first, second] = server.asked;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
  });

  test('survives titles of any script', async () => {
    server.answer({ status: 204 });
    const data = { ...CANCELLED.data, conferenceId: 'конференция-🎉' };
    if (CANCELLED.type !== 'conference.cancelled' || !('reason' in data)) throw new Error('another type');
    await backend.apply({ ...CANCELLED, data });
    expect(JSON.parse(server.asked[0]?.body ?? '').data.conferenceId).toBe('конференция-🎉');
  });
});

describe('what the answer means', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };

  test.each<[string, ScriptedAnswer, unknown]>([
    ['204', { status: 204 }, { kind: 'done' }],
    ['200 without a body', { status: 200 }, { kind: 'done' }],
    ['202 with another body', { status: 202, body: { ok: true } }, { kind: 'done' }],
    ['200 with plain text', { status: 200, body: 'ok' }, { kind: 'done' }],
    ['200 with a broken body', { status: 200, body: '{"eventPatch":' }, { kind: 'done' }],
    [
      '200 with a patch',
      { status: 200, body: { eventPatch: { description: 'Join: x', conferenceData: null } } },
      { kind: 'done', eventPatch: { description: 'Join: x', conferenceData: null } },
    ],
    ['a patch of the time', { status: 200, body: { eventPatch: { description: 'x', start: {} } } }, { kind: 'done' }],
    ['a patch of the status', { status: 200, body: { eventPatch: { status: 'cancelled' } } }, { kind: 'done' }],
    ['an empty patch', { status: 200, body: { eventPatch: {} } }, { kind: 'done' }],
    ['a list as patch', { status: 200, body: { eventPatch: ['description'] } }, { kind: 'done' }],
    ['a patch of prototypes', { body: '{"eventPatch":{"__proto__":{"x":1}}}' }, { kind: 'done' }],
    [
      'an HTML page with 200',
      { status: 200, headers: html, body: '<html>Log in</html>' },
      { kind: 'transient', reason: 'answered HTML instead of JSON (status 200)' },
    ],
    [
      'an HTML page that calls itself JSON',
      { status: 200, headers: { 'content-type': 'application/json' }, body: ' \n<!doctype html>' },
      { kind: 'transient', reason: 'answered HTML instead of JSON (status 200)' },
    ],
    ['204 of a framework whose answers are HTML', { status: 204, headers: html }, { kind: 'done' }],
    ['200 of the same', { status: 200, headers: html }, { kind: 'done' }],
    ['a word of the same', { status: 200, headers: html, body: 'ok' }, { kind: 'done' }],
    [
      'a patch of the same',
      { status: 200, headers: html, body: { eventPatch: { description: 'x' } } },
      { kind: 'done', eventPatch: { description: 'x' } },
    ],
    ['a refusal of the same', { status: 409, headers: html }, { kind: 'refused', reason: 'answered 409' }],
    ['404 of the same', { status: 404, headers: html }, { kind: 'transient', reason: 'answered 404 without JSON' }],
    ['408', { status: 408 }, { kind: 'transient', reason: 'answered 408' }],
    [
      '429',
      { status: 429, headers: { 'retry-after': '30' } },
      { kind: 'transient', reason: 'answered 429', retryAfterMs: 30_000 },
    ],
    ['500', { status: 500, body: 'secret stack trace' }, { kind: 'transient', reason: 'answered 500' }],
    ['502 with HTML', { status: 502, headers: html, body: '<html>' }, { kind: 'transient', reason: 'answered 502' }],
    [
      '503 for a year',
      { status: 503, headers: { 'retry-after': '31536000' } },
      { kind: 'transient', reason: 'answered 503', retryAfterMs: 3_600_000 },
    ],
    [
      '503 with nonsense',
      { status: 503, headers: { 'retry-after': 'soon' } },
      { kind: 'transient', reason: 'answered 503' },
    ],
    ['404 of the conference', { status: 404, body: { error: 'conference_not_found' } }, { kind: 'unknown-conference' }],
    ['410 of the conference', { status: 410, body: { error: 'conference_not_found' } }, { kind: 'unknown-conference' }],
    ['a bare 410', { status: 410 }, { kind: 'endpoint-gone' }],
    ['410 with another body', { status: 410, body: { error: 'gone' } }, { kind: 'endpoint-gone' }],
    [
      '404 of something else',
      { status: 404, body: { error: 'not_found' } },
      { kind: 'refused', reason: 'answered 404' },
    ],
    [
      '404 with HTML',
      { status: 404, headers: html, body: '<html>' },
      { kind: 'transient', reason: 'answered HTML instead of JSON (status 404)' },
    ],
    [
      '404 of a load balancer',
      { status: 404, headers: { 'content-type': 'text/plain' }, body: 'default backend - 404' },
      { kind: 'transient', reason: 'answered 404 without JSON' },
    ],
    ['a bare 405', { status: 405 }, { kind: 'transient', reason: 'answered 405 without JSON' }],
    ['405 with JSON', { status: 405, body: { error: 'locked' } }, { kind: 'refused', reason: 'answered 405' }],
    ['a bare 409', { status: 409 }, { kind: 'refused', reason: 'answered 409' }],
    ['a bare 400', { status: 400 }, { kind: 'refused', reason: 'answered 400' }],
    [
      '400 with HTML',
      { status: 400, headers: html, body: '<html>' },
      { kind: 'transient', reason: 'answered HTML instead of JSON (status 400)' },
    ],
    [
      'a page of maintenance that says for how long',
      { status: 200, headers: { ...html, 'retry-after': '600' }, body: '<html>' },
      { kind: 'transient', reason: 'answered HTML instead of JSON (status 200)', retryAfterMs: 600_000 },
    ],
    ['422 with HTML', { status: 422, headers: html, body: '<html>' }, { kind: 'refused', reason: 'answered 422' }],
    ['422', { status: 422, body: { error: 'alice@example.com' } }, { kind: 'refused', reason: 'answered 422' }],
    ['401', { status: 401 }, { kind: 'key-refused', reason: 'answered 401' }],
    ['403', { status: 403, body: { error: 'conference_not_found' } }, { kind: 'key-refused', reason: 'answered 403' }],
  ])('%s', async (_, answer, expected) => {
    expect(await outcomeOf(answer)).toEqual(expected);
  });

  test('a Retry-After date is counted from now', async () => {
    backend.close();
    connect({ now: () => Date.parse('2026-11-24T10:00:00Z') });
    const headers = { 'retry-after': 'Tue, 24 Nov 2026 10:05:00 GMT' };
    expect(await outcomeOf({ status: 503, headers })).toMatchObject({ retryAfterMs: 300_000 });
  });

  test('a redirect is not followed', async () => {
    const answer = { status: 307, headers: { location: `${server.url}/elsewhere` } };
    expect(await outcomeOf(answer)).toEqual({ kind: 'transient', reason: 'answered a redirect (status 307)' });
    expect(server.asked).toHaveLength(1);
  });

  test('an endless success is a success, without what it says', async () => {
    const body = JSON.stringify({ eventPatch: { description: 'x'.repeat(70_000) } });
    expect(await outcomeOf({ status: 200, body })).toEqual({ kind: 'done' });
  });

  test('a patch just below the bound is taken', async () => {
    const eventPatch = { description: 'x'.repeat(60_000) };
    expect(await outcomeOf({ status: 200, body: { eventPatch } })).toEqual({ kind: 'done', eventPatch });
  });

  test('no answer in time is transient', async () => {
    backend.close();
    connect({ timeoutMs: 100 });
    expect(await outcomeOf({ fault: 'hang' })).toEqual({ kind: 'transient', reason: 'no answer within 100 ms' });
  });

  test('half an answer is transient, whatever its status', async () => {
    expect(await outcomeOf({ status: 200, body: '{"ok":', fault: 'cut' })).toMatchObject({ kind: 'transient' });
  });

  test('nobody there is transient', async () => {
    await server.close();
    expect(await backend.apply(CANCELLED)).toEqual({ kind: 'transient', reason: 'connection failed (ECONNREFUSED)' });
  });
});

describe('where it goes', () => {
  test.each([
    ['http://hooks.acme.example/', 'https://'],
    ['ftp://127.0.0.1/', 'https://'],
    ['not a url', 'not a URL'],
    ['https://169.254.169.254/computeMetadata/v1/', 'link-local'],
    ['https://0xa9fea9fe/', 'link-local'],
    ['https://[fe80::1]/', 'link-local'],
    ['https://[::ffff:169.254.169.254]/', 'link-local'],
    ['https://[fd00:ec2::254]/', 'link-local'],
    ['https://0.0.0.0/', 'link-local'],
  ])('%s is refused at once', (url, words) => {
    expect(() => createWebhookBackend({ url, secrets: [NEW_KEY] })).toThrow(words);
  });

  test.each([
    'https://hooks.acme.example/x',
    'http://localhost:1/',
    'http://127.0.0.1:1/',
    'http://[::1]:1/',
    'https://10.0.0.1/',
  ])('%s is allowed', (url) => expect(() => createWebhookBackend({ url, secrets: [NEW_KEY] }).close()).not.toThrow());

  test.each(['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fd20:ce::254', '64:ff9b::a9fe:a9fe'])(
    'a name that resolves to %s is not connected to, even beside a good address',
    async (address) => {
      backend.close();
      const family = address.includes(':') ? 6 : 4;
      connect({
        url: 'https://hooks.acme.example/',
        lookup: (_, done) =>
          done(null, [
            { address: '127.0.0.1', family: 4 },
            { address, family },
          ]),
      });
      expect(await backend.apply(CANCELLED)).toEqual({
        kind: 'transient',
        reason: 'the host resolves to a forbidden address',
      });
    },
  );

  test('a name is connected to where it resolves to', async () => {
    backend.close();
    connect({
      url: server.url.replace('127.0.0.1', 'localhost'),
      lookup: (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    expect(await outcomeOf({ status: 204 })).toEqual({ kind: 'done' });
  });

  test('a name without an address is transient', async () => {
    backend.close();
    connect({ url: 'https://hooks.acme.example/', lookup: (_, done) => done(null, []) });
    expect(await backend.apply(CANCELLED)).toMatchObject({ kind: 'transient' });
  });
});

test.each([[[]], [['whsec_']], [[NEW_KEY, 'whsec_not base64!']]])('secrets %j are refused, unseen', (secrets) => {
  expect(() => createWebhookBackend({ url: 'https://hooks.acme.example/', secrets })).toThrow(/secret/i);
  expect(() => createWebhookBackend({ url: 'https://hooks.acme.example/', secrets })).not.toThrow(/base64!/);
});
