/**
 * The body of a Pub/Sub push, which an Eventarc delivery shares:
 * https://cloud.google.com/pubsub/docs/push#receive_push. Read leniently; what is not there is absent.
 */

/** One delivered message. */
export interface PushEnvelope {
  /** The published text. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string | undefined;
  /** When the broker took the message; Unix milliseconds. */
  readonly publishedAt: number | undefined;
  /** 1 for the first time; undefined where the subscription does not count. */
  readonly attempt: number | undefined;
}

/** Reads a push body that is parsed already; undefined if it is none. */
export function readPushEnvelope(body: unknown): PushEnvelope | undefined {
  const message = field(body, 'message');
  if (typeof message !== 'object' || message === null) return undefined;
  const data = field(message, 'data');
  const publishedAt = Date.parse(text(field(message, 'publishTime')) ?? '');
  const attempt = field(body, 'deliveryAttempt');
  return {
    text: typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : '',
    attributes: texts(field(message, 'attributes')),
    messageId: text(field(message, 'messageId')),
    publishedAt: Number.isNaN(publishedAt) ? undefined : publishedAt,
    attempt: typeof attempt === 'number' ? attempt : undefined,
  };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
