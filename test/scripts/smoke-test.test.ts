import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { findWrongDoors, findWrongDoorsInTime } from '../../scripts/smoke-test.ts';

const NAMES = [
  'receive-notification',
  'sync-calendar-live',
  'sync-calendar-upkeep',
  'renew-channels',
  'manage-calendars',
];
const servers: Server[] = [];

/** Answers: `door` is Google's page for people, `code` a bare status of ours. */
type Answer = readonly ['door' | 'code', number];
const RECEIVER = { 'GET receive-notification': ['code', 405], 'POST receive-notification': ['code', 403] } as const;

/** Addresses of five deployments that answer so; those that are not named refuse as Google does. */
async function deploy(answers: Readonly<Record<string, Answer>>): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    const [from, status] = answers[`${request.method} ${request.url?.slice(1)}`] ?? ['door', 403];
    if (from === 'code') response.writeHead(status).end();
    else response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' }).end('<html>Forbidden</html>');
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return Object.fromEntries(NAMES.map((name) => [name, `http://127.0.0.1:${port}/${name}`]));
}

describe('the smoke test', () => {
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  test('finds nothing wrong where the receiver is open and refuses, and all other doors are shut', async () => {
    expect(await findWrongDoors(await deploy({ ...RECEIVER, 'POST renew-channels': ['door', 404] }))).toEqual([]);
  });

  test('asks connect-calendars where it is deployed, and tells a door of its that is shut', async () => {
    const addresses = await deploy(RECEIVER);
    const connect = { 'connect-calendars': `${addresses['manage-calendars']}` };
    expect(await findWrongDoors({ ...addresses, ...connect })).toEqual([
      expect.stringMatching(/^connect-calendars: its door is shut, or another program runs there \(403\)/),
    ]);
  });

  test('tells a receiver whose door is shut, which refuses with the same status', async () => {
    expect(await findWrongDoors(await deploy({}))).toEqual([
      expect.stringMatching(/^receive-notification: its door is shut \(Google answered 403 /),
    ]);
  });

  test('waits for a door that was opened a moment ago, and no longer than it is told to', async () => {
    const answers: Record<string, Answer> = {};
    const addresses = await deploy(answers);
    setTimeout(() => Object.assign(answers, RECEIVER), 100);
    expect(await findWrongDoorsInTime(addresses, { forMs: 10_000, everyMs: 20 })).toEqual([]);
    const shut = await findWrongDoorsInTime(await deploy({}), { forMs: 50, everyMs: 20 });
    expect(shut).toEqual([expect.stringMatching(/^receive-notification: its door is shut/)]);
  });

  test('refers to documents that are there', () => {
    const named = readFileSync('scripts/smoke-test.ts', 'utf8').match(/docs\/[\w./-]+\.md/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  test.each([
    [204, 'of its own'],
    [500, 'of its own'],
  ] as const)('names a receiver that answers a forged notification with %i', async (status, whose) => {
    const addresses = await deploy({ ...RECEIVER, 'POST receive-notification': ['code', status] });
    expect(await findWrongDoors(addresses)).toEqual([
      `receive-notification: answered a forged notification with ${status} ${whose}, expected 403 of its own`,
    ]);
  });

  test('names a program that is not the receiver', async () => {
    const addresses = await deploy({ ...RECEIVER, 'GET receive-notification': ['code', 200] });
    expect(await findWrongDoors(addresses)).toEqual([
      'receive-notification: answered a GET with 200, expected 405: another program runs there',
    ]);
  });

  test('names a worker that anybody may call, and a deployment that is missing', async () => {
    const { 'renew-channels': _, ...addresses } = await deploy({
      ...RECEIVER,
      'POST sync-calendar-live': ['code', 403],
      'POST manage-calendars': ['door', 503],
    });
    expect(await findWrongDoors(addresses)).toEqual([
      'sync-calendar-live: answered 403 itself: its door is open to everybody',
      'renew-channels: not deployed',
      'manage-calendars: Google answered 503 for it, expected 401, 403 or 404',
    ]);
  });

  test('names an address that nobody listens at', async () => {
    const addresses = await deploy(RECEIVER);
    const [wrong] = await findWrongDoors({ ...addresses, 'manage-calendars': 'http://127.0.0.1:1/' });
    expect(wrong).toMatch(/^manage-calendars: cannot be reached/);
  });
});
