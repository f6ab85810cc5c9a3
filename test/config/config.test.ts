import { describe, expect, test } from '@jest/globals';
import { ConfigError, type Environment, parseConfig } from '../../shared/config/config.ts';
import { FUNCTION_NAMES, type FunctionName, SETTINGS } from '../../shared/config/settings.ts';

const KEY = 'k3y-that-nobody-may-read';
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** Enough for every function but connectCalendars. */
const ENOUGH: Environment = {
  RECEIVER_URL: 'https://receiver.example',
  CHANNEL_TOKEN_KEYS: KEY,
  CONFERENCE_SOLUTION_NAMES: 'My Web Conference',
  CONFERENCE_WEBHOOK_URL: 'https://vendor.example/hook',
  CONFERENCE_WEBHOOK_SECRET: SECRET,
};

const SEAL_KEY = Buffer.alloc(32, 7).toString('base64');
/** Enough for connectCalendars. */
const CONNECTING: Environment = {
  ...ENOUGH,
  CALENDAR_AUTH: 'oauth',
  GOOGLE_CLOUD_PROJECT: 'project',
  OAUTH_CLIENT_ID: 'client',
  OAUTH_CLIENT_SECRET: 'client-secret',
  CONNECTION_KEYS: SEAL_KEY,
  CONNECT_URL: 'https://connect.example/',
  CONNECT_RETURN_HOSTS: 'app.example',
};

function refusalOf(env: Environment, target: FunctionName): ConfigError {
  try {
    parseConfig(env, target);
    return new ConfigError([]);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** The texts of the problems. */
function problemsOf(env: Environment, target: FunctionName): readonly string[] {
  return refusalOf(env, target).problems.map(({ text }) => text);
}

describe('without more than is needed', () => {
  const config = parseConfig(ENOUGH, 'syncCalendar');

  test('everything else has the default that is documented', () => {
    expect(config).toMatchObject({
      stateStore: 'firestore',
      workQueue: 'pubsub',
      workTopic: 'calendar-work',
      deadLetterTopic: 'calendar-work-dead-letters',
      projectId: undefined,
      firestoreDatabase: '(default)',
      calendarAuth: { kind: 'delegation', serviceAccount: undefined },
      connections: undefined,
      calendarApiRoot: 'https://www.googleapis.com',
      backend: { kind: 'webhook', url: 'https://vendor.example/hook', secrets: [SECRET] },
      delivery: 'live',
      channelKeys: [KEY],
      receiverUrl: 'https://receiver.example',
    });
    expect(config.policy).toEqual({
      matchers: { solutionNames: ['My Web Conference'], entryPointHosts: [], parameterKeys: [] },
      fields: ['title', 'description', 'location', 'start', 'end', 'recurrence', 'organizer', 'visibility'],
      channelTtlMs: 604_800_000,
      channelRenewalMarginMs: 172_800_000,
      cancelGraceMs: 30_000,
      reconcileMs: 21_600_000,
      reconcileQuietMs: 172_800_000,
      reconcileUnprovenMs: 900_000,
      tellsOfCalendars: false,
      syncBudgetMs: { live: 60_000, upkeep: 480_000 },
      fullSyncPastMs: 86_400_000,
      leaseMs: 120_000,
      deliveryRetryMs: [5_000, 60_000, 120_000, 300_000, 900_000, 1_800_000, 3_600_000],
    });
  });

  test('an empty variable counts as an absent one', () => {
    const empty = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, '']));
    expect(parseConfig({ ...empty, ...ENOUGH }, 'syncCalendar')).toEqual(config);
  });

  test('what is not ours is ignored', () => {
    expect(parseConfig({ ...ENOUGH, PATH: '/bin', WORK_TOPICS: 'x' }, 'syncCalendar')).toEqual(config);
  });
});

