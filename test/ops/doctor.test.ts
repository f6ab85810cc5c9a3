/** The doctor: well where everything is, and naming each of the set-ups that are broken, with what to do. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import { plain } from '../../ops/cli/paint.ts';
import { parse, run } from '../../ops/commands/doctor.ts';
import { problemsOf } from '../../ops/config-problems.ts';
import {
  DEPLOYMENTS,
  type FunctionFacts,
  type Installation,
  type OpsServices,
  type SubscriptionFacts,
} from '../../ops/ports.ts';
import { AccessLost, OwnAccountRefused, StoreUnavailable } from '../../shared/domain/errors.ts';
import { meeting, ours } from '../domain/build.ts';
import {
  absent,
  bench,
  deployed,
  fakeScreen,
  known,
  silentStore,
  soundInstallation,
  withCalls,
} from './fake-services.ts';

const options = parse({ parameters: [], flags: { subject: 'alice@example.com' }, now: 0 });

async function diagnose(
  installation: Partial<Installation>,
  changes: (services: OpsServices) => Partial<OpsServices> = () => ({}),
) {
  const { services } = bench(installation);
  return shown({ ...services, ...changes(services) });
}

async function shown(services: OpsServices) {
  const report = await run(services, options, fakeScreen().screen);
  return { exit: report.exit, text: report.text(plain).join('\n') };
}

/** A subscription that differs from the sound one. */
function subscription(name: string, changes: Partial<SubscriptionFacts>): Installation['subscription'] {
  const sound = soundInstallation(() => 0);
  return async (asked) => {
    const reading = await sound.subscription(asked);
    return asked.endsWith(name) && reading.kind === 'known' ? known({ ...reading.fact, ...changes }) : reading;
  };
}

const missing = (end: string): Installation['subscription'] => {
  const sound = soundInstallation(() => 0);
  return async (asked) => (asked.endsWith(end) ? absent : sound.subscription(asked));
};

test('a sound installation is well, and nothing is asked of anybody', async () => {
  const { services, world } = bench();
  await world.register('alice@example.com');
  const { exit, text } = await shown(services);
  expect(text).toMatch(/ 0 broken, 0 to mind, 0 not checked\.$/);
  expect(exit).toBe(EXIT.fine);
});

const ALL_CALLERS = ['push-work', 'tick-renewals'].map((name) => `serviceAccount:${name}@p.iam.gserviceaccount.com`);

/** The functions of one version, but for this one. */
function functionsWith(name: string, changes: Partial<FunctionFacts>): Installation['functions'] {
  return async () => known(DEPLOYMENTS.map((one) => deployed(one, one === name ? changes : {})));
}

/** A job that is enabled and has not run. */
const JOB = {
  region: 'europe-west1',
  state: 'enabled',
  schedule: '',
  lastAttemptAt: null,
  lastError: null,
  account: null,
} as const;

/** An installation in which users connect their calendars themselves. */
const OWN_KEYS = { CONNECTION_KEYS: 'connection-keys/2' };
function connecting(changes: Partial<FunctionFacts> | null): Installation['functions'] {
  const others = DEPLOYMENTS.filter((name) => name !== 'connect-calendars');
  const connect = changes === null ? [] : [deployed('connect-calendars', { secrets: OWN_KEYS, ...changes })];
  return async () => known([...others.map((name) => deployed(name, { secrets: OWN_KEYS })), ...connect]);
}

