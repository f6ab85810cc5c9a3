/**
 * The whole service in one process over virtual time: simulated Calendar with its channels, receiver, queue, worker and scheduled run.
 * Counts list calls, attempts at the conference system and refused messages.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { workOn } from '../../../functions/sync-calendar.ts';
import { calendarListener } from '../../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../../sandbox/calendar/simulated-calendar.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import { createMemoryStore, type MemoryStore } from '../../../shared/adapters/memory/store.ts';
import type { ConferenceChange } from '../../../shared/domain/delivery/change.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { receiveNotification } from '../../../shared/flow/receive-notification.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { makeServices } from './make-services.ts';
import { calendarIdOf, sampleEvent } from './sample-events.ts';
import { VirtualTime } from './virtual-time.ts';

/** Cloud Scheduler calls once a minute; the run has less than that. */
const TICK_MS = 60_000;
const RUN_MS = 50_000;
const PUSHES_AT_ONCE = 80;
/** A notification is that long under way; recorded ones took from tenths of a second to some seconds. */
const PUSH_MS = 250;
const CONFERENCE_MS = 50;

/** See the file's head. */
export class VirtualService {
  readonly time: VirtualTime;
  readonly calendar: SimulatedCalendar;
  readonly store: MemoryStore;
  /** The conference system answers 503 while this is so. */
  isDown = false;
  listCalls = 0;
  /** Requests of any kind that the simulated Calendar has had. */
  calendarCalls = 0;
  refusedMessages = 0;
  /** When the conference system was called; virtual Unix milliseconds. */
  readonly attempts: number[] = [];
  /** When each conference was last applied. */
  readonly applied = new Map<string, number>();
  readonly #closers: (() => unknown)[];

  private constructor(store: MemoryStore, time: VirtualTime, calendar: SimulatedCalendar, closers: (() => unknown)[]) {
    this.#closers = closers;
    this.store = store;
    this.time = time;
    this.calendar = calendar;
  }

  /** Starts it with this many registered calendars of so many events each, all synced. */
  static async start(calendars: number, events: number, oursEvery: number): Promise<VirtualService> {
    const time = new VirtualTime(Date.now());
    const calendar = new SimulatedCalendar({ now: time.now });
    for (let index = 0; index < calendars; index++) {
      calendar.addCalendar(calendarIdOf(index));
      for (let event = 0; event < events; event++) {
        calendar.load(calendarIdOf(index), [sampleEvent(index, event, 0, event % oursEvery === 0)]);
      }
    }
    const listener = calendarListener(calendar);
    const server = createServer((request, response) => {
      service.calendarCalls++;
      void listener(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = server.address();
    const rootUrl = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`;
    const client = createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl });
    const store = createMemoryStore({ now: time.now });
    const queue = createMemoryQueue({
      now: time.now,
      timers: time,
      concurrency: PUSHES_AT_ONCE,
      async deliver(envelope) {
        const status = await workOn(services, envelope);
        if (status !== 204) service.refusedMessages++;
        return status;
      },
    });
    const google = time.underWay(client);
    const services = makeServices(
      {
        ...google,
        list(access, query) {
          service.listCalls++;
          return google.list(access, query);
        },
      },
      {
        clock: time,
        store,
        queue,
        deadLetters: queue,
        random: seededRandom(),
        conferences: { apply: (change) => service.#apply(change), tell: async () => ({ kind: 'done' }) },
      },
    );
    const service = new VirtualService(store, time, calendar, [
      () => client.close(),
      () => queue.close(),
      () => server.closeAllConnections(),
      () => server.close(),
    ]);
    calendar.onNotification(({ headers }) => {
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      time.set(() => void receiveNotification(services, lower), PUSH_MS);
    });
    const tick = async (): Promise<void> => {
      time.set(() => void tick(), TICK_MS);
      await wakeDue(services, time.now() + RUN_MS);
    };
    void tick();
    for (let index = 0; index < calendars; index++) {
      await registerCalendar(services, calendarIdOf(index), calendarIdOf(index));
    }
    await service.pass(10 * TICK_MS);
    return service;
  }

  /** Lets so much time pass. */
  pass(ms: number): Promise<void> {
    return this.time.runUntil(this.time.now() + ms);
  }

  /** A new edition of a calendar's first event, which has a conference. */
  edit(calendar: number, edition: number): void {
    this.calendar.load(calendarIdOf(calendar), [sampleEvent(calendar, 0, edition, true)]);
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close();
  }

  async #apply(change: ConferenceChange) {
    this.attempts.push(this.time.now());
    await this.time.sleep(CONFERENCE_MS);
    if (this.isDown) return { kind: 'transient', reason: 'answered 503' } as const;
    this.applied.set(change.data.conferenceId, this.time.now());
    return { kind: 'done' } as const;
  }
}

/** The same chance in each run. */
function seededRandom() {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let ids = 0;
  return { fraction: next, id: () => `id${String(++ids).padStart(30, '0')}` };
}