describe('a setting', () => {
  test('of every name is read', () => {
    const config = parseConfig(
      {
        ...ENOUGH,
        STATE_STORE: 'memory',
        WORK_QUEUE: 'memory',
        WORK_TOPIC: 'work',
        DEAD_LETTER_TOPIC: 'letters',
        GOOGLE_CLOUD_PROJECT: 'project',
        FIRESTORE_DATABASE: 'other',
        CALENDAR_AUTH: 'oauth',
        OAUTH_CLIENT_ID: 'client',
        OAUTH_CLIENT_SECRET: 'client-secret',
        CALENDAR_API_ROOT: 'http://127.0.0.1:8080',
        CONFERENCE_ENTRY_POINT_HOSTS: 'vendor.example',
        CONFERENCE_PARAMETER_KEYS: 'room',
        CONFERENCE_BACKEND: 'module:./own.ts',
        DELIVERY: 'shadow',
        CONFERENCE_FIELDS: 'end,title,attendees',
        CHANNEL_TTL_SECONDS: '3600',
        CHANNEL_RENEWAL_MARGIN_SECONDS: '60',
        CANCEL_GRACE_SECONDS: '0',
        RECONCILE_INTERVAL_SECONDS: '2',
        RECONCILE_QUIET_SECONDS: '3',
        RECONCILE_UNPROVEN_SECONDS: '1',
        SYNC_TIME_BUDGET_SECONDS: '3',
        FULL_SYNC_PAST_DAYS: '7',
        LEASE_SECONDS: '2',
        DELIVERY_RETRY_SECONDS: '1,2',
      },
      'syncCalendar',
    );
    expect(config).toMatchObject({
      stateStore: 'memory',
      workQueue: 'memory',
      delivery: 'shadow',
      workTopic: 'work',
      deadLetterTopic: 'letters',
      projectId: 'project',
      firestoreDatabase: 'other',
      calendarAuth: {
        kind: 'oauth',
        clientId: 'client',
        clientSecret: 'client-secret',
        projectId: 'project',
        secretPrefix: 'calendar-refresh-token-',
      },
      calendarApiRoot: 'http://127.0.0.1:8080',
      backend: { kind: 'module', path: './own.ts' },
      policy: {
        matchers: {
          solutionNames: ['My Web Conference'],
          entryPointHosts: ['vendor.example'],
          parameterKeys: ['room'],
        },
        fields: ['title', 'end', 'attendees'],
        channelTtlMs: 3_600_000,
        channelRenewalMarginMs: 60_000,
        cancelGraceMs: 0,
        reconcileMs: 2_000,
        reconcileQuietMs: 3_000,
        reconcileUnprovenMs: 1_000,
        syncBudgetMs: { live: 3_000, upkeep: 3_000 },
        fullSyncPastMs: 604_800_000,
        leaseMs: 2_000,
        deliveryRetryMs: [1_000, 2_000],
      },
    });
  });

  test('that names the dead-letter topic by the work topic follows it', () => {
    expect(parseConfig({ ...ENOUGH, WORK_TOPIC: 'work' }, 'syncCalendar').deadLetterTopic).toBe('work-dead-letters');
  });

  test('of the acting service account belongs to delegation', () => {
    const env = { ...ENOUGH, DELEGATION_SERVICE_ACCOUNT: 'acting@project.iam.gserviceaccount.com' };
    expect(parseConfig(env, 'renewChannels').calendarAuth).toEqual({
      kind: 'delegation',
      serviceAccount: 'acting@project.iam.gserviceaccount.com',
    });
  });
});

