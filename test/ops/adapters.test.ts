/** The adapters of operators: what lies on real subscriptions, and how Google's descriptions of an installation are read. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type CloudApi, roleFor, sharing } from '../../ops/adapters/cloud-api.ts';
import { createDeadLetterBox } from '../../ops/adapters/dead-letter-box.ts';
import { createInstallation } from '../../ops/adapters/installation.ts';
import { openPubSubClients, type PubSubClients } from '../../ops/adapters/pubsub-clients.ts';
import { factsOf } from '../../ops/adapters/scheduler.ts';
import { createWorkTopic } from '../../ops/adapters/work-topic.ts';
import { describeWithEmulators, newProjectId } from '../emulators.ts';

const PATIENCE = { firstMs: 1_000, quietMs: 300 };

test('what several checks ask at once is asked once, and again once it was answered', async () => {
  const asked: string[] = [];
  const get = sharing(async (url) => {
    asked.push(url);
    return { kind: 'known', fact: asked.length };
  });
  const answers = await Promise.all([get('a'), get('a'), get('b')]);
  expect(answers).toEqual([1, 1, 2].map((fact) => ({ kind: 'known', fact })));
  expect(await get('a')).toEqual({ kind: 'known', fact: 3 });
  expect(asked).toEqual(['a', 'b', 'a']);
});

/** A subscription with so many letters, which come in batches; the clock goes on by `pullMs` at each pull. */
function manyLetters(count: number, batch: number, pullMs = 0): PubSubClients {
  let next = 0;
  let pulled = 0;
  const now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now + pulled * pullMs);
  const subscriber = {
    pull: async ({ maxMessages }: { maxMessages: number }) => {
      pulled++;
      const ids = Array.from({ length: Math.min(batch, maxMessages, count - next) }, () => String(next++));
      if (ids.length === 0) jest.mocked(Date.now).mockImplementation(() => now + pulled * pullMs + PATIENCE.firstMs);
      return [{ receivedMessages: ids.map((messageId) => ({ ackId: messageId, message: { messageId, data: '' } })) }];
    },
    modifyAckDeadline: async () => [],
  };
  return { subscriber, subscriptionName: (name: string) => name } as never;
}

describe('a look at many letters says whether they are all', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([
    ['as many as were asked for', 20, 10, 0, 20, true],
    ['one more', 21, 10, 0, 20, false],
    ['more, in batches that end where the limit does', 40, 10, 0, 20, false],
    ['more than come within a minute', 20, 2, 20_000, 6, false],
  ])('%s', async (_, count, batch, pullMs, seen, isAll) => {
    const look = await createDeadLetterBox(manyLetters(count, batch, pullMs), 'many', PATIENCE).look(20);
    expect(look.messages).toHaveLength(seen);
    expect(look.isAll).toBe(isAll);
  });
});

