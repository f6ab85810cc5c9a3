/** Every setting there is: its default, its reader, who needs it, and a line of help. `docs/configuration.md` is made from this table. */
import { EVENT_FIELDS } from '../domain/event/event-fields.ts';
import {
  type Reader,
  readBackend,
  readChoice,
  readDays,
  readHosts,
  readKeyRing,
  readList,
  readSealKeys,
  readSeconds,
  readSecondsList,
  readSecretPrefix,
  readSubset,
  readText,
  readWebAddress,
  readWebhookKeys,
} from './readers.ts';

/** The targets of the functions framework. */
export const FUNCTION_NAMES = [
  'receiveNotification',
  'syncCalendar',
  'renewChannels',
  'manageCalendars',
  'connectCalendars',
] as const;
/** One deployed function. */
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** One environment variable. */
export interface Setting<Value, Fallback extends string | undefined = string | undefined> {
  readonly read: Reader<Value>;
  /** The text that counts where the variable is absent; undefined for none. */
  readonly fallback: Fallback;
  readonly help: string;
  /** The functions that cannot start without a value. */
  readonly neededBy: readonly FunctionName[];
  readonly isSecret: boolean;
}

interface Extras {
  readonly neededBy?: readonly FunctionName[];
  readonly isSecret?: boolean;
}

function setting<Value>(
  read: Reader<Value>,
  help: string,
  extras: Extras & { readonly fallback: string },
): Setting<Value, string>;
function setting<Value>(read: Reader<Value>, help: string, extras?: Extras): Setting<Value, undefined>;
function setting<Value>(
  read: Reader<Value>,
  help: string,
  { fallback, neededBy = [], isSecret = false }: Extras & { readonly fallback?: string } = {},
): Setting<Value> {
  return { read, fallback, help, neededBy, isSecret };
}

const DAY = 24 * 3_600;
/** All that open channels: the worker where an opening has failed a moment ago. */
const CHANNELS = ['syncCalendar', 'renewChannels', 'manageCalendars'] as const;

