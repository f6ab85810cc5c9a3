/**
 * A whole simulated deployment: Google, the conference system, the embedded store and queue, and any number of workers that run the
 * real use cases. Nothing in it moves by itself; whoever drives it takes one step after the other.
 */

import { type WorkerServices, workOn } from '../../functions/sync-calendar.ts';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { SimulatedConferences } from '../../sandbox/conference/simulated-conferences.ts';
import { createMemoryQueue, type MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { createMemoryStore, type MemoryStore } from '../../shared/adapters/memory/store.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import type { CalendarNotice, ConferenceChange } from '../../shared/domain/delivery/change.ts';
import { QueueUnavailable, StoreUnavailable, UnknownCalendar } from '../../shared/domain/errors.ts';
import { conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { renewChannels } from '../../shared/flow/channels/renew-channels.ts';
import { type Reception, receiveNotification } from '../../shared/flow/receive-notification.ts';
import { Absences } from './absences.ts';
import { Consents } from './consents.ts';
import type { RandomFates } from './faults.ts';
import { History } from './history.ts';
import { ChannelJudge } from './judge-channels.ts';
import { judgeCommit } from './judge-commits.ts';
import { ContentJudge } from './judge-content.ts';
import { judgeMoves } from './judge-moves.ts';
import { NoticeJudge } from './judge-notices.ts';
import { SendingJudge } from './judge-sending.ts';
import type { Random } from './random.ts';
import { Scheduler, type Waiting, type Worker } from './scheduler.ts';
import { PAUSE_MS_MAX, REGISTERED, STARTED_AT, STEPS_MAX, STRANGER } from './settings.ts';
import { type Commit, Shadow } from './shadow.ts';
import { Truth } from './truth.ts';
import { Witness } from './witness.ts';
import { workerServices } from './worker-services.ts';

/** What a world is made of. */
export interface WorldOptions {
  readonly random: Random;
  readonly fates: RandomFates;
  readonly policy: Policy;
  /** Calendars that are registered beside the usual ones. */
  readonly more?: readonly string[];
  /** Events on a page of a listing. */
  readonly pageSize: number;
  /** How long things last at most that people do not end themselves, and the pauses between two of their actions. */
  readonly pauseMsMax?: number;
  /** More steps than this mean that the world does not come to rest. */
  readonly stepsMax?: number;
  /** How far the clocks of the database and the broker are from the world's, in milliseconds. */
  readonly databaseSkewMs: number;
  readonly brokerSkewMs: number;
}

const RENEWAL_MS = 60_000;
/** A secret that no simulated delivery is signed with. */
const SECRET = 'whsec_c2ltdWxhdGlvbi1vZi1jb25mZXJlbmNlcw==';

/** See the file's head. */
export class World {
  readonly random: Random;
  readonly fates: RandomFates;
  readonly policy: Policy;
  readonly history = new History(STARTED_AT);
  readonly scheduler: Scheduler;
  readonly calendar: SimulatedCalendar;
  readonly conferences: SimulatedConferences;
  readonly store: MemoryStore;
  readonly queue: MemoryQueue;
  readonly shadow = new Shadow();
  /** Ids of all calendars that are registered. */
  readonly registered: readonly [string, ...string[]];
  readonly absences: Absences;
  readonly consents = new Consents();
  readonly notices = new NoticeJudge(this.shadow);
  readonly contents = new ContentJudge();
  /** How long an outage may last. */
  readonly pauseMsMax: number;
  readonly stepsMax: number;
  /** The conference system answers nothing until then. */
  conferencesOffUntil = 0;
  readonly channels = new ChannelJudge();
  /** Calendars whose private events we may not see at present. */
  readonly hidden = new Set<string>();
  readonly truth: Truth;
  readonly witness: Witness;
  /** Who has drawn an id. */
  readonly owners = new Map<string, Worker>();
  pageSize: number;
  /** List calls so far. */
  lists = 0;
  /** Changes sent so far. */
  sent = 0;
  /** Messages published and channels asked for so far. */
  wakes = 0;
  /** The first thing that went wrong. */
  violation: string | undefined;
  /** Messages are delivered as soon as they are published; else they wait for `deliverMessages`. */
  deliversMessages = true;
  readonly #options: WorldOptions;
  readonly #sending: SendingJudge;
  #held: (() => void)[] = [];
  /** Of each process: workers of one process share what they know of the conference system. */
  readonly #breakers = [new Breaker(), new Breaker()];
  #workers = 0;
  #running = 0;
  /** Scheduled runs in a row that found something due and did nothing about it. */
  #idleRuns = 0;
  /** How far any worker's clock has been from the world's. */
  #skewMs = 0;
  #commands = 0;
  #renewal: Waiting | undefined;

  constructor(options: WorldOptions) {
    const { random, fates, policy, pageSize, more = [], pauseMsMax = PAUSE_MS_MAX, stepsMax = STEPS_MAX } = options;
    this.pauseMsMax = pauseMsMax;
    this.stepsMax = stepsMax;
    this.registered = [...REGISTERED, ...more];
    this.absences = new Absences(this.registered);
    this.#options = options;
    this.random = random;
    this.fates = fates;
    this.policy = policy;
    this.pageSize = pageSize;
    this.scheduler = new Scheduler(STARTED_AT, this.history, fates);
    const now = (): number => this.scheduler.now;
    const chance = random.fork();
    this.calendar = new SimulatedCalendar({ now, random: () => chance.next() });
    for (const id of [...this.registered, STRANGER]) this.calendar.addCalendar(id);
    this.conferences = new SimulatedConferences({ secrets: [SECRET], now });
    this.store = createMemoryStore({ now: () => this.databaseNow() });
    this.queue = createMemoryQueue<Waiting>({
      now: () => this.scheduler.now + options.brokerSkewMs,
      timers: {
        set: (work, ms) => this.scheduler.after(ms, 'queue', work),
        clear: (timer) => this.scheduler.cancel(timer),
      },
      deliver: (envelope) => this.#deliver(envelope),
      concurrency: 4,
      attemptsMax: 1_000,
    });
    this.truth = new Truth(this.calendar, this.registered, now);
    this.witness = new Witness(this.calendar, this.truth, now);
    this.#sending = new SendingJudge(this.truth, this.witness, this.shadow, this.absences);
    this.calendar.onNotification(({ headers, delayMs }) => {
      const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      this.scheduler.after(delayMs + this.random.between(1, 300), 'notification', () => this.#notify(lowered, 1));
    });
  }

  databaseNow(): number {
    return this.scheduler.now + this.#options.databaseSkewMs;
  }

  /** How many workers are at work. */
  get running(): number {
    return this.#running;
  }

  /** How many people's commands have not come through yet. */
  get commands(): number {
    return this.#commands;
  }

  /** Notes what went wrong, if nothing has before. */
  violate(what: string): void {
    if (this.violation !== undefined) return;
    this.violation = what;
    this.history.add(this.scheduler.now, 'JUDGE', what);
  }

  /** A transaction of this worker has been committed. */
  committed(worker: Worker, commit: Commit): void {
    this.absences.note(commit, this.shadow, this.scheduler.now);
    this.contents.note(commit);
    this.channels.note(commit);
    const said =
      this.notices.judgeCommit(commit) ??
      judgeMoves(commit, this.shadow, this.truth, this.scheduler.now, SKEW_MIN_MS + 2 * this.#skewMs) ??
      judgeCommit(worker, commit, this.shadow, (lease) => this.owners.get(lease));
    if (said !== undefined) this.violate(said);
  }

  /** A change leaves for the conference system. */
  sending(worker: Worker, change: ConferenceChange): void {
    this.sent++;
    if (change.type === 'conference.updated') this.witness.told(worker, change.data.eventId, change.data.event);
    // Two workers with clocks of their own measure a length of time.
    const skewMs = 2 * this.#skewMs;
    const said =
      this.contents.judge(change) ??
      this.#sending.sending(worker, change, this.scheduler.now, skewMs) ??
      this.#sending.judge(change, this.scheduler.now, this.policy.cancelGraceMs, skewMs);
    if (said !== undefined) this.violate(said);
  }

  /** The worker knows what came of the change, or has given up waiting. */
  answered(worker: Worker, change: ConferenceChange): void {
    this.#sending.answered(worker, change);
  }

  /** A notice of a calendar leaves for the conference system. */
  telling(notice: CalendarNotice): void {
    const said = this.notices.judge(notice);
    if (said !== undefined) this.violate(said);
  }

  /** Whether the conference was announced for an event that may still appear. */
  isAwaited(conferenceId: string): boolean {
    const { announcedUntil = null } = this.shadow.conferences.get(conferenceKeyOf(conferenceId)) ?? {};
    return announcedUntil !== null && announcedUntil > this.scheduler.now;
  }

  /** Our access to a calendar loses sight of its private events, or has it again; Google answers that with dead sync tokens. */
  hidePrivate(calendarId: string, isHidden: boolean): void {
    if (isHidden) this.hidden.add(calendarId);
    else this.hidden.delete(calendarId);
    this.calendar.expireSyncTokens(calendarId);
    this.history.add(this.scheduler.now, 'GOOGLE', `${isHidden ? 'hides' : 'shows'} what is private of ${calendarId}`);
  }

  /** The conference system answers nothing for so long. */
  cutConferencesOff(ms: number): void {
    this.conferencesOffUntil = this.scheduler.now + ms;
    this.history.add(this.scheduler.now, 'CONFERENCES', `are out for ${Math.ceil(ms / 1_000)} s`);
  }

  /** Somebody sends the receiver what is none of Google's notifications. */
  forge(headers: Readonly<Record<string, string>>): void {
    this.start('receiver', async (services) => receiveNotification(services, headers)).then(
      (reception) => {
        if (reception !== 'refused' && reception !== 'crashed') this.violate('a forged notification was not refused');
      },
      (error: unknown) => this.judgeError(error),
    );
  }

  /** Runs a use case in a process of its own; `crashed` if it never came to its end. */
  start<Result>(kind: string, task: (services: WorkerServices) => Promise<Result>): Promise<Result | 'crashed'> {
    const process = this.random.between(0, this.#breakers.length - 1);
    return new Promise((resolve, reject) => {
      this.#running++;
      const worker: Worker = {
        name: `${kind}${++this.#workers}`,
        skewMs: this.#drawSkew(),
        isCrashed: false,
        isStopping: false,
        ids: 0,
        told: '',
        onCrash: () => {
          this.#running--;
          this.#breakers[process] = new Breaker();
          resolve('crashed');
        },
      };
      const services = workerServices(this, worker, this.#breakers[process] ?? new Breaker());
      void this.scheduler
        .call(worker, 'begins', () => undefined)
        .then(() => task(services))
        .finally(() => {
          this.#running--;
          this.history.add(this.scheduler.now, worker.name, 'ended');
        })
        .then(resolve, reject);
    });
  }

  /** Runs a person's command until it has come through, as a person would. */
  async command(kind: 'operator' | 'addon', task: (services: WorkerServices) => Promise<unknown>): Promise<void> {
    this.#commands++;
    for (let attempt = 1; attempt <= 20; attempt++) {
      try {
        if ((await this.start(kind, task)) !== 'crashed') break;
      } catch (error) {
        // He is told so: the calendar was removed, at times by an attempt of his own.
        if (error instanceof UnknownCalendar) break;
        this.judgeError(error);
      }
      await this.#wait(1_000, 'command again');
    }
    this.#commands--;
  }

  /** Lets the scheduled runs begin: one a minute, where anything is due. */
  startRenewals(): void {
    this.#renewal = this.scheduler.after(RENEWAL_MS, 'renewal', () => {
      this.startRenewals();
      if (this.isAnythingDue(this.scheduler.now)) void this.renew();
    });
  }

  stopRenewals(): void {
    if (this.#renewal !== undefined) this.scheduler.cancel(this.#renewal);
  }

  /** One scheduled run. */
  async renew(): Promise<void> {
    const before = this.wakes;
    try {
      const report = await this.start('renewal', (services) => renewChannels(services, services.clock.now() + 50_000));
      const isIdle = report !== 'crashed' && report.dueCalendars > 0 && report.failed === 0 && this.wakes === before;
      this.#idleRuns = isIdle ? this.#idleRuns + 1 : 0;
      if (this.#idleRuns > IDLE_RUNS_MAX) this.violate('scheduled runs look at a calendar again and again for nothing');
    } catch (error) {
      this.judgeError(error);
    }
  }

  /** Whether a scheduled run would find anything at this time. */
  isAnythingDue(at: number): boolean {
    const isDue = ({ dueAt }: { readonly dueAt: number | null }): boolean => dueAt !== null && dueAt <= at;
    return [...this.shadow.calendars.values()].some(isDue) || [...this.shadow.conferences.values()].some(isDue);
  }

  /** Delivers what was published while nothing was delivered. */
  deliverMessages(): void {
    this.deliversMessages = true;
    for (const release of this.#held.splice(0)) release();
  }

  async #deliver(envelope: unknown): Promise<number> {
    if (!this.deliversMessages) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.fates.strikes('messageLate')) await this.#wait(this.random.between(1_000, 120_000), 'late message');
    if (this.fates.strikes('messageDoubled')) void this.#work(envelope);
    const status = await this.#work(envelope);
    // No answer: the broker sees a connection that ends.
    return status === 'crashed' ? 502 : status;
  }

  #work(envelope: unknown): Promise<number | 'crashed'> {
    return this.start('worker', (services) => workOn(services, envelope));
  }

  #notify(headers: Readonly<Record<string, string>>, attempt: number): void {
    const again = (): void => {
      if (attempt < 12)
        this.scheduler.after(1_000 * 2 ** attempt, 'notification', () => this.#notify(headers, attempt + 1));
    };
    const receive = (services: WorkerServices): Promise<Reception> => receiveNotification(services, headers);
    this.start('receiver', receive).then(
      (reception) => {
        if (reception === 'refused') this.violate('a notification of Google was refused');
        if (reception === 'crashed' || reception === 'unavailable') again();
      },
      (error: unknown) => this.judgeError(error),
    );
  }

  #wait(ms: number, name: string): Promise<void> {
    return new Promise((resolve) => this.scheduler.after(ms, name, resolve));
  }

  /** Trouble of the database and of the queue is simulated; all else is a bug. */
  judgeError(error: unknown): void {
    if (error instanceof StoreUnavailable || error instanceof QueueUnavailable) return;
    this.violate(`a bug: ${error instanceof Error ? error.stack : String(error)}`);
  }

  #drawSkew(): number {
    const { fates, random } = this;
    const usualMs = fates.rates.skew === undefined ? 0 : SKEW_MAX_MS;
    const maxMs = fates.strikes('clockJump') ? JUMP_MAX_MS : usualMs;
    const skewMs = random.between(-maxMs, maxMs);
    this.#skewMs = Math.max(this.#skewMs, Math.abs(skewMs));
    return skewMs;
  }
}

const SKEW_MAX_MS = 3_000;
/** The clocks of the database and of the workers differ by so much in any world, and what a listing covers has a margin. */
const SKEW_MIN_MS = 1_000;
/** A run may be late, or another be faster. */
const IDLE_RUNS_MAX = 5;
const JUMP_MAX_MS = 150_000;
