/**
 * The composition root of confsync: the adapters of the functions, chosen by the same configuration, and those that only operators
 * need. None of the functions' secrets is among it.
 */
import { wireGoogle } from '../functions/wire.ts';
import { COMPOSITE_INDEXES, TTL_FIELDS } from '../shared/adapters/firestore/indexes.ts';
import { createFirestoreStore } from '../shared/adapters/firestore/store.ts';
import { endpointsBelow, GOOGLE_ENDPOINTS, revokeConsent } from '../shared/adapters/google-calendar/google-consent.ts';
import { refreshTokenSecretOf } from '../shared/adapters/google-calendar/oauth-access-tokens.ts';
import { createPubSubQueue } from '../shared/adapters/pubsub/publish-work.ts';
import { systemClock, systemRandom } from '../shared/adapters/system/clock.ts';
import { type Config, type Environment, parseConfig } from '../shared/config/config.ts';
import type { Log } from '../shared/domain/ports.ts';
import { type CloudApi, createNoCloudApi, openCloudApi } from './adapters/cloud-api.ts';
import { createConsentSecrets } from './adapters/consent-secrets.ts';
import { createDeadLetterBox } from './adapters/dead-letter-box.ts';
import { createInstallation } from './adapters/installation.ts';
import { openPubSubClients } from './adapters/pubsub-clients.ts';
import type { PullPatience } from './adapters/pull.ts';
import { createWorkTopic } from './adapters/work-topic.ts';
import { UsageError } from './cli/errors.ts';
import type { Screen } from './cli/screen.ts';
import { problemsOf } from './config-problems.ts';
import { namesOf } from './names.ts';
import type { Consents, Names, OpsServices } from './ports.ts';
import { NOT_EMULATED } from './status/unknown.ts';

/** Services that are open until they are closed. */
export interface OpenedServices {
  readonly services: OpsServices;
  close(): Promise<void>;
}

/** An emulator answers at once. Pub/Sub takes up to a minute for a seek, and seconds to find what lies on a subscription. */
const PATIENCE: Readonly<Record<'cloud' | 'emulator', { readonly look: PullPatience; readonly replay: PullPatience }>> =
  {
    cloud: { look: { firstMs: 8_000, quietMs: 4_000 }, replay: { firstMs: 90_000, quietMs: 15_000 } },
    emulator: { look: { firstMs: 800, quietMs: 300 }, replay: { firstMs: 1_500, quietMs: 500 } },
  };

const CLOSE_MS = 100;

/** See the file's head. Opens no connection that the command does not use. @throws ConfigError, UsageError */
export async function openServices(env: Environment, screen: Screen): Promise<OpenedServices> {
  const config = configFrom(env);
  const projectId = projectOf(config, env);
  const emulators = emulatorsOf(env);
  const where = emulators === null ? 'cloud' : 'emulator';
  const emulated = emulators === null ? undefined : NOT_EMULATED;
  // Before any of Google's clients: without credentials some of them fail outside of any call.
  const api = emulated === undefined ? await openCloudApi() : createNoCloudApi(emulated);

  const log = noteTo(screen);
  const clients = await openPubSubClients(projectId);
  const queue = createPubSubQueue({ projectId, topic: config.workTopic, deadLetterTopic: config.deadLetterTopic });
  const unreadable = new Set<string>();
  const store = createFirestoreStore({
    projectId,
    databaseId: config.firestoreDatabase,
    onUnreadable: (path) => {
      unreadable.add(path);
      log.write({ line: 'unreadable-record', path });
    },
  });
  const names = namesOf(config, projectId, { region: env.CONFSYNC_REGION || null, emulators });
  const services: OpsServices = {
    clock: systemClock,
    random: systemRandom,
    google: await wireGoogle(config, { clock: systemClock, random: systemRandom, store, log }),
    store,
    queue,
    log,
    policy: config.policy,
    isStopping: () => false,
    letters: createDeadLetterBox(clients, names.deadLetterSubscription, PATIENCE[where].look),
    topic: createWorkTopic(clients, {
      topic: names.workTopic,
      shared: names.replaySubscription,
      patience: PATIENCE[where].replay,
    }),
    consents: consentsOf(env, api, projectId),
    installation: createInstallation({
      clients,
      api,
      projectId,
      database: config.firestoreDatabase,
      prefix: names.prefix,
      region: names.region ?? undefined,
      emulated,
    }),
    names,
    databaseNeeds: {
      indexes: COMPOSITE_INDEXES.map(({ collectionGroup, queryScope, fields }) => ({
        collectionGroup,
        queryScope,
        fieldPaths: fields.map(({ fieldPath }) => fieldPath),
      })),
      ttl: TTL_FIELDS,
    },
    configProblems: problemsOf(env),
    unreadable,
    receiverUrl: config.receiverUrl,
    calendarAuth: config.calendarAuth.kind,
  };
  return {
    services,
    async close() {
      // Whoever has seen the answer waits for nobody: a client whose server is silent does not close.
      const closing = Promise.allSettled([clients.close(), queue.close(), store.close()]);
      await Promise.race([closing, systemClock.sleep(CLOSE_MS)]);
    },
  };
}

