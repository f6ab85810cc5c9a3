/**
 * What Google Cloud would say of the installation and emulators cannot: figures of Monitoring, the scheduler job, the functions, secrets and
 * grants. A play sets them as it breaks things. Each reading takes a role, and says "you may not look at it" without it.
 */
import { mayNot } from '../../../ops/adapters/cloud-api.ts';
import {
  type Backlog,
  DEPLOYMENTS,
  type Freshness,
  type FunctionFacts,
  type Installation,
  type JobFacts,
  type Notifications,
  type OpsServices,
  type Reading,
} from '../../../ops/ports.ts';

const PUSH = 'push-work@example.iam.gserviceaccount.com';
const TICK = 'tick-renewals@example.iam.gserviceaccount.com';
const AGENT = 'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com';
const REGION = 'europe-west1';

/** What the play says; the rest is as it should be. */
export interface CloudFacts {
  live: Backlog;
  upkeep: Backlog;
  job: Pick<JobFacts, 'state' | 'lastError'> & { lastAttemptAt: number };
  freshness: Freshness;
  /** Functions whose state or archive is another than that of the rest. */
  functions: Readonly<Record<string, Partial<FunctionFacts>>>;
}

/** All is well. */
export function soundFacts(): CloudFacts {
  return {
    live: { messages: 0, oldestAgeMs: 0 },
    upkeep: { messages: 0, oldestAgeMs: 0 },
    job: { state: 'enabled', lastError: null, lastAttemptAt: Date.now() },
    freshness: { p50Ms: 1_200, p99Ms: 4_000 },
    functions: {},
  };
}

/** What the installation is asked with, beside what the emulators know of it. */
export interface CloudView {
  readonly facts: CloudFacts;
  /** What the receiver has counted. */
  readonly notifications: () => Notifications;
  /** Roles on the project. */
  readonly roles: ReadonlySet<string>;
}

/** The installation as somebody with these roles sees it in Google Cloud. */
export function inCloud(
  emulated: Installation,
  { facts, notifications, roles }: CloudView,
  { names, databaseNeeds }: OpsServices,
): Installation {
  const with_ = async <Fact>(role: string, api: string, fact: () => Fact): Promise<Reading<Fact>> =>
    roles.has(role) ? { kind: 'known', fact: fact() } : { kind: 'unreadable', why: `${api}: ${mayNot(role)}` };
  const backlogOf: Readonly<Record<string, () => Backlog>> = {
    [names.liveSubscription]: () => facts.live,
    [names.upkeepSubscription]: () => facts.upkeep,
  };
  return {
    ...emulated,
    async subscription(name) {
      const found = await emulated.subscription(name);
      const isPushed = found.kind === 'known' && found.fact.pushEndpoint !== null;
      return isPushed ? { kind: 'known', fact: { ...found.fact, pushAccount: PUSH } } : found;
    },
    async backlog(name) {
      const backlog = backlogOf[name];
      // The letters on the emulator are real ones: they are looked at.
      if (backlog === undefined) return { kind: 'unreadable', why: 'an emulator has nothing of the kind' };
      return with_('roles/monitoring.viewer', 'monitoring.googleapis.com', backlog);
    },
    freshness: () => with_('roles/monitoring.viewer', 'monitoring.googleapis.com', () => facts.freshness),
    notifications: () => with_('roles/monitoring.viewer', 'monitoring.googleapis.com', notifications),
    job: () =>
      with_('roles/cloudscheduler.viewer', 'Cloud Scheduler', () => ({
        ...facts.job,
        region: REGION,
        schedule: '* * * * *',
        account: TICK,
      })),
    functions: () =>
      with_('roles/cloudfunctions.viewer', 'cloudfunctions.googleapis.com', () =>
        DEPLOYMENTS.map((name) => ({
          name,
          region: REGION,
          state: 'ACTIVE',
          source: 'functions-1.zip',
          updatedAt: 1,
          secrets: {},
          ...facts.functions[name],
        })),
      ),
    invokers: (_, name) =>
      with_('roles/iam.securityReviewer', 'run.googleapis.com', () => [
        `serviceAccount:${name === 'renew-channels' ? TICK : PUSH}`,
      ]),
    holders: () => with_('roles/iam.securityReviewer', 'pubsub.googleapis.com', () => [AGENT]),
    secretVersions: () => with_('roles/secretmanager.viewer', 'secretmanager.googleapis.com', () => 1),
    indexes: async () => ({
      kind: 'known',
      fact: databaseNeeds.indexes.map((index) => ({ ...index, isReady: true })),
    }),
    hasTtl: async () => ({ kind: 'known', fact: true }),
    googleTime: async () => ({ kind: 'known', fact: Date.now() }),
  };
}
