/**
 * The composition root: chooses the adapters that a configuration asks for. Each function loads only what it needs, since loading
 * is most of a cold start.
 */
import type { AccessTokens } from '../shared/adapters/google-calendar/access-tokens.ts';
import { createJsonLog } from '../shared/adapters/log/json-log.ts';
import { linePrinter } from '../shared/adapters/log/print-lines.ts';
import { boundMetadataRequests } from '../shared/adapters/system/bound-metadata.ts';
import { systemClock, systemRandom } from '../shared/adapters/system/clock.ts';
import { type CalendarAuth, type Config, channelKeysOf, channelTermsOf } from '../shared/config/config.ts';
import { Breaker } from '../shared/domain/delivery/breaker.ts';
import type {
  CalendarServices,
  ChannelServices,
  ConferenceBackend,
  ConnectionSetup,
  ConnectServices,
  DeadLetters,
  GoogleCalendar,
  Log,
  ReceiverServices,
  Store,
  WorkQueue,
} from '../shared/domain/ports.ts';
import { storedGrants } from '../shared/flow/connections/stored-grants.ts';
import type { ShutdownSignal } from './drain.ts';
import { interruptClock, interruptConferences, interruptGoogle } from './interrupt.ts';
import type { ManageServices } from './manage/operation.ts';
import { type WorkerServices, workOn } from './sync-calendar.ts';
import { currentTrace } from './trace.ts';
import { Watchdog } from './watchdog.ts';

/** Messages that the embedded queue delivers at once in each lane. */
const MEMORY_PUSHES = 8;

/** What receiveNotification needs. */
export async function wireReceiver(config: Config, log: Log): Promise<ReceiverServices> {
  boundMetadataRequests(process.env);
  return { queue: await wireQueue(config), log, channels: { keys: channelKeysOf(config) } };
}

/** What connectCalendars needs: nothing that acts in a calendar. */
export async function wireConnect(config: Config, log: Log, shutdown: ShutdownSignal): Promise<ConnectServices> {
  boundMetadataRequests(process.env);
  const [store, queue, setup] = await Promise.all([wireStore(config, log), wireQueue(config), wireSetup(config)]);
  if (setup === undefined)
    throw new Error('connectCalendars was wired without terms, which its configuration must refuse');
  return { clock: interruptClock(systemClock, shutdown), random: systemRandom, log, store, queue, ...setup };
}

/** What manageCalendars needs. */
export async function wireManagement(config: Config, log: Log, shutdown: ShutdownSignal): Promise<ManageServices> {
  const [services, connections] = await Promise.all([wireCalendars(config, log, shutdown), wireSetup(config)]);
  return { ...services, connections };
}

/** How users connect; undefined where they cannot. */
async function wireSetup({ connections }: Config): Promise<ConnectionSetup | undefined> {
  if (connections === undefined) return undefined;
  const { terms, clientSecret, apiRoot } = connections;
  const { createGoogleConsent, endpointsBelow, GOOGLE_ENDPOINTS } = await import(
    '../shared/adapters/google-calendar/google-consent.ts'
  );
  const endpoints = apiRoot === undefined ? GOOGLE_ENDPOINTS : endpointsBelow(apiRoot);
  const { clientId, url } = terms;
  return { terms, consent: createGoogleConsent({ clientId, clientSecret, redirectUri: `${url}/callback`, endpoints }) };
}

/** What renewChannels needs. */
export async function wireCalendars(config: Config, log: Log, shutdown: ShutdownSignal): Promise<ChannelServices> {
  return { ...(await wireCommon(config, log, shutdown)), queue: await wireQueue(config) };
}

/** What syncCalendar needs. */
export async function wireWorker(config: Config, log: Log, shutdown: ShutdownSignal): Promise<WorkerServices> {
  const [common, conferences] = await Promise.all([wireCommon(config, log, shutdown), wireBackend(config, log)]);
  const queue = await wireQueue(config, (envelope) => workOn(services, envelope));
  const services: WorkerServices = {
    ...common,
    conferences: interruptConferences(conferences, shutdown),
    breaker: new Breaker(),
    queue,
    deadLetters: queue,
    watchdog: new Watchdog((print) => createJsonLog({ print })),
  };
  return services;
}

async function wireCommon(config: Config, log: Log, shutdown: ShutdownSignal): Promise<Omit<ChannelServices, 'queue'>> {
  boundMetadataRequests(process.env);
  const store = await wireStore(config, log);
  const clock = interruptClock(systemClock, shutdown);
  const google = await wireGoogle(config, { clock, random: systemRandom, store, log });
  return {
    clock,
    random: systemRandom,
    google: interruptGoogle(google, shutdown),
    store,
    log,
    policy: config.policy,
    channels: channelTermsOf(config),
    isStopping: () => shutdown.isStopping(),
  };
}

