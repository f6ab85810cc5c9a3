/**
 * A whole installation on the emulators for one test: topics and push subscriptions, the workers and the receiver under the real functions
 * framework, the simulated Calendar and conference system over HTTP, and the built confsync beside them. Each part can be broken.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpFunction } from '@google-cloud/functions-framework';
import { readPushEnvelope } from '../../functions/push-envelope.ts';
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
import { channelTermsOf, parseConfig } from '../../shared/config/config.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import type { Lane } from '../../shared/domain/notification/work-message.ts';
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
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

/**
 * How a worker behaves: as it should; as a bad version that answers 500; as one that acknowledges everything and does nothing; as a process
 * that dies of each message.
 */
export type WorkerHealth = 'works' | 'answers 500' | 'does nothing' | 'dies';

/** The installation; `close` ends all of it. */
export type EmulatedWorld = Awaited<ReturnType<typeof openEmulatedWorld>>;

/** Opens it; `program` is the path of the built confsync, null where it is not used; `settings` are put over those of the functions. */
export async function openEmulatedWorld(
  hosts: EmulatorHosts<'firestore' | 'pubsub'>,
  program: string | null,
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
  const health: { worker: WorkerHealth; isReceiverShut: boolean } = { worker: 'works', isReceiverShut: false };
  let underWay = 0;
  let unworked = 0;
  const workerOf =
    (lane: Lane): HttpFunction =>
    async (request, response) => {
      // The emulator applies no filters: each subscription gets the messages of both lanes.
      const toldLane = readPushEnvelope(request.body)?.attributes.lane;
      if (toldLane !== undefined && toldLane !== lane) return void response.status(204).end();
      if (request.method === 'POST' && health.worker !== 'works') {
        unworked++;
        return fail(health.worker, request, response);
      }
      underWay++;
      try {
        await syncCalendarHandler(servicesNow())(request, response);
      } finally {
        underWay--;
      }
    };
  const workers = { live: await serve(workerOf('live')), upkeep: await serve(workerOf('upkeep')) };
  const receiver = await serve((request, response) => {
    if (health.isReceiverShut) return void response.status(403).type('html').send('<title>403 Forbidden</title>');
    return receiveNotificationHandler(servicesNow())(request, response);
  });

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
  const config = parseConfig(env, 'syncCalendar');
  const { policy, deadLetterTopic } = config;
  /** Makes what is missing of the topics and subscriptions, as Terraform does. */
  const makeQueue = () =>
    createPubSubTopology({
      projectId,
      topic: TOPIC,
      deadLetterTopic,
      apiEndpoint: hosts.pubsub,
      endpoints: { live: workers.live.url, upkeep: workers.upkeep.url },
      // Nothing that was refused is to wait for long.
      backoffSeconds: { min: 1, max: 2 },
    });
  await makeQueue();
  const pubsub = await openPubSubClients(projectId);
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
    channels: channelTermsOf(config),
    isStopping: () => false,
  };
  late.services = services;
  // An emulator that has just started can take longer for its first transaction than one may.
  const nobody = calendarKeyOf('nobody@example.com');
  await eventually('the database answers', () =>
    store.transact(async (tx) => (await tx.calendar(nobody)) === undefined).catch(() => false),
  );
  const sender = startPushSender(calendar);

  const confsync = (...words: readonly string[]): Promise<Ran> => runWith(env, words);

  function runWith(variables: NodeJS.ProcessEnv, words: readonly string[]): Promise<Ran> {
    if (program === null) throw new Error('this world has no built confsync');
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
    pubsub,
    workers,
    receiver,
    health,
    makeQueue,
    /** Deploys the functions over services that differ in this; until the next time. */
    configure(changes: Partial<WorkerServices>) {
      late.services = { ...services, ...changes };
    },
    /** One run of renew-channels. */
    renew: () => wakeDue(servicesNow(), Date.now() + 30_000),
    confsync,
    confsyncJson,
    /** Asks the simulated Calendar as a person's client does. */
    request(method: string, path: string, body: object): void {
      const query = { conferenceDataVersion: '1' };
      const answer = calendar.handle({ method, path: `/calendar/v3${path}`, query, headers: {}, body });
      if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status}`);
    },
    /** How many messages met a worker that does not work. */
    unworked: () => unworked,
    /** Whether the worker has a message in hand. */
    isWorking: () => underWay > 0,
    async close() {
      await sender.close();
      health.worker = 'works';
      // What still waits would be pushed to a worker whose connections are gone.
      const pushing = ['live', 'upkeep'].map((lane) => pubsub.subscriptionName(`${TOPIC}-${lane}`));
      await Promise.all(pushing.map((subscription) => pubsub.subscriber.deleteSubscription({ subscription })));
      await pubsub.close();
      await eventually('the worker has nothing left to do', () => underWay === 0);
      await Promise.all([workers.live.close(), workers.upkeep.close(), receiver.close()]);
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

/** What a worker that does not work makes of a message. */
function fail(health: Exclude<WorkerHealth, 'works'>, ...[request, response]: Parameters<HttpFunction>): void {
  switch (health) {
    case 'answers 500':
      return void response.status(500).end();
    case 'does nothing':
      return void response.status(204).end();
    case 'dies':
      request.socket.destroy();
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
