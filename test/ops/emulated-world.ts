/**
 * A whole installation on the emulators for one test: topics and push subscriptions, the worker and the receiver under the real functions
 * framework, the simulated Calendar and conference system over HTTP, and the built confsync beside them.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { receiveNotificationHandler } from '../../functions/receive-notification.ts';
import { syncCalendarHandler, type WorkerServices } from '../../functions/sync-calendar.ts';
import { openPubSubClients } from '../../ops/adapters/pubsub-clients.ts';
import { startPushSender } from '../../sandbox/calendar/push/push-sender.ts';
import { calendarListener } from '../../sandbox/calendar/serve-calendar.ts';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { conferenceListener } from '../../sandbox/conference/serve-conferences.ts';
import { SimulatedConferences } from '../../sandbox/conference/simulated-conferences.ts';
import { createPubSubTopology } from '../../sandbox/emulators/pubsub-topology.ts';
import { createFirestoreStore } from '../../shared/adapters/firestore/store.ts';
import { createGoogleCalendar } from '../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createPubSubQueue } from '../../shared/adapters/pubsub/publish-work.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system/clock.ts';
import { createWebhookBackend } from '../../shared/adapters/webhook/send-webhook.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import { type EmulatorHosts, newProjectId } from '../emulators.ts';
import { serve } from '../functions/serve.ts';

const SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const TOPIC = 'conference-sync-work';

/** What confsync left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The installation; `close` ends all of it. */
export type EmulatedWorld = Awaited<ReturnType<typeof openEmulatedWorld>>;

/** Opens it; `program` is the path of the built confsync, `settings` are put over those of the functions. */
export async function openEmulatedWorld(
  hosts: EmulatorHosts<'firestore' | 'pubsub'>,
  program: string,
  settings: Readonly<Record<string, string>> = {},
) {
  const projectId = newProjectId();
  const calendar = new SimulatedCalendar({ now: Date.now, autoCreate: true });
  const conferences = new SimulatedConferences({ secrets: [SECRET], now: Date.now });
  const listeners = [calendarListener(calendar), conferenceListener(conferences)];
  const outside = createServer((request, response) => void answer(listeners, request, response)).listen(0, '127.0.0.1');
  await once(outside, 'listening');
  const address = outside.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const root = `http://127.0.0.1:${address.port}`;

  const lines: LogLine[] = [];
  // The handlers need the services, which need the addresses of the handlers.
  const late: { services?: WorkerServices } = {};
  const servicesNow = (): WorkerServices => {
    if (late.services === undefined) throw new Error('the world is not open yet');
    return late.services;
  };
  let underWay = 0;
  const worker = await serve(async (request, response) => {
    underWay++;
    try {
      await syncCalendarHandler(servicesNow())(request, response);
    } finally {
      underWay--;
    }
  });
  const receiver = await serve((request, response) => receiveNotificationHandler(servicesNow())(request, response));

  const env = {
    GOOGLE_CLOUD_PROJECT: projectId,
    FIRESTORE_EMULATOR_HOST: hosts.firestore,
    PUBSUB_EMULATOR_HOST: hosts.pubsub,
    WORK_TOPIC: TOPIC,
    CALENDAR_AUTH: 'none',
    CALENDAR_API_ROOT: root,
    RECEIVER_URL: receiver.url,
    CHANNEL_TOKEN_KEYS: 'a key for channel tokens of tests',
    CONFERENCE_SOLUTION_NAMES: 'My Web Conference',
    CONFERENCE_WEBHOOK_URL: `${root}/conference/webhook`,
    CONFERENCE_WEBHOOK_SECRET: SECRET,
    CANCEL_GRACE_SECONDS: '1',
    ...settings,
  };
  const { policy, deadLetterTopic } = parseConfig(env, 'syncCalendar');
  await createPubSubTopology({
    projectId,
    topic: TOPIC,
    deadLetterTopic,
    apiEndpoint: hosts.pubsub,
    endpoints: { live: worker.url, upkeep: worker.url },
  });
  const store = createFirestoreStore({ projectId, host: hosts.firestore, onUnreadable: () => undefined });
  const queue = createPubSubQueue({ projectId, topic: TOPIC, deadLetterTopic, apiEndpoint: hosts.pubsub });
  const google = createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl: root });
  const backend = createWebhookBackend({ url: env.CONFERENCE_WEBHOOK_URL, secrets: [SECRET] });
  const services: WorkerServices = {
    clock: systemClock,
    random: systemRandom,
    google,
    store,
    queue,
    deadLetters: queue,
    conferences: backend,
    breaker: new Breaker(),
    log: { write: (line) => void lines.push(line) },
    policy,
    isStopping: () => false,
  };
  late.services = services;
  const sender = startPushSender(calendar);

  const confsync = (...words: readonly string[]): Promise<Ran> => runWith(env, words);

  /** Runs confsync as an operator does: with the names of the installation, no secret, and no right to act as a user. */
  const asOperator = (...words: readonly string[]): Promise<Ran> => {
    const { GOOGLE_CLOUD_PROJECT, FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST, WORK_TOPIC } = env;
    const names = { GOOGLE_CLOUD_PROJECT, FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST, WORK_TOPIC };
    return runWith({ ...names, METADATA_SERVER_DETECTION: 'none', HOME: '/nonexistent' }, words);
  };

  function runWith(variables: NodeJS.ProcessEnv, words: readonly string[]): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const options = { env: { PATH: process.env.PATH, ...variables }, encoding: 'utf8', timeout: 60_000 } as const;
      execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else reject(new Error(`confsync ${words.join(' ')} did not end by itself: ${stderr}`, { cause: error }));
      });
    });
  }

  /** Runs confsync with --json and gives its answer. */
  async function confsyncJson(...words: readonly string[]): Promise<unknown> {
    const { stdout, stderr } = await confsync(...words, '--json');
    try {
      return JSON.parse(stdout);
    } catch (cause) {
      throw new Error(`confsync ${words.join(' ')} printed no JSON: ${stdout}${stderr}`, { cause });
    }
  }

  return {
    projectId,
    topic: TOPIC,
    env,
    calendar,
    conferences,
    services,
    lines,
    confsync,
    asOperator,
    confsyncJson,
    /** Whether the worker has a message in hand. */
    isWorking: () => underWay > 0,
    async close() {
      await sender.close();
      // What still waits would be pushed to a worker whose connections are gone.
      const clients = await openPubSubClients(projectId);
      const pushing = ['live', 'upkeep'].map((lane) => clients.subscriptionName(`${TOPIC}-${lane}`));
      await Promise.all(pushing.map((subscription) => clients.subscriber.deleteSubscription({ subscription })));
      await clients.close();
      await eventually('the worker has nothing left to do', () => underWay === 0);
      await Promise.all([worker.close(), receiver.close()]);
      outside.closeAllConnections();
      outside.close();
      google.close();
      backend.close();
      await Promise.allSettled([store.close(), queue.close()]);
    },
  };
}

/** The emulator hands a lock on only after seconds, to any of those who wait: what takes a moment in production can take long. */
const PATIENCE_MS = 60_000;

/** Waits until `holds`, and fails the test where it does not within a minute. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it did not come about that ${what}`);
    await sleep(50);
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

async function answer(
  listeners: readonly Listener[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const listener of listeners) if (await listener(request, response)) return;
  response.writeHead(404).end();
}
