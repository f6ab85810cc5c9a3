/**
 * Each function with exactly the variables and secrets that Terraform gives it, and what it hands to the others: channel tokens, links and
 * consents. What one function signs or seals, another has to take.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Drain } from '../../functions/drain.ts';
import { wireCalendars, wireConnect, wireManagement, wireReceiver, wireWorker } from '../../functions/wire.ts';
import { type Config, channelKeysOf, channelTermsOf, parseConfig } from '../../shared/config/config.ts';
import type { FunctionName } from '../../shared/config/settings.ts';
import { GoogleUnavailable } from '../../shared/domain/errors.ts';
import type {
  ConnectServices,
  ConsentRequest,
  GoogleConsent,
  Services,
  WatchRequest,
} from '../../shared/domain/ports.ts';
import { registerCalendar, registerWithoutChannel } from '../../shared/flow/calendars/register-calendar.ts';
import { finishConnection } from '../../shared/flow/connections/finish-connection.ts';
import { forgetUser } from '../../shared/flow/connections/forget-user.ts';
import { offerConnection } from '../../shared/flow/connections/offer-connection.ts';
import { startConnection } from '../../shared/flow/connections/start-connection.ts';
import { storedGrants } from '../../shared/flow/connections/stored-grants.ts';
import { doWork } from '../../shared/flow/do-work.ts';
import { receiveNotification } from '../../shared/flow/receive-notification.ts';
import { wakeDue } from '../../shared/flow/wake/wake-due.ts';
import { DEPLOYMENTS, deploymentOf, secretsGivenTo } from '../deployed/deployments.ts';
import { ALICE } from '../domain/build.ts';
import { World } from '../flow/world.ts';

/** The only changes: no database, no broker. */
const INSIDE = { STATE_STORE: 'memory', WORK_QUEUE: 'memory' };

function configOf(name: string): Config {
  const deployment = deploymentOf(name);
  return parseConfig({ ...deployment.environment, ...secretsGivenTo(deployment), ...INSIDE }, deployment.target);
}

let world: World;
/** What Google was asked to open. */
let watched: WatchRequest[];

beforeEach(() => {
  world = new World();
  watched = [];
  world.beforeWatchAnswer = async (request) => {
    watched.push(request);
  };
});

/** The services of a function, over the world that all of them share. */
function servicesOf(name: string): Services {
  const config = configOf(name);
  return { ...world.services, policy: config.policy, channels: channelTermsOf(config) };
}

/** What the receiver says of a notification through a channel that was opened. */
function received({ id, token }: WatchRequest) {
  const config = configOf('receive-notification');
  const headers = {
    'x-goog-channel-id': id,
    'x-goog-channel-token': token,
    'x-goog-resource-id': 'resource',
    'x-goog-resource-state': 'exists',
  };
  return receiveNotification({ ...world.services, channels: { keys: channelKeysOf(config) } }, headers);
}

const WIRING = {
  receiveNotification: wireReceiver,
  syncCalendar: wireWorker,
  renewChannels: wireCalendars,
  manageCalendars: wireManagement,
  connectCalendars: wireConnect,
} satisfies Record<FunctionName, (config: Config, log: Services['log'], drain: Drain) => Promise<unknown>>;

test.each(DEPLOYMENTS.map(({ name, target }) => [name, target] as const))('%s can be wired', async (name, target) => {
  expect(await WIRING[target](configOf(name), world.services.log, new Drain())).toBeDefined();
});

describe('a channel is taken by the receiver, whoever opened it', () => {
  test.each(['sync-calendar-live', 'sync-calendar-upkeep'])('%s, after an opening that failed', async (name) => {
    world.beforeWatchAnswer = async (request) => {
      watched.push(request);
      if (watched.length === 1) throw new GoogleUnavailable('events.watch: status 503');
    };
    await world.clock.runUntilDone(registerCalendar(servicesOf('manage-calendars'), ALICE, ALICE));
    const [queued] = world.queued;
    if (queued === undefined) throw new Error('no message asks for the first listing');
    await world.clock.runUntilDone(doWork(servicesOf(name), queued.message, queued));
    expect(watched).toHaveLength(2);
  });

  test('renew-channels', async () => {
    await registerWithoutChannel(world.services, ALICE, ALICE);
    await world.clock.runUntilDone(wakeDue(servicesOf('renew-channels'), Infinity));
    expect(watched).toHaveLength(1);
  });

  test('manage-calendars', async () => {
    await world.clock.runUntilDone(registerCalendar(servicesOf('manage-calendars'), ALICE, ALICE));
    expect(watched).toHaveLength(1);
  });

  afterEach(async () => {
    const { environment } = deploymentOf('renew-channels');
    for (const request of watched) {
      expect(request.address).toBe(environment.RECEIVER_URL);
      expect(await received(request)).toBe('accepted');
    }
  });
});

describe('a consent', () => {
  const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
  let asked: ConsentRequest;
  let revoked: string[];

  function connectServicesOf(name: string): ConnectServices {
    const { connections } = configOf(name);
    if (connections === undefined) throw new Error(`nobody can connect through ${name}`);
    const consent: GoogleConsent = {
      scope: SCOPE,
      addressOf: (request) => {
        asked = request;
        return 'https://accounts.google.com/';
      },
      exchange: async () => ({
        refreshToken: 'refresh-token',
        endsInSeconds: null,
        scopes: [SCOPE],
        email: ALICE,
        isEmailVerified: true,
        nonce: asked.nonce,
      }),
      revoke: async (token) => void revoked.push(token),
    };
    return { ...world.services, consent, terms: connections.terms };
  }

  beforeEach(async () => {
    revoked = [];
    const wish = { subject: ALICE, calendars: [], returnTo: 'https://app.example.com/' };
    const { url } = await offerConnection(connectServicesOf('manage-calendars'), wish);
    const ticket = new URL(url).searchParams.get('ticket') ?? '';
    const connecting = connectServicesOf('connect-calendars');
    const start = await startConnection(connecting, ticket, undefined);
    if (start.kind !== 'go') throw new Error(`the link of manage-calendars is refused: ${start.reason}`);
    const back = { state: asked.state, code: 'code', error: undefined, issuer: undefined, cookie: start.browser };
    expect(await finishConnection(connecting, back)).toMatchObject({ kind: 'back' });
  });

  test.each(['sync-calendar-live', 'sync-calendar-upkeep', 'renew-channels', 'manage-calendars'])(
    'is opened by %s, which acts as the user',
    async (name) => {
      const { calendarAuth } = configOf(name);
      if (calendarAuth.kind !== 'delegation,oauth') throw new Error(`${name} acts by ${calendarAuth.kind}`);
      const { keys, clientId } = calendarAuth.oauth;
      if (keys === undefined) throw new Error(`${name} has no CONNECTION_KEYS`);
      expect(await storedGrants({ ...world.services, keys, clientId }).refreshTokenOf(ALICE)).toBe('refresh-token');
    },
  );

  test('is ended by manage-calendars when its user is to be forgotten', async () => {
    const setup = connectServicesOf('manage-calendars');
    const forgetting = forgetUser(servicesOf('manage-calendars'), setup, ALICE, Infinity);
    expect(await world.clock.runUntilDone(forgetting)).toMatchObject({ connection: 'revoked' });
    expect(revoked).toEqual(['refresh-token']);
  });
});

test.each(['sync-calendar-live', 'sync-calendar-upkeep'])('%s can tell the conference system', (name) => {
  expect(configOf(name).backend).toMatchObject({ kind: 'webhook', secrets: [expect.stringMatching(/^whsec_/)] });
});
