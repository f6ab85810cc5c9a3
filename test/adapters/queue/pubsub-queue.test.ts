import { PubSub } from '@google-cloud/pubsub';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createPubSubTopology } from '../../../sandbox/emulators/pubsub-topology.ts';
import { freePort } from '../../../sandbox/free-port.ts';
import { createPubSubQueue, type PubSubQueue } from '../../../shared/adapters/pubsub/publish-work.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { describeWithEmulators, newProjectId } from '../../emulators.ts';
import { type QueueUnderTest, queueContract } from './queue-contract.ts';

const TOPICS = { topic: 'work', deadLetterTopic: 'work-dead-letters' };

describeWithEmulators('Pub/Sub', ['pubsub'], ({ pubsub }) => {
  // The emulator stores the filter of a subscription and delivers everything all the same.
  queueContract((endpoint) => open(pubsub, endpoint), { filtersLanes: false });

  test('a topic that does not exist means that the queue is unavailable', async () => {
    const queue = createPubSubQueue({ projectId: newProjectId(), apiEndpoint: pubsub, ...TOPICS });
    try {
      await expect(
        queue.publish({ kind: 'conference', conference: conferenceKeyOf('c-1') }, 'live'),
      ).rejects.toMatchObject({ name: 'QueueUnavailable', message: 'publish: gRPC code 5' });
    } finally {
      await queue.close();
    }
  });

  test('the topology may be made twice', async () => {
    const options = { projectId: newProjectId(), apiEndpoint: pubsub, ...TOPICS };
    const endpoints = { live: 'http://127.0.0.1:1/live', upkeep: 'http://127.0.0.1:1/upkeep' };
    const first = await createPubSubTopology({ ...options, endpoints });
    expect(await createPubSubTopology({ ...options, endpoints })).toEqual(first);
  });

  test('each push subscription has the filter of its lane, and its dead letters go to the dead-letter topic', async () => {
    const options = { projectId: newProjectId(), apiEndpoint: pubsub, ...TOPICS };
    const endpoints = { live: 'http://127.0.0.1:1/live', upkeep: 'http://127.0.0.1:1/upkeep' };
    const { subscriptions } = await createPubSubTopology({ ...options, endpoints });
    const client = new PubSub({ projectId: options.projectId, apiEndpoint: pubsub });
    try {
      for (const lane of ['live', 'upkeep'] as const) {
        const [subscription] = await client.subscription(subscriptions[lane]).getMetadata();
        expect(subscription).toMatchObject({
          filter: `attributes.lane = "${lane}"`,
          pushConfig: { pushEndpoint: endpoints[lane] },
          deadLetterPolicy: { deadLetterTopic: `projects/${options.projectId}/topics/work-dead-letters` },
        });
      }
    } finally {
      await client.close();
    }
  });
});

describe('a broker that is down', () => {
  let queue: PubSubQueue | undefined;
  afterEach(() => queue?.close());

  test('is said to be unavailable within its budget, not after the ten minutes of the client', async () => {
    queue = createPubSubQueue({ projectId: 'project', apiEndpoint: `127.0.0.1:${await freePort()}`, ...TOPICS });
    const before = Date.now();
    await expect(
      queue.publish({ kind: 'conference', conference: conferenceKeyOf('c-1') }, 'live'),
    ).rejects.toMatchObject({ name: 'QueueUnavailable' });
    expect(Date.now() - before).toBeLessThan(3_700);
  });

  test('keeps a shorter budget too, and dead letters have the same one', async () => {
    queue = createPubSubQueue({
      projectId: 'project',
      apiEndpoint: `127.0.0.1:${await freePort()}`,
      budgetMs: 200,
      ...TOPICS,
    });
    const before = Date.now();
    await expect(queue.put({ data: 'x', attributes: {}, reason: 'y' })).rejects.toMatchObject({
      name: 'QueueUnavailable',
    });
    expect(Date.now() - before).toBeLessThan(900);
  });
});

async function open(apiEndpoint: string, endpoint: string): Promise<QueueUnderTest> {
  const projectId = newProjectId();
  const endpoints = { live: `${endpoint}/live`, upkeep: `${endpoint}/upkeep` };
  const { deadLetterSubscription } = await createPubSubTopology({ projectId, apiEndpoint, endpoints, ...TOPICS });
  const queue = createPubSubQueue({ projectId, apiEndpoint, ...TOPICS });
  const client = new PubSub({ projectId, apiEndpoint });
  return {
    queue,
    deadLetters: (atLeast) => pull(client, deadLetterSubscription, atLeast),
    close: async () => {
      await queue.close();
      await client.close();
    },
  };
}

async function pull(client: PubSub, name: string, atLeast: number) {
  const subscription = client.subscription(name);
  const letters: { data: string; attributes: unknown }[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      subscription.on('error', reject);
      subscription.on('message', (message) => {
        letters.push({ data: message.data.toString(), attributes: { ...message.attributes } });
        message.ack();
        if (letters.length >= atLeast) resolve();
      });
    });
    return letters;
  } finally {
    await subscription.close();
  }
}
