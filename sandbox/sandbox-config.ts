/** The configuration of the sandbox: what a deployment would have in its environment, pointed at the simulated world. */
import { type Config, type Environment, parseConfig } from '../shared/config/config.ts';
import { SETTINGS } from '../shared/config/settings.ts';

/** Everything stays on this machine. */
export const LOOPBACK = '127.0.0.1';

/** Ports of the block that begins at `first`. */
export interface SandboxPorts {
  readonly console: number;
  readonly receiveNotification: number;
  readonly syncCalendar: number;
  readonly renewChannels: number;
  readonly manageCalendars: number;
  readonly connectCalendars: number;
}

/** The block of six ports. */
export function portsFrom(first: number): SandboxPorts {
  return {
    console: first,
    receiveNotification: first + 1,
    syncCalendar: first + 2,
    renewChannels: first + 3,
    manageCalendars: first + 4,
    connectCalendars: first + 5,
  };
}

/** Secrets of a world that nobody else can reach, so that restarts understand each other. */
const CHANNEL_TOKEN_KEY = 'sandbox-channel-token-key';
/** Seals what users grant in the sandbox. */
const CONNECTION_KEY = Buffer.alloc(32, 'sandbox connection key ').toString('base64');
/** The sandbox as the simulated Google knows it. */
export const OAUTH_CLIENT = { id: 'sandbox.apps.googleusercontent.com', secret: 'sandbox-client-secret' };
/** The webhook secret that both sides of the sandbox share. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from('sandbox webhook secret 24 b').toString('base64')}`;

/** What decides where things are; the rest of the configuration may be set from outside. */
const FIXED = [
  'STATE_STORE',
  'WORK_QUEUE',
  'CALENDAR_AUTH',
  'CALENDAR_API_ROOT',
  'OAUTH_CLIENT_ID',
  'OAUTH_CLIENT_SECRET',
  'OAUTH_API_ROOT',
  'CONNECTION_KEYS',
  'CONNECT_URL',
  'RECEIVER_URL',
  'CONFERENCE_BACKEND',
  'CONFERENCE_WEBHOOK_URL',
  'CONFERENCE_WEBHOOK_SECRET',
];

/** Who is told of conferences: the simulated system, or a receiver or module of the user's own. */
export type ConferenceChoice =
  | { readonly kind: 'simulated' }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly secret: string;
      /** Where it says what it keeps of a conference, with `{conferenceId}` in it; null for nowhere. */
      readonly readBack: string | null;
    }
  | { readonly kind: 'module'; readonly path: string };

/** Settings of the environment that do not count here, as the sandbox makes them itself. */
export function ignoredSettings(env: Environment): readonly string[] {
  return FIXED.filter((name) => (env[name] ?? '') !== '');
}

/**
 * The configuration of all five functions. Settings in `env` count, except for those that hold the sandbox together.
 * @throws ConfigError
 */
export function sandboxConfig(
  ports: SandboxPorts,
  env: Environment,
  hasEmulators: boolean,
  conferences: ConferenceChoice = { kind: 'simulated' },
): Config {
  const given = Object.entries(env).filter(([name]) => name in SETTINGS && !FIXED.includes(name));
  return parseConfig(
    {
      GOOGLE_CLOUD_PROJECT: 'sandbox',
      CHANNEL_TOKEN_KEYS: CHANNEL_TOKEN_KEY,
      CONNECT_RETURN_HOSTS: `${LOOPBACK},localhost,app.example.com`,
      CONFERENCE_SOLUTION_NAMES: 'My Web Conference,My Recorded Web Conference',
      CALENDAR_MESSAGES: 'on',
      CANCEL_GRACE_SECONDS: '5',
      // Short enough to watch: a dead worker holds its calendar up for this long.
      LEASE_SECONDS: '20',
      ...Object.fromEntries(given),
      STATE_STORE: hasEmulators ? 'firestore' : 'memory',
      WORK_QUEUE: hasEmulators ? 'pubsub' : 'memory',
      CALENDAR_AUTH: 'oauth',
      CALENDAR_API_ROOT: `http://${LOOPBACK}:${ports.console}`,
      OAUTH_CLIENT_ID: OAUTH_CLIENT.id,
      OAUTH_CLIENT_SECRET: OAUTH_CLIENT.secret,
      OAUTH_API_ROOT: `http://${LOOPBACK}:${ports.console}`,
      CONNECTION_KEYS: CONNECTION_KEY,
      CONNECT_URL: `http://${LOOPBACK}:${ports.connectCalendars}`,
      RECEIVER_URL: `http://${LOOPBACK}:${ports.receiveNotification}`,
      ...backendSettings(conferences, ports),
    },
    'syncCalendar',
  );
}

function backendSettings(conferences: ConferenceChoice, ports: SandboxPorts): Environment {
  switch (conferences.kind) {
    case 'simulated':
      return {
        CONFERENCE_WEBHOOK_URL: `http://${LOOPBACK}:${ports.console}/conference/webhook`,
        CONFERENCE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      };
    case 'webhook':
      return { CONFERENCE_WEBHOOK_URL: conferences.url, CONFERENCE_WEBHOOK_SECRET: conferences.secret };
    case 'module':
      return { CONFERENCE_BACKEND: `module:${conferences.path}` };
  }
}
