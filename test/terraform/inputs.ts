/**
 * Inputs of the module for its property test: for each value that somebody may set, what has to be accepted up to its extremes, and what
 * has to be refused.
 */
import fc from 'fast-check';
import { EVENT_FIELDS } from '../../shared/domain/event/event-fields.ts';

/** What a module block is given. */
export type Inputs = Readonly<Record<string, unknown>>;

/** One value that can be set, by its path in the inputs. */
export interface Leaf {
  readonly path: string;
  readonly accepted: readonly unknown[];
  readonly refused: readonly unknown[];
}

const long = (length: number): string => 'a'.repeat(length);
const labels = (count: number): Inputs =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key_${index}`, 'x']));
const counts = (min: number, max: number): Omit<Leaf, 'path'> => ({
  accepted: [min, max],
  refused: [min - 1, max + 1, min + 0.5, -1, max * 1_000],
});
const seconds = (min: number, max: number): Omit<Leaf, 'path'> => ({
  accepted: [min, max],
  refused: [min - 1, max + 1, -max],
});

const WORKERS = ['sync_calendar_live', 'sync_calendar_upkeep'];
const DEPLOYMENTS = ['receive_notification', ...WORKERS, 'renew_channels', 'manage_calendars', 'connect_calendars'];

const sizeOf = (deployment: string): readonly Leaf[] => [
  {
    path: `functions.${deployment}.cpu`,
    accepted: [1, 2],
    refused: [0, 3, 5, 7, 16, 1.5, -1, 0.05, 0.123],
  },
  {
    path: `functions.${deployment}.memory`,
    accepted: ['128Mi', '256Mi', '1Gi', '4Gi', '4096Mi'],
    refused: ['512MB', '0.5Gi', '512', '64Mi', '0Gi', '', 'Gi', '512 Mi', '5Gi', '999999Gi'],
  },
  { path: `functions.${deployment}.concurrency`, accepted: [1, 8], refused: [0, 1_001, 2_000, 1.5, -1] },
  { path: `functions.${deployment}.min_instances`, accepted: [0, 1], refused: [-1, 0.5, 1_001] },
  { path: `functions.${deployment}.max_instances`, accepted: [1, 10], refused: [0, 5.5, -1, 1_001, 100_000] },
];

const KEY = 'projects/example-project/locations/europe-west1/keyRings/ring/cryptoKeys/key';
const SUBNETWORK = 'projects/host-project/regions/europe-west1/subnetworks/workers';

/** What a company's platform may ask for; see terraform/variables-platform.tf. */
const PLATFORM: readonly Leaf[] = [
  { path: 'archive_log_bucket', accepted: [null, 'access-logs'], refused: ['', 'gs://access-logs', 'A', 'a/b'] },
  {
    path: 'build.worker_pool',
    accepted: [null, 'projects/p/locations/europe-west1/workerPools/pool'],
    refused: ['pool', ''],
  },
  {
    path: 'build.docker_repository',
    accepted: [null, 'projects/p/locations/europe-west1/repositories/images'],
    refused: ['images', ''],
  },
  {
    path: 'kms_key',
    accepted: [null],
    refused: ['key', '', KEY.replace('europe-west1', 'us-east1'), `${KEY}/cryptoKeyVersions/1`],
  },
  {
    path: 'network',
    accepted: [
      null,
      { subnetwork: 'workers' },
      { network: 'vpc', subnetwork: SUBNETWORK, tags: ['to-conference'], egress: 'ALL_TRAFFIC' },
    ],
    refused: [
      { subnetwork: '' },
      { subnetwork: 'a b' },
      { subnetwork: 'workers', egress: 'SOME' },
      { subnetwork: 'workers', tags: ['To'] },
      { network: '-', subnetwork: 'workers' },
    ],
  },
  {
    path: 'receiver',
    accepted: [
      {},
      { address: 'https://calendar.example.com' },
      { ingress: 'ALLOW_INTERNAL_AND_GCLB', address: 'https://calendar.example.com/in' },
      { open_to_all: false },
    ],
    refused: [
      { ingress: 'ALLOW_INTERNAL_ONLY' },
      { ingress: 'ALLOW_INTERNAL_AND_GCLB' },
      { address: 'http://calendar.example.com' },
      { address: 'https://a:b@calendar.example.com' },
      { address: '' },
    ],
  },
  { path: 'scheduler_region', accepted: [null, 'europe-west3'], refused: ['', 'europe'] },
  {
    path: 'secret_regions',
    accepted: [[], ['europe-west1'], ['europe-west1', 'europe-west4']],
    refused: [['eu'], [''], ['europe-west1', 'europe-west1']],
  },
  // What it takes beyond: terraform/tests/refusals.tftest.hcl.
  { path: 'connect', accepted: [null], refused: [{ return_hosts: ['app.example.com'] }, {}] },
  { path: 'firestore.existing', accepted: [null], refused: ['', 'db', 'A'] },
  {
    path: 'conference.environment',
    accepted: [{}, { VENDOR_URL: 'https://vendor.example.com', _a: '' }],
    refused: [
      { PORT: '1' },
      { 'A-B': 'x' },
      { '1A': 'x' },
      { X_GOOGLE_A: 'x' },
      { K_SERVICE: 'x' },
      { WORK_TOPIC: 'x' },
    ],
  },
  {
    path: 'conference.secrets',
    accepted: [{}, { VENDOR_KEY: { secret: 'vendor-key', version: '3' } }],
    refused: [
      { VENDOR_KEY: { secret: 'projects/p/secrets/a', version: '3' } },
      { VENDOR_KEY: { secret: 'a', version: 'latest' } },
      { PORT: { secret: 'a', version: '1' } },
    ],
  },
  {
    path: 'secrets.channel_token_keys.secret',
    accepted: [null, 'our-token-keys'],
    refused: ['', 'projects/p/secrets/a'],
  },
];

/** Every optional input, and the required ones as far as they have a form. */
export const LEAVES: readonly Leaf[] = [
  {
    path: 'access.managers',
    accepted: [[], ['user:a@example.com', 'group:b@example.com'], ['serviceAccount:c@p.iam.gserviceaccount.com']],
    refused: [
      ['allUsers'],
      ['allAuthenticatedUsers'],
      ['a@example.com'],
      [''],
      ['user:'],
      ['deleted:user:a@example.com'],
    ],
  },
  {
    path: 'access.operators',
    accepted: [[], ['domain:example.com'], ['principal://iam.googleapis.com/projects/1/subject/x']],
    refused: [['allUsers'], ['group:'], ['b'], ['user:a b@example.com']],
  },
  {
    path: 'alerting.runbook_url',
    accepted: ['https://git.example.com/docs/runbook.md', `https://git.example.com/${long(1_976)}`],
    refused: [
      'http://x.example.com',
      'https://x.example.com/#a',
      '',
      `https://git.example.com/${long(1_977)}`,
      'https://a b',
    ],
  },
  ...['page', 'ticket'].map((list) => ({
    path: `alerting.notification_channels.${list}`,
    accepted: [[], ['projects/p/notificationChannels/1'], Array(16).fill('projects/p/notificationChannels/1')],
    refused: [['oncall@example.com'], [''], Array(17).fill('projects/p/notificationChannels/1')],
  })),
  { path: 'alerting.live_message_age_s', accepted: [1, 86_400], refused: [0, -1] },
  { path: 'alerting.upkeep_message_age_s', accepted: [1, 604_800], refused: [0, -1] },
  { path: 'alerting.reconcile_share', accepted: [0.01, 1], refused: [0, 1.1, -1] },
  { path: 'alerting.reconcile_share_counts', accepted: [0, 1_000], refused: [-1] },
  { path: 'alerting.freshness.within_s', accepted: [1, 3_600], refused: [0, 45, 1.5, 7_200] },
  { path: 'alerting.freshness.objective', accepted: [0.51, 0.9999], refused: [0.5, 0.99999, 1, 0, 99] },
  { path: 'alerting.freshness.slo', accepted: [true, false], refused: [] },
  { path: 'calendar.channel_ttl_s', accepted: [86_401, 2_592_000], refused: [59, 2_592_001, -1] },
  { path: 'calendar.channel_renewal_margin_s', accepted: [1, 86_400], refused: [0, 2_505_601, -1] },
  { path: 'calendar.full_sync_past_days', accepted: [0, 0.5, 3_650], refused: [-1, 3_651] },
  { path: 'calendar.lease_s', ...seconds(1, 540) },
  { path: 'calendar.reconcile_interval_s', ...seconds(1, 2_592_000) },
  { path: 'calendar.reconcile_quiet_s', ...seconds(1, 2_592_000) },
  { path: 'calendar.reconcile_unproven_s', ...seconds(1, 2_592_000) },
  {
    path: 'calendar.auth',
    accepted: ['delegation', 'service-account'],
    refused: ['none', '', 'oauth', 'delegation,oauth'],
  },
  { path: 'calendar.delegation_domains', accepted: [[]], refused: [['example.com'], ['']] },
  { path: 'calendar.oauth_client_id', accepted: [null], refused: ['1234.apps.googleusercontent.com', ''] },
  { path: 'calendar_quota.requests_per_minute', accepted: [1_000_000, 100_000_000], refused: [0, -1, 1] },
  { path: 'calendar_quota.sync_s', accepted: [0.6, 60], refused: [0, 0.001, -1] },
  {
    path: 'conference.webhook_url',
    accepted: ['https://c.example.com', 'https://c.example.com:8443/a/b?c=d', `https://c.example.com/${long(2_000)}`],
    refused: [
      'http://c.example.com',
      'c.example.com',
      '',
      'https://',
      'https://a:b@c.example.com',
      'https://c.example.com/a b',
    ],
  },
  { path: 'conference.backend', accepted: ['webhook'], refused: ['queue', 'module:', ''] },
  { path: 'conference.delivery', accepted: [null, 'live', 'shadow'], refused: ['off', ''] },
  { path: 'conference.calendar_messages', accepted: [null, 'off', 'on'], refused: ['yes', ''] },
  {
    path: 'conference.solution_names',
    accepted: [['My Web Conference'], ['A', 'Besprechung "Süd"'], ['50 % & $']],
    refused: [['One, Two'], [''], ['  ']],
  },
  {
    path: 'conference.entry_point_hosts',
    accepted: [[], ['conference.example.com', 'LOCALHOST']],
    refused: [['https://conference.example.com'], ['conference.example.com/a'], [''], ['a,b'], ['a b']],
  },
  { path: 'conference.parameter_keys', accepted: [[], ['conferenceId']], refused: [['a,b'], [' ']] },
  {
    path: 'conference.fields',
    accepted: [null, ['title'], EVENT_FIELDS],
    refused: [[], ['colour'], [''], ['title', 'summary']],
  },
  { path: 'conference.cancel_grace_s', ...seconds(0, 604_800) },
  { path: 'conference.delivery_retry_s', accepted: [[0.1], [5, 60, 604_800]], refused: [[], [0], [-5], [604_801]] },
  {
    path: 'firestore.database',
    accepted: ['conference-sync', 'abcd', long(54)],
    refused: ['A', 'db', '', 'Conference', 'conference_sync', long(64), 'abc-', '(default)'],
  },
  { path: 'firestore.location', accepted: [null, 'eur3', 'nam5', 'us-east1'], refused: ['', 'Europe', 'europe'] },
  { path: 'firestore.deletion_protection', accepted: [true, false], refused: [] },
  { path: 'firestore.point_in_time_recovery', accepted: [true, false], refused: [] },
  {
    path: 'firestore.backups',
    accepted: [null, {}, { daily_retention_days: 1 }, { daily_retention_days: 98 }],
    refused: [{ daily_retention_days: 0 }, { daily_retention_days: 99 }, { daily_retention_days: 1.5 }],
  },
  ...DEPLOYMENTS.flatMap(sizeOf),
  ...WORKERS.map((worker) => ({
    path: `functions.${worker}.time_budget_s`,
    accepted: [1, 60],
    refused: [0, 541, 60.5, -1],
  })),
  {
    path: 'functions.manage_calendars.ingress',
    accepted: ['ALLOW_ALL', 'ALLOW_INTERNAL_ONLY', 'ALLOW_INTERNAL_AND_GCLB'],
    refused: ['ALLOW_SOME', ''],
  },
  {
    path: 'labels',
    accepted: [{}, { stage: 'test' }, { [long(63)]: long(63) }, { empty: '' }, labels(60)],
    refused: [
      { Stage: 'x' },
      { stage: 'X' },
      { '1a': 'x' },
      { [long(64)]: 'x' },
      { a: long(64) },
      { a: 'b c' },
      labels(61),
    ],
  },
  {
    path: 'prefix',
    accepted: ['', 'a-', 'staging-', 'abcdefgh-', 'a1--'],
    refused: ['staging', '-', 'Abc-', '1a-', 'abcdefghi-', 'a_b-', 'google-', 'goog-'],
  },
  {
    path: 'project_id',
    accepted: ['example-project', 'abcdef', `a${long(29)}`],
    refused: ['123456789012', 'abc', 'Example-project', `a${long(30)}`, 'example-project-', 'my-google-project', ''],
  },
  { path: 'redelivery.ack_deadline_s', accepted: [511, 600], refused: [9, 601, 550.5, 0, -1, 20] },
  { path: 'redelivery.attempts_max', ...counts(11, 100) },
  { path: 'redelivery.backoff_min_s', accepted: [0, 10], refused: [-1, 601, 0.5] },
  { path: 'redelivery.backoff_max_s', accepted: [10, 600], refused: [-1, 601, 99.5, 5] },
  { path: 'redelivery.retention_days', ...counts(1, 31) },
  { path: 'redelivery.dead_letter_retention_d', ...counts(1, 31) },
  { path: 'redelivery.scheduler_attempts_extra', ...counts(0, 5) },
  {
    path: 'region',
    accepted: ['europe-west1', 'northamerica-northeast2', 'me-central1'],
    refused: ['', 'europe', 'Europe-West1', 'europe-west1-b', 'eur3'],
  },
  ...PLATFORM,
  { path: 'secrets.channel_token_keys.version', accepted: ['1', '123'], refused: ['0', 'latest', '', '1.5', '-1'] },
  { path: 'secrets.channel_token_keys.revision', accepted: [1, 1_000_000], refused: [0, 1.5, -1] },
];

