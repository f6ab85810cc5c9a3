/**
 * The work topic and its dead-letter topic on Pub/Sub. A message is published at once and alone, and within seconds or not at
 * all: Google retries a notification that was answered 503, so waiting for a broker that is down would only hold up the
 * receiver. The client's own budget is ten minutes.
 */
import type { Topic } from '@google-cloud/pubsub';
import { QueueUnavailable } from '../../domain/errors.ts';
import {
  acceptableAttributes,
  deadLetterAttributes,
  type MessageAttributes,
  workAttributes,
} from '../../domain/notification/message-attributes.ts';
import { encodeWork } from '../../domain/notification/work-message.ts';
import type { DeadLetters, WorkQueue } from '../../domain/ports.ts';
import { openPubSub, PUBLISHERS_KEEPALIVE } from './open-client.ts';

/** Which topics, and where. */
export interface PubSubQueueOptions {
  /** Default: the project of the credentials. */
  readonly projectId?: string | undefined;
  /** Short names, without the project. */
  readonly topic: string;
  readonly deadLetterTopic: string;
  /** `host:port` of an emulator; default: PUBSUB_EMULATOR_HOST, else Google's. */
  readonly apiEndpoint?: string | undefined;
  /** From the call to the broker's confirmation, retries included; milliseconds, default 3,000. */
  readonly budgetMs?: number;
}

/** Both topics behind their ports. */
export interface PubSubQueue extends WorkQueue, DeadLetters {
  /**
   * Publishes text with attributes to the dead-letter topic.
   * @throws QueueUnavailable
   */
  publishDeadLetter(data: string, attributes: MessageAttributes): Promise<void>;
  /** Closes the connection; nothing can be published afterwards. */
  close(): Promise<void>;
}

const BUDGET_MS = 3_000;

/** Connects at the first publish. */
export function createPubSubQueue(options: PubSubQueueOptions): PubSubQueue {
  const { projectId, apiEndpoint, budgetMs = BUDGET_MS } = options;
  const client = openPubSub({ projectId, apiEndpoint }, PUBLISHERS_KEEPALIVE);
  const settings = {
    batching: { maxMessages: 1 },
    gaxOpts: {
      retry: {
        // gRPC: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE; the client's own list.
        retryCodes: [1, 2, 4, 8, 10, 13, 14],
        backoffSettings: {
          initialRetryDelayMillis: 100,
          retryDelayMultiplier: 2,
          maxRetryDelayMillis: 1_000,
          initialRpcTimeoutMillis: budgetMs,
          rpcTimeoutMultiplier: 1,
          maxRpcTimeoutMillis: budgetMs,
          totalTimeoutMillis: budgetMs,
        },
      },
    },
  };
  const send = (topic: Topic, text: string, attributes: MessageAttributes) =>
    publishWithin(budgetMs, topic, text, attributes);
  const work = client.topic(options.topic, settings);
  const deadLetters = client.topic(options.deadLetterTopic, settings);

  async function publishDeadLetter(data: string, attributes: MessageAttributes): Promise<void> {
    await send(deadLetters, data, acceptableAttributes(attributes));
  }

  return {
    publish: (message, lane) => send(work, encodeWork(message), workAttributes(message, lane)),
    publishDeadLetter,
    put: (letter) => publishDeadLetter(letter.data, deadLetterAttributes(letter)),
    close: () => client.close(),
  };
}

/** The client's retries keep to the budget within a few hundred ms; what comes before them, such as a token, knows none. */
const SLACK_MS = 500;

async function publishWithin(ms: number, topic: Topic, text: string, attributes: MessageAttributes): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      topic.publishMessage({ data: Buffer.from(text), attributes: { ...attributes } }),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new QueueUnavailable('publish: no confirmation in time')), ms + SLACK_MS);
      }),
    ]);
  } catch (cause) {
    if (cause instanceof QueueUnavailable) throw cause;
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    throw new QueueUnavailable(`publish: ${typeof code === 'number' ? `gRPC code ${code}` : 'failed'}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
