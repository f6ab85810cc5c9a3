/** Pulls messages off a subscription, batch by batch, and keeps those that are held from coming back meanwhile. */
import type { KeptMessage } from '../ports.ts';
import { CODES, codeOf, named, type PubSubClients } from './pubsub-clients.ts';

/** A message that is held: nobody else gets it until it is acknowledged, released, or the hold is over. */
export interface HeldMessage extends KeptMessage {
  readonly ackId: string;
}

/** How long a pull waits for a first message, in milliseconds; Pub/Sub can be slow to say that there is none. */
export interface PullPatience {
  /** Until the first message that is looked for. */
  readonly firstMs: number;
  /** After one, until the pull counts as over. */
  readonly quietMs: number;
}

const BATCH = 1_000;
/** Acknowledge and modify requests have a bound of 512 KiB. */
const ACKS_MAX = 1_000;
/** Of a single pull, which then starts anew. */
const PULL_MS = 5_000;
const PULL_MIN_MS = 200;
/** Of the first, which makes the connection. */
const CONNECT_MS = 15_000;

/** Batches, until for long enough none has come with a message that is looked for: without `isSought` any is. @throws QueueUnavailable, CommandFailed */
export async function* pullBatches(
  clients: PubSubClients,
  subscription: string,
  patience: PullPatience,
  isSought: (message: HeldMessage) => boolean = () => true,
): AsyncGenerator<readonly HeldMessage[]> {
  // Connecting can take longer than the patience, so the first answer is waited for before its time begins.
  let batch = await pullOnce(clients, subscription, { returnImmediately: true }, CONNECT_MS);
  let quietMs = patience.firstMs;
  let quietSince = Date.now();
  for (;;) {
    if (batch.length > 0) yield batch;
    if (batch.some(isSought)) {
      quietMs = patience.quietMs;
      quietSince = Date.now();
    }
    const leftMs = quietSince + quietMs - Date.now();
    if (leftMs <= 0) return;
    batch = await pullOnce(clients, subscription, {}, Math.min(PULL_MS, Math.max(PULL_MIN_MS, leftMs)));
  }
}

/** One pull; without messages it lasts as long as it may. */
async function pullOnce(
  { subscriber, subscriptionName }: PubSubClients,
  subscription: string,
  how: { readonly returnImmediately?: true },
  timeout: number,
): Promise<readonly HeldMessage[]> {
  try {
    const request = { subscription: subscriptionName(subscription), maxMessages: BATCH, ...how };
    const [{ receivedMessages }] = await subscriber.pull(request, { timeout, retry: null });
    return (receivedMessages ?? []).flatMap(readMessage);
  } catch (error) {
    if (codeOf(error) === CODES.deadlineExceeded) return [];
    throw named(`subscription ${subscription}`, error);
  }
}

/** Acknowledges: these messages are gone from the subscription. @throws QueueUnavailable, CommandFailed */
export async function acknowledge(
  clients: PubSubClients,
  subscription: string,
  messages: readonly HeldMessage[],
): Promise<void> {
  await inParts(clients, subscription, messages, (request) => clients.subscriber.acknowledge(request));
}

/** Holds for so long, in seconds, from now; 0 gives them back at once. @throws QueueUnavailable, CommandFailed */
export async function hold(
  clients: PubSubClients,
  subscription: string,
  messages: readonly HeldMessage[],
  ackDeadlineSeconds: number,
): Promise<void> {
  await inParts(clients, subscription, messages, (request) =>
    clients.subscriber.modifyAckDeadline({ ...request, ackDeadlineSeconds }),
  );
}

async function inParts(
  { subscriptionName }: PubSubClients,
  subscription: string,
  messages: readonly HeldMessage[],
  call: (request: { subscription: string; ackIds: string[] }) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < messages.length; at += ACKS_MAX) {
    const ackIds = messages.slice(at, at + ACKS_MAX).map(({ ackId }) => ackId);
    try {
      await call({ subscription: subscriptionName(subscription), ackIds });
    } catch (error) {
      throw named(`subscription ${subscription}`, error);
    }
  }
}

/** As the generated client gives it. */
interface Received {
  readonly ackId?: string | null;
  readonly message?: {
    readonly messageId?: string | null;
    readonly data?: Uint8Array | string | null;
    readonly attributes?: Readonly<Record<string, string>> | null;
    readonly publishTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null;
  } | null;
}

function readMessage({ ackId, message }: Received): HeldMessage[] {
  if (ackId == null || message == null) return [];
  const { data, publishTime } = message;
  return [
    {
      ackId,
      id: message.messageId ?? '',
      data: typeof data === 'string' ? data : Buffer.from(data ?? []).toString('utf8'),
      attributes: { ...message.attributes },
      publishedAt: Number(publishTime?.seconds ?? 0) * 1_000 + Math.floor((publishTime?.nanos ?? 0) / 1e6),
    },
  ];
}
