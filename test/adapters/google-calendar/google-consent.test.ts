/** The OAuth endpoints as a scripted server plays them, with ID tokens that Google has not signed for us, or not now. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGoogleConsent, endpointsBelow } from '../../../shared/adapters/google-calendar/google-consent.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const CLIENT = 'client.apps.googleusercontent.com';
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const ours = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const CERTIFICATES = { body: { k1: ours.publicKey.export({ type: 'spki', format: 'pem' }).toString() } };

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const connect = () =>
  createGoogleConsent({
    clientId: CLIENT,
    clientSecret: 'secret',
    redirectUri: 'https://connect.example.com/callback',
    endpoints: endpointsBelow(server.url),
  });

function idToken(changes: Readonly<Record<string, unknown>> = {}, key = ours.privateKey, alg = 'RS256'): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: 'https://accounts.google.com',
    aud: CLIENT,
    sub: '1',
    email: 'alice@example.com',
    email_verified: true,
    nonce: 'n',
    iat,
    exp: iat + 3_600,
  };
  const signed = [
    { alg, kid: 'k1' },
    { ...claims, ...changes },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

const granted = (id_token: unknown) => ({
  body: { access_token: 'a', expires_in: 3_599, refresh_token: '1//r', scope: `openid ${SCOPE}`, id_token },
});

describe('a code', () => {
  test('is exchanged with its verifier, and gives what Google has signed', async () => {
    server.answer(granted(idToken()), CERTIFICATES);
    expect(await connect().exchange('4/code', 'verifier')).toEqual({
      refreshToken: '1//r',
      endsInSeconds: null,
      scopes: ['openid', SCOPE],
      email: 'alice@example.com',
      isEmailVerified: true,
      nonce: 'n',
    });
    expect(Object.fromEntries(new URLSearchParams(server.asked[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      code: '4/code',
      code_verifier: 'verifier',
      redirect_uri: 'https://connect.example.com/callback',
      client_id: CLIENT,
      client_secret: 'secret',
    });
  });

  test.each([
    ['for another client', idToken({ aud: 'other.apps.googleusercontent.com' })],
    ['by another issuer', idToken({ iss: 'https://accounts.example.com' })],
    ['for a time that is over', idToken({ iat: 1_000, exp: 4_600 })],
    ['with another key', idToken({}, theirs.privateKey)],
    ['by nobody', idToken({}, ours.privateKey, 'none').replace(/\.[^.]*$/, '.')],
    ['in no form that is known', 'nonsense'],
    ['not at all', undefined],
  ])('with an ID token signed %s is refused', async (_, token) => {
    server.answer(granted(token), CERTIFICATES);
    await expect(connect().exchange('4/code', 'verifier')).rejects.toMatchObject({ name: 'IdentityRefused' });
  });

  test.each([
    ['was used before', { status: 400, body: { error: 'invalid_grant' } }, 'AccessLost'],
    ['comes with a wrong key of ours', { status: 401, body: { error: 'invalid_client' } }, 'OwnAccountRefused'],
    ['has another redirect URI', { status: 400, body: { error: 'redirect_uri_mismatch' } }, 'RequestRefused'],
    ['meets an outage', { status: 503, body: {} }, 'GoogleUnavailable'],
  ])('that %s is told apart', async (_, answer, name) => {
    server.answer(answer);
    await expect(connect().exchange('4/code', 'verifier')).rejects.toMatchObject({ name });
  });
});

describe('the end of a consent', () => {
  test.each([
    ['is asked for', { body: {} }],
    ['is no trouble where it is over already', { status: 400, body: { error: 'invalid_token' } }],
  ])('%s', async (_, answer) => {
    server.answer(answer);
    await connect().revoke('1//r');
    expect(server.asked[0]?.body).toBe('token=1%2F%2Fr');
  });

  test('is not taken for done in an outage', async () => {
    server.answer({ status: 503, body: {} });
    await expect(connect().revoke('1//r')).rejects.toMatchObject({ name: 'GoogleUnavailable' });
  });
});