describe('each function needs its own', () => {
  test.each<[FunctionName, string[]]>([
    ['receiveNotification', ['CHANNEL_TOKEN_KEYS']],
    ['renewChannels', ['RECEIVER_URL', 'CHANNEL_TOKEN_KEYS']],
    ['manageCalendars', ['RECEIVER_URL', 'CHANNEL_TOKEN_KEYS', 'CONFERENCE_SOLUTION_NAMES']],
    [
      'syncCalendar',
      [
        'RECEIVER_URL',
        'CHANNEL_TOKEN_KEYS',
        'CONFERENCE_SOLUTION_NAMES',
        'CONFERENCE_WEBHOOK_URL',
        'CONFERENCE_WEBHOOK_SECRET',
      ],
    ],
    [
      'connectCalendars',
      ['CONNECTION_KEYS', 'CONNECT_URL', 'CALENDAR_AUTH', 'CONNECT_RETURN_HOSTS', 'OAUTH_CLIENT_ID'],
    ],
  ])('%s lacks %j of nothing', (target, names) => {
    expect(problemsOf({}, target).map((problem) => problem.split(/[ ,]/)[0])).toEqual(names);
  });

  test.each<[FunctionName]>(FUNCTION_NAMES.map((name) => [name]))('%s is content with exactly that', (target) => {
    expect(problemsOf(target === 'connectCalendars' ? CONNECTING : ENOUGH, target)).toEqual([]);
  });

  test('users of our own domains and all others are acted for in two ways', () => {
    const env = { ...CONNECTING, CALENDAR_AUTH: 'delegation,oauth', DELEGATION_DOMAINS: 'Example.com, example.org' };
    const { calendarAuth, connections } = parseConfig(env, 'syncCalendar');
    expect(calendarAuth).toMatchObject({
      kind: 'delegation,oauth',
      delegation: { kind: 'delegation' },
      oauth: { kind: 'oauth', clientId: 'client', keys: [SEAL_KEY] },
      domains: ['example.com', 'example.org'],
    });
    expect(connections).toEqual({
      terms: {
        keys: [SEAL_KEY],
        clientId: 'client',
        url: 'https://connect.example',
        returnHosts: ['app.example'],
      },
      clientSecret: 'client-secret',
      apiRoot: undefined,
    });
    expect(problemsOf({ ...env, DELEGATION_DOMAINS: '' }, 'manageCalendars')).toEqual([
      'DELEGATION_DOMAINS is missing: CALENDAR_AUTH=delegation,oauth needs the domains of your own users',
    ]);
  });

  test('the worker needs no webhook where a module takes its place', () => {
    const { RECEIVER_URL, CHANNEL_TOKEN_KEYS } = ENOUGH;
    const env = { CONFERENCE_PARAMETER_KEYS: 'room', CONFERENCE_BACKEND: 'module:./own.ts' };
    expect(problemsOf({ ...env, RECEIVER_URL, CHANNEL_TOKEN_KEYS }, 'syncCalendar')).toEqual([]);
  });

  test('all that ask Google need the OAuth client, the receiver does not', () => {
    const env = { ...ENOUGH, CALENDAR_AUTH: 'oauth' };
    for (const target of ['syncCalendar', 'renewChannels', 'manageCalendars'] as const) {
      expect(problemsOf(env, target)).toEqual([
        'OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET or GOOGLE_CLOUD_PROJECT is missing: CALENDAR_AUTH=oauth needs all three',
      ]);
    }
    expect(problemsOf(env, 'receiveNotification')).toEqual([]);
  });

  test('what a function does not need must still be readable where it is given', () => {
    expect(problemsOf({ ...ENOUGH, LEASE_SECONDS: 'long' }, 'receiveNotification')).toEqual([
      'LEASE_SECONDS must be a number of seconds from 1 to 540',
    ]);
  });
});

