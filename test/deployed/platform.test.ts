/**
 * What is deployed, as it is deployed: the archive under the framework that it pins, each function with the environment of its deployment
 * in the plan and of the platform, and the requests that the platform sends. Database and broker are out of reach here; story.test.ts has
 * them.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FunctionName } from '../../shared/config/settings.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { channelIdFor, signChannel } from '../../shared/domain/notification/channel.ts';
import { encodeWork } from '../../shared/domain/notification/work-message.ts';
import { open, type RawAnswer, requestText, sendRaw } from '../security/raw-request.ts';
import { readEntries } from './cloud-logging.ts';
import { DeployedFunction } from './deployed-function.ts';
import { DEPLOYMENTS, nodeOptionsOf } from './deployments.ts';
import { type InstalledArchive, installArchive } from './install-archive.ts';

const KEY = 'the channel token key of the deployment';
/** Nothing listens on the port 1. */
const OUT_OF_REACH = { FIRESTORE_EMULATOR_HOST: '127.0.0.1:1', PUBSUB_EMULATOR_HOST: '127.0.0.1:1' };
const ENV = {
  ...OUT_OF_REACH,
  CHANNEL_TOKEN_KEYS: KEY,
  CONFERENCE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
};
/** What Google's buildpack puts in where an archive asks for no framework. */
const INJECTED_FRAMEWORK = join(import.meta.dirname, '../../node_modules/functions-framework-3');
const LOAD_BUNDLE = join(import.meta.dirname, '../../functions/start/load-bundle.ts');
/** Cloud Run kills ten seconds after SIGTERM. */
const EXIT_MS_MAX = 8_000;

const JSON_TYPE = { 'Content-Type': 'application/json' };
const BODY = Buffer.from(
  '{"message": {"data": "e30=", "messageId": "1"}, "subscription": "projects/p/subscriptions/s"}',
);