const BROKEN: readonly (readonly [title: string, Partial<Installation>, RegExp, RegExp])[] = [
  [
    'no work topic',
    { topic: async (name) => (name.endsWith('work') ? absent : known({ retentionMs: 1 })) },
    /topic conference-sync-work: it does not exist/,
    /terraform apply/,
  ],
  [
    'no dead-letter topic',
    { topic: async (name) => (name.endsWith('letters') ? absent : known({ retentionMs: 1 })) },
    /dead letters .*: the topic does not exist/,
    /DEAD_LETTER_TOPIC/,
  ],
  [
    'a lane without a subscription',
    { subscription: missing('-live') },
    /work-live: it does not exist: nothing of the live lane/,
    /terraform apply/,
  ],
  [
    'a lane with the wrong filter',
    { subscription: subscription('-upkeep', { filter: '' }) },
    /work-upkeep: its filter is ""/,
    /delete the subscription/,
  ],
  [
    'a lane that pushes nowhere',
    { subscription: subscription('-live', { pushEndpoint: null }) },
    /work-live: it pushes nowhere/,
    /terraform apply/,
  ],
  [
    'a worker that does not answer',
    { statusOf: async (at) => (at.includes('receive') ? known(405) : { kind: 'unreadable', why: 'ENOTFOUND' }) },
    /push endpoint of the live lane: .* cannot be reached: ENOTFOUND/,
    /Is the worker deployed/,
  ],
  [
    'a worker that answers 503',
    { statusOf: async (at) => known(at.includes('receive') ? 405 : 503) },
    /push endpoint of the live lane: .* answers 503/,
    /logs of the worker/,
  ],
  [
    'dead letters that nobody keeps',
    { subscription: missing('dead-letters') },
    /every dead letter is lost/,
    /terraform apply/,
  ],
  [
    'a lane without a dead-letter policy',
    { subscription: subscription('-live', { deadLetterTopic: null }) },
    /work-live has no dead-letter policy/,
    /terraform apply/,
  ],
  [
    'forwarding without its grants',
    { holders: async () => known([]) },
    /own account may not take messages from/,
    /terraform apply/,
  ],
  [
    'a paused scheduler job',
    { job: async () => known({ ...JOB, state: 'paused' }) },
    /renew-channels: it is paused/,
    /gcloud scheduler jobs resume renew-channels --project p --location europe-west1\n/,
  ],
  [
    'a scheduler job that is neither enabled nor paused',
    { job: async () => known({ ...JOB, state: 'disabled' }) },
    /its state is disabled/,
    /gcloud scheduler jobs describe renew-channels --project p --location europe-west1\n/,
  ],
  [
    'a scheduler job that never ran',
    { job: async () => known(JOB) },
    /it has not run yet/,
    /gcloud scheduler jobs run renew-channels --project p --location europe-west1\n/,
  ],
  [
    'a scheduler job that fails',
    { job: async () => known({ ...JOB, lastAttemptAt: 1, lastError: 'denied (gRPC code 7)' }) },
    /its last run failed: denied/,
    /logs of renew-channels/,
  ],
  [
    'no scheduler job',
    { job: async () => absent },
    /scheduler job renew-channels: it does not exist/,
    /CONFSYNC_REGION/,
  ],
  ['a missing index', { indexes: async () => known([]) }, /bindings \(state, calendar\) is missing/, /terraform apply/],
  [
    'a secret without an enabled version',
    { secretVersions: async () => known(0) },
    /channel-token-keys: no version of it is enabled/,
    /gcloud secrets versions list/,
  ],
  [
    'a missing secret',
    { secretVersions: async () => absent },
    /secret channel-token-keys: it does not exist/,
    /terraform/,
  ],
  [
    'a receiver that is closed to Google',
    { statusOf: async () => known(403) },
    /answers 403: Google is not let in/,
    /allUsers/,
  ],
  [
    'a receiver address that is wrong',
    { statusOf: async () => known(404) },
    /RECEIVER_URL .* answers 404/,
    /Does RECEIVER_URL name/,
  ],
  [
    'a function that is not deployed',
    { functions: async () => known(DEPLOYMENTS.slice(1).map((name) => deployed(name))) },
    /functions: receive-notification is not deployed/,
    /terraform apply/,
  ],
  [
    'a function that does not serve',
    { functions: functionsWith('renew-channels', { state: 'FAILED' }) },
    /functions: renew-channels does not serve: its state is FAILED/,
    /terraform apply/,
  ],
  [
    'a function of an older version than the rest',
    { functions: functionsWith('sync-calendar-upkeep', { source: 'v0.zip', updatedAt: 0 }) },
    /functions: sync-calendar-upkeep is of another version than .*v0\.zip, not v1\.zip/,
    /terraform apply/,
  ],
  [
    'a function for users who connect that is not deployed',
    { functions: connecting(null) },
    /functions: connect-calendars is not deployed/,
    /terraform apply/,
  ],
  [
    'a function for users who connect that does not serve',
    { functions: connecting({ state: 'FAILED' }) },
    /functions: connect-calendars does not serve/,
    /terraform apply/,
  ],
  [
    'a function for users who connect with another key than the workers',
    { functions: connecting({ secrets: { CONNECTION_KEYS: 'connection-keys/1' } }) },
    /keys of the functions: CONNECTION_KEYS is not the same everywhere: .*connect-calendars has connection-keys\/1/,
    /terraform apply/,
  ],
  [
    'a receiver with another channel key than renew-channels',
    {
      functions: functionsWith('receive-notification', { secrets: { CHANNEL_TOKEN_KEYS: 'channel-token-keys/2' } }),
    },
    /keys of the functions: CHANNEL_TOKEN_KEYS is not the same everywhere: receive-notification has channel-token-keys\/2, /,
    /terraform apply/,
  ],
  [
    'notifications that are signed with a key that the receiver does not know',
    { notifications: async () => known({ taken: 1, refused: 30 }) },
    /channel key: 30 notifications of the last hour had a wrong token, 1 a right one/,
    /CHANNEL_TOKEN_KEYS/,
  ],
  [
    'a single notification that is',
    { notifications: async () => known({ taken: 0, refused: 1 }) },
    /channel key: 1 notification of the last hour had a wrong token, 0 a right one/,
    /CHANNEL_TOKEN_KEYS/,
  ],
  [
    'a worker that Pub/Sub may not call',
    { invokers: async (_, name) => known(name === 'sync-calendar-live' ? [] : ALL_CALLERS) },
    /who may call the functions: Pub\/Sub may not call sync-calendar-live: push-work@p\.iam\.gserviceaccount\.com is not/,
    /terraform apply/,
  ],
  [
    'renew-channels, which Cloud Scheduler may not call',
    { invokers: async (_, name) => known(name === 'renew-channels' ? ['user:a@example.com'] : ALL_CALLERS) },
    /Cloud Scheduler may not call renew-channels/,
    /terraform apply/,
  ],
  ['a clock that is off', { googleTime: async () => known(1) }, /clock of this machine: it is .* off/, /chrony or ntp/],
];

