/** Services of operators over the embedded store, with everything else as a test says: what lies where, and how things are set up. */

import { plain } from '../../ops/cli/paint.ts';
import { type Mode, Screen } from '../../ops/cli/screen.ts';
import {
  type Backlog,
  DEPLOYMENTS,
  type DeadLetterBox,
  type FunctionFacts,
  type IndexFacts,
  type Installation,
  type KeptMessage,
  type OpsServices,
  type Reading,
  type SubscriptionFacts,
} from '../../ops/ports.ts';
import { World } from '../flow/world.ts';

/** A fact that is known. */
export function known<Fact>(fact: Fact): Reading<Fact> {
  return { kind: 'known', fact };
}

/** Something that is not there. */
export const absent = { kind: 'absent' } as const;

const PUSH = 'push-work@p.iam.gserviceaccount.com';
const TICK = 'tick-renewals@p.iam.gserviceaccount.com';
const TOPIC = 'conference-sync-work';
const LETTERS = `${TOPIC}-dead-letters`;
const AGENT = 'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com';

function lane(name: 'live' | 'upkeep'): SubscriptionFacts {
  return {
    topic: TOPIC,
    filter: `attributes.lane = "${name}"`,
    pushEndpoint: `https://${name}.example.com`,
    pushAccount: PUSH,
    ackDeadlineMs: 600_000,
    deadLetterTopic: LETTERS,
    isExpiring: false,
  };
}

/** A function of the version that all have. */
export function deployed(name: string, changes: Partial<FunctionFacts> = {}): FunctionFacts {
  const secrets = { CHANNEL_TOKEN_KEYS: 'channel-token-keys/1' };
  return { name, region: 'europe-west1', state: 'ACTIVE', source: 'v1.zip', updatedAt: 1, secrets, ...changes };
}

const KEPT: SubscriptionFacts = {
  ...lane('live'),
  topic: LETTERS,
  filter: '',
  pushEndpoint: null,
  deadLetterTopic: null,
};

const NEEDS = {
  indexes: [
    { collectionGroup: 'calendars', queryScope: 'COLLECTION', fieldPaths: ['dueShard', 'dueAt'] },
    { collectionGroup: 'bindings', queryScope: 'COLLECTION_GROUP', fieldPaths: ['state', 'calendar'] },
  ],
  ttl: [{ collectionGroup: 'bindings', fieldPath: 'expireAt' }],
};

/** Letters in a list, with the promises of the real box. */
export class FakeLetters implements DeadLetterBox {
  letters: KeptMessage[] = [];

  async look(limit: number) {
    return { messages: this.letters.slice(0, limit), isAll: this.letters.length <= limit };
  }

  async take(ids: ReadonlySet<string>, act: (letter: KeptMessage) => Promise<void>) {
    const taken = new Set<string>();
    for (const letter of this.letters.filter(({ id }) => ids.has(id))) {
      await act(letter);
      taken.add(letter.id);
    }
    this.letters = this.letters.filter(({ id }) => !taken.has(id));
    return taken;
  }
}

/** An installation in which everything is as it should be, but for `changes`. */
export function soundInstallation(now: () => number, changes: Partial<Installation> = {}): Installation {
  const empty: Backlog = { messages: 0, oldestAgeMs: 0 };
  const indexes: readonly IndexFacts[] = NEEDS.indexes.map((index) => ({ ...index, isReady: true }));
  const subscriptions: Readonly<Record<string, SubscriptionFacts>> = {
    [`${TOPIC}-live`]: lane('live'),
    [`${TOPIC}-upkeep`]: lane('upkeep'),
    [LETTERS]: KEPT,
  };
  return {
    topic: async () => known({ retentionMs: 7 * 86_400_000 }),
    subscription: async (name) => {
      const found = subscriptions[name];
      return found === undefined ? absent : known(found);
    },
    holders: async () => known([AGENT]),
    job: async () =>
      known({
        region: 'europe-west1',
        state: 'enabled',
        schedule: '* * * * *',
        lastAttemptAt: now() - 30_000,
        lastError: null,
        account: TICK,
      }),
    indexes: async () => known(indexes),
    hasTtl: async () => known(true),
    secretVersions: async () => known(1),
    googleTime: async () => known(now()),
    statusOf: async (address) => known(address.includes('receive') ? 405 : 403),
    backlog: async () => known(empty),
    freshness: async () => known({ p50Ms: 1_200, p99Ms: 4_000 }),
    notifications: async () => known({ taken: 40, refused: 0 }),
    functions: async () => known(DEPLOYMENTS.map((name) => deployed(name))),
    invokers: async (_, name) => known([`serviceAccount:${name === 'renew-channels' ? TICK : PUSH}`]),
    ...changes,
  };
}

