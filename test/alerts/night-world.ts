/**
 * A whole installation through a night of virtual time: the functions' own code over the embedded store and queue, with what Cloud Run,
 * Pub/Sub and Cloud Scheduler do around it. What it logs, and what Google would measure of it, goes into series.
 */
import { type WorkerServices, workOn } from '../../functions/sync-calendar.ts';
import { createJsonLog } from '../../shared/adapters/log/json-log.ts';
import { createMemoryQueue, type MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { createMemoryStore } from '../../shared/adapters/memory/store.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import type { ConferenceChange, Outcome } from '../../shared/domain/delivery/change.ts';
import { QueueUnavailable, StoreUnavailable } from '../../shared/domain/errors.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import type { Lane } from '../../shared/domain/notification/work-message.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { Store } from '../../shared/domain/ports.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { receiveNotification } from '../../shared/flow/receive-notification.ts';
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
import { VirtualTime } from '../bench/world/virtual-time.ts';
import { NOW } from '../domain/build.ts';
import { CHANNELS, policy } from '../functions/policy.ts';
import { type Headers, NightGoogle } from './night-google.ts';
import type { SeriesRecorder } from './record-series.ts';

/** What a night begins with. */
export interface NightOptions {
  readonly recorder: SeriesRecorder;
  /** The names of the subscriptions. */
  readonly subscriptions: Readonly<Record<Lane | 'deadLetters', string>>;
  /** Deliveries after which Pub/Sub puts a message on the dead-letter topic. */
  readonly attemptsMax: number;
  readonly calendars: number;
  readonly policy: Partial<Policy>;
}

/** A deployment whose answers Cloud Run counts. */
export type FunctionName = 'receive-notification' | 'sync-calendar-live' | 'sync-calendar-upkeep' | 'renew-channels';

/** When minute 0 of every night is. */
export const BEGAN_AT = NOW;
const MINUTE = 60_000;
const STORE_MS = 15;
const CONFERENCE_MS = 100;
/** How long a database that is gone lets its callers wait. */
const GONE_MS = 1_000;
const HELD_STEP_MS = 10_000;
/** Cloud Run's: five instances of twelve. */
const PUSHES_AT_ONCE = 60;
const RUN_MS = 150_000;
/** Google sends a notification again that is answered with a 5xx, ever later. */
const NOTICES_MAX = 6;

/** See the file's head. What is wrong is switched on and off by whoever drives it. */
export class NightWorld {
  readonly time = new VirtualTime(BEGAN_AT);
  readonly google: NightGoogle;
  /** What the conference system answers. */
  conferences: (change: ConferenceChange) => Outcome = () => ({ kind: 'done' });
  conferenceMs = CONFERENCE_MS;
  /** What it answers when it is told of a calendar itself. */
  notices: () => Outcome = () => ({ kind: 'done' });
  isStoreGone = false;
  isTopicGone = false;
  isLiveSubscriptionGone = false;
  isReceiverShut = false;
  isSchedulerPaused = false;
  /** Every process of these ends at its first request. */
  readonly crashing = new Set<FunctionName>();
  /** Answers a minute that are counted although nobody is asked: of the many calendars that a larger fleet has. */
  readonly answersBeside: Partial<Record<FunctionName, Readonly<Partial<Record<'2xx' | '5xx', number>>>>> = {};
  /** Processes are told to end. */
  isStopping = false;
  /** Lanes whose subscription keeps what comes and pushes nothing. */
  readonly held = new Set<Lane>();
  /** How long the database takes to say what is due. */
  dueMs = 0;
  readonly calendarIds: readonly string[];
  readonly queue: MemoryQueue;
  readonly store: Store;
  readonly #options: NightOptions;
  readonly #policy: Policy;
  readonly #breakers = [new Breaker(), new Breaker(), new Breaker()];
  readonly #unacknowledged = new Map<string, { readonly lane: Lane; readonly publishedAt: number }>();
  readonly #naps = new Map<number, Promise<void>>();
  #isRunOut = false;
  #isRunLate = false;
  #sampledAt = 0;
  #drawn = 0;
  #ids = 0;

  constructor(options: NightOptions) {
    this.#options = options;
    this.#policy = policy(options.policy);
    this.calendarIds = Array.from({ length: options.calendars }, (_, index) => `user${index}@example.com`);
    this.google = new NightGoogle(this.time, (headers) => void this.#receive(headers, 1));
    this.store = this.#storeOf(createMemoryStore({ now: this.time.now }));
    this.queue = createMemoryQueue({
      now: this.time.now,
      timers: this.time,
      concurrency: PUSHES_AT_ONCE,
      backoffMinMs: 10_000,
      backoffMaxMs: 600_000,
      attemptsMax: options.attemptsMax,
      deliver: (envelope, lane) => this.#deliver(envelope, lane),
    });
  }

  /** Registers the calendars, one a second, and lets the scheduled runs begin. */
  async begin(): Promise<void> {
    this.#tick();
    for (const id of this.calendarIds) {
      await this.time.runUntil(this.time.now() + 1_000);
      this.register(id);
    }
  }

  /** Registers a calendar with one event. */
  register(calendarId: string): void {
    this.google.edit(calendarId);
    void registerCalendar(this.#servicesOf('sync-calendar-upkeep'), calendarId, calendarId);
  }

  /** Lets time pass up to this minute of the night, with what is measured each minute. */
  async runTo(minute: number): Promise<void> {
    for (;;) {
      const next = BEGAN_AT + (Math.floor((this.time.now() - BEGAN_AT) / MINUTE) + 1) * MINUTE;
      if (next > BEGAN_AT + minute * MINUTE) return;
      await this.time.runUntil(next);
      this.#measure();
    }
  }

  /** A message whose text no version of ours can read. */
  async poison(): Promise<void> {
    const data = Buffer.from('{"version":9}').toString('base64');
    await this.#deliver({ message: { data, messageId: 'poison', attributes: { lane: 'live' } } }, 'live');
  }

  /** The store meets a document that it cannot read, and says so as the one over Firestore does. */
  findUnreadable(): void {
    this.#logOf('sync-calendar-live')({ line: 'unreadable-record', path: 'calendars/unreadable' });
  }

  /** Draws from 0 to 1, the same in every night. */
  draw(): number {
    this.#drawn = (this.#drawn * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#drawn / 2_147_483_648;
  }

  #tick(): void {
    void this.time.set(() => this.#tick(), MINUTE);
    if (this.isSchedulerPaused) return;
    if (this.#isRunOut) this.#isRunLate = true;
    else void this.#run();
  }

  /** Cloud Scheduler begins no run before the last one has ended; one that would have begun meanwhile begins then. */
  async #run(): Promise<void> {
    this.#isRunOut = true;
    do {
      this.#isRunLate = false;
      const status = await this.#attempt();
      if (status >= 500) {
        await this.time.sleep(5_000);
        await this.#attempt();
      }
    } while (this.#isRunLate);
    this.#isRunOut = false;
  }

  #attempt(): Promise<number> {
    return this.#answered('renew-channels', async () => {
      const services = this.#servicesOf('renew-channels');
      try {
        await wakeDue(services, this.time.now() + RUN_MS);
        return 200;
      } catch (error) {
        services.log.write({ line: 'failure', where: 'renewChannels', error });
        return 503;
      }
    });
  }

  async #receive(headers: Headers, attempt: number): Promise<void> {
    // A shut door is Google's: the request does not reach Cloud Run's count either.
    if (this.isReceiverShut) return;
    const status = await this.#answered('receive-notification', async () => {
      const reception = await receiveNotification(this.#servicesOf('receive-notification'), headers);
      return { accepted: 204, refused: 403, unavailable: 503 }[reception];
    });
    if (status < 500 || attempt === NOTICES_MAX) return;
    void this.time.set(() => void this.#receive(headers, attempt + 1), 5_000 * 2 ** attempt);
  }

  async #deliver(envelope: unknown, lane: Lane): Promise<number> {
    const id = messageIdOf(envelope);
    const over = { lane, publishedAt: Number.POSITIVE_INFINITY };
    if (lane === 'live' && this.isLiveSubscriptionGone) {
      this.#unacknowledged.set(id, over);
      return 204;
    }
    while (this.held.has(lane)) await this.time.sleep(HELD_STEP_MS);
    const name = `sync-calendar-${lane}` as const;
    const status = await this.#answered(name, () => workOn(this.#servicesOf(name), envelope));
    if (status < 300) this.#unacknowledged.set(id, over);
    return status;
  }

  async #answered(name: FunctionName, work: () => Promise<number>): Promise<number> {
    const isCrashing = this.crashing.has(name);
    if (isCrashing) this.#logOf(name)({ line: 'crash', error: new Error('a bad revision') });
    const status = isCrashing ? 500 : await work();
    this.#countAnswers(name, `${Math.floor(status / 100)}xx`, 1);
    return status;
  }

  #countAnswers(name: string, responseClass: string, by: number): void {
    const labels = {
      monitored_resource: 'cloud_run_revision',
      service_name: name,
      response_code_class: responseClass,
    };
    this.#options.recorder.count('run_googleapis_com:request_count', labels, by, this.time.now());
  }

  #servicesOf(name: FunctionName): WorkerServices {
    const process = name === 'sync-calendar-live' ? Math.floor(this.draw() * 2) : 2;
    return {
      clock: { now: this.time.now, sleep: (ms) => this.#nap(ms) },
      random: { fraction: () => this.draw(), id: () => `id${String(++this.#ids).padStart(20, '0')}` },
      google: this.google,
      store: this.store,
      queue: {
        publish: async (message, lane) => {
          if (this.isTopicGone) throw new QueueUnavailable('publish: 5 NOT_FOUND');
          await this.queue.publish(message, lane);
        },
      },
      deadLetters: this.queue,
      conferences: {
        apply: async (change) => {
          await this.time.sleep(this.conferenceMs);
          return this.conferences(change);
        },
        tell: async () => this.notices(),
      },
      breaker: this.#breakers[process] ?? new Breaker(),
      log: { write: this.#logOf(name) },
      policy: this.#policy,
      channels: CHANNELS,
      isStopping: () => this.isStopping,
    };
  }

  /** Waits, and wakes all who wait for the same instant together: by far the quickest where they are many. */
  #nap(ms: number): Promise<void> {
    const at = this.time.now() + Math.max(0, ms);
    const known = this.#naps.get(at) ?? this.time.sleep(ms).finally(() => this.#naps.delete(at));
    this.#naps.set(at, known);
    return known;
  }

  #logOf(name: FunctionName): (line: LogLine) => void {
    const resource = { type: 'cloud_run_revision', labels: { service_name: name } };
    const log = createJsonLog({
      print: (text) => this.#options.recorder.takeEntry({ resource, jsonPayload: JSON.parse(text) }, this.time.now()),
    });
    return (line) => log.write(line);
  }

  #storeOf(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]): Promise<unknown> => {
          if (this.isStoreGone) {
            await this.time.sleep(GONE_MS);
            throw new StoreUnavailable(`${String(name)}: 14 UNAVAILABLE`);
          }
          if (name === 'transact') await this.#nap(STORE_MS);
          if (name === 'dueCalendars' && this.dueMs > 0) await this.time.sleep(this.dueMs);
          return Reflect.apply(member, target, args);
        };
      },
    });
  }

  /** What Pub/Sub says of its subscriptions at this minute. */
  #measure(): void {
    const now = this.time.now();
    for (const { messageId, lane, publishedAt } of this.queue.published(this.#sampledAt)) {
      if (!this.#unacknowledged.has(messageId)) this.#unacknowledged.set(messageId, { lane, publishedAt });
    }
    this.#sampledAt = now;
    for (const lane of ['live', 'upkeep'] as const) {
      if (lane === 'live' && this.isLiveSubscriptionGone) continue;
      let oldest = now;
      for (const [id, waiting] of this.#unacknowledged) {
        if (waiting.publishedAt === Number.POSITIVE_INFINITY) this.#unacknowledged.delete(id);
        else if (waiting.lane === lane) oldest = Math.min(oldest, waiting.publishedAt);
      }
      this.#gauge(lane, 'oldest_unacked_message_age', Math.round((now - oldest) / 1_000));
    }
    this.#gauge('deadLetters', 'num_undelivered_messages', this.queue.deadLetters().length);
    for (const [name, answers] of Object.entries(this.answersBeside)) {
      for (const [responseClass, count] of Object.entries(answers)) this.#countAnswers(name, responseClass, count);
    }
  }

  #gauge(subscription: Lane | 'deadLetters', metric: string, value: number): void {
    const labels = {
      monitored_resource: 'pubsub_subscription',
      subscription_id: this.#options.subscriptions[subscription],
    };
    this.#options.recorder.gauge(`pubsub_googleapis_com:subscription_${metric}`, labels, value, this.time.now());
  }
}

function messageIdOf(envelope: unknown): string {
  if (typeof envelope !== 'object' || envelope === null || !('message' in envelope)) return '';
  const { message } = envelope;
  if (typeof message !== 'object' || message === null || !('messageId' in message)) return '';
  return String(message.messageId);
}
