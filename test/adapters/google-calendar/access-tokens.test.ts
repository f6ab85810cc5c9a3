import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cacheTokens, type FreshToken } from '../../../shared/adapters/google-calendar/cache-tokens.ts';
import { createDelegatedAccessTokens } from '../../../shared/adapters/google-calendar/delegated-access-tokens.ts';
import {
  createOAuthAccessTokens,
  refreshTokenSecretOf,
} from '../../../shared/adapters/google-calendar/oauth-access-tokens.ts';
import type { OwnAccount } from '../../../shared/adapters/google-calendar/own-account.ts';
import type { Grants } from '../../../shared/domain/ports.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const MINUTE_MS = 60_000;
const ACCOUNT: OwnAccount = { email: async () => 'sync@project.iam.gserviceaccount.com', token: async () => 'own' };

let server: ScriptedServer;
let clock = 0;
const now = () => clock;

beforeEach(async () => {
  clock = Date.parse('2026-11-24T10:00:00Z');
  server = await startScriptedServer();
});
afterEach(() => server.close());

describe('kept tokens', () => {
  /** Hands out t1, t2, ... that live for an hour, each when it is told to. */
  function issuer() {
    const asked: string[] = [];
    const waiting: ((fresh: FreshToken) => void)[] = [];
    const mint = (subject: string) => {
      asked.push(subject);
      return new Promise<FreshToken>((resolve) => waiting.push(resolve));
    };
    const issue = () => waiting.shift()?.({ token: `t${asked.length}`, expiresAt: clock + 60 * MINUTE_MS });
    return { asked, mint, issue };
  }

  test('a burst of calls for one subject asks for one token', async () => {
    const { asked, mint, issue } = issuer();
    const tokens = cacheTokens(mint, now);
    const burst = [tokens.tokenFor('alice'), tokens.tokenFor('alice'), tokens.tokenFor('alice')];
    issue();
    expect(await Promise.all(burst)).toEqual(['t1', 't1', 't1']);
    expect(asked).toEqual(['alice']);
  });

  test('a token is used until five minutes before its end', async () => {
    const { mint, issue } = issuer();
    const tokens = cacheTokens(mint, now);
    const first = tokens.tokenFor('alice');
    issue();
    await first;
    clock += 55 * MINUTE_MS - 1;
    expect(await tokens.tokenFor('alice')).toBe('t1');
    clock += 1;
    const second = tokens.tokenFor('alice');
    issue();
    expect(await second).toBe('t2');
  });

  test('subjects do not share tokens', async () => {
    const tokens = cacheTokens(async (subject) => ({ token: `of-${subject}`, expiresAt: clock + MINUTE_MS }), now);
    expect(await Promise.all([tokens.tokenFor('alice'), tokens.tokenFor('bob')])).toEqual(['of-alice', 'of-bob']);
  });

  test('a failure is not kept', async () => {
    let isBroken = true;
    const tokens = cacheTokens(async () => {
      if (isBroken) throw new Error('no');
      return { token: 't', expiresAt: clock + 60 * MINUTE_MS };
    }, now);
    await expect(tokens.tokenFor('alice')).rejects.toThrow('no');
    isBroken = false;
    expect(await tokens.tokenFor('alice')).toBe('t');
  });

  test('only the very token that was refused is dropped', async () => {
    const { mint, issue } = issuer();
    const tokens = cacheTokens(mint, now);
    const first = tokens.tokenFor('alice');
    issue();
    await first;
    tokens.drop('alice', 'an older one');
    expect(await tokens.tokenFor('alice')).toBe('t1');
    tokens.drop('alice', 't1');
    const second = tokens.tokenFor('alice');
    issue();
    expect(await second).toBe('t2');
  });
});

