/**
 * Sends the notifications of a simulated Calendar as Google does: a POST without a body, repeated with growing delays
 * where the receiver says 500, 502, 503 or 504 or cannot be reached; any other answer is final
 * (https://developers.google.com/workspace/calendar/api/guides/push#responding). Nothing keeps an order.
 */
import type { PushNotification } from './channels.ts';

/** Who has notifications to send: the simulated Calendar. */
interface NotificationSource {
  /** Tells the listener of every notification from now on; the returned function ends that. */
  onNotification(listener: (notification: PushNotification) => void): () => void;
}

/** How notifications are sent. */
export interface PushSenderOptions {
  /** Default: Node's own. */
  readonly fetch?: typeof globalThis.fetch;
  /** Waits before the second, third, ... attempt; when they are used up the notification is lost. */
  readonly retryDelaysMs?: readonly number[];
  /** How long a receiver may take to answer. Default 10 s. */
  readonly timeoutMs?: number;
  /** How many are under way at once; the rest waits. Default 32. */
  readonly concurrencyMax?: number;
}

/** A running sender. */
export interface PushSender {
  /** Stops sending: nothing is under way or waiting any more when it resolves. */
  close(): Promise<void>;
}

interface Attempt {
  readonly notification: PushNotification;
  readonly failures: number;
}

const RETRY_DELAYS_MS = [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000];
const RETRIED: ReadonlySet<number> = new Set([500, 502, 503, 504]);
const TIMEOUT_MS = 10_000;
const CONCURRENCY_MAX = 32;

/** Sends every notification of the Calendar from now on, until it is closed. */
export function startPushSender(calendar: NotificationSource, options: PushSenderOptions = {}): PushSender {
  const post = options.fetch ?? globalThis.fetch;
  const delays = options.retryDelaysMs ?? RETRY_DELAYS_MS;
  const concurrencyMax = options.concurrencyMax ?? CONCURRENCY_MAX;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const closing = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  const waiting: Attempt[] = [];

  function later(attempt: Attempt, delayMs: number): void {
    if (closing.signal.aborted) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      enqueue(attempt);
    }, delayMs);
    timers.add(timer);
  }

  function enqueue(attempt: Attempt): void {
    waiting.push(attempt);
    startWaiting();
  }

  function startWaiting(): void {
    while (underWay.size < concurrencyMax && !closing.signal.aborted) {
      const attempt = waiting.shift();
      if (attempt === undefined) return;
      const sending = send(attempt).finally(() => {
        underWay.delete(sending);
        startWaiting();
      });
      underWay.add(sending);
    }
  }

  async function send({ notification, failures }: Attempt): Promise<void> {
    const isAccepted = await isFinal(
      post,
      notification,
      AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
    );
    const delayMs = delays[failures];
    if (!isAccepted && delayMs !== undefined) later({ notification, failures: failures + 1 }, delayMs);
  }

  const unsubscribe = calendar.onNotification((notification) => {
    const attempt = { notification, failures: 0 };
    if (notification.delayMs > 0) later(attempt, notification.delayMs);
    else enqueue(attempt);
  });

  return {
    async close() {
      unsubscribe();
      closing.abort();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      waiting.length = 0;
      await Promise.all(underWay);
    },
  };
}

/** Whether the receiver's answer settles the matter; false asks for another attempt. */
async function isFinal(
  post: typeof globalThis.fetch,
  notification: PushNotification,
  signal: AbortSignal,
): Promise<boolean> {
  // The client writes the length itself.
  const { 'Content-Length': _length, ...headers } = notification.headers;
  try {
    const response = await post(notification.address, {
      method: 'POST',
      headers: {
        ...headers,
        'User-Agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
      },
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    return !RETRIED.has(response.status);
  } catch {
    // Not to be reached, or too slow.
    return false;
  }
}