/** Stands where the receiver has its secret: no command signs or verifies a channel. */
const UNUSED_KEY = 'not used by confsync';

function configFrom(env: Environment): Config {
  const config = parseConfig({ ...env, CHANNEL_TOKEN_KEYS: UNUSED_KEY }, 'receiveNotification');
  if (config.stateStore === 'memory' || config.workQueue === 'memory') {
    throw new UsageError(
      'STATE_STORE=memory and WORK_QUEUE=memory live inside the process of the functions, where nobody else can look',
      'For the sandbox, start it with: npm start -- --emulators',
    );
  }
  return config;
}

/** Consents are sealed, opened and ended without the key of the OAuth client, so that nobody needs to have it. */
function consentsOf(env: Environment, api: CloudApi, projectId: string): Consents {
  const whole = { ...env, CALENDAR_AUTH: 'oauth', GOOGLE_CLOUD_PROJECT: projectId };
  const unused = { CHANNEL_TOKEN_KEYS: UNUSED_KEY, OAUTH_CLIENT_SECRET: UNUSED_KEY };
  const client = { OAUTH_CLIENT_ID: env.OAUTH_CLIENT_ID || UNUSED_KEY };
  const { calendarAuth } = parseConfig({ ...whole, ...unused, ...client }, 'receiveNotification');
  if (calendarAuth.kind !== 'oauth') throw new Error('CALENDAR_AUTH=oauth was read as something else');
  const { keys, clientId, secretPrefix, apiRoot } = calendarAuth;
  const { revokeUrl } = apiRoot === undefined ? GOOGLE_ENDPOINTS : endpointsBelow(apiRoot);
  return {
    sealing: keys === undefined || clientId === UNUSED_KEY ? undefined : { keys, clientId },
    revoke: (refreshToken) => revokeConsent(refreshToken, revokeUrl, systemClock.now),
    secrets: createConsentSecrets(api, projectId, (subject) => refreshTokenSecretOf(secretPrefix, subject)),
  };
}

function projectOf({ projectId }: Config, env: Environment): string {
  const found = projectId ?? env.GCLOUD_PROJECT;
  if (found !== undefined && found !== '') return found;
  throw new UsageError('no project is named', 'write --project your-project, or export GOOGLE_CLOUD_PROJECT');
}

/** Their hosts; null for Google Cloud. One of the two alone would mix a trial with production. @throws UsageError */
function emulatorsOf({ FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST }: Environment): Names['emulators'] {
  const firestore = FIRESTORE_EMULATOR_HOST ?? '';
  const pubsub = PUBSUB_EMULATOR_HOST ?? '';
  if (firestore === '' && pubsub === '') return null;
  if (firestore !== '' && pubsub !== '') return [firestore, pubsub];
  throw new UsageError(
    `${pubsub === '' ? 'FIRESTORE_EMULATOR_HOST' : 'PUBSUB_EMULATOR_HOST'} is set and the other emulator is not`,
    'Set both for emulators, or neither for production.',
  );
}

/** Lines of the use cases that a person must see; the rest is what the command itself tells. */
function noteTo(screen: Screen): Log {
  return {
    write(line) {
      if (line.line === 'unreadable-record') screen.note(`Set aside, as it cannot be read: ${line.path}`);
      if (line.line === 'failure')
        screen.note(`${line.where} failed: ${line.error instanceof Error ? line.error.message : String(line.error)}`);
      if (line.line === 'channel' && line.outcome === 'stop-failed')
        screen.note(
          `The channel could not be stopped (${line.reason ?? 'no reason given'}): it ends by itself, and is ignored.`,
        );
    },
  };
}
