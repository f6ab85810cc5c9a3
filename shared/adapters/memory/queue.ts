/**
 * The embedded queue: the work topic, its two filtered push subscriptions and the dead-letter topic in one process. It
 * delivers what Pub/Sub would deliver, at least once, with the same envelope, backoff and dead-lettering, and forgets everything
 * when the process ends. Pub/Sub also slows a whole subscription down for refused messages; here each waits for itself.
 */
import { QueueUnavailable } from '../../domain/errors.ts';
import {
  deadLetterAttributes,
  type MessageAttributes,
  workAttributes,
} from '../../domain/notification/message-attributes.ts';
import { encodeWork, type Lane } from '../../domain/notification/work-message.ts';
import type { DeadLetter, DeadLetters, WorkQueue } from '../../domain/ports.ts';
import { type DeadLetterEntry, DeadLetterList } from './dead-letter-list.ts';
import { PublishedLog, type PublishedMessage } from './published-log.ts';
import { ACKNOWLEDGING, type PushEnvelope } from './push-envelope.ts';

/** Where deliveries go, and the world around; lengths of time are milliseconds. */
export interface MemoryQueueOptions<Timer> {
  /** Unix milliseconds. */
  now(): number;
  readonly timers: { set(work: () => void, ms: number): Timer; clear(timer: Timer): void };
  /**
   * Makes one push and gives its HTTP status; a rejection counts as no answer. The signal fires when nobody waits for the answer any
   * more: the acknowledgement deadline is over, or the queue closes.
   */
  deliver(envelope: PushEnvelope, lane: Lane, signal: AbortSignal): Promise<number>;
  /** Pushes under way at once, in each lane. */
  readonly concurrency: number;
  /** Wait before the second delivery, doubled for each further one; default 100. */
  readonly backoffMinMs?: number;
  /** Default 60,000. */
  readonly backoffMaxMs?: number;
  /** Default 600,000. */
  readonly ackDeadlineMs?: number;
  /** Deliveries until a message becomes a dead letter; default 20. */
  readonly attemptsMax?: number;
  /** Published messages that are kept for `published`; default 100,000. */
  readonly retainedMax?: number;
}

/** The queue, and what an operator does with it. */
export interface MemoryQueue extends WorkQueue, DeadLetters {
  /** Oldest first. */
  deadLetters(): readonly DeadLetterEntry[];
  /** Publishes a dead letter again, in its lane, and forgets it; false if there is none of this id. */
  replayDeadLetter(id: string): Promise<boolean>;
  /** Forgets a dead letter; false if there is none of this id. */
  dropDeadLetter(id: string): boolean;
  /** Messages that are not acknowledged yet. */
  backlog(): Readonly<Record<Lane, number>>;
  /** What was published since then (Unix milliseconds), oldest first, as far as it is retained. */
  published(sinceMs: number): readonly PublishedMessage[];
  /** Resolves as soon as every message is acknowledged or a dead letter. */
  idle(): Promise<void>;
  /** Delivers nothing more, forgets what waits, and resolves when the pushes under way have ended. */
  close(): Promise<void>;
}

interface Waiting extends PublishedMessage {
  attempts: number;
}

interface LaneState {
  readonly ready: Ready;
  unacknowledged: number;
  underway: number;
}

/** What waits to be pushed, first in, first out. To shift one out of an array of many thousands moves all the others. */
class Ready {
  #messages: Waiting[] = [];
  #taken = 0;

  push(message: Waiting): void {
    this.#messages.push(message);
  }

  take(): Waiting | undefined {
    const message = this.#messages[this.#taken];
    if (message !== undefined) this.#taken++;
    if (this.#taken * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#taken);
      this.#taken = 0;
    }
    return message;
  }

  clear(): void {
    this.#messages = [];
    this.#taken = 0;
  }
}

/** Makes an empty queue. Its publish fails only after `close`. */
export function createMemoryQueue<Timer>(options: MemoryQueueOptions<Timer>): MemoryQueue {
  return new EmbeddedQueue(options);
}

