/** Reads the environment into a configuration, or names everything that is wrong with it at once. Pure: the environment comes in. */
import type { SealKeys } from '../domain/connection/seal.ts';
import type { KeyRing } from '../domain/notification/channel.ts';
import type { Policy } from '../domain/policy.ts';
import type { ChannelTerms, ConnectionTerms } from '../domain/ports.ts';
import { type FunctionName, SETTINGS, type SettingName, type Settings } from './settings.ts';

/** Environment variables as Node has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How to act as the users of calendars. */
export type CalendarAuth =
  | { readonly kind: 'none' | 'service-account' }
  | DelegationAuth
  | OAuthAuth
  | {
      readonly kind: 'delegation,oauth';
      readonly delegation: DelegationAuth;
      readonly oauth: OAuthAuth;
      /** Domains whose users are acted for by delegation. */
      readonly domains: readonly string[];
    };

/** By domain-wide delegation. */
export interface DelegationAuth {
  readonly kind: 'delegation';
  readonly serviceAccount: string | undefined;
}

/** By the consent of each user. */
export interface OAuthAuth {
  readonly kind: 'oauth';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly projectId: string;
  readonly secretPrefix: string;
  /** Where the OAuth endpoints are; undefined for Google's own. */
  readonly apiRoot: string | undefined;
  /** What opens the consents of users who have connected; undefined where none can. */
  readonly keys: SealKeys | undefined;
}

/** How users connect, as our OAuth client. */
export interface Connections {
  readonly terms: ConnectionTerms;
  readonly clientSecret: string;
  /** Where the OAuth endpoints are; undefined for Google's own. */
  readonly apiRoot: string | undefined;
}

/** What a function is run with. */
export interface Config {
  readonly stateStore: 'firestore' | 'memory';
  readonly workQueue: 'pubsub' | 'memory';
  readonly workTopic: string;
  readonly deadLetterTopic: string;
  readonly projectId: string | undefined;
  readonly firestoreDatabase: string;
  readonly calendarAuth: CalendarAuth;
  readonly calendarApiRoot: string;
  /** How users connect; undefined where they cannot. */
  readonly connections: Connections | undefined;
  readonly backend:
    | { readonly kind: 'webhook'; readonly url: string; readonly secrets: readonly [string, ...string[]] }
    | { readonly kind: 'module'; readonly path: string }
    | undefined;
  /** `shadow`: everything is recorded, nothing is sent. */
  readonly delivery: 'live' | 'shadow';
  /** What signs and verifies channel tokens; undefined for a function that is given no key. */
  readonly channelKeys: KeyRing | undefined;
  /** Where Google is told to call; undefined for a function that is not told. */
  readonly receiverUrl: string | undefined;
  readonly policy: Policy;
}

/** What is wrong with settings: nobody has set them, or what they are set to cannot be used. `text` names them and holds no value. */
export interface ConfigProblem {
  readonly kind: 'missing' | 'wrong';
  readonly settings: readonly SettingName[];
  readonly text: string;
}

/** The configuration cannot be used; the message lists every problem, one a line, and no value. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map(({ text }) => `  ${text}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** What channel tokens are verified with. @throws Error for a function that is given none, and whose configuration must refuse that if it needs it */
export function channelKeysOf({ channelKeys }: Config): KeyRing {
  if (channelKeys === undefined) throw new Error('there is no CHANNEL_TOKEN_KEYS');
  return channelKeys;
}

/** What channels are opened with. @throws Error as `channelKeysOf` */
export function channelTermsOf(config: Config): ChannelTerms {
  const { receiverUrl } = config;
  if (receiverUrl === undefined) throw new Error('there is no RECEIVER_URL');
  return { keys: channelKeysOf(config), receiverUrl };
}

