/** Everything that a chaos run needs, opened: emulators behind proxies, the simulated world, the built functions as processes. */
import { startPushSender } from '../../sandbox/calendar/push/push-sender.ts';
import { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { SimulatedConferences } from '../../sandbox/conference/simulated-conferences.ts';
import { findEmulators } from '../../sandbox/emulators/find-emulators.ts';
import { createPubSubTopology } from '../../sandbox/emulators/pubsub-topology.ts';
import { type RunningEmulators, startEmulators } from '../../sandbox/emulators/start-emulators.ts';
import { startScheduler } from '../../sandbox/start-scheduler.ts';
import { createFirestoreStore } from '../../shared/adapters/firestore/store.ts';
import { DeployedFunction } from '../deployed/deployed-function.ts';
import { deploymentOf } from '../deployed/deployments.ts';
import { installArchive } from '../deployed/install-archive.ts';
import type { EmulatorHosts } from '../emulators.ts';
import { Random } from '../simulation/random.ts';
import { REGISTERED } from '../simulation/settings.ts';
import { Truth } from '../simulation/truth.ts';
import { SwitchableProxy } from '../switchable-proxy.ts';
import { ShownEvents } from './judge.ts';
import { Outside } from './outside.ts';
import { PushFront } from './push-front.ts';
import { ChaosTally } from './tally.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const TOPIC = 'chaos-work';
const FAST_RETRIES = [300, 600, 1_200, 2_400, 4_800];

/** The world; `close` ends all of it. */
export type ChaosWorld = Awaited<ReturnType<typeof openChaosWorld>>;

/** Opens it. @throws Error in words for people */
export async function openChaosWorld(seed: number, hosts: EmulatorHosts<'firestore' | 'pubsub'>) {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    return { ...(await open(seed, hosts, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  seed: number,
  hosts: EmulatorHosts<'firestore' | 'pubsub'>,
  closers: (() => Promise<unknown> | unknown)[],
) {
  const projectId = `chaos-${seed}-${Date.now().toString(36)}`;
  const random = new Random(seed);
  const tally = new ChaosTally();
  const broker = await Broker.start(hosts.pubsub);
  closers.push(() => broker.stop());
  const proxies = {
    firestore: await SwitchableProxy.start(hosts.firestore),
    pubsub: await SwitchableProxy.start(broker.host),
  };
  closers.push(() => Promise.all([proxies.firestore.close(), proxies.pubsub.close()]));

  const calendar = new SimulatedCalendar({ now: Date.now, autoCreate: true });
  for (const id of REGISTERED) calendar.addCalendar(id);
  const truth = new Truth(calendar, REGISTERED, Date.now);
  const conferences = new SimulatedConferences({ secrets: [SECRET], now: Date.now });
  const shown = new ShownEvents();
  const onCancellation = (conferenceId: string): void => {
    const carrier = truth.carriersOf(conferenceId).find((one) => shown.hasShown(one));
    if (carrier !== undefined)
      tally.violation(`${conferenceId} was cancelled while ${carrier.eventId}, shown, carries it`);
  };
  const outside = await Outside.start({ calendar, conferences, random: random.fork(), tally, onCancellation });
  closers.push(() => outside.close());
  const store = createFirestoreStore({
    projectId,
    databaseId: deploymentOf('renew-channels').environment.FIRESTORE_DATABASE,
    host: hosts.firestore,
    onUnreadable: (path) => tally.violation(`${path} is unreadable`),
  });
  closers.push(() => store.close());

  const archive = await installArchive();
  closers.push(() => archive.remove());
  const common = {
    GOOGLE_CLOUD_PROJECT: projectId,
    FIRESTORE_EMULATOR_HOST: proxies.firestore.host,
    PUBSUB_EMULATOR_HOST: proxies.pubsub.host,
    WORK_TOPIC: TOPIC,
    CHANNEL_TOKEN_KEYS: 'the channel token key of chaos',
    CALENDAR_AUTH: 'none',
    CALENDAR_API_ROOT: outside.url,
    CONFERENCE_WEBHOOK_URL: `${outside.url}/conference/webhook`,
    CONFERENCE_WEBHOOK_SECRET: SECRET,
    CANCEL_GRACE_SECONDS: '1',
    LEASE_SECONDS: '5',
    RECONCILE_INTERVAL_SECONDS: '15',
    RECONCILE_UNPROVEN_SECONDS: '5',
    DELIVERY_RETRY_SECONDS: '0.5,1,2',
  };
  const processes: DeployedFunction[] = [];
  closers.push(() => Promise.all(processes.map((one) => one.kill())));
  const start = async (deployment: string, more: Record<string, string> = {}, skewMs = 0) => {
    const started = await DeployedFunction.start({ archive, deployment, env: { ...common, ...more }, skewMs });
    processes.push(started);
    return started;
  };
  const receiver = await start('receive-notification');
  const address = { RECEIVER_URL: receiver.url };
  // Two workers whose clocks are up to twelve seconds apart, more than two leases.
  const [worker, other, renewer, manager] = await Promise.all([
    start('sync-calendar-live', address, random.between(500, 6_000)),
    start('sync-calendar-upkeep', address, -random.between(500, 6_000)),
    start('renew-channels', address, random.between(-2_000, 2_000)),
    start('manage-calendars', address),
  ]);
  tally.fault('clocks apart');
  const front = await PushFront.start([worker, other], random.fork(), tally);
  closers.push(() => front.close());
  const makeTopology = (): Promise<unknown> =>
    createPubSubTopology({
      projectId,
      topic: TOPIC,
      deadLetterTopic: `${TOPIC}-dead-letters`,
      endpoints: { live: `${front.url}/?lane=live`, upkeep: `${front.url}/?lane=upkeep` },
      apiEndpoint: broker.host,
      ackDeadlineSeconds: 60,
      backoffSeconds: { min: 0.1, max: 2 },
    });
  await makeTopology();
  const pushes = startPushSender(calendar, { retryDelaysMs: FAST_RETRIES, timeoutMs: 5_000 });
  closers.push(() => pushes.close());
  const scheduler = startScheduler(renewer.url);
  closers.push(() => scheduler.close());
  /** The broker comes back empty, as after a disaster; false where it is not ours to restart. */
  const restartBroker = async (): Promise<boolean> => {
    if (!(await broker.restart())) return false;
    await makeTopology();
    proxies.pubsub.retarget(broker.host);
    return true;
  };
  return {
    random,
    tally,
    calendar,
    truth,
    conferences,
    shown,
    outside,
    store,
    processes,
    receiver,
    manager,
    front,
    proxies,
    restartBroker,
  };
}

/** A Pub/Sub emulator of the run's own where the machine can start one, else the one that is there. */
class Broker {
  #running: RunningEmulators | undefined;
  host: string;

  private constructor(host: string) {
    this.host = host;
  }

  static async start(host: string): Promise<Broker> {
    const broker = new Broker(host);
    await broker.restart();
    return broker;
  }

  /** Ends it with all that it holds, and starts an empty one. */
  async restart(): Promise<boolean> {
    const found = await findEmulators({ ...process.env, PUBSUB_EMULATOR_HOST: undefined });
    if (found.pubsub.kind !== 'jar') return false;
    await this.#running?.stop();
    this.#running = await startEmulators({ which: ['pubsub'], found });
    this.host = this.#running.pubsubHost ?? this.host;
    return true;
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }
}
