/**
 * The calls that docs/add-on.md shows for a server, run as they stand against the sandbox: with curl and with google-auth-library, behind
 * stand-ins for the metadata server and for Cloud Run's check of the token.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { StartedSandbox } from '../e2e/started-sandbox.ts';
import { listen, type Served } from '../listen.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/add-on.md'), 'utf8');
const inFence = (kind: string): string => new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1] ?? '';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** Its audience is in it, as in Google's. */
const tokenFor = (audience: string): string =>
  `${part({ alg: 'none' })}.${part({ aud: audience, exp: Math.floor(Date.now() / 1_000) + 3_600 })}.${part({})}`;

let sandbox: StartedSandbox;
let metadata: Served;
let cloudRun: Served;
let requests: string[] = [];

function answerMetadata(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://metadata');
  const isIdentity = pathname === '/computeMetadata/v1/instance/service-accounts/default/identity';
  const isAllowed = isIdentity && request.headers['metadata-flavor'] === 'Google';
  response.writeHead(isAllowed ? 200 : 403, { 'metadata-flavor': 'Google' });
  response.end(isAllowed ? tokenFor(searchParams.get('audience') ?? '') : '');
}

async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const { authorization = '', 'content-type': type } = request.headers;
  const [, claims = ''] = authorization.replace(/^Bearer /, '').split('.');
  if (claims === '' || JSON.parse(Buffer.from(claims, 'base64url').toString()).aud !== cloudRun.url) {
    response.writeHead(401).end();
    return;
  }
  const answer = await fetch(sandbox.address(4) + request.url, {
    method: request.method ?? 'GET',
    ...(type !== undefined && { headers: { 'content-type': type } }),
    ...(pieces.length > 0 && { body: Buffer.concat(pieces) }),
  });
  requests.push(`${request.method} ${request.url} ${answer.status}`);
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(await answer.text());
}

beforeAll(async () => {
  sandbox = await StartedSandbox.start([]);
  metadata = await listen(createServer(answerMetadata));
  cloudRun = await listen(createServer((request, response) => void passOn(request, response)));
}, 60_000);
beforeEach(() => {
  requests = [];
});
afterAll(async () => {
  await Promise.all([cloudRun?.close(), metadata?.close(), sandbox?.stop()]);
});

/** The example with the addresses of the stand-ins in place of Google's. */
function localized(example: string): string {
  return example
    .replaceAll('https://manage-calendars-abc123-ew.a.run.app', cloudRun.url)
    .replaceAll('http://metadata.google.internal', metadata.url);
}

test('with curl', async () => {
  const example = inFence('sh');
  expect(example).toContain('curl');
  const { stdout } = await run('bash', ['-euc', localized(example)]);
  expect(JSON.parse(stdout)).toMatchObject({ calendarId: 'alice@example.com', status: 'active' });
  expect(requests).toEqual(['PUT /v1/calendars/alice%40example.com 201']);
}, 30_000);

test('with google-auth-library', async () => {
  const example = inFence('mjs');
  expect(example).toContain('google-auth-library');
  const env = {
    PATH: process.env.PATH,
    GCE_METADATA_HOST: new URL(metadata.url).host,
    METADATA_SERVER_DETECTION: 'assume-present',
  };
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', localized(example)], {
    cwd: ROOT,
    env,
  });
  expect(stdout).toBe('active\n');
  expect(requests.map((line) => line.replace(/ 201$/, ' 200'))).toEqual([
    'PUT /v1/calendars/alice%40example.com 200',
    'PUT /v1/calendars/alice%40example.com/bindings/7m0q2v9u1c5r8k3t6b4d0e2f1g 200',
    'GET /v1/calendars/alice%40example.com 200',
  ]);
}, 30_000);
