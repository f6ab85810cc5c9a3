/**
 * A whole simulated deployment: Google, the conference system, the embedded store and queue, and any number of workers that run the
 * real use cases. Nothing in it moves by itself; whoever drives it takes one step after the other.
 */

import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { SimulatedConferences } from '../../sandbox/conference/simulated-conferences.ts';
import { createMemoryQueue, type MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { createMemoryStore, type MemoryStore } from '../../shared/adapters/memory/store.ts';
import type { ConferenceChange } from '../../shared/domain/delivery/change.ts';
import { conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { Absences } from './absences.ts';
import { Consents } from './consents.ts';
import type { RandomFates } from './faults.ts';
import { Forgetting } from './forgetting.ts';
import { History } from './history.ts';
import { Judges } from './judges.ts';
import { Messages } from './messages.ts';
import { Processes } from './processes.ts';
import type { Random } from './random.ts';
import { ScheduledRuns } from './scheduled-runs.ts';
import { Scheduler, type Waiting } from './scheduler.ts';
import { PAUSE_MS_MAX, REGISTERED, STARTED_AT, STEPS_MAX, STRANGER } from './settings.ts';
import { Shadow } from './shadow.ts';
import { Truth } from './truth.ts';
import { Witness } from './witness.ts';

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
  /** Draws when the database forgets what it may; absent where the world is over before. */
  readonly forgetting?: Random;
  /** How far the clocks of the database and the broker are from the world's, in milliseconds. */
  readonly databaseSkewMs: number;
  readonly brokerSkewMs: number;
}

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
  readonly truth: Truth;
  readonly witness: Witness;
  readonly judges: Judges;
  readonly processes: Processes;
  readonly messages: Messages;
  readonly runs: ScheduledRuns;
  readonly forgetting: Forgetting;
  /** How long an outage may last. */
  readonly pauseMsMax: number;
  readonly stepsMax: number;
  /** The conference system answers nothing until then. */
  conferencesOffUntil = 0;
  /** Calendars whose private events we may not see at present. */
  readonly hidden = new Set<string>();
  pageSize: number;
  /** Changes sent so far, each as often as it was. */
  readonly sent: ConferenceChange[] = [];
  /** Messages published and channels asked for so far. */
  wakes = 0;
  readonly #databaseSkewMs: number;

  constructor(options: WorldOptions) {
    const { random, fates, policy, pageSize, more = [], pauseMsMax = PAUSE_MS_MAX, stepsMax = STEPS_MAX } = options;
    this.pauseMsMax = pauseMsMax;
    this.stepsMax = stepsMax;
    this.registered = [...REGISTERED, ...more];
    this.absences = new Absences(this.registered);
    this.#databaseSkewMs = options.databaseSkewMs;
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
    this.truth = new Truth(this.calendar, this.registered, now);
    this.witness = new Witness(this.calendar, this.truth, now);
    this.judges = new Judges(this);
    this.processes = new Processes(this);
    this.messages = new Messages(this);
    this.runs = new ScheduledRuns(this);
    this.forgetting = new Forgetting(this, options.forgetting ?? null);
    this.queue = createMemoryQueue<Waiting>({
      now: () => this.scheduler.now + options.brokerSkewMs,
      timers: {
        set: (work, ms) => this.scheduler.after(ms, 'queue', work),
        clear: (timer) => this.scheduler.cancel(timer),
      },
      deliver: (envelope) => this.messages.push(envelope),
      concurrency: 4,
      attemptsMax: 1_000,
    });
    this.calendar.onNotification(({ headers, delayMs }) => {
      const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      this.messages.notify(lowered, delayMs + this.random.between(1, 300));
    });
  }

  databaseNow(): number {
    return this.scheduler.now + this.#databaseSkewMs;
  }

  /** Whether the conference was announced for an event that may still appear. */
  isAwaited(conferenceId: string): boolean {
    const { announcedUntil = null } = this.shadow.conferences.get(conferenceKeyOf(conferenceId)) ?? {};
    return announcedUntil !== null && announcedUntil > this.scheduler.now;
  }

  /** Our access to a calendar loses sight of its private events, which Google answers with dead sync tokens; or has it again, and they live. */
  hidePrivate(calendarId: string, isHidden: boolean): void {
    if (isHidden) {
      this.hidden.add(calendarId);
      this.calendar.expireSyncTokens(calendarId);
    } else {
      this.hidden.delete(calendarId);
    }
    this.history.add(this.scheduler.now, 'GOOGLE', `${isHidden ? 'hides' : 'shows'} what is private of ${calendarId}`);
  }

  /** The conference system answers nothing for so long. */
  cutConferencesOff(ms: number): void {
    this.conferencesOffUntil = this.scheduler.now + ms;
    this.history.add(this.scheduler.now, 'CONFERENCES', `are out for ${Math.ceil(ms / 1_000)} s`);
  }
}
