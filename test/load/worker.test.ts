/**
 * The built worker, as many messages at once as it is given, while Google answers with far more than it should: its instance has memory for
 * that, and no calendar is left behind for the others.
 */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPubSub } from '../../shared/adapters/pubsub/open-client.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { encodeWork } from '../../shared/domain/notification/work-message.ts';
import { readEntries } from '../deployed/cloud-logging.ts';
import { DeployedFunction } from '../deployed/deployed-function.ts';
import { deploymentOf } from '../deployed/deployments.ts';
import { type InstalledArchive, installArchive } from '../deployed/install-archive.ts';
import { describeWithEmulators, newProjectId } from '../emulators.ts';

const DEPLOYMENT = 'sync-calendar-upkeep';
const TOPIC = 'long-answers-work';
const MEBIBYTE = 1_024 * 1_024;
const USERS = Array.from({ length: deploymentOf(DEPLOYMENT).concurrency }, (_, index) => `user-${index}@example.com`);

/** Events whose descriptions are as long as Google lets them be, some seven megabytes of them. */
const LONG_PAGE = Buffer.from(
  JSON.stringify({
    accessRole: 'owner',
    nextSyncToken: 'next',
    items: Array.from({ length: 250 }, (_, index) => ({
      id: `event${index}`,
      etag: '"1"',
      status: 'confirmed',
      summary: 'Planning',
      description: 'ж'.repeat(8_192),
      start: { dateTime: '2027-03-01T10:00:00Z' },
      end: { dateTime: '2027-03-01T11:00:00Z' },
      organizer: { email: 'alice@example.com', self: true },
      attendees: Array.from({ length: 100 }, (_, guest) => ({
        email: `guest-number-${guest}@some-long-domain.example.com`,
        responseStatus: 'needsAction',
      })),
    })),
  }),
);
const TOO_LONG = Buffer.from(`{"items":["${'x'.repeat(60 * MEBIBYTE)}"]}`);
const BOMB = gzipSync(TOO_LONG);

describeWithEmulators('a worker whose Google answers too much', ['firestore', 'pubsub'], ({ firestore, pubsub }) => {
  let client: PubSub;
  let google: Server;
  let archive: InstalledArchive;
  let worker: DeployedFunction;
  let answerList: (response: ServerResponse) => void = (response) => response.end('{"nextSyncToken":"first"}');

  beforeAll(async () => {
    const projectId = newProjectId();
    client = openPubSub({ projectId, apiEndpoint: pubsub });
    await client.createTopic(TOPIC);
    google = createServer((request, response) => {
      request.resume();
      if (request.method === 'GET') answerList(response);
      else response.end(JSON.stringify({ resourceId: 'resource', expiration: String(Date.now() + 86_400_000) }));
    }).listen(0, '127.0.0.1');
    await once(google, 'listening');
    const address = google.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    archive = await installArchive();
    const env = {
      GOOGLE_CLOUD_PROJECT: projectId,
      FIRESTORE_EMULATOR_HOST: firestore,
      PUBSUB_EMULATOR_HOST: pubsub,
      WORK_TOPIC: TOPIC,
      CALENDAR_AUTH: 'none',
      CALENDAR_API_ROOT: `http://127.0.0.1:${address.port}`,
    };
    const manager = await DeployedFunction.start({ archive, deployment: 'manage-calendars', env });
    try {
      for (const user of USERS) {
        const { status } = await fetch(`${manager.url}/v1/calendars/${encodeURIComponent(user)}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ subject: user }),
        });
        expect(status).toBe(201);
      }
    } finally {
      await manager.kill();
    }
    const budget = { SYNC_TIME_BUDGET_SECONDS: '5' };
    worker = await DeployedFunction.start({ archive, deployment: DEPLOYMENT, env: { ...env, ...budget } });
  }, 90_000);

  afterAll(async () => {
    await worker?.kill();
    google?.closeAllConnections();
    google?.close();
    await client?.close();
    await archive?.remove();
  }, 30_000);

  /** A message for each calendar, all at once; returns the outcomes that the worker has logged of them. */
  async function syncAll(): Promise<readonly unknown[]> {
    const before = worker.stdout.length;
    const statuses = USERS.map(async (user, index) => {
      const work = encodeWork({ kind: 'sync', calendar: calendarKeyOf(user), cause: 'resync', force: true });
      const message = {
        data: Buffer.from(work).toString('base64'),
        messageId: String(index),
        publishTime: new Date().toISOString(),
        attributes: { lane: 'upkeep' },
      };
      const { status } = await fetch(worker.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message, subscription: 'projects/p/subscriptions/s' }),
      });
      return status;
    });
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([204]));
    // What is printed comes another way than the answers.
    for (;;) {
      const { entries } = readEntries(worker.stdout.slice(before));
      const outcomes = entries.filter(({ line }) => line === 'sync').map(({ fields }) => fields.outcome);
      if (outcomes.length >= USERS.length) return outcomes;
      await sleep(50);
    }
  }

  test('lists the longest pages that there are', async () => {
    answerList = (response) => response.end(LONG_PAGE);
    expect(await syncAll()).toEqual(USERS.map(() => 'synced'));
    expect(worker.peakMemory ?? 0).toBeLessThan(worker.memoryBytes);
  }, 60_000);

  test.each([
    ['is too long', (response: ServerResponse) => response.end(TOO_LONG)],
    [
      'is too long once it is unpacked',
      (response: ServerResponse) => response.setHeader('content-encoding', 'gzip').end(BOMB),
    ],
    ['is an error that is too long', (response: ServerResponse) => response.writeHead(503).end(TOO_LONG)],
  ])(
    'puts off what %s',
    async (_, answer) => {
      answerList = answer;
      expect(await syncAll()).toEqual(USERS.map(() => 'postponed'));
      expect(worker.peakMemory ?? 0).toBeLessThan(worker.memoryBytes);
    },
    60_000,
  );
});
