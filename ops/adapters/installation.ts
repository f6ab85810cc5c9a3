/** How the installation is set up, read from Google's own descriptions of it. On emulators what they have no API for is unreadable. */
import { type Installation, mapped, type Reading, type SubscriptionFacts } from '../ports.ts';
import { type CloudApi, field, listField, mayNot } from './cloud-api.ts';
import { createDeployment } from './deployment.ts';
import { createMonitoring } from './monitoring.ts';
import { CODES, codeOf, type PubSubClients } from './pubsub-clients.ts';
import { readJob } from './scheduler.ts';

/** What it needs to know of the place. */
export interface InstallationOptions {
  readonly clients: PubSubClients;
  readonly api: CloudApi;
  readonly projectId: string;
  readonly database: string;
  readonly prefix: string;
  readonly region: string | undefined;
  /** Why there is no Google Cloud behind it; undefined where there is. */
  readonly emulated: string | undefined;
}

/** Of an address that is asked whether it answers; long enough for an instance to start. */
const PROBE_MS = 3_500;

/** See the file's head. */
export function createInstallation(options: InstallationOptions): Installation {
  const { clients, api, projectId, database, prefix, region, emulated } = options;
  const { publisher, subscriber, topicName, subscriptionName } = clients;
  const project = `projects/${encodeURIComponent(projectId)}`;
  const firestore = `https://firestore.googleapis.com/v1/${project}/databases/${encodeURIComponent(database)}/collectionGroups`;
  const { backlog, freshness, notifications } = createMonitoring(api, projectId, prefix);
  const { functions, invokers } = createDeployment(api, projectId);
  const onlyInCloud = async <Fact>(read: () => Promise<Reading<Fact>>): Promise<Reading<Fact>> =>
    emulated === undefined ? read() : { kind: 'unreadable', why: emulated };

  return {
    topic: (name) =>
      reading(async () => {
        const [{ messageRetentionDuration: kept }] = await publisher.getTopic({ topic: topicName(name) });
        return {
          retentionMs: kept?.seconds == null || Number(kept.seconds) === 0 ? null : Number(kept.seconds) * 1_000,
        };
      }),

    subscription: (name) =>
      reading(async () => {
        const [found] = await subscriber.getSubscription({ subscription: subscriptionName(name) });
        return subscriptionFacts(found);
      }),

    holders: (kind, name, role) =>
      onlyInCloud(async () => {
        const answer = await api.get(
          `https://pubsub.googleapis.com/v1/${project}/${kind}/${encodeURIComponent(name)}:getIamPolicy`,
        );
        return mapped(answer, (policy) =>
          listField(policy, 'bindings')
            .filter((binding) => field(binding, 'role') === role)
            .flatMap((binding) => listField(binding, 'members').map(String)),
        );
      }),

    job: (name) => onlyInCloud(() => readJob(projectId, region, name)),

    async indexes() {
      const answers = await Promise.all(
        ['calendars', 'bindings', 'conferences'].map((collection) => api.get(`${firestore}/${collection}/indexes`)),
      );
      const failed = answers.find(({ kind }) => kind === 'unreadable');
      if (failed?.kind === 'unreadable') return failed;
      const found = answers.flatMap((answer) => (answer.kind === 'known' ? listField(answer.fact, 'indexes') : []));
      return { kind: 'known', fact: found.map(indexFacts) };
    },

    async hasTtl(collectionGroup, fieldPath) {
      const answer = await api.get(`${firestore}/${collectionGroup}/fields/${fieldPath}`);
      return mapped(answer, (json) => field(json, 'ttlConfig') !== undefined);
    },

    async secretVersions(secret) {
      const versions = `${project}/secrets/${encodeURIComponent(secret)}/versions`;
      const answer = await api.get(`https://secretmanager.googleapis.com/v1/${versions}?filter=state:ENABLED`);
      return mapped(answer, (json) => listField(json, 'versions').length);
    },

    googleTime: () =>
      onlyInCloud(async () => {
        const answer = await fetch('https://www.googleapis.com/generate_204', {
          signal: AbortSignal.timeout(PROBE_MS),
        }).catch(() => undefined);
        const time = Date.parse(answer?.headers.get('date') ?? '');
        await answer?.body?.cancel();
        return Number.isNaN(time)
          ? { kind: 'unreadable', why: 'www.googleapis.com did not answer' }
          : { kind: 'known', fact: time };
      }),

    async statusOf(address) {
      try {
        const answer = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
        await answer.body?.cancel();
        return { kind: 'known', fact: answer.status };
      } catch (error) {
        const { cause, message } = error instanceof Error ? error : new Error(String(error));
        return { kind: 'unreadable', why: cause instanceof Error && cause.message !== '' ? cause.message : message };
      }
    },

    backlog,
    freshness,
    notifications,
    functions,
    invokers,
  };
}

/** As the generated client gives it. */
interface Subscription {
  readonly topic?: string | null;
  readonly filter?: string | null;
  readonly pushConfig?: {
    readonly pushEndpoint?: string | null;
    readonly oidcToken?: { readonly serviceAccountEmail?: string | null } | null;
  } | null;
  readonly ackDeadlineSeconds?: number | null;
  readonly deadLetterPolicy?: { readonly deadLetterTopic?: string | null } | null;
  readonly expirationPolicy?: { readonly ttl?: { readonly seconds?: unknown } | null } | null;
}

function subscriptionFacts(found: Subscription): SubscriptionFacts {
  return {
    topic: shortName(found.topic) ?? '',
    filter: found.filter ?? '',
    pushEndpoint: found.pushConfig?.pushEndpoint || null,
    pushAccount: found.pushConfig?.oidcToken?.serviceAccountEmail || null,
    ackDeadlineMs: (found.ackDeadlineSeconds ?? 0) * 1_000,
    deadLetterTopic: shortName(found.deadLetterPolicy?.deadLetterTopic),
    isExpiring: Number(found.expirationPolicy?.ttl?.seconds ?? 0) > 0,
  };
}

function shortName(name: string | null | undefined): string | null {
  return name?.split('/').at(-1) ?? null;
}

/** `__name__`, which always comes last, is left out, as in the list of what the queries need. */
function indexFacts(index: unknown) {
  const fields = listField(index, 'fields').map((one) => String(field(one, 'fieldPath')));
  return {
    // projects/P/databases/D/collectionGroups/NAME/indexes/ID
    collectionGroup: String(field(index, 'name')).split('/')[5] ?? '',
    queryScope: String(field(index, 'queryScope')),
    fieldPaths: fields.filter((path) => path !== '__name__'),
    isReady: field(index, 'state') === 'READY',
  };
}

async function reading<Fact>(read: () => Promise<Fact>): Promise<Reading<Fact>> {
  try {
    return { kind: 'known', fact: await read() };
  } catch (error) {
    if (codeOf(error) === CODES.notFound) return { kind: 'absent' };
    const why =
      codeOf(error) === CODES.permissionDenied
        ? mayNot('roles/pubsub.viewer')
        : error instanceof Error
          ? error.message
          : String(error);
    return { kind: 'unreadable', why: `Pub/Sub: ${why.split('\n')[0]}` };
  }
}
