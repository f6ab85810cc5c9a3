/** The doctor: well where everything is, and naming each of the set-ups that are broken, with what to do. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import { plain } from '../../ops/cli/paint.ts';
import { parse, run } from '../../ops/commands/doctor.ts';
import { problemsOf } from '../../ops/config-problems.ts';
import type { Installation, OpsServices, SubscriptionFacts } from '../../ops/ports.ts';
import { AccessLost, OwnAccountRefused, StoreUnavailable } from '../../shared/domain/errors.ts';
import { absent, bench, fakeScreen, known, soundInstallation } from './fake-services.ts';

const options = parse({ parameters: [], flags: { subject: 'alice@example.com' }, now: 0 });

async function diagnose(
  installation: Partial<Installation>,
  changes: (services: OpsServices) => Partial<OpsServices> = () => ({}),
) {
  const { services } = bench(installation);
  const report = await run({ ...services, ...changes(services) }, options, fakeScreen().screen);
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
  const { exit, text } = await diagnose({});
  expect(text).toMatch(/ 0 broken, 0 to mind, 0 not checked\.$/);
  expect(exit).toBe(EXIT.fine);
});

/** A job that is enabled and has not run. */
const JOB = { region: 'europe-west1', state: 'enabled', schedule: '', lastAttemptAt: null, lastError: null } as const;

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
    /gcloud scheduler jobs resume renew-channels --location europe-west1\n/,
  ],
  [
    'a scheduler job that is neither enabled nor paused',
    { job: async () => known({ ...JOB, state: 'disabled' }) },
    /its state is disabled/,
    /gcloud scheduler jobs describe renew-channels --location europe-west1\n/,
  ],
  [
    'a scheduler job that never ran',
    { job: async () => known(JOB) },
    /it has not run yet/,
    /gcloud scheduler jobs run renew-channels --location europe-west1\n/,
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
      throw new StoreUnavailable('a query failed', { cause: new Error('7 PERMISSION_DENIED') });
    };
    const { exit, text } = await diagnose({}, ({ store }) => ({
      store: withCalls(store, { calendars: failing, dueCalendars: failing }),
    }));
    expect(text).toMatch(/database \(default\): it cannot be read: 7 PERMISSION_DENIED\n +Check GOOGLE_CLOUD_PROJECT/);
    expect(exit).toBe(EXIT.unhealthy);
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

  test('a renewal that does not get through', async () => {
    const { services, world } = bench();
    await world.register('alice@example.com');
    await world.clock.runTo(world.clock.now() + 12 * 3_600_000);
    const report = await run(services, options, fakeScreen().screen);
    expect(report.text(plain).join('\n')).toMatch(
      /what is due: 1 things are due, one for .*: renew-channels does not get through/,
    );
    expect(report.exit).toBe(EXIT.unhealthy);
  });
});

test('what nobody may look at is not checked, which is no illness', async () => {
  const blind = async () => ({ kind: 'unreadable', why: 'you may not look at it' }) as const;
  const { exit, text } = await diagnose({
    job: blind,
    holders: blind,
    indexes: blind,
    hasTtl: blind,
    secretVersions: blind,
    googleTime: blind,
  });
  expect(text).toMatch(/ 0 broken, 0 to mind, 6 not checked\.$/);
  expect(exit).toBe(EXIT.fine);
});

test('a shell with the exports of the runbook and nothing else finds a sound installation sound', async () => {
  const runbook = readFileSync(resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  const exported = [...runbook.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]);
  expect(exported.length).toBeGreaterThan(2);
  const env: Record<string, string> = Object.fromEntries(exported);

  const { exit, text } = await diagnose({}, ({ google, policy }) => ({
    configProblems: problemsOf(env),
    policy: { ...policy, receiverUrl: '' },
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
  expect(text).toMatch(/ 0 broken, 0 to mind, 3 not checked\.$/);
  expect(exit).toBe(EXIT.fine);
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
  expect(exit).toBe(EXIT.fine);
});

/** The store with some of its calls replaced; the others stay bound to it. */
function withCalls(store: OpsServices['store'], calls: Partial<OpsServices['store']>): OpsServices['store'] {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(name in calls ? calls : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
