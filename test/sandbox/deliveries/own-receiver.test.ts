/** The sandbox over a receiver or a module of the user's own: what was sent, what was answered, and what happens where nobody answers. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { fieldsOf } from '../../../sandbox/console/seen-event.ts';
import type { Sandbox } from '../../../sandbox/run-sandbox.ts';
import { type ConferenceChoice, ignoredSettings } from '../../../sandbox/sandbox-config.ts';
import type { Served } from '../../listen.ts';
import { SECRET, startReceiver } from '../../ops/webhook/breakable-receiver.ts';
import { runSandboxSomewhere } from '../console/free-ports.ts';
import { meeting } from '../meeting.ts';

const OWN = 'alice@example.com';
const PATIENCE_MS = 15_000;
const ENV = { DELIVERY_RETRY_SECONDS: '1', CANCEL_GRACE_SECONDS: '1' };

let sandbox: Sandbox | undefined;
let receiver: Served | undefined;
let folder: string | undefined;

afterEach(async () => {
  await sandbox?.close();
  await receiver?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
  sandbox = undefined;
  receiver = undefined;
  folder = undefined;
}, 30_000);

/** A sandbox in which Alice has a meeting with the conference c-1. */
async function startWith(conferences: ConferenceChoice): Promise<void> {
  const log = { write: () => undefined };
  sandbox = await runSandboxSomewhere({ hasEmulators: false, imports: [], conferences, env: ENV, log });
  await call('PUT', 4, `/v1/calendars/${OWN}`, { subject: OWN });
  const event = meeting('c-1', { id: 'meeting', summary: "Ann's plan" });
  await call('POST', 0, `/calendar/v3/calendars/${OWN}/events?conferenceDataVersion=1`, event);
}

async function call(method: string, place: number, path: string, body?: object): Promise<unknown> {
  const init =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`http://127.0.0.1:${(sandbox?.ports.console ?? 0) + place}${path}`, { method, ...init });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** The row of c-1 on the console, once it is as wanted. */
async function rowUntil(wanted: object): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    const { board } = fieldsOf(await call('GET', 0, '/console/state'));
    const row: unknown = (Array.isArray(board) ? board : []).find(({ conferenceId }) => conferenceId === 'c-1');
    try {
      expect(row).toMatchObject(wanted);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

async function deliveries(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const list = await call('GET', 0, '/console/deliveries?conferenceId=c-1');
  return Array.isArray(list) ? list.map(fieldsOf) : [];
}

test('a receiver that shows nothing: the console says what it answered, sends again, and gives the delivery as a command', async () => {
  receiver = await startReceiver();
  await startWith({ kind: 'webhook', url: receiver.url, secret: SECRET, readBack: null });
  await rowUntil({ state: 'answered', answered: 'answered 204', conference: null, title: "Ann's plan" });

  const [sent = {}] = await deliveries();
  expect(sent).toMatchObject({ type: 'conference.updated', answered: 'answered 204', isAccepted: true, answer: null });
  expect(JSON.parse(String(sent.body))).toMatchObject({
    data: { conferenceId: 'c-1', event: { title: "Ann's plan" } },
  });

  await call('POST', 0, '/console/actions/send-again', { id: String(sent.id) });
  expect(await deliveries()).toMatchObject([{ answered: 'answered 204', revision: sent.revision }, { id: sent.id }]);

  const { curl } = fieldsOf(await call('GET', 0, `/console/deliveries/${sent.id}/curl`));
  const { stdout } = await promisify(execFile)('sh', ['-c', String(curl)]);
  expect(stdout).toMatch(/^HTTP\/1\.1 204/);

  await call('DELETE', 0, `/calendar/v3/calendars/${OWN}/events/meeting`);
  await rowUntil({ state: 'ended', answered: 'answered 204' });
  const { faults } = fieldsOf(await call('GET', 0, '/console/state'));
  expect(JSON.stringify(faults)).not.toContain('Conference system');
}, 60_000);

test('a receiver with a read-back address is compared like any conference system', async () => {
  receiver = await startReceiver('forgets occurrences when the series moves');
  await startWith({ kind: 'webhook', url: receiver.url, secret: SECRET, readBack: `${receiver.url}/{conferenceId}` });
  await rowUntil({ conference: { state: 'active', title: "Ann's plan" }, answered: null });
}, 60_000);

test('where nobody answers, one line says so, everything else works, and what waits is sent as soon as somebody does', async () => {
  const gone = await startReceiver();
  const { port } = new URL(gone.url);
  await gone.close();
  await startWith({ kind: 'webhook', url: gone.url, secret: SECRET, readBack: null });
  const trouble = `Nobody answers at ${gone.url}. Changes wait, and are sent as soon as somebody does.`;
  expect(sandbox?.receiverTrouble).toBe(trouble);
  await rowUntil({ answered: 'connection failed (ECONNREFUSED)' });
  expect(await call('GET', 0, '/console/state')).toMatchObject({ receiver: { trouble } });
  receiver = await startReceiver(undefined, Number(port));
  await rowUntil({ state: 'answered', answered: 'answered 204' });
  expect(await call('GET', 0, '/console/state')).toMatchObject({ receiver: { trouble: null } });
}, 60_000);

test.each([
  ['returns nothing', 'return undefined;', { state: 'answered', answered: 'returned nothing: done' }],
  ['refuses', "return { refused: 'no such plan' };", { state: 'mismatch', answered: 'refused it: no such plan' }],
  ['throws', 'throw new TypeError();', { answered: 'the conference module threw TypeError' }],
])(
  'a module that %s: the console says so',
  async (_, code, wanted) => {
    folder = mkdtempSync(join(tmpdir(), 'own-module-'));
    const path = join(folder, 'backend.ts');
    writeFileSync(path, `export async function apply(change: object) { ${code} }`);
    await startWith({ kind: 'module', path });
    await rowUntil(wanted);
  },
  60_000,
);

test('a module that cannot be loaded is said to be, and nothing runs', async () => {
  await expect(startWith({ kind: 'module', path: './no-such-backend.ts' })).rejects.toThrow(
    'The conference module ./no-such-backend.ts cannot be loaded',
  );
});

test('settings that the sandbox makes itself are named where they stand in the environment', () => {
  expect(ignoredSettings({ CONFERENCE_WEBHOOK_URL: 'https://hooks.example.com', CANCEL_GRACE_SECONDS: '1' })).toEqual([
    'CONFERENCE_WEBHOOK_URL',
  ]);
});
