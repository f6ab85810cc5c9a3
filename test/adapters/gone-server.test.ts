/** A server that cannot be connected to for a while: how soon its clients would notice that it is back. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createFirestoreStore } from '../../shared/adapters/firestore/store.ts';
import { createPubSubQueue } from '../../shared/adapters/pubsub/publish-work.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { newProjectId } from '../emulators.ts';

const KEY = calendarKeyOf('alice@example.com');
const GONE_MS = 18_000;
/** By themselves the clients would wait 1, 1.6, 2.6, 4.1 and 6.6 seconds in that time, each a fifth more or less. */
const NEXT_ATTEMPT_MS_MAX = 4_000;

interface Client {
  call(): Promise<unknown>;
  close(): Promise<void>;
}

/** When a client that is called all the while tries to connect; milliseconds between one attempt and the next. */
async function pausesOf(open: (host: string) => Client): Promise<readonly number[]> {
  const attempts: number[] = [];
  const server = createServer((socket) => {
    attempts.push(performance.now());
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = open(`127.0.0.1:${address.port}`);
  for (const end = performance.now() + GONE_MS; performance.now() < end; await sleep(100))
    await client.call().catch(() => undefined);
  await client.close();
  server.close();
  return attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
}

function openStore(host: string): Client {
  const store = createFirestoreStore({ projectId: newProjectId(), host, callMs: 1_000, onUnreadable: () => undefined });
  return { call: () => store.calendar(KEY), close: () => store.close() };
}

function openQueue(apiEndpoint: string): Client {
  const topics = { projectId: newProjectId(), topic: 'work', deadLetterTopic: 'work-dead-letters' };
  const queue = createPubSubQueue({ ...topics, apiEndpoint });
  const message = { kind: 'sync', calendar: KEY, cause: 'reconcile' } as const;
  return { call: () => queue.publish(message, 'upkeep'), close: () => queue.close() };
}

test('Firestore and Pub/Sub are tried again every few seconds, however long they have been gone', async () => {
  const { FIRESTORE_EMULATOR_HOST: named } = process.env;
  // It would go before the server here.
  delete process.env.FIRESTORE_EMULATOR_HOST;
  try {
    for (const pauses of await Promise.all([pausesOf(openStore), pausesOf(openQueue)])) {
      expect(pauses.length).toBeGreaterThan(3);
      expect(Math.max(...pauses)).toBeLessThan(NEXT_ATTEMPT_MS_MAX);
    }
  } finally {
    if (named !== undefined) process.env.FIRESTORE_EMULATOR_HOST = named;
  }
}, 60_000);