/** Sets of inputs that go together and with no other. */
export const TOGETHER: readonly Inputs[] = [
  { kms_key: KEY },
  { kms_key: KEY, secret_regions: ['europe-west1'], firestore: { location: 'europe-west1' } },
  { firestore: { existing: '(default)' } },
  { firestore: { existing: 'shared-with-others', deletion_protection: false } },
  {
    conference: { backend: 'module:./conference.mjs', solution_names: ['Ours'] },
    secrets: { channel_token_keys: { version: '1' } },
  },
  {
    calendar: { auth: 'oauth', oauth_client_id: '1234.apps.googleusercontent.com' },
    secrets: Object.fromEntries(
      ['channel_token_keys', 'conference_webhook_secret', 'oauth_client_secret'].map((name) => [
        name,
        { secret: name, version: '1' },
      ]),
    ),
  },
];

/** What every installation gives, whatever else it sets. Its quota is large, so that a size is not refused for the quota's sake. */
export const BASE: Inputs = {
  project_id: 'example-project',
  region: 'europe-west1',
  conference: { webhook_url: 'https://conference.example.com/changes', solution_names: ['My Web Conference'] },
  alerting: { runbook_url: 'https://git.example.com/docs/runbook.md' },
  calendar_quota: { requests_per_minute: 1_000_000 },
  functions: Object.fromEntries(WORKERS.map((worker) => [worker, { concurrency: 8 }])),
  secrets: { channel_token_keys: { version: '1' }, conference_webhook_secret: { version: '1' } },
};