describeWithEmulators('on a real subscription', ['pubsub'], () => {
  let clients: PubSubClients;
  beforeAll(async () => {
    clients = await openPubSubClients(newProjectId());
  });
  afterAll(() => clients.close());

  /** A topic with a subscription of the same name, and these texts on it. */
  async function filled(name: string, texts: readonly string[], retentionSeconds = 600): Promise<void> {
    await clients.publisher.createTopic({
      name: clients.topicName(name),
      messageRetentionDuration: { seconds: retentionSeconds },
    });
    await clients.subscriber.createSubscription({
      name: clients.subscriptionName(name),
      topic: clients.topicName(name),
    });
    for (const text of texts) {
      const messages = [{ data: Buffer.from(text), attributes: { lane: 'live' } }];
      await clients.publisher.publish({ topic: clients.topicName(name), messages });
    }
  }

  test('looking takes no letter away, however often', async () => {
    await filled('looked-at', ['one', 'two', 'three']);
    const box = createDeadLetterBox(clients, 'looked-at', PATIENCE);
    for (let look = 0; look < 3; look++) {
      const { messages, isAll } = await box.look(10);
      expect(messages.map(({ data }) => data)).toEqual(['one', 'two', 'three']);
      expect(isAll).toBe(true);
    }
    expect(await box.look(2)).toMatchObject({ isAll: false, messages: [{ data: 'one' }, { data: 'two' }] });
  });

  test('a letter leaves only once what is done with it has succeeded; the others stay', async () => {
    await filled('acted-on', ['good', 'bad', 'other']);
    const box = createDeadLetterBox(clients, 'acted-on', PATIENCE);
    const { messages } = await box.look(10);
    const ids = messages.filter(({ data }) => data !== 'other').map(({ id }) => id);
    const acting = box.take(new Set(ids), async ({ data }) => {
      if (data === 'bad') throw new Error('the topic did not confirm');
    });
    await expect(acting).rejects.toThrow('the topic did not confirm');
    expect((await box.look(10)).messages.map(({ data }) => data)).toEqual(['bad', 'other']);
  });

  test('a box that is not there says so', async () => {
    const box = createDeadLetterBox(clients, 'never-made', PATIENCE);
    await expect(box.look(10)).rejects.toThrow('subscription never-made does not exist');
  });

  test('the past is read without touching other subscriptions, and leaves none behind', async () => {
    await filled('past', ['one', 'two']);
    const topic = createWorkTopic(clients, { topic: 'past', shared: 'past-replay', patience: PATIENCE });
    const read = await topic.publishedSince(Date.now() - 60_000, () => undefined);
    expect(read.messages.map(({ data }) => data).sort()).toEqual(['one', 'two']);
    expect(read.sharedSubscription).toBeNull();
    const [subscriptions] = await clients.publisher.listTopicSubscriptions({ topic: clients.topicName('past') });
    expect(subscriptions).toEqual([clients.subscriptionName('past')]);
    expect((await createDeadLetterBox(clients, 'past', PATIENCE).look(10)).messages).toHaveLength(2);
  });

  test('the past is read to its end on a topic that is in use', async () => {
    await filled('in-use', ['one', 'two']);
    const topic = createWorkTopic(clients, { topic: 'in-use', shared: 'in-use-replay', patience: PATIENCE });
    const publishing = setInterval(() => void topic.send('later', {}).catch(() => undefined), 100);
    try {
      const read = await topic.publishedSince(Date.now() - 60_000, () => undefined);
      expect(read.messages.map(({ data }) => data).sort()).toEqual(['one', 'two']);
    } finally {
      clearInterval(publishing);
    }
  });

  test('whoever may make no subscription reads through the one that was made for him', async () => {
    await filled('shared', ['one']);
    const name = clients.subscriptionName('shared-replay');
    await clients.subscriber.createSubscription({ name, topic: clients.topicName('shared') });
    const denied = Object.assign(new Error('denied'), { code: 7 });
    const subscriber = new Proxy(clients.subscriber, {
      get(target, property) {
        if (property === 'createSubscription') return async () => Promise.reject(denied);
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const topic = createWorkTopic(
      { ...clients, subscriber },
      { topic: 'shared', shared: 'shared-replay', patience: PATIENCE },
    );
    for (let round = 0; round < 2; round++) {
      const { messages, sharedSubscription } = await topic.publishedSince(Date.now() - 60_000, () => undefined);
      expect([messages.length, sharedSubscription]).toEqual([1, 'shared-replay']);
    }
  });
});

describe("Google's descriptions", () => {
  /** Answers of REST APIs by the end of their address. */
  function api(answers: Readonly<Record<string, unknown>>): CloudApi {
    return {
      async get(url) {
        const [, fact] = Object.entries(answers).find(([part]) => url.includes(part)) ?? [];
        return fact === undefined ? { kind: 'absent' } : { kind: 'known', fact };
      },
      call: async () => ({ status: 404, body: undefined }),
    };
  }

  async function installation(answers: Readonly<Record<string, unknown>>) {
    const clients = await openPubSubClients('p');
    const options = {
      clients,
      projectId: 'p',
      database: '(default)',
      prefix: 'x-',
      region: undefined,
      emulated: undefined,
    };
    return createInstallation({ ...options, api: api(answers) });
  }

  test('of indexes are compared without the name that always comes last', async () => {
    const name = 'projects/p/databases/d/collectionGroups/bindings/indexes/i';
    const fields = ['state', 'calendar', '__name__'].map((fieldPath) => ({ fieldPath, order: 'ASCENDING' }));
    const { indexes } = await installation({
      'bindings/indexes': { indexes: [{ name, queryScope: 'COLLECTION_GROUP', fields, state: 'CREATING' }] },
    });
    expect(await indexes()).toEqual({
      kind: 'known',
      fact: [
        {
          collectionGroup: 'bindings',
          queryScope: 'COLLECTION_GROUP',
          fieldPaths: ['state', 'calendar'],
          isReady: false,
        },
      ],
    });
  });

  test('of fields, secrets and grants are read', async () => {
    const { hasTtl, secretVersions, holders } = await installation({
      'bindings/fields/expireAt': { ttlConfig: { state: 'ACTIVE' } },
      'conferences/fields/expireAt': { indexConfig: {} },
      'channel-token-keys/versions': { versions: [{}, {}] },
      'topics/t:getIamPolicy': {
        bindings: [
          { role: 'roles/pubsub.publisher', members: ['user:a'] },
          { role: 'roles/other', members: ['user:b'] },
        ],
      },
    });
    expect(await hasTtl('bindings', 'expireAt')).toEqual({ kind: 'known', fact: true });
    expect(await hasTtl('conferences', 'expireAt')).toEqual({ kind: 'known', fact: false });
    expect(await secretVersions('channel-token-keys')).toEqual({ kind: 'known', fact: 2 });
    expect(await secretVersions('another')).toEqual({ kind: 'absent' });
    expect(await holders('topics', 't', 'roles/pubsub.publisher')).toEqual({ kind: 'known', fact: ['user:a'] });
  });

  test('of what waits, of freshness and of notifications come from Monitoring', async () => {
    const result = (value: string) => ({ data: { result: [{ value: [1, value] }] } });
    const { backlog, freshness, notifications } = await installation({
      num_undelivered: result('3'),
      oldest_unacked: result('90'),
      'histogram_quantile(0.5': result('1200'),
      'histogram_quantile(0.99': result('NaN'),
      'bad-token': result('2.0'),
      accepted: { data: { result: [] } },
    });
    expect(await backlog('s')).toEqual({ kind: 'known', fact: { messages: 3, oldestAgeMs: 90_000 } });
    expect(await freshness()).toEqual({ kind: 'known', fact: { p50Ms: 1_200, p99Ms: null } });
    expect(await notifications()).toEqual({ kind: 'known', fact: { taken: 0, refused: 2 } });
  });

  test('of a subscription without points are not known: a deleted one has none', async () => {
    const { backlog } = await installation({ num_undelivered: { data: { result: [] } }, oldest: {} });
    expect(await backlog('s')).toEqual({
      kind: 'unreadable',
      why: 'Monitoring has no points of subscription s; is it there?',
    });
  });

  test('of functions and of their invokers are read', async () => {
    const { functions, invokers } = await installation({
      'locations/-/functions': {
        functions: [
          {
            name: 'projects/p/locations/europe-west1/functions/receive-notification',
            state: 'ACTIVE',
            updateTime: '2027-01-20T09:00:00.123456789Z',
            buildConfig: { source: { storageSource: { bucket: 'b', object: 'functions-abc.zip' } } },
            serviceConfig: {
              secretEnvironmentVariables: [{ key: 'CHANNEL_TOKEN_KEYS', secret: 'channel-token-keys', version: '3' }],
            },
          },
        ],
      },
      'services/renew-channels:getIamPolicy': {
        bindings: [
          { role: 'roles/run.invoker', members: ['serviceAccount:tick@p'] },
          { role: 'roles/run.admin', members: ['user:a'] },
        ],
      },
    });
    expect(await functions()).toEqual({
      kind: 'known',
      fact: [
        {
          name: 'receive-notification',
          region: 'europe-west1',
          state: 'ACTIVE',
          source: 'functions-abc.zip',
          updatedAt: Date.UTC(2027, 0, 20, 9, 0, 0, 123),
          secrets: { CHANNEL_TOKEN_KEYS: 'channel-token-keys/3' },
        },
      ],
    });
    expect(await invokers('europe-west1', 'renew-channels')).toEqual({
      kind: 'known',
      fact: ['serviceAccount:tick@p'],
    });
  });

  test('of metrics are asked for under the names that Terraform gives them', () => {
    const asked = [...readFileSync('ops/adapters/monitoring.ts', 'utf8').matchAll(/\$\{ours\}([a-z_]+)\{/g)].map(
      ([, name = '']) => name.replace(/_bucket$/, ''),
    );
    const made = readFileSync('terraform/metrics.tf', 'utf8');
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter((name) => !new RegExp(`^    ${name} +=`, 'm').test(made))).toEqual([]);
  });

  test('of a job are read, be its state a name or a number', () => {
    expect(
      factsOf(
        {
          state: 'PAUSED',
          schedule: '* * * * *',
          lastAttemptTime: { seconds: '60' },
          status: { code: 7, message: 'denied' },
          httpTarget: { oidcToken: { serviceAccountEmail: 'tick@p.iam.gserviceaccount.com' } },
        },
        'europe-west1',
      ),
    ).toEqual({
      region: 'europe-west1',
      state: 'paused',
      schedule: '* * * * *',
      lastAttemptAt: 60_000,
      lastError: 'denied (gRPC code 7)',
      account: 'tick@p.iam.gserviceaccount.com',
    });
    expect(factsOf({ state: 1 }, 'r')).toEqual({
      region: 'r',
      state: 'enabled',
      schedule: '',
      lastAttemptAt: null,
      lastError: null,
      account: null,
    });
  });
});

test('what a person may not look at names the role that it takes', () => {
  expect(roleFor(new URL('https://secretmanager.googleapis.com/v1/projects/p/secrets/s/versions'))).toBe(
    'roles/secretmanager.viewer',
  );
  expect(roleFor(new URL('https://run.googleapis.com/v2/projects/p/services/s:getIamPolicy'))).toBe(
    'roles/iam.securityReviewer',
  );
});
