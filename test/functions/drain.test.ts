/**
 * SIGTERM against a real process: the built bundle under the functions framework, with a Google Calendar and a conference system that
 * are slow. Every request in flight is answered, no page is begun, the calendar is left for another worker, the process is gone in time.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { calendarListener } from '../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { encodeWork } from '../../shared/domain/notification/work-message.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'drain-'));
const SECRET = `whsec_${Buffer.from('a webhook secret for tests').toString('base64')}`;
const ALICE = 'alice@example.com';
const BOB = 'bob@example.com';
/** Cloud Run sends SIGKILL after ten; the design asks for eight. */
const EXIT_MS_MAX = 8_000;

let calendar: SimulatedCalendar;
let outside: Server;
let outsideUrl = '';
let listCalls = 0;
/** Deliveries that were taken and not answered yet. */
let held: ServerResponse[] = [];
let mode: 'answer' | 'hold' = 'answer';
let child: ChildProcess | undefined;

beforeAll(async () => {
  const args = ['scripts/build.ts', '--entry', join(import.meta.dirname, 'drain-entry.ts'), '--out', folder];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  outside = createServer(async (incoming, response) => {
    const url = incoming.url ?? '';
    if (url.startsWith('/webhook')) {
      incoming.resume();
      if (mode === 'hold') held.push(response);
      else response.writeHead(204).end();
      return;
    }
    if (incoming.method === 'GET' && /\/events\?/.test(url)) listCalls++;
    if (!(await calendarListener(calendar)(incoming, response))) response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(outside, 'listening');
  const address = outside.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  outsideUrl = `http://127.0.0.1:${address.port}`;
}, 60_000);

afterEach(() => {
  child?.kill('SIGKILL');
  for (const response of held) response.destroy();
  held = [];
  mode = 'answer';
});

afterAll(async () => {
  outside.closeAllConnections();
  outside.close();
  await once(outside, 'close');
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly url: string;
  readonly states: () => readonly { id: string; lease: unknown; checkpoint: unknown; syncToken: unknown }[];
  readonly outcomes: () => readonly string[];
  /** Sends SIGTERM and waits for the end. */
  terminate(): Promise<{ code: number | null; ms: number }>;
}

function newCalendarOf(...ids: readonly string[]): void {
  calendar = new SimulatedCalendar({ now: Date.now });
  for (const id of ids) calendar.addCalendar(id);
  listCalls = 0;
}

function put(calendarId: string, id: string, summary: string): void {
  const events = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events`;
  const body = {
    id,
    summary,
    start: { dateTime: '2027-02-01T10:00:00Z' },
    end: { dateTime: '2027-02-01T11:00:00Z' },
    conferenceData: {
      conferenceId: `c-${id}`,
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: `https://meet.example.com/${id}` }],
    },
  };
  const isKnown = calendar.events(calendarId).some((event) => event.id === id);
  const { status } = calendar.handle({
    method: isKnown ? 'PATCH' : 'POST',
    path: isKnown ? `${events}/${id}` : events,
    query: new URLSearchParams({ conferenceDataVersion: '1' }),
    headers: {},
    body,
  });
  if (status !== 200) throw new Error(`the simulated calendar answered ${status}`);
}

async function start(...calendarIds: readonly string[]): Promise<Started> {
  const port = await freePort();
  const framework = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  const started = spawn(process.execPath, [framework, '--target=syncCalendar', `--source=${folder}`], {
    env: {
      PORT: String(port),
      STATE_STORE: 'memory',
      WORK_QUEUE: 'memory',
      CALENDAR_AUTH: 'none',
      CALENDAR_API_ROOT: outsideUrl,
      RECEIVER_URL: 'https://receiver.example.com',
      CHANNEL_TOKEN_KEYS: 'the channel token key of this test',
      CONFERENCE_SOLUTION_NAMES: 'My Web Conference',
      CONFERENCE_WEBHOOK_URL: `${outsideUrl}/webhook`,
      CONFERENCE_WEBHOOK_SECRET: SECRET,
      TEST_CALENDARS: calendarIds.join(','),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const lines: { line?: string; outcome?: string }[] = [];
  let rest = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('{')) lines.push(JSON.parse(part));
  });
  await until(() => lines.filter(({ line }) => line === 'sync').length === calendarIds.length);
  await until(async () => (await fetch(`http://127.0.0.1:${port}/robots.txt`).catch(() => undefined)) !== undefined);
  return {
    url: `http://127.0.0.1:${port}`,
    // The lines are those that the entry of this test prints.
    states: () => lines.filter(({ line }) => line === 'state') as unknown as ReturnType<Started['states']>,
    outcomes: () => lines.flatMap(({ line, outcome }) => (line === 'sync' && outcome !== undefined ? [outcome] : [])),
    async terminate() {
      const at = Date.now();
      started.kill('SIGTERM');
      const [code] = await once(started, 'close');
      return { code, ms: Date.now() - at };
    },
  };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let step = 0; step < 400; step++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('it never came to that');
}

/** Pushes a sync request over this agent; the status, or 0 for a dropped connection. */
function push(url: string, calendarId: string, agent?: Agent): Promise<number> {
  const message = encodeWork({ kind: 'sync', calendar: calendarKeyOf(calendarId), cause: 'notification', force: true });
  const body = JSON.stringify({
    message: {
      data: Buffer.from(message).toString('base64'),
      messageId: '1',
      publishTime: new Date().toISOString(),
      attributes: { lane: 'upkeep' },
    },
    subscription: 'projects/p/subscriptions/s',
  });
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method: 'POST', headers, ...(agent !== undefined && { agent }) }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}

