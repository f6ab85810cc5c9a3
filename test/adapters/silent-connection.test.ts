/**
 * A connection that dies without a word: it stays open, and nothing comes through it any more, as after a frozen instance or in a
 * network's address translation. A new one in its place would work.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createPubSubTopology } from '../../sandbox/emulators/pubsub-topology.ts';
import { createFirestoreStore } from '../../shared/adapters/firestore/store.ts';
import { createPubSubQueue } from '../../shared/adapters/pubsub/publish-work.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { describeWithEmulators, newProjectId } from '../emulators.ts';
import { SwitchableProxy } from '../switchable-proxy.ts';

const KEY = calendarKeyOf('alice@example.com');
const REPLACED_MS_MAX = 10_000;

/** Milliseconds until the call succeeds again, asked as often as a busy process does. */
async function msUntilItWorks(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const isWell = await Promise.race([
      call().then(
        () => true,
        () => false,
      ),
      // A call that has won leaves nothing that keeps the process.
      sleep(1_000, false, { ref: false }),
    ]);
    const ms = performance.now() - startedAt;
    if (isWell || ms > 60_000) return ms;
  }
}

describeWithEmulators('a connection that has fallen silent', ['firestore', 'pubsub'], ({ firestore, pubsub }) => {
  test('to Firestore is replaced within ten seconds', async () => {
    const proxy = await SwitchableProxy.start(firestore);
    const { FIRESTORE_EMULATOR_HOST: named } = process.env;
    // It would go before the proxy.
    delete process.env.FIRESTORE_EMULATOR_HOST;
    const store = createFirestoreStore({ projectId: newProjectId(), host: proxy.host, onUnreadable: () => undefined });
    try {
      await store.calendar(KEY);
      proxy.fallSilent();
      expect(await msUntilItWorks(() => store.calendar(KEY))).toBeLessThan(REPLACED_MS_MAX);
    } finally {
      process.env.FIRESTORE_EMULATOR_HOST = named;
      await store.close();
      await proxy.close();
    }
  }, 90_000);

  test('to Pub/Sub is replaced within ten seconds', async () => {
    const topics = { projectId: newProjectId(), topic: 'work', deadLetterTopic: 'work-dead-letters' };
    const endpoints = { live: 'http://127.0.0.1:1/live', upkeep: 'http://127.0.0.1:1/upkeep' };
    await createPubSubTopology({ ...topics, apiEndpoint: pubsub, endpoints });
    const proxy = await SwitchableProxy.start(pubsub);
    const queue = createPubSubQueue({ ...topics, apiEndpoint: proxy.host });
    const publish = (): Promise<void> => queue.publish({ kind: 'sync', calendar: KEY, cause: 'reconcile' }, 'upkeep');
    try {
      await publish();
      proxy.fallSilent();
      expect(await msUntilItWorks(publish)).toBeLessThan(REPLACED_MS_MAX);
    } finally {
      await queue.close();
      await proxy.close();
    }
  }, 90_000);
});