/** The inputs with one more value set. */
export function withValue(inputs: Inputs, path: string, value: unknown): Inputs {
  const [head = '', ...rest] = path.split('.');
  const inner = inputs[head];
  return {
    ...inputs,
    [head]:
      rest.length === 0
        ? value
        : withValue(typeof inner === 'object' && inner !== null ? { ...inner } : {}, rest.join('.'), value),
  };
}

/** Sets of inputs that between them have every value that has to be accepted. */
export function coverAccepted(): readonly Inputs[] {
  const count = Math.max(...LEAVES.map(({ accepted }) => accepted.length));
  return Array.from({ length: count }, (_, turn) =>
    LEAVES.reduce<Inputs>(
      (inputs, { path, accepted }) => withValue(inputs, path, accepted[turn % accepted.length]),
      BASE,
    ),
  );
}

/** `BASE` with one more value, at this path. */
export interface Change {
  readonly path: string;
  readonly inputs: Inputs;
}

const changeOf = (path: string, value: unknown): Change => ({ path, inputs: withValue(BASE, path, value) });

/** Each value that has to be refused, by itself. */
export function eachRefused(): readonly Change[] {
  return LEAVES.flatMap(({ path, refused }) => refused.map((value) => changeOf(path, value)));
}

/** Values that have to be accepted, combined at random. */
export function drawAccepted(count: number): readonly Inputs[] {
  const all = fc.tuple(
    ...LEAVES.map((leaf) => fc.option(fc.constantFrom(...leaf.accepted), { nil: undefined, freq: 2 })),
  );
  return fc
    .sample(all, { numRuns: count })
    .map((values) =>
      values.reduce<Inputs>(
        (inputs, value, index) => (value === undefined ? inputs : withValue(inputs, LEAVES[index]?.path ?? '', value)),
        BASE,
      ),
    );
}

/** Anything at all of the right type in one place: near numbers, fractions, texts of every script. */
export function drawAnything(count: number): readonly Change[] {
  const numbers = fc.oneof(fc.integer({ min: -10, max: 2_000 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 }));
  const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.stringMatching(/^[a-z0-9-]{0,70}$/));
  const like = (value: unknown): fc.Arbitrary<unknown> => {
    if (typeof value === 'number') return numbers;
    if (typeof value === 'boolean') return fc.boolean();
    if (Array.isArray(value)) return fc.array(like(value[0] ?? ''), { maxLength: 3 });
    return typeof value === 'object' && value !== null ? fc.dictionary(texts, texts, { maxKeys: 3 }) : texts;
  };
  const one = fc.constantFrom(...LEAVES).chain(({ path, accepted, refused }) => {
    const example = accepted.findLast((value) => value !== null && JSON.stringify(value) !== '[]');
    return like(example ?? refused[0]).map((value) => changeOf(path, value));
  });
  return fc.sample(one, { numRuns: count });
}