/** The log of this process, on standard output. Made once, before the first request. */
export function wireLog({ projectId }: Config): Log {
  return createJsonLog({
    print: linePrinter((text) => process.stdout.write(text)),
    trace: () => {
      const trace = currentTrace();
      return trace === undefined || projectId === undefined ? trace : `projects/${projectId}/traces/${trace}`;
    },
  });
}

/** Delivers inside the process what the embedded queue holds; only the worker can. */
type Deliver = (envelope: unknown) => Promise<number>;

async function wireQueue(config: Config, deliver?: Deliver): Promise<WorkQueue & DeadLetters> {
  const { workQueue, projectId, workTopic, deadLetterTopic } = config;
  if (workQueue === 'memory') {
    const { createMemoryQueue } = await import('../shared/adapters/memory/queue.ts');
    return createMemoryQueue({
      now: systemClock.now,
      timers: { set: setTimeout, clear: clearTimeout },
      concurrency: deliver === undefined ? 0 : MEMORY_PUSHES,
      deliver: deliver ?? (async () => 503),
    });
  }
  const { createPubSubQueue } = await import('../shared/adapters/pubsub/publish-work.ts');
  return createPubSubQueue({ projectId, topic: workTopic, deadLetterTopic });
}

async function wireStore({ stateStore, projectId, firestoreDatabase }: Config, log: Log): Promise<Store> {
  if (stateStore === 'memory') {
    const { createMemoryStore } = await import('../shared/adapters/memory/store.ts');
    return createMemoryStore({ now: systemClock.now });
  }
  const { createFirestoreStore } = await import('../shared/adapters/firestore/store.ts');
  const onUnreadable = (path: string): void => log.write({ line: 'unreadable-record', path });
  return createFirestoreStore({ projectId, databaseId: firestoreDatabase, onUnreadable });
}

/** Google Calendar, as whom and where the configuration says; the operators' program shares it. */
export async function wireGoogle(config: Config, base: GrantBase): Promise<GoogleCalendar> {
  const { createGoogleCalendar } = await import('../shared/adapters/google-calendar/google-calendar.ts');
  return createGoogleCalendar({ auth: await wireAuth(config.calendarAuth, base), rootUrl: config.calendarApiRoot });
}

/** What the consents on record are read and written with. */
type GrantBase = Pick<CalendarServices, 'clock' | 'random' | 'store' | 'log'>;

async function wireAuth(calendarAuth: CalendarAuth, base: GrantBase): Promise<AccessTokens> {
  switch (calendarAuth.kind) {
    case 'delegation,oauth': {
      const { delegation, oauth, domains } = calendarAuth;
      const { chooseByDomain } = await import('../shared/adapters/google-calendar/choose-by-domain.ts');
      const [inside, outside] = await Promise.all([wireAuth(delegation, base), wireAuth(oauth, base)]);
      return chooseByDomain(domains, inside, outside);
    }
    case 'none':
      return (await import('../shared/adapters/google-calendar/no-access-tokens.ts')).createNoAccessTokens();
    case 'service-account': {
      const { createServiceAccountAccessTokens } = await import(
        '../shared/adapters/google-calendar/service-account-access-tokens.ts'
      );
      return createServiceAccountAccessTokens();
    }
    case 'delegation': {
      const { createDelegatedAccessTokens } = await import(
        '../shared/adapters/google-calendar/delegated-access-tokens.ts'
      );
      return createDelegatedAccessTokens({ serviceAccountEmail: calendarAuth.serviceAccount });
    }
    case 'oauth': {
      const { createOAuthAccessTokens } = await import('../shared/adapters/google-calendar/oauth-access-tokens.ts');
      const { clientId, apiRoot, keys } = calendarAuth;
      const grants = keys === undefined ? undefined : storedGrants({ ...base, keys, clientId });
      const tokenUrl = apiRoot === undefined ? {} : { tokenUrl: `${apiRoot.replace(/\/$/, '')}/token` };
      return createOAuthAccessTokens({ ...calendarAuth, grants, ...tokenUrl });
    }
  }
}

/** Who is told of changes: with `DELIVERY=shadow` the log alone. */
async function wireBackend({ backend, delivery }: Config, log: Log): Promise<ConferenceBackend> {
  if (delivery === 'shadow') {
    const { createShadowBackend } = await import('../shared/adapters/shadow/shadow-backend.ts');
    return createShadowBackend(log);
  }
  switch (backend?.kind) {
    case 'module':
      return (await import('../shared/adapters/module-backend/load-module.ts')).loadModuleBackend(backend.path);
    case 'webhook':
      return (await import('../shared/adapters/webhook/send-webhook.ts')).createWebhookBackend(backend);
    case undefined:
      throw new Error('syncCalendar was wired without a conference backend, which its configuration must refuse');
  }
}