/** Everything for one test. */
export interface Bench {
  readonly world: World;
  readonly services: OpsServices;
  readonly letters: FakeLetters;
  /** Text that was sent to the work topic as it is. */
  readonly sent: { data: string; attributes: Readonly<Record<string, string>> }[];
  /** What the work topic retains. */
  published: readonly KeptMessage[];
}

/** A bench over an empty embedded store. */
export function bench(installation: Partial<Installation> = {}, changes: Partial<OpsServices> = {}): Bench {
  const world = new World();
  const letters = new FakeLetters();
  const result: { published: readonly KeptMessage[]; sent: Bench['sent'] } = { published: [], sent: [] };
  const services: OpsServices = {
    ...world.services,
    letters,
    topic: {
      send: async (data, attributes) => void result.sent.push({ data, attributes }),
      publishedSince: async (since) => ({
        messages: result.published.filter(({ publishedAt }) => publishedAt >= since),
        sharedSubscription: null,
      }),
    },
    consents: {
      sealing: undefined,
      revoke: async () => undefined,
      secrets: { read: async () => undefined, remove: async () => false },
    },
    installation: soundInstallation(() => world.clock.now(), installation),
    names: {
      projectId: 'p',
      database: '(default)',
      workTopic: TOPIC,
      deadLetterTopic: LETTERS,
      liveSubscription: `${TOPIC}-live`,
      upkeepSubscription: `${TOPIC}-upkeep`,
      deadLetterSubscription: LETTERS,
      replaySubscription: `${TOPIC}-replay`,
      job: 'renew-channels',
      secrets: ['channel-token-keys'],
      prefix: '',
      functions: Object.fromEntries(DEPLOYMENTS.map((name) => [name, name])) as OpsServices['names']['functions'],
      region: 'europe-west1',
      emulators: null,
    },
    databaseNeeds: NEEDS,
    configProblems: [],
    unreadable: new Set(),
    receiverUrl: 'https://receive.example.com',
    calendarAuth: 'delegation',
    ...changes,
  };
  return Object.assign(result, { world, services, letters });
}

/** A screen that answers every question the same way and remembers what was written. */
export function fakeScreen(mode: Partial<Mode> = {}, typed: string | null = 'y') {
  const written: string[] = [];
  const asked: string[] = [];
  const interrupts: (() => void)[] = [];
  const terminal = {
    canDraw: false,
    canAsk: typed !== null,
    write: (text: string) => void written.push(text),
    onInterrupt: (tell: () => void) => {
      interrupts.push(tell);
      return () => undefined;
    },
    ask: async (question: string) => {
      asked.push(question);
      return typed ?? '';
    },
  };
  const screen = new Screen(terminal, { isDryRun: false, isAgreed: false, isJson: false, ...mode }, plain);
  const interrupt = (): void => {
    for (const tell of interrupts) tell();
  };
  return { screen, written, asked, interrupt };
}

/** The store of a database that takes every question and answers none. */
export function silentStore({ services }: Pick<Bench, 'services'>): OpsServices['store'] {
  return new Proxy(services.store, {
    get: (store, name) => {
      const value: unknown = Reflect.get(store, name);
      return typeof value === 'function' ? () => new Promise(() => undefined) : value;
    },
  });
}

/** The store with some of its calls replaced; the others stay bound to it. */
export function withCalls(store: OpsServices['store'], calls: Partial<OpsServices['store']>): OpsServices['store'] {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(name in calls ? calls : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
