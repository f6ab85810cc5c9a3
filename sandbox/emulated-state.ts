/**
 * The sandbox's state on Google's emulators: Firestore for the store, Pub/Sub for the queue. Emulators that the environment names are
 * used, others are started and ended.
 */
import { openPubSubClients } from '../ops/adapters/pubsub-clients.ts';
import { createFirestoreStore } from '../shared/adapters/firestore/store.ts';
import { openPubSub } from '../shared/adapters/pubsub/open-client.ts';
import { createPubSubQueue } from '../shared/adapters/pubsub/publish-work.ts';
import type { Config } from '../shared/config/config.ts';
import { EmulatedLetters } from './emulated-letters.ts';
import { createPubSubTopology } from './emulators/pubsub-topology.ts';
import { startEmulators } from './emulators/start-emulators.ts';
import { LOOPBACK, type SandboxPorts } from './sandbox-config.ts';
import type { SandboxState } from './sandbox-state.ts';

/** Opens it. @throws Error in words for people if the emulators cannot be had */
export async function openEmulatedState(config: Config, ports: SandboxPorts): Promise<SandboxState> {
  const emulators = await startEmulators({ which: ['firestore', 'pubsub'] });
  const { firestoreHost, pubsubHost } = emulators;
  if (firestoreHost === undefined || pubsubHost === undefined) throw new Error('the emulators gave no address');
  // A project of its own for each start, since emulators that were running before keep what is in them.
  const projectId = `sandbox-${Date.now().toString(36)}`;
  const names = {
    projectId,
    topic: config.workTopic,
    deadLetterTopic: config.deadLetterTopic,
    apiEndpoint: pubsubHost,
  };
  const worker = `http://${LOOPBACK}:${ports.syncCalendar}`;
  // The emulator knows filters and does not apply them, so the address says which lane is meant.
  const endpoints = { live: `${worker}/?lane=live`, upkeep: `${worker}/?lane=upkeep` };
  const { deadLetterSubscription } = await createPubSubTopology({ ...names, endpoints });
  const store = createFirestoreStore({ projectId, host: firestoreHost, onUnreadable: () => undefined });
  const queue = createPubSubQueue(names);
  const client = openPubSub({ projectId, apiEndpoint: pubsubHost });
  const clients = await openPubSubClients(projectId, pubsubHost);
  const letters = new EmulatedLetters(client, clients, deadLetterSubscription, config.workTopic);
  return {
    store,
    queue,
    deadLetters: queue,
    letters,
    emulated: {
      GOOGLE_CLOUD_PROJECT: projectId,
      FIRESTORE_EMULATOR_HOST: firestoreHost,
      PUBSUB_EMULATOR_HOST: pubsubHost,
      WORK_TOPIC: config.workTopic,
    },
    async close() {
      await Promise.allSettled([store.close(), queue.close(), client.close(), clients.close()]);
      await emulators.stop();
    },
  };
}