/** Reads the configuration of one function. @throws ConfigError */
export function parseConfig(env: Environment, target: FunctionName): Config {
  const problems: ConfigProblem[] = [];
  const settings = readSettings(env, target, problems);
  const config = assemble(settings, target, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readSettings(env: Environment, target: FunctionName, problems: ConfigProblem[]): Settings {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [key, { read, fallback, neededBy, help }] of Object.entries(SETTINGS)) {
    // The keys of the table are the names.
    const name = key as SettingName;
    const text = env[name] === undefined || env[name] === '' ? fallback : env[name];
    const isNeeded = neededBy.some((needed) => needed === target);
    if (text === undefined && isNeeded) {
      problems.push({ kind: 'missing', settings: [name], text: `${name} is missing: ${help}` });
    }
    if (text === undefined) continue;
    try {
      values[name] = read(text);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'cannot be read';
      problems.push({ kind: 'wrong', settings: [name], text: `${name} ${why}` });
      // Until every problem is named; no configuration comes of it.
      if (fallback !== undefined) values[name] = read(fallback);
    }
  }
  // Each value came from the reader of its own name, and whatever has a default has a value.
  return values as Settings;
}

function assemble(settings: Settings, target: FunctionName, problems: ConfigProblem[]): Config {
  const { WORK_TOPIC: workTopic } = settings;
  const policy = policyOf(settings);
  if (target === 'syncCalendar' || target === 'manageCalendars') checkMatchers(settings, problems);
  const { CHANNEL_TTL_SECONDS: ttlMs, CHANNEL_RENEWAL_MARGIN_SECONDS: marginMs } = settings;
  const lifetimes = ['CHANNEL_RENEWAL_MARGIN_SECONDS', 'CHANNEL_TTL_SECONDS'] as const;
  if (marginMs >= ttlMs && !lifetimes.some((name) => isReported(problems, name))) {
    problems.push({
      kind: 'wrong',
      settings: lifetimes,
      text: 'CHANNEL_RENEWAL_MARGIN_SECONDS must be less than CHANNEL_TTL_SECONDS',
    });
  }
  return {
    stateStore: settings.STATE_STORE,
    workQueue: settings.WORK_QUEUE,
    workTopic,
    deadLetterTopic: settings.DEAD_LETTER_TOPIC ?? `${workTopic}-dead-letters`,
    projectId: settings.GOOGLE_CLOUD_PROJECT,
    firestoreDatabase: settings.FIRESTORE_DATABASE,
    calendarAuth: calendarAuthOf(settings, target, problems),
    calendarApiRoot: settings.CALENDAR_API_ROOT,
    connections: connectionsOf(settings, target, problems),
    backend: backendOf(settings, target, problems),
    delivery: settings.DELIVERY ?? 'live',
    channelKeys: settings.CHANNEL_TOKEN_KEYS,
    receiverUrl: settings.RECEIVER_URL,
    policy,
  };
}

function calendarAuthOf(settings: Settings, target: FunctionName, problems: ConfigProblem[]): CalendarAuth {
  const kind = settings.CALENDAR_AUTH;
  const delegation: DelegationAuth = { kind: 'delegation', serviceAccount: settings.DELEGATION_SERVICE_ACCOUNT };
  if (kind === 'delegation') return delegation;
  if (kind === 'none' || kind === 'service-account') return { kind };
  const oauth = oauthOf(settings, target, problems);
  if (kind === 'oauth') return oauth ?? { kind: 'none' };
  const { DELEGATION_DOMAINS: domains } = settings;
  if (domains.length === 0 && !isReported(problems, 'DELEGATION_DOMAINS') && target !== 'receiveNotification') {
    const text = 'DELEGATION_DOMAINS is missing: CALENDAR_AUTH=delegation,oauth needs the domains of your own users';
    problems.push({ kind: 'missing', settings: ['DELEGATION_DOMAINS'], text });
  }
  return oauth === undefined ? { kind: 'none' } : { kind, delegation, oauth, domains };
}

function oauthOf(settings: Settings, target: FunctionName, problems: ConfigProblem[]): OAuthAuth | undefined {
  const { OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: clientSecret, GOOGLE_CLOUD_PROJECT: projectId } = settings;
  if (clientId === undefined || clientSecret === undefined || projectId === undefined) {
    // The receiver asks Google for nothing.
    if (target !== 'receiveNotification') {
      const needed = ['OAUTH_CLIENT_ID', 'OAUTH_CLIENT_SECRET', 'GOOGLE_CLOUD_PROJECT'] as const;
      problems.push({
        kind: 'missing',
        settings: needed.filter((name) => settings[name] === undefined),
        text: 'OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET or GOOGLE_CLOUD_PROJECT is missing: CALENDAR_AUTH=oauth needs all three',
      });
    }
    return undefined;
  }
  const { OAUTH_SECRET_PREFIX: secretPrefix, OAUTH_API_ROOT: apiRoot, CONNECTION_KEYS: keys } = settings;
  return { kind: 'oauth', clientId, clientSecret, projectId, secretPrefix, apiRoot, keys };
}

/** Undefined where nobody can connect: for connectCalendars that is a problem, for the others a choice. */
function connectionsOf(settings: Settings, target: FunctionName, problems: ConfigProblem[]): Connections | undefined {
  if (target === 'connectCalendars') checkConnecting(settings, problems);
  const { OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: clientSecret, OAUTH_API_ROOT: apiRoot } = settings;
  const { CONNECTION_KEYS: keys, CONNECT_URL: url, CONNECT_RETURN_HOSTS: returnHosts } = settings;
  if (clientId === undefined || clientSecret === undefined || keys === undefined || url === undefined) return undefined;
  return { terms: { keys, clientId, url: url.replace(/\/$/, ''), returnHosts }, clientSecret, apiRoot };
}

function checkConnecting(settings: Settings, problems: ConfigProblem[]): void {
  const { CALENDAR_AUTH: auth, CONNECT_RETURN_HOSTS: hosts } = settings;
  if (auth === 'delegation' || auth === 'service-account') {
    const text =
      'CALENDAR_AUTH must be oauth or delegation,oauth for connectCalendars: nothing else uses the consents that it asks for';
    problems.push({ kind: 'wrong', settings: ['CALENDAR_AUTH'], text });
  }
  if (hosts.length === 0 && !isReported(problems, 'CONNECT_RETURN_HOSTS')) {
    const text = 'CONNECT_RETURN_HOSTS is missing: connectCalendars could send no browser back';
    problems.push({ kind: 'missing', settings: ['CONNECT_RETURN_HOSTS'], text });
  }
  const missing = (['OAUTH_CLIENT_ID', 'OAUTH_CLIENT_SECRET'] as const).filter((name) => settings[name] === undefined);
  if (missing.length > 0 && !missing.some((name) => isReported(problems, name))) {
    const text = `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing: connectCalendars asks users in the name of an OAuth client`;
    problems.push({ kind: 'missing', settings: missing, text });
  }
}

function checkMatchers(settings: Settings, problems: ConfigProblem[]): void {
  const matchers = ['CONFERENCE_SOLUTION_NAMES', 'CONFERENCE_ENTRY_POINT_HOSTS', 'CONFERENCE_PARAMETER_KEYS'] as const;
  // One that could not be read was reported already, and is not empty.
  if (matchers.every((name) => settings[name].length === 0 && !isReported(problems, name))) {
    problems.push({
      kind: 'missing',
      settings: matchers,
      text: 'CONFERENCE_SOLUTION_NAMES, CONFERENCE_ENTRY_POINT_HOSTS and CONFERENCE_PARAMETER_KEYS are all empty: at least one must say which conferences are yours',
    });
  }
}

function backendOf(settings: Settings, target: FunctionName, problems: ConfigProblem[]): Config['backend'] {
  const backend = settings.CONFERENCE_BACKEND;
  if (backend.kind === 'module') return backend;
  const { CONFERENCE_WEBHOOK_URL: url, CONFERENCE_WEBHOOK_SECRET: secrets } = settings;
  if (target === 'syncCalendar' && !isReported(problems, 'CONFERENCE_BACKEND')) {
    for (const name of ['CONFERENCE_WEBHOOK_URL', 'CONFERENCE_WEBHOOK_SECRET'] as const) {
      if (settings[name] === undefined && !isReported(problems, name)) {
        const text = `${name} is missing: CONFERENCE_BACKEND=webhook needs it`;
        problems.push({ kind: 'missing', settings: [name], text });
      }
    }
  }
  return url === undefined || secrets === undefined ? undefined : { kind: 'webhook', url, secrets };
}

function isReported(problems: readonly ConfigProblem[], name: SettingName): boolean {
  return problems.some(({ settings }) => settings.includes(name));
}

/** Whatever the unit in a setting's name, its value is milliseconds once it is read. */
function policyOf(settings: Settings): Policy {
  const budget = settings.SYNC_TIME_BUDGET_SECONDS;
  return {
    matchers: {
      solutionNames: settings.CONFERENCE_SOLUTION_NAMES,
      entryPointHosts: settings.CONFERENCE_ENTRY_POINT_HOSTS,
      parameterKeys: settings.CONFERENCE_PARAMETER_KEYS,
    },
    fields: settings.CONFERENCE_FIELDS,
    channelTtlMs: settings.CHANNEL_TTL_SECONDS,
    channelRenewalMarginMs: settings.CHANNEL_RENEWAL_MARGIN_SECONDS,
    cancelGraceMs: settings.CANCEL_GRACE_SECONDS,
    reconcileMs: settings.RECONCILE_INTERVAL_SECONDS,
    reconcileQuietMs: settings.RECONCILE_QUIET_SECONDS,
    reconcileUnprovenMs: settings.RECONCILE_UNPROVEN_SECONDS,
    syncBudgetMs: { live: budget ?? 60_000, upkeep: budget ?? 480_000 },
    fullSyncPastMs: settings.FULL_SYNC_PAST_DAYS,
    leaseMs: settings.LEASE_SECONDS,
    tellsOfCalendars: settings.CALENDAR_MESSAGES === 'on',
    deliveryRetryMs: settings.DELIVERY_RETRY_SECONDS,
  };
}