function chunked(line: string, body: Buffer): Buffer {
  const head = `${line}\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const piece = (part: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
  const half = body.length >> 1;
  return Buffer.concat([
    Buffer.from(head),
    piece(body.subarray(0, half)),
    piece(body.subarray(half)),
    Buffer.from('0\r\n\r\n'),
  ]);
}

/** As Google Calendar, Pub/Sub, Cloud Scheduler and clients of the API send them. */
function requestsOf(method: string, path: string): Readonly<Record<string, Buffer>> {
  const request = (headers: Record<string, string>, body?: Buffer): Buffer => requestText(method, path, headers, body);
  return {
    'no body': Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    'an empty body of an odd type': request({ 'Content-Type': 'application/json; utf-8' }),
    'a JSON body': request(JSON_TYPE, BODY),
    'a JSON body in chunks': chunked(`${method} ${path} HTTP/1.1`, BODY),
    bytes: request({ 'Content-Type': 'application/octet-stream' }, Buffer.from('x')),
    'broken JSON': request(JSON_TYPE, Buffer.from('{"message": ')),
    'a compressed body': request({ ...JSON_TYPE, 'Content-Encoding': 'gzip' }, gzipSync(BODY)),
  };
}

/** Longer than a function waits for a database that is out of reach, on a busy machine. */
const PATIENCE_MS = 40_000;

/** What comes back for each of them. */
async function answersOf({ port, target }: DeployedFunction): Promise<Readonly<Record<string, RawAnswer>>> {
  const isApi = target === 'manageCalendars';
  const requests = isApi ? requestsOf('PUT', '/v1/calendars/alice%40example.com') : requestsOf('POST', '/');
  const asked = Object.entries(requests).map(async ([name, bytes]) => [name, await sendRaw(port, bytes, PATIENCE_MS)]);
  return Object.fromEntries(await Promise.all(asked));
}

/** What each function answers without its database and its broker. The worker acknowledges what holds no message, since nobody can work on it. */
const ANSWERS: Readonly<Record<FunctionName, Readonly<Record<string, number>>>> = {
  receiveNotification: {},
  syncCalendar: { 'a JSON body': 503, 'a JSON body in chunks': 503 },
  renewChannels: {},
  manageCalendars: { bytes: 415 },
  connectCalendars: {},
};
const USUAL: Readonly<Record<FunctionName, number>> = {
  receiveNotification: 403,
  syncCalendar: 204,
  renewChannels: 503,
  manageCalendars: 400,
  // Nothing is at the root.
  connectCalendars: 404,
};

function expectOurs(target: FunctionName, answers: Readonly<Record<string, RawAnswer>>): void {
  const expected = Object.keys(answers).map((name) => [
    name,
    name === 'a compressed body' ? 415 : (ANSWERS[target][name] ?? USUAL[target]),
  ]);
  expect(Object.entries(answers).map(([name, { status }]) => [name, status])).toEqual(expected);
  for (const { body } of Object.values(answers)) expect(body).not.toMatch(/<html|Error:|node_modules/i);
}

let archive: InstalledArchive;
const running: DeployedFunction[] = [];

async function start(deployment: string, more: object = {}): Promise<DeployedFunction> {
  const started = await DeployedFunction.start({ archive, deployment, env: ENV, ...more });
  running.push(started);
  return started;
}

/** A function, and what it answered. */
interface Asked {
  readonly started: DeployedFunction;
  readonly answers: Readonly<Record<string, RawAnswer>>;
}

/** All functions under either framework, asked at once: each waits some seconds for a database that is out of reach. */
const ours = new Map<string, Promise<Asked>>();
const injected = new Map<string, Promise<Asked>>();

async function startAndAsk(deployment: string, more: object): Promise<Asked> {
  const started = await start(deployment, more);
  return { started, answers: await answersOf(started) };
}

function askAll(asked: Map<string, Promise<Asked>>, more: object): void {
  for (const { name } of DEPLOYMENTS) {
    const answer = startAndAsk(name, more);
    // The test that waits for it fails; until then nobody does.
    answer.catch(() => undefined);
    asked.set(name, answer);
  }
}

async function askedOf(asked: ReadonlyMap<string, Promise<Asked>>, name: string): Promise<Asked> {
  const answer = await asked.get(name);
  if (answer === undefined) throw new Error(`${name} was not asked`);
  return answer;
}

beforeAll(async () => {
  archive = await installArchive();
  askAll(ours, {});
  askAll(injected, { framework: INJECTED_FRAMEWORK });
}, 60_000);

afterAll(async () => {
  await Promise.allSettled([...ours.values(), ...injected.values()]);
  await Promise.all(running.map((one) => one.kill()));
  await archive?.remove();
});

test.each(DEPLOYMENTS)(
  '$name begins with what gcp-build left of the bundle, under its own options of Node',
  async (deployment) => {
    const say = `import(${JSON.stringify(LOAD_BUNDLE)}).then(({ loadBundle }) => {
      console.log(loadBundle(${JSON.stringify(archive.folder)}).isFromCache);
      process.exit();
    })`;
    const env = { NODE_OPTIONS: nodeOptionsOf(deployment).join(' ') };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', say], { env, cwd: archive.folder });
    expect(stdout).toBe('true\n');
  },
  60_000,
);

describe.each(DEPLOYMENTS)('$name', ({ name, target }) => {
  test('answers by itself, whatever body comes', async () => {
    const { answers } = await askedOf(ours, name);
    expectOurs(target, answers);
  }, 60_000);

  test('has written nothing but entries that keep their severity and their fields', async () => {
    const { started } = await askedOf(ours, name);
    // What is asked of all of them above is nothing to connectCalendars, which then writes nothing.
    if (target === 'connectCalendars') {
      expect((await fetch(`${started.url}/start?ticket=forged`)).status).toBe(400);
    }
    // What is printed comes another way than the answers.
    for (let look = 0; look < 50 && started.stdout === ''; look++) await sleep(100);
    const { entries, lost } = readEntries(started.stdout);
    expect(lost).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  });

  test('names the files of its sources in every stack', async () => {
    const { started } = await askedOf(ours, name);
    const { entries } = readEntries(started.stdout);
    for (const { fields } of entries.filter(({ line }) => line === 'failure'))
      expect(fields.stack_trace).toMatch(/\n {4}at .*\/(?:shared|functions)\/[\w/-]+\.ts:\d+:\d+/);
  });
});

describe('the receiver', () => {
  const notification = (trace: string): Promise<Response> => {
    const id = channelIdFor(calendarKeyOf('alice@example.com'), 'abc123');
    return fetch(receiver.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; utf-8',
        'x-goog-channel-id': id,
        'x-goog-channel-token': `${signChannel(id, [KEY])}x`,
        'x-goog-resource-id': 'resource',
        'x-goog-resource-state': 'exists',
        'x-cloud-trace-context': `${trace}/1;o=1`,
      },
    });
  };
  let receiver: DeployedFunction;
  beforeAll(async () => {
    receiver = await start('receive-notification');
  }, 60_000);

  test('writes an entry of its own, with its trace, for each of 80 notifications that come at once', async () => {
    const traces = Array.from({ length: 80 }, (_, index) => index.toString(16).padStart(32, 'a'));
    const answers = await Promise.all(traces.map(notification));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
    await sleep(200);
    const { entries, lost } = readEntries(receiver.stdout);
    expect(lost).toEqual([]);
    const refusals = entries.filter(({ line, severity }) => line === 'notification' && severity === 'NOTICE');
    const seen = refusals.map(({ fields }) => String(fields['logging.googleapis.com/trace']));
    expect(seen.sort()).toEqual(traces.map((trace) => `projects/example-project/traces/${trace}`).sort());
  }, 30_000);

  test('answers what is under way when it is told to go, and is gone in time', async () => {
    const socket = await open(receiver.port);
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    await sleep(200);
    const gone = receiver.terminate();
    await sleep(100);
    const closed = once(socket, 'close');
    socket.write('cd');
    await closed;
    const { code, ms } = await gone;
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(EXIT_MS_MAX);
  }, 30_000);
});

test('what still waits for a silent database when the process has to go is asked for again', async () => {
  const silent = createServer((socket) => socket.resume().on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = silent.address() as AddressInfo;
  const manager = await start('manage-calendars', { env: { ...ENV, FIRESTORE_EMULATOR_HOST: `127.0.0.1:${port}` } });
  const statuses = Array.from({ length: 5 }, () =>
    fetch(`${manager.url}/v1/calendars`).then(
      ({ status }) => status,
      () => 'no answer',
    ),
  );
  // By then all have arrived, though the other functions of this suite start meanwhile.
  await once(silent, 'connection');
  await sleep(2_000);
  const { code, ms } = await manager.terminate();
  expect(await Promise.all(statuses)).toEqual(statuses.map(() => 503));
  expect(code).toBe(0);
  expect(ms).toBeLessThan(EXIT_MS_MAX);
  silent.close();
}, 60_000);

test.each(DEPLOYMENTS.map(({ name, target }) => [name, target] as const))(
  '%s also answers under the framework that a build puts in where the archive asks for none',
  async (name, target) => {
    const { started, answers } = await askedOf(injected, name);
    expectOurs(target, answers);
    expect(readEntries(started.stdout).lost).toEqual([]);
  },
  60_000,
);

describe('a crash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  let broken: InstalledArchive;
  beforeAll(async () => {
    const module = join(folder, 'backend.mjs');
    // Once the process listens, as in the middle of its life.
    writeFileSync(
      module,
      `import { existsSync } from 'node:fs';
       const bugs = { exception: () => { throw new Error('a bug'); }, rejection: () => void Promise.reject(new Error('a bug')) };
       if (process.env.BUG in bugs) setTimeout(bugs[process.env.BUG], 1_500);
       const goRoundForEver = () => { for (;;); };
       setInterval(() => existsSync(process.env.HOLD_FROM ?? '') && goRoundForEver(), 50).unref();
       export default { apply: async () => undefined };`,
    );
    broken = await installArchive('--include', module);
  }, 60_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await broken?.remove();
  });

  test.each(['exception', 'rejection'])(
    'by an %s that nobody caught leaves one entry with its stack, and ends the process',
    async (bug) => {
      const env = { ...ENV, CONFERENCE_BACKEND: 'module:./backend.mjs', BUG: bug };
      const worker = await DeployedFunction.start({ archive: broken, deployment: 'sync-calendar-live', env });
      expect(await worker.ended()).toBe(16);
      const { entries, lost } = readEntries(worker.stdout);
      expect(lost).toEqual([]);
      const crashes = entries.filter(({ severity }) => severity === 'CRITICAL');
      expect(crashes).toMatchObject([{ line: 'crash', fields: { error: 'Error' } }]);
      expect(String(crashes[0]?.fields.stack_trace)).toMatch(/a bug\n\s+at .*backend\.mjs/);
    },
    60_000,
  );

  test('by code that holds the event loop leaves one entry with what was under way and where it stands, and ends the process', async () => {
    const holdFrom = join(folder, 'hold');
    const env = { ...ENV, CONFERENCE_BACKEND: 'module:./backend.mjs', HOLD_FROM: holdFrom };
    const worker = await DeployedFunction.start({ archive: broken, deployment: 'sync-calendar-live', env });
    const calendar = calendarKeyOf('alice@example.com');
    const data = Buffer.from(encodeWork({ kind: 'sync', calendar, cause: 'notification' })).toString('base64');
    const body = JSON.stringify({ message: { data, messageId: '1' }, subscription: 'projects/p/subscriptions/s' });
    // The database is out of reach, for which it waits some seconds.
    const answer = fetch(worker.url, { method: 'POST', headers: JSON_TYPE, body }).then(
      ({ status }) => status,
      () => 'no answer',
    );
    await sleep(500);
    const ended = worker.ended();
    writeFileSync(holdFrom, '');
    await ended;
    // Pub/Sub sends the message again.
    expect(await answer).toBe('no answer');
    const { entries, lost } = readEntries(worker.stdout);
    expect(lost).toEqual([]);
    const crashes = entries.filter(({ severity }) => severity === 'CRITICAL');
    expect(crashes).toMatchObject([
      { line: 'crash', fields: { error: 'EventLoopHeld', calendars: [calendar], conferences: [] } },
    ]);
    expect(String(crashes[0]?.fields.stack_trace)).toMatch(/is held\n\s+at goRoundForEver \(.*backend\.mjs:\d+:\d+\)/);
  }, 60_000);
});
