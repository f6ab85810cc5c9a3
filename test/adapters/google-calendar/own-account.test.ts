import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setGCPResidency } from 'gcp-metadata';
import { createOwnAccount } from '../../../shared/adapters/google-calendar/own-account.ts';
import { createServiceAccountAccessTokens } from '../../../shared/adapters/google-calendar/service-account-access-tokens.ts';
import { boundMetadataRequests } from '../../../shared/adapters/system/bound-metadata.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const NAMES = [
  'GOOGLE_CLOUD_PROJECT',
  'GCE_METADATA_HOST',
  'METADATA_SERVER_DETECTION',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'HOME',
  'K_SERVICE',
] as const;
const FLAVOR = { 'metadata-flavor': 'Google', 'content-type': 'application/json' };
const before = NAMES.map((name) => [name, process.env[name]] as const);

let metadata: ScriptedServer;

/** The client looks for the account where Cloud Run has it: at the metadata server. */
beforeEach(async () => {
  metadata = await startScriptedServer();
  process.env.GCE_METADATA_HOST = metadata.url.replace('http://', '');
  process.env.METADATA_SERVER_DETECTION = 'assume-present';
  delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
  process.env.HOME = '/nowhere';
  // The client wants to know a project and would ask the gcloud command for it.
  process.env.GOOGLE_CLOUD_PROJECT = 'project';
  metadata.always('/computeMetadata/v1/instance/service-accounts/default/email', {
    headers: FLAVOR,
    body: 'sync@project.iam.gserviceaccount.com',
  });
});
afterEach(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await metadata.close();
});

function tokenQuestions() {
  return metadata.asked.filter((asked) => asked.path === '/computeMetadata/v1/instance/service-accounts/default/token');
}

function token(text: string) {
  return { headers: FLAVOR, body: JSON.stringify({ access_token: text, expires_in: 3_600, token_type: 'Bearer' }) };
}

describe('the account that the process runs as', () => {
  test('gets its token from the metadata server, for the scope that is asked for', async () => {
    metadata.answer(token('t1'));
    expect(await createOwnAccount('https://www.googleapis.com/auth/cloud-platform').token()).toBe('t1');
    expect(tokenQuestions().map((asked) => asked.query)).toEqual([
      { scopes: 'https://www.googleapis.com/auth/cloud-platform' },
    ]);
  });

  test('knows its own address', async () => {
    expect(await createOwnAccount('scope').email()).toBe('sync@project.iam.gserviceaccount.com');
  });

  test('gets a token on Cloud Run though the metadata server has left a request without an answer', async () => {
    process.env.K_SERVICE = 'sync-calendar-live';
    boundMetadataRequests(process.env);
    try {
      metadata.answer({ fault: 'hang' }, token('t1'));
      const account = createOwnAccount('scope');
      const startedAt = performance.now();
      expect(await account.token().catch(() => account.token())).toBe('t1');
      expect(performance.now() - startedAt).toBeLessThan(9_000);
    } finally {
      setGCPResidency(null);
    }
  }, 30_000);

  test('without permission has no access, and says so by name', async () => {
    metadata.answer({ status: 403, headers: FLAVOR, body: JSON.stringify({ error: { code: 403 } }) });
    await expect(createOwnAccount('scope').token()).rejects.toMatchObject({ name: 'OwnAccountRefused' });
  });
});

describe('calendars shared with the account', () => {
  test('every subject gets the one token of the account', async () => {
    metadata.answer(token('t1'));
    const tokens = createServiceAccountAccessTokens();
    expect(await tokens.tokenFor('alice@example.com')).toBe('t1');
    expect(await tokens.tokenFor('bob@example.com')).toBe('t1');
    expect(tokenQuestions().map((asked) => asked.query)).toEqual([
      { scopes: 'https://www.googleapis.com/auth/calendar.events' },
    ]);
  });

  test('a token that Google did not accept is not given again', async () => {
    metadata.answer(token('t1'), token('t2'));
    const tokens = createServiceAccountAccessTokens();
    tokens.drop('alice@example.com', (await tokens.tokenFor('alice@example.com')) ?? '');
    tokens.drop('bob@example.com', 't1');
    expect(await tokens.tokenFor('alice@example.com')).toBe('t2');
  });
});
