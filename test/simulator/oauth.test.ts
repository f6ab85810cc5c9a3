/** Google's OAuth endpoints in the simulator, asked by Google's own client, and what their tokens are good for. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auth } from 'googleapis/build/src/apis/calendar/index.js';
import { type Simulator, type StartOptions, start } from '../../simulator/src/index.ts';

const BOB = 'bob@example.com';
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const REDIRECT = 'http://127.0.0.1:9/callback';
const WEEK_MS = 7 * 24 * 3_600_000;

let simulator: Simulator;
async function begin(options: StartOptions = {}): Promise<void> {
  await simulator?.close();
  simulator = await start(options);
}
beforeEach(() => begin());
afterEach(() => simulator.close());

function clientOf(clientId = 'any', clientSecret = 'any', redirectUri = REDIRECT) {
  const { url } = simulator;
  return new auth.OAuth2({
    clientId,
    clientSecret,
    redirectUri,
    endpoints: {
      oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${url}/token`,
      oauth2RevokeUrl: `${url}/revoke`,
      tokenInfoUrl: `${url}/tokeninfo`,
      oauth2FederatedSignonPemCertsUrl: `${url}/oauth2/v1/certs`,
    },
  });
}
type Client = ReturnType<typeof clientOf>;

/** Bob lets the application in. */
async function consented(client: Client, granted = SCOPE) {
  const address = client.generateAuthUrl({ access_type: 'offline', scope: ['openid', 'email', SCOPE] });
  const body = new URLSearchParams({ decision: 'allow', user: BOB, granted });
  const answer = await fetch(address, { method: 'POST', body, redirect: 'manual' });
  const { tokens } = await client.getToken(
    new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '',
  );
  client.setCredentials(tokens);
  return tokens;
}