describe('the problems', () => {
  const wrong: Environment = {
    STATE_STORE: 'disk',
    RECEIVER_URL: 'https://receiver.example',
    CHANNEL_TTL_SECONDS: 'long',
    CHANNEL_TOKEN_KEYS: 'my-s3cr3t',
    CONFERENCE_ENTRY_POINT_HOSTS: 'https://vendor.example',
    CONFERENCE_WEBHOOK_URL: 'http://user:s3cr3t@vendor.example',
    CONFERENCE_WEBHOOK_SECRET: 'whsec_s3cr3t',
    CONFERENCE_FIELDS: 'title,colour',
    OAUTH_CLIENT_SECRET: 's3cr3t',
    DELIVERY_RETRY_SECONDS: '',
  };

  test('are named all at once, and each once', () => {
    expect(problemsOf(wrong, 'syncCalendar')).toEqual([
      'STATE_STORE must be one of firestore, memory',
      'CHANNEL_TOKEN_KEYS must hold keys of at least 16 characters (try: openssl rand -base64 32)',
      'CHANNEL_TTL_SECONDS must be a number of seconds from 60 to 2592000',
      'CONFERENCE_ENTRY_POINT_HOSTS must be comma-separated host names, without https:// and paths',
      'CONFERENCE_WEBHOOK_URL must be an https:// address (http:// only for localhost)',
      'CONFERENCE_WEBHOOK_SECRET must hold secrets of the form whsec_<base64> (try: echo "whsec_$(openssl rand -base64 32)")',
      'CONFERENCE_FIELDS must be a comma-separated list of title, description, location, start, end, recurrence, organizer, visibility, attendees, parameters',
    ]);
  });

  test('stand one a line in the message, which holds no value', () => {
    const { message } = refusalOf(wrong, 'syncCalendar');
    expect(message.split('\n')).toHaveLength(8);
    expect(message).toMatch(/^The configuration has 7 problems:\n {2}STATE_STORE /);
    expect(message).not.toMatch(/s3cr3t|disk|colour/);
  });

  test('are one problem where there is one', () => {
    const missing = { kind: 'missing', settings: ['WORK_TOPIC'], text: 'WORK_TOPIC is missing' } as const;
    expect(new ConfigError([missing]).message).toBe('The configuration has a problem:\n  WORK_TOPIC is missing');
  });

  test('tell what nobody has set from what cannot be used, and name the settings of each', () => {
    const { problems } = refusalOf(
      { LEASE_SECONDS: 'long', CALENDAR_AUTH: 'oauth', OAUTH_CLIENT_ID: 'x' },
      'syncCalendar',
    );
    expect(problems.map(({ kind, settings }) => [kind, settings])).toEqual([
      ['missing', ['RECEIVER_URL']],
      ['missing', ['CHANNEL_TOKEN_KEYS']],
      ['wrong', ['LEASE_SECONDS']],
      ['missing', ['CONFERENCE_SOLUTION_NAMES', 'CONFERENCE_ENTRY_POINT_HOSTS', 'CONFERENCE_PARAMETER_KEYS']],
      ['missing', ['OAUTH_CLIENT_SECRET', 'GOOGLE_CLOUD_PROJECT']],
      ['missing', ['CONFERENCE_WEBHOOK_URL']],
      ['missing', ['CONFERENCE_WEBHOOK_SECRET']],
    ]);
  });

  test('include a channel that would be renewed before it is opened', () => {
    expect(problemsOf({ ...ENOUGH, CHANNEL_TTL_SECONDS: '86400' }, 'renewChannels')).toEqual([
      'CHANNEL_RENEWAL_MARGIN_SECONDS must be less than CHANNEL_TTL_SECONDS',
    ]);
  });

  test('of one value are not taken for problems of another', () => {
    const unreadable = { ...ENOUGH, CHANNEL_RENEWAL_MARGIN_SECONDS: 'early', CHANNEL_TTL_SECONDS: '60' };
    expect(problemsOf(unreadable, 'renewChannels')).toEqual([
      'CHANNEL_RENEWAL_MARGIN_SECONDS must be a number of seconds from 1 to 2505600',
    ]);
  });
});

describe('the table of settings', () => {
  test('has a default of every setting that its own reader takes', () => {
    for (const { fallback, read } of Object.values(SETTINGS)) {
      if (fallback !== undefined) expect(() => read(fallback)).not.toThrow();
    }
  });

  test('gives no default to what is secret', () => {
    for (const { isSecret, fallback } of Object.values(SETTINGS)) if (isSecret) expect(fallback).toBeUndefined();
  });

  test('calls every key, secret and password a secret', () => {
    const secrets = Object.entries(SETTINGS).filter(([, { isSecret }]) => isSecret);
    expect(secrets.map(([name]) => name)).toEqual([
      'OAUTH_CLIENT_SECRET',
      'CONNECTION_KEYS',
      'CHANNEL_TOKEN_KEYS',
      'CONFERENCE_WEBHOOK_SECRET',
    ]);
  });
});
