import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { findWrongDoors } from '../../scripts/smoke-test.ts';

const NAMES = [
  'receive-notification',
  'sync-calendar-live',
  'sync-calendar-upkeep',
  'renew-channels',
  'manage-calendars',
];
const servers: Server[] = [];

/** Addresses of five deployments that answer with these statuses. */
async function deploy(statuses: Readonly<Record<string, number>>): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    response.writeHead(statuses[request.url?.slice(1) ?? ''] ?? 403).end();
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

  test('finds nothing wrong where every door refuses', async () => {
    expect(await findWrongDoors(await deploy({ 'receive-notification': 401 }))).toEqual([]);
  });

  test('names a receiver that believes a forged notification', async () => {
    expect(await findWrongDoors(await deploy({ 'receive-notification': 204 }))).toEqual([
      'receive-notification: answered 204, expected 400 or 401 or 403',
    ]);
  });

  test('names a worker that anybody may call, and a deployment that is missing', async () => {
    const { 'renew-channels': _, ...addresses } = await deploy({ 'sync-calendar-live': 400 });
    expect(await findWrongDoors(addresses)).toEqual([
      'sync-calendar-live: answered 400, expected 401 or 403 or 404',
      'renew-channels: not deployed',
    ]);
  });

  test('names an address that nobody listens at', async () => {
    const addresses = await deploy({});
    const [wrong] = await findWrongDoors({ ...addresses, 'manage-calendars': 'http://127.0.0.1:1/' });
    expect(wrong).toMatch(/^manage-calendars: cannot be reached/);
  });
});
