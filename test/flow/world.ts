/**
 * A small world for the use cases: virtual time, the embedded store, calendars of a few lines, a queue whose messages wait
 * until a test has them worked on, a conference system that does as it is told. Everything outside is counted.
 */
import { createMemoryStore, type MemoryStore } from '../../shared/adapters/memory/store.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import type { CalendarNotice, ConferenceChange, Outcome } from '../../shared/domain/delivery/change.ts';
import { QueueUnavailable, SyncTokenRejected } from '../../shared/domain/errors.ts';
import type { AccessRole } from '../../shared/domain/event/event.ts';
import { bindingIdOf, type CalendarKey, calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import type { Lane, WorkMessage } from '../../shared/domain/notification/work-message.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { ListQuery, Services, WatchRequest } from '../../shared/domain/ports.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { doWork } from '../../shared/flow/do-work.ts';
import { type Held, takeLease } from '../../shared/flow/lease.ts';
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
import { type Item, NOW, read } from '../domain/build.ts';
import { CHANNELS, policy } from '../functions/policy.ts';
import { showsInstances } from './shows-instances.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A message on the topic. */
export interface Queued {
  readonly message: WorkMessage;
  readonly lane: Lane;
  readonly publishedAt: number;
}

type Call = 'list' | 'get' | 'instances' | 'watch' | 'stop';

interface FakeCalendar {
  version: number;
  readonly events: Map<string, { readonly item: Item; readonly version: number }>;
}

/** See the file's head. */
export class World {
  readonly clock = new VirtualClock(NOW);
  readonly store: MemoryStore = createMemoryStore({ now: () => this.clock.now() });
  readonly breaker = new Breaker();
  readonly lines: LogLine[] = [];
  queued: Queued[] = [];
  /** What the conference system was told and when, whatever it answered. */
  readonly told: { readonly at: number; readonly change: ConferenceChange; readonly outcome: Outcome }[] = [];
  readonly calls = { list: 0, get: 0, instances: 0, watch: 0, stop: 0 };
  /** How the conference system answers, and after how long. */
  answer: (change: ConferenceChange) => Outcome = () => ({ kind: 'done' });
  answerMs = 50;
  /** The same for notices of calendars, and what it was told of those. */
  heed: (notice: CalendarNotice) => Outcome = () => ({ kind: 'done' });
  readonly noticed: { readonly at: number; readonly notice: CalendarNotice; readonly outcome: Outcome }[] = [];
  /** Thrown by the calls of Google that are named in it. */
  readonly troubles = new Map<Call, Error>();
  /** What happens between the opening of a channel and its answer. */
  beforeWatchAnswer: ((request: WatchRequest) => Promise<void>) | undefined;
  /** Sync tokens that Google has forgotten. */
  readonly deadTokens = new Set<string>();
  isTopicDown = false;
  isStopping = false;
  /** How many events a page of a listing holds. */
  pageSize = 250;
  /** Events that exist and that no full listing shows. */
  readonly unlisted = new Set<string>();
  /** What is drawn where chance decides, from 0 to 1. */
  random = 0.5;
  /** What we may see of the calendars. */
  accessRole: AccessRole = 'owner';
  readonly services: Services;
  readonly #calendars = new Map<string, FakeCalendar>();
  #ids = 0;

  constructor(changes: Partial<Policy> = {}) {
    this.services = {
      clock: this.clock,
      random: { fraction: () => this.random, id: () => `id${String(++this.#ids).padStart(20, '0')}` },
      google: {
        list: async ({ calendarId }, query) => {
          this.#call('list');
          return this.#list(calendarId, query);
        },
        get: async ({ calendarId }, eventId) => {
          this.#call('get');
          const found = this.#calendar(calendarId).events.get(eventId);
          return found === undefined ? null : read(found.item, this.accessRole);
        },
        hasInstances: async ({ calendarId }, eventId) => {
          this.#call('instances');
          const items = [...this.#calendar(calendarId).events.values()].map(({ item }) => item);
          return showsInstances(items, eventId);
        },
        patch: async () => {
          throw new Error('no event is written to in this world');
        },
        watch: async (_access, request) => {
          this.#call('watch');
          await this.beforeWatchAnswer?.(request);
          return { resourceId: `resource of ${request.id}`, expiresAt: this.clock.now() + request.ttlMs };
        },
        stop: async () => this.#call('stop'),
      },
      store: this.store,
      queue: {
        publish: async (message, lane) => {
          if (this.isTopicDown) throw new QueueUnavailable('the broker is down');
          this.queued.push({ message, lane, publishedAt: this.clock.now() });
        },
      },
      conferences: {
        apply: async (change) => {
          const at = this.clock.now();
          await this.clock.sleep(this.answerMs);
          const outcome = this.answer(change);
          this.told.push({ at, change, outcome });
          return outcome;
        },
        tell: async (notice) => {
          const at = this.clock.now();
          await this.clock.sleep(this.answerMs);
          const outcome = this.heed(notice);
          this.noticed.push({ at, notice, outcome });
          return outcome;
        },
      },
      breaker: this.breaker,
      log: { write: (line) => void this.lines.push(line) },
      policy: policy(changes),
      channels: CHANNELS,
      isStopping: () => this.isStopping,
    };
  }

  /** Puts an event on a calendar, or in the place of the one with its id. */
  put(calendarId: string, item: Item): void {
    const calendar = this.#calendar(calendarId);
    calendar.version++;
    calendar.events.set(String(item.id), { item, version: calendar.version });
  }

  /** Registers a calendar and works on everything that follows. */
  async register(calendarId: string): Promise<CalendarKey> {
    await this.clock.runUntilDone(registerCalendar(this.services, calendarId, calendarId));
    await this.work();
    return calendarKeyOf(calendarId);
  }

  /** The message that a notification through the calendar's channel becomes. */
  async notify(calendarId: string): Promise<void> {
    const { channel } = await this.calendar(calendarId);
    const message = { kind: 'sync', calendar: calendarKeyOf(calendarId), cause: 'notification' } as const;
    this.queued.push({
      message: channel === null ? message : { ...message, channel },
      lane: 'live',
      publishedAt: this.clock.now(),
    });
  }

  /** Works on everything on the topic, and on what that leads to, `width` messages at once; messages that fail come out. */
  async work(width = 1): Promise<void> {
    const lane = async (): Promise<void> => {
      for (let next = this.queued.shift(); next !== undefined; next = this.queued.shift()) {
        await doWork(this.services, next.message, { lane: next.lane, publishedAt: next.publishedAt });
      }
    };
    while (this.queued.length > 0) {
      await this.clock.runUntilDone(Promise.all(Array.from({ length: width }, lane)));
    }
  }

  /** The scheduled run, and everything that it sets going. */
  async renew(width = 1): Promise<void> {
    await this.clock.runUntilDone(wakeDue(this.services, this.clock.now() + 150_000));
    await this.work(width);
  }

  /** The calendar as it is stored; fails the test where it is not. */
  async calendar(calendarId: string): Promise<CalendarRecord> {
    const calendar = await this.store.calendar(calendarKeyOf(calendarId));
    if (calendar === undefined) throw new Error(`${calendarId} is not registered`);
    return calendar;
  }

  /** Takes the lease of a calendar; fails the test where it cannot be had. */
  async lease(calendarId: string): Promise<Held> {
    const held = await takeLease(this.services, calendarKeyOf(calendarId));
    if (typeof held === 'string') throw new Error(held);
    return held;
  }

  /** The binding of an event as it is stored. */
  async binding(calendarId: string, eventId: string): Promise<BindingRecord | undefined> {
    const id = bindingIdOf(eventId);
    return (await this.store.bindings(calendarKeyOf(calendarId), [id])).get(id);
  }

  /** The conference as it is stored; fails the test where it is not. */
  async conference(conferenceId: string): Promise<ConferenceRecord> {
    const conference = await this.store.conference(conferenceKeyOf(conferenceId));
    if (conference === undefined) throw new Error(`${conferenceId} is not on record`);
    return conference;
  }

  /** Changes a conference on record, as somebody else would. */
  async changeConference(conferenceId: string, changes: Partial<ConferenceRecord>): Promise<void> {
    const conference = await this.conference(conferenceId);
    await this.store.transact(async (tx) => tx.putConference({ ...conference, ...changes }));
  }

  /** The last line of its name. */
  lastLine<Name extends LogLine['line']>(name: Name): Extract<LogLine, { readonly line: Name }> {
    const found = this.lines.findLast((line): line is Extract<LogLine, { readonly line: Name }> => line.line === name);
    if (found === undefined) throw new Error(`no line ${name}`);
    return found;
  }

  #call(name: Call): void {
    this.calls[name]++;
    const trouble = this.troubles.get(name);
    if (trouble !== undefined) throw trouble;
  }

  #list(calendarId: string, { syncToken, pageToken }: ListQuery) {
    const { version, events } = this.#calendar(calendarId);
    if (syncToken !== null && this.deadTokens.has(syncToken)) throw new SyncTokenRejected('events.list: 410');
    const after = syncToken === null ? 0 : Number(syncToken);
    const isShown = (id: unknown): boolean => syncToken !== null || !this.unlisted.has(String(id));
    const changed = [...events.values()].filter((event) => event.version > after && isShown(event.item.id));
    const first = Number(pageToken ?? 0);
    const end = first + this.pageSize;
    return {
      events: changed.slice(first, end).map(({ item }) => read(item, this.accessRole)),
      accessRole: this.accessRole,
      next:
        end < changed.length
          ? { kind: 'page' as const, pageToken: String(end) }
          : { kind: 'end' as const, syncToken: String(version) },
    };
  }

  #calendar(id: string): FakeCalendar {
    const known = this.#calendars.get(id) ?? { version: 1, events: new Map() };
    this.#calendars.set(id, known);
    return known;
  }
}