describe('delegation', () => {
  const connect = () =>
    createDelegatedAccessTokens({ account: ACCOUNT, iamUrl: server.url, tokenUrl: `${server.url}/token`, now });

  test('IAM signs the claim for the user, and the token endpoint takes it', async () => {
    server.answer({ body: { keyId: 'k', signedJwt: 'a.b.c' } }, { body: { access_token: 't1', expires_in: 3_599 } });
    expect(await connect().tokenFor('alice@example.com')).toBe('t1');
    const [signing, exchange] = server.asked;
    expect(signing?.method).toBe('POST');
    expect(signing?.path).toBe('/v1/projects/-/serviceAccounts/sync%40project.iam.gserviceaccount.com:signJwt');
    expect(signing?.headers.authorization).toBe('Bearer own');
    const { payload } = JSON.parse(signing?.body ?? '');
    expect(typeof payload).toBe('string');
    expect(JSON.parse(payload)).toEqual({
      iss: 'sync@project.iam.gserviceaccount.com',
      sub: 'alice@example.com',
      scope: 'https://www.googleapis.com/auth/calendar.events',
      aud: 'https://oauth2.googleapis.com/token',
      iat: clock / 1_000,
      exp: clock / 1_000 + 3_600,
    });
    expect(exchange?.path).toBe('/token');
    expect(exchange?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(exchange?.body))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: 'a.b.c',
    });
  });

  test.each([
    ['as it is', (text: string) => ({ body: text })],
    ['packed', (text: string) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) })],
  ])('an answer that is far too long, %s, is not read to its end', async (_, answer) => {
    server.answer(answer(JSON.stringify({ signedJwt: 'x'.repeat(1_000_000) })));
    await expect(connect().tokenFor('alice@example.com')).rejects.toMatchObject({
      name: 'GoogleUnavailable',
      message: 'signJwt: answer too large',
    });
    expect(server.asked).toHaveLength(1);
  });

  test('a kept token needs no further question', async () => {
    server.answer({ body: { signedJwt: 'a.b.c' } }, { body: { access_token: 't1', expires_in: 3_599 } });
    const tokens = connect();
    await tokens.tokenFor('alice@example.com');
    expect(await tokens.tokenFor('alice@example.com')).toBe('t1');
    expect(server.asked).toHaveLength(2);
  });

  test.each(['unauthorized_client', 'access_denied', 'invalid_grant'])(
    '%s from the token endpoint means that access is lost',
    async (error) => {
      const body = { error, error_description: 'for alice@example.com' };
      server.answer({ body: { signedJwt: 'a.b.c' } }, { status: 400, body });
      await expect(connect().tokenFor('alice@example.com')).rejects.toMatchObject({
        name: 'AccessLost',
        message: `access token: status 400 ${error}`,
      });
    },
  );

  test.each([
    [
      'IAM refuses to sign',
      { status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED' } } },
      'OwnAccountRefused',
    ],
    ['IAM is out of order', { status: 503, body: {} }, 'GoogleUnavailable'],
    ['IAM asks for patience', { status: 429, body: {} }, 'RateLimited'],
    ['IAM signs nothing', { body: {} }, 'GoogleUnavailable'],
    ['a page of HTML comes', { body: '<html></html>' }, 'GoogleUnavailable'],
    ['a redirect comes', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'GoogleUnavailable'],
    ['the connection breaks', { fault: 'cut', body: '{' } as const, 'GoogleUnavailable'],
  ])('when %s, the error is %3$s', async (_, answer, name) => {
    server.answer(answer);
    await expect(connect().tokenFor('alice@example.com')).rejects.toMatchObject({ name });
  });
});

