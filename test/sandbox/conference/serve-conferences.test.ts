import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { conferenceListener } from '../../../sandbox/conference/serve-conferences.ts';
import { SimulatedConferences } from '../../../sandbox/conference/simulated-conferences.ts';
import { SECRET, signed, updated } from './signed.ts';

let server: Server;
let root: string;

beforeEach(async () => {
  const conferences = new SimulatedConferences({ secrets: [SECRET], now: () => 0 });
  const listener = conferenceListener(conferences);
  server = createServer((request, response) => {
    void Promise.resolve(listener(request, response)).then((taken) => {
      if (!taken) response.writeHead(418).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  root = `http://127.0.0.1:${address.port}`;
});

afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

function post(body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${root}/conference/webhook`, {
    method: 'POST',
    redirect: 'manual',
    ...signed(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

function behave(rules: unknown): Promise<Response> {
  return fetch(`${root}/conference/behaviour`, { method: 'PUT', body: JSON.stringify(rules) });
}

test('a signed webhook becomes a conference that can be read', async () => {
  expect((await post(updated(1))).status).toBe(200);
  const all: unknown = await (await fetch(`${root}/conference/conferences?pretty=1`)).json();
  expect(all).toMatchObject([
    { id: 'c-1', state: 'active', title: 'Plan', recurrence: null, occurrences: [], updates: 1 },
  ]);
  const one: unknown = await (await fetch(`${root}/conference/conferences/c-1`)).json();
  expect(one).toMatchObject({ id: 'c-1' });
});

test('a conference id with a slash or other signs is read by its encoded form', async () => {
  await post(updated(1, {}, { conferenceId: 'a/b ü%' }));
  const one = await fetch(`${root}/conference/conferences/${encodeURIComponent('a/b ü%')}`);
  expect(await one.json()).toMatchObject({ id: 'a/b ü%' });
});

test('forgetting leaves nothing and accepts the same revision again', async () => {
  await post(updated(1));
  expect((await fetch(`${root}/conference/conferences`, { method: 'DELETE' })).status).toBe(204);
  expect(await (await fetch(`${root}/conference/conferences`)).json()).toEqual([]);
  await post(updated(1));
  expect(await (await fetch(`${root}/conference/conferences`)).json()).toHaveLength(1);
});

test('a body of more than a megabyte is refused with 413 and the server goes on', async () => {
  const big = await fetch(`${root}/conference/webhook`, { method: 'POST', body: 'x'.repeat(1_100_000) });
  expect(big.status).toBe(413);
  expect((await post(updated(1))).status).toBe(200);
});

describe('problem details answer', () => {
  const cases: [string, string, number][] = [
    ['GET', '/conference', 404],
    ['GET', '/conference/', 404],
    ['GET', '/conference/rooms', 404],
    ['GET', '/conference/conferences/none', 404],
    ['GET', '/conference/conferences/c/d', 404],
    ['GET', '/conference/conferences/%E0%A4%A', 400],
    ['GET', '/conference/webhook', 405],
    ['PATCH', '/conference/conferences', 405],
    ['DELETE', '/conference/conferences/c-1', 405],
    ['POST', '/conference/behaviour', 405],
    ['POST', '/conference/webhook', 401],
    ['PUT', '/conference/behaviour', 400],
  ];
  test.each(cases)('%s %s with %i', async (method, path, status) => {
    const answer = await fetch(root + path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ type: 'about:blank', title: expect.any(String), status });
  });

  test('a wrong method and name the right ones', async () => {
    const answer = await fetch(`${root}/conference/conferences`, { method: 'PUT' });
    expect(answer.headers.get('allow')).toBe('GET, DELETE');
  });
});

test.each(['/', '/conferences', '/conferencex/webhook', '/calendar/v3/conference'])(
  'the path %s is left to others',
  async (path) => {
    expect((await fetch(root + path)).status).toBe(418);
  },
);

describe('behaviour set over HTTP', () => {
  test('holds, counts down and is shown', async () => {
    const rules = [{ kind: 'fail', status: 503, retryAfter: 3, next: 2 }];
    expect(await (await behave({ rules })).json()).toEqual({ rules });
    const failed = await post(updated(1));
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '3']);
    const left: unknown = await (await fetch(`${root}/conference/behaviour`)).json();
    expect(left).toEqual({ rules: [{ ...rules[0], next: 1 }] });
    await behave([]);
    expect((await post(updated(1))).status).toBe(200);
  });

  test('that is nonsense is refused and leaves the old', async () => {
    await behave({ kind: 'gone' });
    expect((await behave({ kind: 'explode' })).status).toBe(400);
    expect((await post(updated(1))).status).toBe(410);
  });

  test('of every refusing kind reaches the caller as such', async () => {
    await behave({ kind: 'html', status: 404 });
    expect((await post(updated(1))).headers.get('content-type')).toContain('text/html');
    await behave({ kind: 'redirect', status: 308, location: '/elsewhere' });
    const moved = await post(updated(1));
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/elsewhere']);
    await behave({ kind: 'gone' });
    expect(await (await post(updated(1))).text()).toBe('');
  });

  test('slow answers later, but answers', async () => {
    await behave({ kind: 'slow', delayMs: 60 });
    const started = performance.now();
    expect((await post(updated(1))).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  });

  test('a hang holds only its own caller, and a caller that leaves leaves nothing behind', async () => {
    await behave([
      { kind: 'hang', next: 1 },
      { kind: 'slow', delayMs: 600_000, next: 1 },
    ]);
    for (let n = 0; n < 2; n++) {
      await expect(post(updated(1), AbortSignal.timeout(50))).rejects.toThrow();
    }
    expect((await post(updated(2))).status).toBe(200);
  });

  test('time out after success keeps the answer back and the change in', async () => {
    await behave({ kind: 'time_out_after_success', next: 1 });
    await expect(post(updated(1), AbortSignal.timeout(50))).rejects.toThrow();
    expect(await (await fetch(`${root}/conference/conferences`)).json()).toHaveLength(1);
  });
});