/** See the file's head. */
export const SETTINGS = {
  STATE_STORE: setting(
    readChoice(['firestore', 'memory']),
    'Where state is kept; `memory` lives and dies with its process.',
    { fallback: 'firestore' },
  ),
  WORK_QUEUE: setting(
    readChoice(['pubsub', 'memory']),
    'What carries work; `memory` delivers inside its process only.',
    { fallback: 'pubsub' },
  ),
  WORK_TOPIC: setting(readText, 'Pub/Sub topic of the work messages.', { fallback: 'calendar-work' }),
  DEAD_LETTER_TOPIC: setting(
    readText,
    'Pub/Sub topic of what cannot be worked on. Default: `WORK_TOPIC` with `-dead-letters`.',
  ),
  GOOGLE_CLOUD_PROJECT: setting(
    readText,
    "Project ID, as in Google's own clients. Default: the project of the runtime.",
  ),
  FIRESTORE_EMULATOR_HOST: setting(readText, "Host and port of a Firestore emulator, as in Google's own clients."),
  PUBSUB_EMULATOR_HOST: setting(readText, "Host and port of a Pub/Sub emulator, as in Google's own clients."),
  FIRESTORE_DATABASE: setting(readText, 'Firestore database.', { fallback: '(default)' }),
  CALENDAR_AUTH: setting(
    readChoice(['delegation', 'oauth', 'delegation,oauth', 'service-account', 'none']),
    "How to act as the user: domain-wide delegation without key files, users' own consents, both (see `DELEGATION_DOMAINS`), calendars shared with the service account, or not at all (simulator).",
    { fallback: 'delegation' },
  ),
  CALENDAR_API_ROOT: setting(readWebAddress, 'Root URL of the Calendar API; the path below it is `/calendar/v3/...`.', {
    fallback: 'https://www.googleapis.com',
  }),
  DELEGATION_SERVICE_ACCOUNT: setting(
    readText,
    'Service account that users are impersonated through. Default: the one of the runtime.',
  ),
  DELEGATION_DOMAINS: setting(
    readHosts,
    'With `CALENDAR_AUTH=delegation,oauth`: the domains whose users are acted for by delegation, comma separated; all others by their own consent.',
    { fallback: '' },
  ),
  OAUTH_CLIENT_ID: setting(readText, 'OAuth client, for `CALENDAR_AUTH=oauth`.'),
  OAUTH_CLIENT_SECRET: setting(readText, 'The key of that OAuth client.', { isSecret: true }),
  OAUTH_SECRET_PREFIX: setting(
    readSecretPrefix,
    "What the names of the secrets with users' refresh tokens begin with, before the hash of the user.",
    { fallback: 'calendar-refresh-token-' },
  ),
  OAUTH_API_ROOT: setting(
    readWebAddress,
    "Root URL of OAuth endpoints other than Google's own, which stand below it as the simulator has them.",
  ),
  CONNECTION_KEYS: setting(
    readSealKeys,
    'Keys that seal the consents of users who connect, and sign their links; newest first, comma separated.',
    { neededBy: ['connectCalendars'], isSecret: true },
  ),
  CONNECT_URL: setting(
    readWebAddress,
    'Public https address of connectCalendars (http for loopback only). The OAuth client has it, with `/callback` at its end, among its redirect URIs.',
    { neededBy: ['connectCalendars'] },
  ),
  CONNECT_RETURN_HOSTS: setting(
    readHosts,
    'Hosts that a browser may be sent back to once its user has connected, comma separated.',
    { fallback: '' },
  ),
  RECEIVER_URL: setting(readWebAddress, 'Public https address of receiveNotification (http for loopback only).', {
    neededBy: CHANNELS,
  }),
  CHANNEL_TOKEN_KEYS: setting(readKeyRing, 'Keys that sign channel tokens, newest first, comma separated.', {
    neededBy: ['receiveNotification', ...CHANNELS],
    isSecret: true,
  }),
  CHANNEL_TTL_SECONDS: setting(readSeconds(60, 30 * DAY), 'How long a channel should live; Google may grant less.', {
    fallback: '604800',
  }),
  CHANNEL_RENEWAL_MARGIN_SECONDS: setting(
    readSeconds(1, 29 * DAY),
    'How long before its end, at the least, a channel has a successor.',
    { fallback: '172800' },
  ),
  CONFERENCE_SOLUTION_NAMES: setting(
    readList,
    'Conferences with one of these solution names are ours, comma separated.',
    { fallback: '' },
  ),
  CONFERENCE_ENTRY_POINT_HOSTS: setting(readHosts, 'So are those with an entry point on one of these hosts or below.', {
    fallback: '',
  }),
  CONFERENCE_PARAMETER_KEYS: setting(readList, 'So are those with one of these add-on parameters.', { fallback: '' }),
  CONFERENCE_BACKEND: setting(readBackend, '`webhook`, or `module:PATH` for a module of your own.', {
    fallback: 'webhook',
  }),
  DELIVERY: setting(
    readChoice(['live', 'shadow']),
    '`shadow`: everything is recorded and compared, nothing is sent, and the log says what would have been ([migrate.md](migrate.md)).',
    { fallback: 'live' },
  ),
  CALENDAR_MESSAGES: setting(
    readChoice(['off', 'on']),
    '`on`: the conference system is also told which calendars are connected and which are not, and why ([webhook.md](webhook.md#calendars)).',
    { fallback: 'off' },
  ),
  CONFERENCE_WEBHOOK_URL: setting(readWebAddress, 'Where changes are sent.'),
  CONFERENCE_WEBHOOK_SECRET: setting(
    readWebhookKeys,
    'Standard Webhooks secrets (`whsec_...`), newest first, comma separated; every delivery is signed with each.',
    { isSecret: true },
  ),
  CONFERENCE_FIELDS: setting(
    readSubset(EVENT_FIELDS),
    'Event fields that the conference system follows, and the only ones that it is sent; `attendees` and `parameters` can be added.',
    {
      fallback: 'title,description,location,start,end,recurrence,organizer,visibility',
    },
  ),
  CANCEL_GRACE_SECONDS: setting(
    readSeconds(0, 7 * DAY),
    'How long a conference without an event waits before it is cancelled, at the least.',
    { fallback: '30' },
  ),
  RECONCILE_INTERVAL_SECONDS: setting(
    readSeconds(1, 30 * DAY),
    'How often a calendar is listed without being asked, give or take a quarter. Each time it shows nothing that no notification had told of, the next time is twice as far off.',
    { fallback: '21600' },
  ),
  RECONCILE_QUIET_SECONDS: setting(
    readSeconds(1, 30 * DAY),
    'How far the doubling of `RECONCILE_INTERVAL_SECONDS` goes. Where this is not longer than that, nothing is doubled.',
    { fallback: '172800' },
  ),
  RECONCILE_UNPROVEN_SECONDS: setting(
    readSeconds(1, 30 * DAY),
    'The same while its channel has delivered nothing or there is none.',
    { fallback: '900' },
  ),
  SYNC_TIME_BUDGET_SECONDS: setting(
    readSeconds(1, 540),
    'How long one sync may take before it hands over. Default: 60 on the live lane, 480 on the upkeep lane.',
  ),
  FULL_SYNC_PAST_DAYS: setting(readDays, 'How far back the first listing of a calendar reaches.', { fallback: '1' }),
  LEASE_SECONDS: setting(readSeconds(1, 540), 'How long a dead worker holds up its calendar.', { fallback: '120' }),
  DELIVERY_RETRY_SECONDS: setting(
    readSecondsList,
    'Waits before a failed delivery is tried again; the last repeats, for three days. A wait of more than nine seconds ends with the next scheduled run, up to a minute later.',
    { fallback: '5,60,120,300,900,1800,3600' },
  ),
} as const satisfies Record<string, Setting<unknown>>;

/** The name of an environment variable of ours. */
export type SettingName = keyof typeof SETTINGS;

/** The values of all settings; undefined for those that have neither a value nor a default. */
export type Settings = {
  readonly [Name in SettingName]:
    | ReturnType<(typeof SETTINGS)[Name]['read']>
    | ((typeof SETTINGS)[Name]['fallback'] extends string ? never : undefined);
};