test('two requests in flight both get their answer, though the conference system is slow', async () => {
  newCalendarOf(ALICE, BOB);
  put(ALICE, 'eventa', 'One');
  put(BOB, 'eventb', 'Two');
  const started = await start(ALICE, BOB);
  put(ALICE, 'eventa', 'One, renamed');
  put(BOB, 'eventb', 'Two, renamed');
  mode = 'hold';
  const answers = Promise.all([push(started.url, ALICE), push(started.url, BOB)]);
  await until(() => held.length === 2);
  const ended = started.terminate();
  setTimeout(() => {
    for (const response of held.splice(0)) response.writeHead(204).end();
  }, 300);
  expect(await answers).toEqual([204, 204]);
  const { code, ms } = await ended;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3_000);
  expect(started.states().slice(-2)).toMatchObject([{ lease: null }, { lease: null }]);
}, 30_000);

test('a conference system that does not answer at all keeps no answer back and nothing is lost', async () => {
  newCalendarOf(ALICE);
  put(ALICE, 'eventa', 'One');
  const started = await start(ALICE);
  put(ALICE, 'eventa', 'One, renamed');
  mode = 'hold';
  const answer = push(started.url, ALICE);
  await until(() => held.length === 1);
  const { code, ms } = await started.terminate();
  expect(await answer).toBe(204);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(EXIT_MS_MAX);
  expect(started.states().at(-1)).toMatchObject({ lease: null });
}, 30_000);

test('a listing of many pages begins no further page, leaves its checkpoint and gives the lease back', async () => {
  newCalendarOf(ALICE);
  const started = await start(ALICE);
  for (let index = 0; index < 600; index++) put(ALICE, `event${String(index).padStart(4, '0')}`, 'Many');
  mode = 'hold';
  const listsBefore = listCalls;
  const answer = push(started.url, ALICE);
  await until(() => held.length > 0);
  const ended = started.terminate();
  setTimeout(() => {
    mode = 'answer';
    for (const response of held.splice(0)) response.writeHead(204).end();
  }, 300);
  expect(await answer).toBe(204);
  const { code, ms } = await ended;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3_000);
  expect(listCalls - listsBefore).toBe(1);
  expect(started.outcomes().at(-1)).toBe('continued');
  expect(started.states().at(-1)).toMatchObject({ lease: null, checkpoint: { pageToken: expect.any(String) } });
}, 30_000);

test('a connection that is kept alive without a request does not hold up the end', async () => {
  newCalendarOf(ALICE);
  const started = await start(ALICE);
  const agent = new Agent({ keepAlive: true });
  try {
    expect(await push(started.url, ALICE, agent)).toBe(204);
    const { code, ms } = await started.terminate();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(1_000);
  } finally {
    agent.destroy();
  }
}, 30_000);
