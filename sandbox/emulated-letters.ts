/** The dead letters of an emulated Pub/Sub, taken into hand as they arrive: a letter is acknowledged when a person decides about it. */
import type { Message, PubSub } from '@google-cloud/pubsub';
import { originalAttributes } from '../shared/domain/notification/message-attributes.ts';
import type { DeadLetterView } from './console/console-world.ts';

const DATA_SHOWN_MAX = 500;

/** See the file's head. */
export class EmulatedLetters {
  readonly #letters = new Map<string, Message>();
  readonly #subscription: ReturnType<PubSub['subscription']>;
  readonly #topic: ReturnType<PubSub['topic']>;

  constructor(client: PubSub, subscription: string, workTopic: string) {
    this.#topic = client.topic(workTopic);
    this.#subscription = client.subscription(subscription);
    this.#subscription.on('message', (message) => this.#letters.set(message.id, message));
    // The emulator going away ends the stream; there is nobody to tell.
    this.#subscription.on('error', () => undefined);
  }

  async list(): Promise<readonly DeadLetterView[]> {
    return [...this.#letters.values()].map(({ id, attributes, data, publishTime }) => ({
      id,
      at: publishTime.getTime(),
      reason: attributes.deadLetterReason ?? '',
      attempt: attributes.deadLetterAttempt === undefined ? null : Number(attributes.deadLetterAttempt),
      data: data.toString('utf8').slice(0, DATA_SHOWN_MAX),
    }));
  }

  async replay(id: string): Promise<void> {
    const letter = this.#letters.get(id);
    if (letter === undefined) return;
    await this.#topic.publishMessage({ data: letter.data, attributes: { ...originalAttributes(letter.attributes) } });
    await this.drop(id);
  }

  async drop(id: string): Promise<void> {
    this.#letters.get(id)?.ack();
    this.#letters.delete(id);
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }
}