/** Whose calendar the token shows: its name is his address. */
async function calendarOf(token: string | null | undefined, path = 'calendars/primary/events') {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${simulator.url}/calendar/v3/${path}`, { headers });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
}

async function control(wish: object) {
  const answer = await fetch(`${simulator.url}/control/oauth`, { method: 'POST', body: JSON.stringify(wish) });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

describe('a user who consents', () => {
  test('has a calendar, and the tokens act as him until he takes them back', async () => {
    const client = clientOf();
    const tokens = await consented(client);
    expect((await calendarOf(tokens.access_token)).body.summary).toBe(BOB);
    const ticket = await client.verifyIdToken({ idToken: tokens.id_token ?? '', audience: 'any' });
    expect(ticket.getPayload()).toMatchObject({ email: BOB, email_verified: true });
    const { credentials } = await client.refreshAccessToken();
    expect((await calendarOf(credentials.access_token)).body.summary).toBe(BOB);
    expect((await client.getTokenInfo(credentials.access_token ?? '')).scopes).toContain(SCOPE);
    await client.revokeToken(tokens.refresh_token ?? '');
    expect((await calendarOf(credentials.access_token)).status).toBe(401);
    await expect(client.refreshAccessToken()).rejects.toThrow('invalid_grant');
  });

  test('loses access by the clock: the access token after an hour', async () => {
    const tokens = await consented(clientOf());
    simulator.clock.advance(3_600_000);
    expect((await calendarOf(tokens.access_token)).status).toBe(401);
  });

  test('bounds the tokens by the scopes that he granted; ordinary tokens have every right', async () => {
    const path = 'users/me/calendarList';
    const { access_token: token } = await consented(clientOf());
    const refused = await calendarOf(token, path);
    expect(refused).toMatchObject({
      status: 403,
      body: {
        error: {
          code: 403,
          message: 'Request had insufficient authentication scopes.',
          errors: [{ message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' }],
          status: 'PERMISSION_DENIED',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
              domain: 'googleapis.com',
              metadata: { service: 'calendar-json.googleapis.com', method: 'calendar.v3.CalendarList.List' },
            },
          ],
        },
      },
    });
    expect(refused.headers.get('www-authenticate')).toMatch(/error="insufficient_scope", scope="\S+\/auth\/calendar /);
    expect((await calendarOf('ya29.anything', path)).status).toBe(200);
    const { access_token: useless } = await consented(clientOf(), '');
    expect((await calendarOf(useless)).status).toBe(403);
  });

  test('leaves tokens that were given out elsewhere as they were', async () => {
    await consented(clientOf());
    expect((await calendarOf('ya29.anything')).body.summary).toBe('alice@example.com');
  });
});

test('clients of the seed are known with their keys and addresses, and then no others', async () => {
  await begin({ seed: { clients: [{ id: 'mine', secret: 'key', redirectUris: [REDIRECT] }] } });
  const of = async (client: Client) => (await fetch(client.generateAuthUrl({ scope: [SCOPE] }))).status;
  expect(await of(clientOf('mine', 'key'))).toBe(200);
  expect(await of(clientOf('another', 'key'))).toBe(400);
  expect(await of(clientOf('mine', 'key', 'http://127.0.0.1:9/elsewhere'))).toBe(400);
  await expect(consented(clientOf('mine', 'wrong'))).rejects.toThrow('invalid_client');
  await consented(clientOf('mine', 'key'));
  await simulator.reset();
  expect(await of(clientOf('mine', 'key'))).toBe(200);
  expect(simulator.oauth.grants.holdsGrant(BOB, 'mine')).toBe(false);
});

test('a client can name itself in the header, and find the endpoints by itself', async () => {
  await begin({ seed: { clients: [{ id: 'mine:1', secret: 'k+y %', redirectUris: [REDIRECT] }] } });
  const { refresh_token: token } = await consented(clientOf('mine:1', 'k+y %'));
  const read = async (url: string) => JSON.parse(await (await fetch(url)).text());
  const found = await read(`${simulator.url}/.well-known/openid-configuration`);
  const half = (text: string): string => encodeURIComponent(text);
  const basic = Buffer.from(`${half('mine:1')}:${half('k+y %')}`).toString('base64');
  const answer = await fetch(found.token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token ?? '' }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"access_token":"ya29.')]);
  expect((await read(found.jwks_uri)).keys).toMatchObject([{ kty: 'RSA', alg: 'RS256' }]);
});

describe('the control API', () => {
  test("takes a user's consent back", async () => {
    const tokens = await consented(clientOf());
    expect((await control({ revoke: BOB })).status).toBe(200);
    expect((await calendarOf(tokens.access_token)).status).toBe(401);
  });

  test('makes it an app in testing, whose consents end after a week, and an outage', async () => {
    await control({ testing: true });
    const client = clientOf();
    expect(await consented(client)).toMatchObject({ refresh_token_expires_in: WEEK_MS / 1_000 });
    await control({ down: true });
    await expect(client.refreshAccessToken()).rejects.toThrow();
    await control({ down: false });
    await client.refreshAccessToken();
    simulator.clock.advance(WEEK_MS);
    await expect(client.refreshAccessToken()).rejects.toThrow('invalid_grant');
  });

  test.each([[{ revoke: 1 }], [{ testing: 'yes' }], [{ up: true }], ['no']])('%j is refused in words', async (wish) => {
    const { status, body } = await control(wish as object);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('OAuth takes')]);
  });
});

test.each([
  [{ clients: [{ id: 'a' }] }, 'clients[0] needs an id and a secret'],
  [{ clients: [{ id: 'a', secret: 'b', redirectUris: ['x'] }] }, 'clients[0].redirectUris[0] has to be an address'],
])('%j is refused in words', async (seed, words) => {
  const answer = await fetch(`${simulator.url}/control/seed`, { method: 'POST', body: JSON.stringify(seed) });
  expect(await answer.json()).toMatchObject({ status: 400, detail: words });
});
