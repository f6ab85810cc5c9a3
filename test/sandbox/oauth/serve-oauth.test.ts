/** The simulated OAuth endpoints, asked by a client that nobody here wrote: Google's own. */
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { auth } from 'googleapis/build/src/apis/calendar/index.js';
import { oauthListener } from '../../../sandbox/oauth/serve-oauth.ts';
import { SimulatedOAuth } from '../../../sandbox/oauth/simulated-oauth.ts';
import { listen, type Served } from '../../listen.ts';

const REDIRECT = 'https://app.example.com/callback';
const CLIENT = { id: 'client', secret: 'secret', redirectUris: [REDIRECT] };
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const DAY = 24 * 3_600_000;

let oauth: SimulatedOAuth;
let served: Served;
let ahead = 0;
beforeEach(async () => {
  ahead = 0;
  oauth = new SimulatedOAuth({ clients: [CLIENT], defaultUser: 'alice@example.com', now: () => Date.now() + ahead });
  const listener = oauthListener(oauth);
  served = await listen(createServer((request, response) => void listener(request, response)));
});
afterEach(() => served.close());

const connect = () =>
  new auth.OAuth2({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    redirectUri: REDIRECT,
    endpoints: {
      oauth2AuthBaseUrl: `${served.url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${served.url}/token`,
      oauth2RevokeUrl: `${served.url}/revoke`,
      tokenInfoUrl: `${served.url}/tokeninfo`,
      oauth2FederatedSignonPemCertsUrl: `${served.url}/oauth2/v1/certs`,
    },
  });
type Client = ReturnType<typeof connect>;

/** The code that a user's decision gives, and what else comes back with it. */
async function decide(client: Client, form: Readonly<Record<string, string>> = {}): Promise<URLSearchParams> {
  const address = client.generateAuthUrl({ access_type: 'offline', scope: ['openid', 'email', SCOPE], state: 's' });
  expect(await (await fetch(address)).text()).toContain(`value="${SCOPE}" checked`);
  const body = new URLSearchParams({ decision: 'allow', user: 'alice@example.com', granted: SCOPE, ...form });
  const answer = await fetch(address, { method: 'POST', body, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams;
}

test("Google's client gets tokens, refreshes them, reads who it is for, and revokes them", async () => {
  const client = connect();
  const back = await decide(client);
  expect(Object.fromEntries(back)).toMatchObject({ state: 's', scope: `openid email ${SCOPE}` });
  const { tokens } = await client.getToken(back.get('code') ?? '');
  client.setCredentials(tokens);
  const ticket = await client.verifyIdToken({ idToken: tokens.id_token ?? '', audience: CLIENT.id });
  expect(ticket.getPayload()?.email).toBe('alice@example.com');
  const info = await client.getTokenInfo(tokens.access_token ?? '');
  expect(info.scopes).toContain(SCOPE);
  const { credentials } = await client.refreshAccessToken();
  expect(credentials.access_token).not.toBe(tokens.access_token);
  expect(oauth.userOf(credentials.access_token ?? '')).toBe('alice@example.com');
  await client.revokeToken(tokens.refresh_token ?? '');
  expect(oauth.userOf(credentials.access_token ?? '')).toBeUndefined();
  client.setCredentials(tokens);
  await expect(client.refreshAccessToken()).rejects.toThrow('invalid_grant');
});

test('a refresh token comes with the first consent, and again only where the user is asked again', async () => {
  const client = connect();
  const first = await client.getToken((await decide(client)).get('code') ?? '');
  expect(first.tokens.refresh_token).toBeDefined();
  const second = await client.getToken((await decide(client)).get('code') ?? '');
  expect(second.tokens.refresh_token).toBeUndefined();
});

test('a code is good once, a denial has none, and an unticked scope is not granted', async () => {
  const client = connect();
  expect((await decide(client, { decision: 'deny' })).get('error')).toBe('access_denied');
  const back = await decide(client, { granted: '' });
  expect(back.get('scope')).toBe('openid email');
  await client.getToken(back.get('code') ?? '');
  await expect(client.getToken(back.get('code') ?? '')).rejects.toThrow('invalid_grant');
});

test('in testing mode a refresh token ends after seven days, and says so', async () => {
  oauth.grants.isTesting = true;
  const client = connect();
  const { tokens } = await client.getToken((await decide(client)).get('code') ?? '');
  client.setCredentials(tokens);
  expect(tokens).toMatchObject({ refresh_token_expires_in: 7 * 24 * 3_600 });
  ahead = 7 * DAY - 60_000;
  await client.refreshAccessToken();
  ahead = 7 * DAY + 60_000;
  await expect(client.refreshAccessToken()).rejects.toThrow('invalid_grant');
});

test('of one user and client a hundred refresh tokens are good, and the oldest gives way', () => {
  const request = {
    clientId: CLIENT.id,
    redirectUri: REDIRECT,
    user: 'alice@example.com',
    scopes: [SCOPE],
    nonce: null,
    challenge: null,
    isOffline: true,
    wasAsked: true,
  };
  const tokens = Array.from({ length: 101 }, () => {
    const issued = oauth.grants.exchange(oauth.grants.authorize(request), CLIENT.id, REDIRECT, null);
    return issued.refreshToken ?? '';
  });
  expect(() => oauth.grants.refresh(tokens[0] ?? '', CLIENT.id)).toThrow('invalid_grant');
  expect(oauth.grants.refresh(tokens[1] ?? '', CLIENT.id).user).toBe('alice@example.com');
});
