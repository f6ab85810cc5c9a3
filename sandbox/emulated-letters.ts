/**
 * The dead letters of an emulated Pub/Sub, for the console. Whoever looks at letters keeps others from them meanwhile, so each look is short and
 * gives everything back: confsync beside it finds them all.
 */
import type { PubSub } from '@google-cloud/pubsub';
import { createDeadLetterBox } from '../ops/adapters/dead-letter-box.ts';
import type { PubSubClients } from '../ops/adapters/pubsub-clients.ts';
import type { DeadLetterBox } from '../ops/ports.ts';
import { originalAttributes } from '../shared/domain/notification/message-attributes.ts';
import type { DeadLetterView } from './console/console-world.ts';

const DATA_SHOWN_MAX = 500;
const SHOWN_MAX = 1_000;
/** What lies there comes with the first answer. */
const GLANCE = { firstMs: 0, quietMs: 0 };
/** A letter that a person has decided about may be held by another look just then. */
const GRIP = { firstMs: 2_000, quietMs: 300 };

/** See the file's head. */
export class EmulatedLetters {
  readonly #topic: ReturnType<PubSub['topic']>;
  readonly #glancing: DeadLetterBox;
  readonly #gripping: DeadLetterBox;
  /** One look at a time: two would take letters from each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: PubSub, clients: PubSubClients, subscription: string, workTopic: string) {
    this.#topic = client.topic(workTopic);
    this.#glancing = createDeadLetterBox(clients, subscription, GLANCE);
    this.#gripping = createDeadLetterBox(clients, subscription, GRIP);
  }

  /** @throws QueueUnavailable where the emulator is gone */
  async list(): Promise<readonly DeadLetterView[]> {
    const { messages } = await this.#next(() => this.#glancing.look(SHOWN_MAX));
    return messages.map(({ id, attributes, data, publishedAt }) => ({
      id,
      at: publishedAt,
      reason: attributes.deadLetterReason ?? '',
      attempt: attributes.deadLetterAttempt === undefined ? null : Number(attributes.deadLetterAttempt),
      data: data.slice(0, DATA_SHOWN_MAX),
    }));
  }

  async replay(id: string): Promise<void> {
    await this.#take(id, async ({ data, attributes }) => {
      await this.#topic.publishMessage({ data: Buffer.from(data), attributes: { ...originalAttributes(attributes) } });
    });
  }

  async drop(id: string): Promise<void> {
    await this.#take(id, async () => undefined);
  }

  #take(id: string, act: Parameters<DeadLetterBox['take']>[1]): Promise<unknown> {
    return this.#next(() => this.#gripping.take(new Set([id]), act));
  }

  #next<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
