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
import { portsFrom } from '../../../sandbox/sandbox-config.ts';
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { systemClock } from '../../../shared/adapters/system/clock.ts';
import { createWebhookBackend } from '../../../shared/adapters/webhook/send-webhook.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { inParallel } from '../../../shared/flow/in-parallel.ts';
import { registerCalendar } from '../../../shared/flow/register-calendar.ts';
import { renewChannels } from '../../../shared/flow/renew-channels.ts';
import { makeServices } from '../world/make-services.ts';
import { calendarIdOf } from '../world/sample-events.ts';
import { benchPolicy, SETTINGS, WEBHOOK_SECRET } from '../world/terms.ts';
import { lineToStarter } from './line.ts';

const PUSHES_AT_ONCE = 16;
const REGISTERED_AT_ONCE = 8;
/** As in the sandbox: what a failed call left behind is found soon. */
const LEASE_MS = 20_000;
const TICK_MS = 1_000;
const RUN_MS = 50_000;

/** What this process answers. */
export type ServiceAnswers = {
  readonly start: (input: { rootUrl: string; hasEmulators: boolean }) => Promise<void>;
  /** Registers the calendars from 0 to this one (not included), with channels. */
  readonly register: (calendars: number) => Promise<void>;
  /** Ends what `start` started outside of this process. */
  readonly stop: (input: null) => Promise<void>;
};

let services: WorkerServices | undefined;
let stop: () => Promise<void> = async () => undefined;

const answers: ServiceAnswers = {
  async start({ rootUrl, hasEmulators }) {
    const receiver = await serve('receiver', (request, response) => receive(request, response));
    const worker = await serve('worker', (request, response) => work(request, response));
    const state = await openState(worker, hasEmulators);
    stop = state.close;
    const made = makeServices(createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl }), {
      store: state.store,
      queue: state.queue,
      deadLetters: state.deadLetters,
      conferences: createWebhookBackend({ url: `${rootUrl}/conference/webhook`, secrets: [WEBHOOK_SECRET] }),
      policy: benchPolicy({ receiverUrl: `http://127.0.0.1:${receiver}`, leaseMs: LEASE_MS }),
    });
    const receive = receiveNotificationHandler(made);
    const work = syncCalendarHandler(made);
    services = made;
    void schedule(made);
  },
  async register(calendars) {
    const made = services;
    if (made === undefined) throw new Error('start comes first');
    const indexes = Array.from({ length: calendars }, (_, index) => index);
    await inParallel(REGISTERED_AT_ONCE, indexes, async (index) => {
      await registerCalendar(made, calendarIdOf(index), calendarIdOf(index));
    });
  },
  stop: () => stop(),
};
lineToStarter(answers);

/** Cloud Scheduler's part, for as long as the process lives. */
async function schedule(made: WorkerServices): Promise<void> {
  for (;;) {
    await made.clock.sleep(TICK_MS);
    await renewChannels(made, made.clock.now() + RUN_MS).catch(() => undefined);
  }
}

async function openState(worker: number, hasEmulators: boolean) {
  if (hasEmulators) {
    const config = parseConfig(SETTINGS, 'syncCalendar');
    // The block is only asked for the worker's port, its third.
    return openEmulatedState(config, portsFrom(worker - 2));
  }
  const queue = createMemoryQueue({
    now: systemClock.now,
    timers: { set: setTimeout, clear: clearTimeout },
    concurrency: PUSHES_AT_ONCE,
    async deliver(envelope, _lane, signal) {
      const answer = await fetch(`http://127.0.0.1:${worker}/`, {
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
