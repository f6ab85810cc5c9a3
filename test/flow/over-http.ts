/** The use cases over the real Calendar client, for tests against an HTTP server; sleeping takes no time, and is remembered. */
import {
  createGoogleCalendar,
  type GoogleCalendarClient,
} from '../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryStore, type MemoryStore } from '../../shared/adapters/memory/store.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import type { ConferenceChange, Outcome } from '../../shared/domain/delivery/change.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { LogLine, SyncOutcome } from '../../shared/domain/log-line.ts';
import type { SyncCause } from '../../shared/domain/notification/work-message.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { Services } from '../../shared/domain/ports.ts';
import { newCalendar } from '../../shared/domain/state/new-record.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import { doWork } from '../../shared/flow/do-work.ts';
import { syncCalendar } from '../../shared/flow/sync/sync-calendar.ts';
import { ALICE } from '../domain/build.ts';
import { CHANNELS, policy } from '../functions/policy.ts';
import type { Queued } from './world.ts';

/** Alice's calendar, and what the conference system was told of it. */
export class OverHttp {
  sleptMs = 0;
  readonly lines: LogLine[] = [];
  readonly told: ConferenceChange[] = [];
  answer: (change: ConferenceChange) => Promise<Outcome> = async () => ({ kind: 'done' });
  readonly store: MemoryStore = createMemoryStore({ now: () => this.now() });
  readonly #google: GoogleCalendarClient;
  readonly services: Services;
  /** What was published and is not worked on yet. */
  queued: Queued[] = [];
  #ids = 0;

  constructor(rootUrl: string, changes: Partial<Policy> = {}) {
    this.#google = createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl, now: () => this.now() });
    this.services = {
      clock: {
        now: () => this.now(),
        sleep: async (ms) => {
          this.sleptMs += ms;
        },
      },
      random: { fraction: () => 0.5, id: () => `id${String(++this.#ids).padStart(20, '0')}` },
      google: this.#google,
      store: this.store,
      queue: {
        publish: async (message, lane) => {
          this.queued.push({ message, lane, publishedAt: this.now() });
        },
      },
      conferences: {
        apply: async (change) => {
          this.told.push(change);
          return this.answer(change);
        },
        tell: async () => ({ kind: 'done' }),
      },
      breaker: new Breaker(),
      log: { write: (line) => void this.lines.push(line) },
      policy: policy(changes),
      channels: CHANNELS,
      isStopping: () => false,
    };
  }

  /** Real time and what was slept through. */
  now(): number {
    return Date.now() + this.sleptMs;
  }

  async register(changes: Partial<CalendarRecord> = {}): Promise<void> {
    await this.store.transact(async (tx) => {
      // Nobody opens a channel here, and none is to be wished for.
      const calendar = { ...newCalendar(ALICE, ALICE, 'a hash key', this.now()), pushRetryAt: null };
      tx.putCalendar({ ...calendar, ...changes });
    });
  }

  async sync(cause: SyncCause = 'reconcile'): Promise<SyncOutcome> {
    const request = { kind: 'sync', calendar: calendarKeyOf(ALICE), cause, force: true } as const;
    return syncCalendar(this.services, request, { lane: 'upkeep', publishedAt: this.now() });
  }

  /** Works on everything that was published, and on what that leads to. */
  async work(): Promise<void> {
    for (let next = this.queued.shift(); next !== undefined; next = this.queued.shift()) {
      await doWork(this.services, next.message, { lane: next.lane, publishedAt: next.publishedAt });
    }
  }

  async calendar(): Promise<CalendarRecord> {
    const calendar = await this.store.calendar(calendarKeyOf(ALICE));
    if (calendar === undefined) throw new Error('not registered');
    return calendar;
  }

  close(): void {
    this.#google.close();
  }
}