describe('consent of each user', () => {
  const connect = () =>
    createOAuthAccessTokens({
      clientId: 'client',
      clientSecret: 'hush',
      projectId: 'project',
      secretPrefix: 'token-',
      account: ACCOUNT,
      secretManagerUrl: server.url,
      tokenUrl: `${server.url}/token`,
      now,
    });
  const secret = { body: { payload: { data: Buffer.from('refresh-1\n').toString('base64') } } };

  test('the refresh token comes from the secret of the subject and goes to the token endpoint', async () => {
    server.answer(secret, { body: { access_token: 't1', expires_in: 3_599 } });
    expect(await connect().tokenFor('alice@example.com')).toBe('t1');
    const [reading, exchange] = server.asked;
    expect(reading?.method).toBe('GET');
    expect(reading?.path).toBe(
      `/v1/projects/project/secrets/${refreshTokenSecretOf('token-', 'alice@example.com')}/versions/latest:access`,
    );
    expect(reading?.headers.authorization).toBe('Bearer own');
    expect(Object.fromEntries(new URLSearchParams(exchange?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
      client_id: 'client',
      client_secret: 'hush',
    });
    expect(exchange?.headers.authorization).toBeUndefined();
  });

  test('a dead refresh token means that access is lost, and a new consent counts at once', async () => {
    server.answer(secret, { status: 400, body: { error: 'invalid_grant' } });
    const tokens = connect();
    await expect(tokens.tokenFor('alice@example.com')).rejects.toMatchObject({ name: 'AccessLost' });
    server.answer(secret, { body: { access_token: 't2', expires_in: 3_599 } });
    expect(await tokens.tokenFor('alice@example.com')).toBe('t2');
  });

  test.each([
    ['there is no secret', { status: 404, body: { error: { code: 404, status: 'NOT_FOUND' } } }, 'AccessLost'],
    ['the secret is closed to us', { status: 403, body: { error: { code: 403 } } }, 'OwnAccountRefused'],
    ['the secret is empty', { body: { payload: { data: '' } } }, 'AccessLost'],
    ['Secret Manager is out of order', { status: 500, body: {} }, 'GoogleUnavailable'],
  ])('when %s, the error is %3$s', async (_, answer, name) => {
    server.answer(answer);
    await expect(connect().tokenFor('alice@example.com')).rejects.toMatchObject({ name });
  });

  describe('that is on record', () => {
    /** Grants of one user that note what becomes of his. */
    function connected() {
      const ended: string[] = [];
      const grants: Grants = {
        refreshTokenOf: async () => 'refresh-1',
        replace: async () => undefined,
        end: async (_subject, _token, told) => {
          ended.push(told);
          return told;
        },
      };
      const tokens = createOAuthAccessTokens({
        clientId: 'client',
        clientSecret: 'hush',
        projectId: 'project',
        secretPrefix: 'token-',
        account: ACCOUNT,
        grants,
        tokenUrl: `${server.url}/token`,
        now,
      });
      return { tokens, ended };
    }
    const freshWith = (scope: string) => ({ body: { access_token: 't1', expires_in: 3_599, scope } });

    test.each([
      ['the one that we ask for', 'calendar.events'],
      ['all of Calendar', 'calendar'],
      ['reading all of Calendar', 'calendar.readonly'],
      ['reading events', 'calendar.events.readonly'],
      ['events of own calendars', 'calendar.events.owned'],
      ['reading events of own calendars', 'calendar.events.owned.readonly'],
      ['calendars that the application made', 'calendar.app.created'],
    ])('goes on where it is for %s', async (_, scope) => {
      const { tokens, ended } = connected();
      server.answer(freshWith(`openid https://www.googleapis.com/auth/${scope}`));
      expect(await tokens.tokenFor('alice@example.com')).toBe('t1');
      expect(ended).toEqual([]);
    });

    test.each([
      ['no calendar', 'openid https://www.googleapis.com/auth/userinfo.email'],
      ['the list of calendars', 'https://www.googleapis.com/auth/calendar.calendarlist'],
      ['when he is busy', 'https://www.googleapis.com/auth/calendar.events.freebusy'],
      ['what begins like it', 'https://www.googleapis.com/auth/calendar.eventsx'],
      ['nothing', ''],
    ])('ends where it is for %s', async (_, scope) => {
      const { tokens, ended } = connected();
      server.answer(freshWith(scope));
      await expect(tokens.tokenFor('alice@example.com')).rejects.toMatchObject({
        name: 'AccessLost',
        reason: 'access_narrowed',
      });
      expect(ended).toEqual(['access_narrowed']);
    });
  });

  test('the name of a secret holds no address, fits Secret Manager, and does not depend on letter case', () => {
    const name = refreshTokenSecretOf('token-', 'Alice@Example.com');
    expect(name).toBe(refreshTokenSecretOf('token-', 'alice@example.com'));
    expect(refreshTokenSecretOf('staging-token-', 'alice@example.com')).toBe(`staging-${name}`);
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,255}$/);
    expect(name).not.toContain('alice');
  });
});