describe('each broken set-up is named, with what to do', () => {
  test.each(BROKEN)('%s', async (_, installation, what, doThis) => {
    const { exit, text } = await diagnose(installation);
    expect(text).toMatch(what);
    expect(text.slice(text.search(what))).toMatch(doThis);
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('a database that cannot be read', async () => {
    const failing = async (): Promise<never> => {
      throw new StoreUnavailable('a query failed', { cause: new Error('5 NOT_FOUND: database (default)') });
    };
    const { exit, text } = await diagnose({}, ({ store }) => ({
      store: withCalls(store, { calendars: failing, dueCalendars: failing }),
    }));
    expect(text).toMatch(/database \(default\): it cannot be read: 5 NOT_FOUND.*\n +Check GOOGLE_CLOUD_PROJECT/);
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('a database that does not answer, while all else is told', async () => {
    const { exit, text } = await diagnose({}, (services) => ({ store: silentStore({ services }) }));
    expect(text).toMatch(/broken +database \(default\): it does not answer\n/);
    expect(text).toMatch(/unchecked +what is due, webhook key, clocks of workers and database: no answer within 4 s/);
    expect(text).toMatch(/well +topic conference-sync-work: exists/);
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('a conference system that does not take our key', async () => {
    const { services, world } = bench();
    world.answer = () => ({ kind: 'refused', reason: 'answered 401' });
    world.put('alice@example.com', meeting('e1', ours('c1')));
    await world.register('alice@example.com');
    const report = await run(services, options, fakeScreen().screen);
    expect(report.text(plain).join('\n')).toMatch(
      /broken +webhook key: .*\(401 or 403\) for 1 of 1 change not taken\n +Compare CONFERENCE_WEBHOOK_SECRET/,
    );
    expect(report.exit).toBe(EXIT.unhealthy);
  });

  test.each([
    ['ahead of this machine', { lastSyncedAt: 60_000 }, /the workers' clock is ahead of this machine's by 1m/],
    [
      'ahead in the database',
      { openedAt: 60_000, lastSyncedAt: 60_000 },
      /the database's clock is ahead of this machine's by 1m/,
    ],
    ["behind the database's", { lastSyncedAt: -60_000 }, /the workers' clock is behind the database's by/],
  ])('a clock that is %s', async (_, stamps, what) => {
    const { services, world } = bench();
    await world.register('alice@example.com');
    const calendar = await world.calendar('alice@example.com');
    const now = world.clock.now();
    const changed = Object.fromEntries(Object.entries(stamps).map(([name, ms]) => [name, now + ms]));
    await services.store.transact(async (tx) => tx.putCalendar({ ...calendar, ...changed }));
    const report = await run(services, options, fakeScreen().screen);
    expect(report.text(plain).join('\n')).toMatch(what);
    expect(report.exit).toBe(EXIT.unhealthy);
  });

  test('a delegation that is not authorised', async () => {
    const { exit, text } = await diagnose({}, ({ google }) => ({
      google: {
        ...google,
        list: async () => {
          throw new AccessLost('unauthorized_client');
        },
      },
    }));
    expect(text).toMatch(
      /acting as a user \(delegation\): .*as alice@example\.com: unauthorized_client\n.*admin console/,
    );
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('a setting that cannot be read', async () => {
    const { exit, text } = await diagnose({}, () => ({ configProblems: problemsOf({ LEASE_SECONDS: 'long' }) }));
    expect(text).toMatch(/broken +configuration: LEASE_SECONDS must be/);
    expect(exit).toBe(EXIT.unhealthy);
  });

  test('a lease that runs longer than any worker may hold one', async () => {
    const { services, world } = bench();
    await world.register('alice@example.com');
    const alice = await world.calendar('alice@example.com');
    const held = async (ms: number): Promise<string> => {
      const lease = { owner: 'dead', until: world.clock.now() + ms };
      await services.store.transact(async (tx) => tx.putCalendar({ ...alice, lease }));
      return (await run(services, options, fakeScreen().screen)).text(plain).join('\n');
    };
    expect(await held(3 * 3_600_000)).toMatch(
      /broken +clocks of workers and database: 1 calendar held for 3h to come, .* is ahead\n.*A calendar stands still/,
    );
    expect(await held(120_000)).toMatch(/unchecked +clocks of workers and database: no calendar is at rest/);
  });

  test('a renewal that does not get through', async () => {
    const { services, world } = bench();
    await world.register('alice@example.com');
    await world.clock.runTo(world.clock.now() + 12 * 3_600_000);
    const report = await run(services, options, fakeScreen().screen);
    expect(report.text(plain).join('\n')).toMatch(
      /what is due: 1 thing due, one for .*: renew-channels does not get through/,
    );
    expect(report.exit).toBe(EXIT.unhealthy);
  });
});

test('an installation in which nobody connects by himself needs no function for it', async () => {
  const others = DEPLOYMENTS.filter((name) => name !== 'connect-calendars');
  const { text } = await diagnose({ functions: async () => known(others.map((name) => deployed(name))) });
  expect(text).toMatch(/functions: all are there, of one version/);
});

test('secrets are looked for under the names that the functions have for them', async () => {
  const asked: string[] = [];
  const secrets = { CHANNEL_TOKEN_KEYS: 'team-channel-keys/3', CONNECTION_KEYS: 'team-rings/1' };
  const { text } = await diagnose({
    functions: async () => known(DEPLOYMENTS.map((name) => deployed(name, { secrets }))),
    secretVersions: async (secret) => {
      asked.push(secret);
      return secret.startsWith('team-') ? known(1) : absent;
    },
  });
  expect(asked).toEqual(['team-channel-keys', 'team-rings']);
  expect(text).toMatch(/secret team-rings: one version is enabled/);
  expect(text).not.toMatch(/it does not exist/);
});

test('what is broken comes first, and what could not be looked at for one reason is told in one line at the end', async () => {
  const unreadable = async () => ({ kind: 'unreadable', why: 'you may not look at it' }) as const;
  const { text } = await diagnose({ topic: async () => absent, functions: unreadable, secretVersions: unreadable });
  const lines = text.split('\n');
  expect(lines[2]).toMatch(/^broken +topic /);
  expect(lines.slice(-4)).toContainEqual(
    expect.stringMatching(
      /^unchecked +functions, keys of the functions, who may call the functions, secret .*: you may not look at it$/,
    ),
  );
});

test('what nobody may look at is not checked, which is no illness, and not health either', async () => {
  const blind = async () => ({ kind: 'unreadable', why: 'you may not look at it' }) as const;
  const { exit, text } = await diagnose({
    job: blind,
    holders: blind,
    indexes: blind,
    hasTtl: blind,
    secretVersions: blind,
    googleTime: blind,
    functions: blind,
    notifications: blind,
  });
  expect(text).toMatch(/ 0 broken, 0 to mind, 11 not checked\.$/);
  expect(exit).toBe(EXIT.unknown);
});

test('a shell with the exports of the runbook and nothing else finds a sound installation sound', async () => {
  const runbook = readFileSync(resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  const exported = [...runbook.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]);
  expect(exported.length).toBeGreaterThan(2);
  const env: Record<string, string> = Object.fromEntries(exported);

  const { exit, text } = await diagnose({}, ({ google }) => ({
    configProblems: problemsOf(env),
    receiverUrl: undefined,
    google: {
      ...google,
      list: async () => {
        throw new OwnAccountRefused('own account: the credentials are not those of a service account');
      },
    },
  }));
  expect(text).toMatch(/unchecked +configuration: not set in this shell, so not looked at: CHANNEL_TOKEN_KEYS, /);
  expect(text.match(/ configuration: /g)).toHaveLength(1);
  expect(text).toMatch(/unchecked +acting as a user.*\n.*DELEGATION_SERVICE_ACCOUNT.*serviceAccountTokenCreator/);
  expect(text).toMatch(/ 0 broken, 0 to mind, 4 not checked\.$/);
  expect(exit).toBe(EXIT.unknown);
});

test.each([
  [
    'a topic without retention',
    { topic: async () => known({ retentionMs: null }) },
    /it retains nothing: `confsync replay` finds no messages/,
  ],
  [
    'an index that is being built',
    {
      indexes: async () =>
        known([
          { collectionGroup: 'calendars', queryScope: 'COLLECTION', fieldPaths: ['dueShard', 'dueAt'], isReady: false },
          {
            collectionGroup: 'bindings',
            queryScope: 'COLLECTION_GROUP',
            fieldPaths: ['state', 'calendar'],
            isReady: true,
          },
        ]),
    },
    /is still being built/,
  ],
  ['a collection without TTL', { hasTtl: async () => known(false) }, /bindings\.expireAt has no policy/],
] as const)('%s is something to mind, and no reason to wake anybody', async (_, installation, what) => {
  const { exit, text } = await diagnose(installation);
  expect(text).toMatch(what);
  expect(exit).not.toBe(EXIT.unhealthy);
});
