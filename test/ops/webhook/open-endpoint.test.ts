/** What the tools for receivers send is what the service sends, and they wait no longer than it does. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { openEndpoint } from '../../../ops/webhook/open-endpoint.ts';
import { SampleConference } from '../../../ops/webhook/sample-changes.ts';
import { createWebhookBackend } from '../../../shared/adapters/webhook/send-webhook.ts';
import { listen } from '../../listen.ts';
import { SECRET } from './breakable-receiver.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const sample = new SampleConference('c-1', Date.now());

/** What does not change from one attempt to the next. */
function lasting({ method, headers }: IncomingMessage): { method: string | undefined; headers: IncomingHttpHeaders } {
  const { host: _host, connection: _connection, ...rest } = headers;
  return { method, headers: { ...rest, 'webhook-timestamp': 'at', 'webhook-signature': 'signed' } };
}

test('a delivery has the method and the headers of the service, sent whole or half', async () => {
  const seen: ReturnType<typeof lasting>[] = [];
  const server = await listen(
    createServer((request, response) => {
      seen.push(lasting(request));
      request.resume().on('error', () => undefined);
      request.on('end', () => response.writeHead(204).end());
    }),
  );
  closing.push(server.close);
  const service = createWebhookBackend({ url: server.url, secrets: [SECRET] });
  const change = sample.updated(1);
  const delivery = sample.delivery(change);
  await service.apply({ ...change, id: delivery.id, timestamp: JSON.parse(delivery.body).timestamp });
  service.close();
  const endpoint = openEndpoint({ url: new URL(server.url), secret: SECRET, readBack: null });
  expect((await endpoint.send(delivery)).outcome).toEqual({ kind: 'done' });
  await endpoint.hangUp(delivery);
  endpoint.close();
  expect(seen).toHaveLength(3);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});

test('a receiver that takes the connection and says nothing is not waited for', async () => {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = new URL(`https://127.0.0.1:${port}/`);
  const endpoint = openEndpoint({ url, secret: SECRET, readBack: null, timeoutMs: 200 });
  await endpoint.hangUp(sample.delivery(sample.updated(1)));
  endpoint.close();
});
