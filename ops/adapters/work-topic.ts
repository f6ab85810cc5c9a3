/**
 * The work topic for operators: sends text as it is, and reads the past through a subscription that is sought back: one of its own, or the one
 * that all share who may not make any. The live subscriptions are never sought: that would send everything again, to everybody, at once.
 */
import { randomBytes } from 'node:crypto';
import { QueueUnavailable } from '../../shared/domain/errors.ts';
import type { KeptMessage, WorkTopic } from '../ports.ts';
import { CODES, codeOf, named, type PubSubClients } from './pubsub-clients.ts';
import { acknowledge, type PullPatience, pullBatches } from './pull.ts';

/** Should this process die, its subscription goes by itself; a day is the least that Pub/Sub takes. */
const EXPIRATION_SECONDS = 24 * 3_600;
const RETENTION_SECONDS = 600;
const SEND_MS = 3_000;

/** `shared` is a subscription that was made beforehand for whoever may not make one. */
export function createWorkTopic(
  clients: PubSubClients,
  { topic, shared, patience }: { readonly topic: string; readonly shared: string; readonly patience: PullPatience },
): WorkTopic {
  const { publisher, subscriber, topicName, subscriptionName } = clients;

  /** A subscription of our own, or the shared one where we may not make any. */
  async function openSubscription(): Promise<{ name: string; isOwn: boolean }> {
    const name = `${topic}-replay-${randomBytes(6).toString('hex')}`;
    try {
      await subscriber.createSubscription({
        name: subscriptionName(name),
        topic: topicName(topic),
        ackDeadlineSeconds: 60,
        messageRetentionDuration: { seconds: RETENTION_SECONDS },
        expirationPolicy: { ttl: { seconds: EXPIRATION_SECONDS } },
      });
      return { name, isOwn: true };
    } catch (error) {
      if (codeOf(error) !== CODES.permissionDenied) throw named(`topic ${topic}`, error);
      return { name: shared, isOwn: false };
    }
  }

  async function seek(name: string, at: number): Promise<void> {
    try {
      const time = { seconds: Math.floor(at / 1_000), nanos: (at % 1_000) * 1e6 };
      await subscriber.seek({ subscription: subscriptionName(name), time });
    } catch (error) {
      throw named(`subscription ${name}`, error);
    }
  }

  return {
    async send(data, attributes) {
      try {
        const messages = [{ data: Buffer.from(data), attributes: { ...attributes } }];
        await publisher.publish({ topic: topicName(topic), messages }, { timeout: SEND_MS });
      } catch (error) {
        if (codeOf(error) === CODES.notFound || codeOf(error) === CODES.permissionDenied)
          throw named(`topic ${topic}`, error);
        throw new QueueUnavailable(`topic ${topic} did not confirm`, { cause: error });
      }
    },

    async publishedSince(since, onProgress) {
      const until = Date.now();
      const { name, isOwn } = await openSubscription();
      const found = new Map<string, KeptMessage>();
      try {
        await seek(name, since);
        // What is published now comes as well, and on a topic in use there is no end of it.
        const isWanted = ({ publishedAt }: KeptMessage): boolean => publishedAt >= since && publishedAt <= until;
        for await (const batch of pullBatches(clients, name, patience, isWanted)) {
          for (const { id, data, attributes, publishedAt } of batch.filter(isWanted))
            found.set(id, { id, data, attributes, publishedAt });
          await acknowledge(clients, name, batch);
          onProgress(found.size);
        }
      } finally {
        // The shared one is left as it is: somebody else may be reading through it. It keeps nothing for long.
        if (isOwn) await subscriber.deleteSubscription({ subscription: subscriptionName(name) }).catch(() => undefined);
      }
      return { messages: [...found.values()], sharedSubscription: isOwn ? null : name };
    },
  };
}
