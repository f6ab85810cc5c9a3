/**
 * The service in a process of its own: receiver and worker under the functions framework, store and queue embedded or on the official
 * emulators, deliveries as signed webhooks.
 */
import { once } from 'node:events';
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { receiveNotificationHandler } from '../../../functions/receive-notification.ts';
import { syncCalendarHandler, type WorkerServices } from '../../../functions/sync-calendar.ts';
import { openEmulatedState } from '../../../sandbox/emulated-state.ts';
import { ofItsLane } from '../../../sandbox/emulators/of-its-lane.ts';
import { portsFrom } from '../../../sandbox/sandbox-config.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { systemClock } from '../../../shared/adapters/system/clock.ts';
import { createWebhookBackend } from '../../../shared/adapters/webhook/send-webhook.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { inParallel } from '../../../shared/flow/in-parallel.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { copyRecords } from '../world/copy-records.ts';
import { makeServices } from '../world/make-services.ts';
import { calendarIdOf } from '../world/sample-events.ts';
import { benchChannels, benchPolicy, SETTINGS, WEBHOOK_SECRET } from '../world/terms.ts';
import { lineToStarter } from './line.ts';

const PUSHES_AT_ONCE = 16;
const REGISTERED_AT_ONCE = 8;
/** As in the sandbox: what a failed call left behind is found soon. */
const LEASE_MS = 20_000;
const TICK_MS = 1_000;
/** A run asks 48 questions, which the emulators answer at the expense of everything else. */
const EMULATED_TICK_MS = 10_000;
const RUN_MS = 50_000;

/** What this process answers. */
export type ServiceAnswers = {
  readonly start: (input: { rootUrl: string }) => Promise<void>;
  /** Registers the calendars from 0 to this one (not included), with channels. */
  readonly register: (calendars: number) => Promise<void>;
  /**
   * Goes on over the official emulators, with the records of so many calendars that are registered and listed already. The emulators
   * end with this process.
   */
  readonly moveToEmulators: (calendars: number) => Promise<void>;
  /** CPU time that this process has used so far; milliseconds. */
  readonly cpuMs: (input: null) => number;
};

/** The state, and the service over it. */
interface Running {
  readonly services: WorkerServices;
  readonly receive: HttpFunction;
  readonly work: HttpFunction;
  readonly stop: () => Promise<void>;
}

type State = Pick<WorkerServices, 'store' | 'queue' | 'deadLetters'> & { close(): Promise<void> };

let running: Running | undefined;
let run: (state: State, tickMs: number) => Running;
let workerPort = 0;

const answers: ServiceAnswers = {
  async start({ rootUrl }) {
    const receiver = await serve('receiver', (request, response) => started().receive(request, response));
    workerPort = await serve('worker', (request, response) => started().work(request, response));
    run = (state, tickMs) => {
      const services = makeServices(createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl }), {
        store: state.store,
        queue: state.queue,
        deadLetters: state.deadLetters,
        conferences: createWebhookBackend({ url: `${rootUrl}/conference/webhook`, secrets: [WEBHOOK_SECRET] }),
        policy: benchPolicy({ leaseMs: LEASE_MS }),
        channels: { ...benchChannels(), receiverUrl: `http://127.0.0.1:${receiver}` },
      });
      const endRuns = schedule(services, tickMs);
      return {
        services,
        receive: receiveNotificationHandler(services),
        work: ofItsLane(syncCalendarHandler(services)),
        async stop() {
          await endRuns();
          await state.close();
        },
      };
    };
    running = run(embeddedState(), TICK_MS);
  },
  async register(calendars) {
    const { services } = started();
    const indexes = Array.from({ length: calendars }, (_, index) => index);
    await inParallel(REGISTERED_AT_ONCE, indexes, async (index) => {
      await registerCalendar(services, calendarIdOf(index), calendarIdOf(index));
    });
  },
  async moveToEmulators(calendars) {
    const embedded = started();
    // The block is only asked for the worker's port, its third.
    const state = await openEmulatedState(parseConfig(SETTINGS, 'syncCalendar'), portsFrom(workerPort - 2));
    await copyRecords(embedded.services.store, state.store, calendars);
    running = run(state, EMULATED_TICK_MS);
    await embedded.stop();
  },
  cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
};
lineToStarter(answers);

function started(): Running {
  if (running === undefined) throw new Error('start comes first');
  return running;
}

/** Cloud Scheduler's part; the returned function ends it and waits for the run that is under way. */
function schedule(made: WorkerServices, tickMs: number): () => Promise<void> {
  let underWay: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    underWay = underWay.then(() => wakeDue(made, made.clock.now() + RUN_MS)).catch(() => undefined);
  }, tickMs);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}

function embeddedState(): State {
  const queue = createMemoryQueue({
    now: systemClock.now,
    timers: { set: setTimeout, clear: clearTimeout },
    concurrency: PUSHES_AT_ONCE,
    async deliver(envelope, _lane, signal) {
      const answer = await fetch(`http://127.0.0.1:${workerPort}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(envelope),
        signal,
      });
      return answer.status;
    },
  });
  return { store: createMemoryStore({ now: systemClock.now }), queue, deadLetters: queue, close: () => queue.close() };
}

async function serve(name: string, handler: HttpFunction): Promise<number> {
  http(name, handler);
  const server = getTestServer(name).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('the server has no port');
  return at.port;
}