class EmbeddedQueue<Timer> implements MemoryQueue {
  readonly #options: MemoryQueueOptions<Timer>;
  readonly #lanes: Readonly<Record<Lane, LaneState>> = {
    live: { ready: new Ready(), unacknowledged: 0, underway: 0 },
    upkeep: { ready: new Ready(), unacknowledged: 0, underway: 0 },
  };
  readonly #log: PublishedLog;
  readonly #letters = new DeadLetterList();
  readonly #timers = new Set<Timer>();
  readonly #pushes = new Map<Promise<unknown>, AbortController>();
  readonly #idlers: (() => void)[] = [];
  #messages = 0;
  #isClosed = false;

  constructor(options: MemoryQueueOptions<Timer>) {
    this.#options = options;
    this.#log = new PublishedLog(options.retainedMax ?? 100_000);
  }

  async publish(...[message, lane]: Parameters<WorkQueue['publish']>): Promise<void> {
    this.#enqueue(encodeWork(message), workAttributes(message, lane), lane);
  }

  async put(letter: DeadLetter): Promise<void> {
    if (this.#isClosed) throw new QueueUnavailable('dead letters: the queue is closed');
    this.#letters.add({ data: letter.data, attributes: deadLetterAttributes(letter), at: this.#options.now() });
  }

  deadLetters(): readonly DeadLetterEntry[] {
    return this.#letters.all();
  }

  async replayDeadLetter(id: string): Promise<boolean> {
    const letter = this.#letters.take(id);
    if (letter === undefined) return false;
    this.#enqueue(letter.data, letter.original, letter.original.lane === 'upkeep' ? 'upkeep' : 'live');
    return true;
  }

  dropDeadLetter(id: string): boolean {
    return this.#letters.take(id) !== undefined;
  }

  backlog(): Readonly<Record<Lane, number>> {
    return { live: this.#lanes.live.unacknowledged, upkeep: this.#lanes.upkeep.unacknowledged };
  }

  published(sinceMs: number): readonly PublishedMessage[] {
    return this.#log.since(sinceMs);
  }

  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) this.#options.timers.clear(timer);
    this.#timers.clear();
    for (const lane of Object.values(this.#lanes)) {
      lane.ready.clear();
      lane.unacknowledged = 0;
    }
    for (const controller of this.#pushes.values()) controller.abort();
    await Promise.allSettled(this.#pushes.keys());
    this.#wakeIdlers();
  }

  #enqueue(text: string, attributes: MessageAttributes, lane: Lane): void {
    if (this.#isClosed) throw new QueueUnavailable('publish: the queue is closed');
    const message = { messageId: String(++this.#messages), publishedAt: this.#options.now(), lane, text, attributes };
    this.#log.add(message);
    this.#lanes[lane].unacknowledged++;
    this.#lanes[lane].ready.push({ ...message, attempts: 0 });
    // The publisher has its confirmation before anything is delivered, as with a broker.
    queueMicrotask(() => this.#pump(lane));
  }

  #pump(lane: Lane): void {
    const state = this.#lanes[lane];
    while (!this.#isClosed && state.underway < this.#options.concurrency) {
      const message = state.ready.take();
      if (message === undefined) return;
      state.underway++;
      void this.#push(message).then((status) => {
        state.underway--;
        if (this.#isClosed) return;
        this.#settle(message, status);
        this.#pump(lane);
      });
    }
  }

  /** One push, until its answer, its deadline or the end of the queue; undefined for no answer. Never rejects. */
  #push(message: Waiting): Promise<number | undefined> {
    message.attempts++;
    const { deliver, ackDeadlineMs = 600_000 } = this.#options;
    const controller = new AbortController();
    const gaveUp = new Promise<undefined>((resolve) => {
      controller.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const push = Promise.resolve()
      .then(() => deliver(envelopeOf(message), message.lane, controller.signal))
      .catch(() => undefined);
    this.#pushes.set(push, controller);
    const forget = this.#after(ackDeadlineMs, () => controller.abort());
    void push.then(() => this.#pushes.delete(push));
    return Promise.race([push, gaveUp]).finally(forget);
  }

  #settle(message: Waiting, status: number | undefined): void {
    const { backoffMinMs = 100, backoffMaxMs = 60_000, attemptsMax = 20 } = this.#options;
    const state = this.#lanes[message.lane];
    if (status === undefined || !ACKNOWLEDGING.has(status)) {
      if (message.attempts < attemptsMax) {
        const wait = Math.min(backoffMaxMs, backoffMinMs * 2 ** (message.attempts - 1));
        this.#after(wait, () => {
          state.ready.push(message);
          this.#pump(message.lane);
        });
        return;
      }
      const { text, attributes, messageId, attempts } = message;
      const reason = `not acknowledged in ${attempts} deliveries`;
      const letter = { data: text, attributes, reason, messageId, attempt: attempts };
      this.#letters.add({ data: text, attributes: deadLetterAttributes(letter), at: this.#options.now() });
    }
    state.unacknowledged--;
    if (this.#isIdle()) this.#wakeIdlers();
  }

  /** Runs `work` later, unless what it returns is called, or the queue closed, before. */
  #after(ms: number, work: () => void): () => void {
    const timer = this.#options.timers.set(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
    return () => {
      if (this.#timers.delete(timer)) this.#options.timers.clear(timer);
    };
  }

  #isIdle(): boolean {
    return this.#lanes.live.unacknowledged + this.#lanes.upkeep.unacknowledged === 0;
  }

  #wakeIdlers(): void {
    for (const wake of this.#idlers.splice(0)) wake();
  }
}

function envelopeOf({ messageId, publishedAt, text, attributes, lane, attempts }: Waiting): PushEnvelope {
  const publishTime = new Date(publishedAt).toISOString();
  const data = Buffer.from(text).toString('base64');
  return {
    message: { data, attributes, messageId, message_id: messageId, publishTime, publish_time: publishTime },
    subscription: `projects/embedded/subscriptions/${lane}`,
    deliveryAttempt: attempts,
  };
}
