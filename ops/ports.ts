/**
 * What on-call staff need of the outside beyond what the functions need: what lies on the subscriptions, what was published before,
 * and how the parts of an installation are set up. Adapters stand in `ops/adapters/`.
 */
import type { ConfigProblem } from '../shared/config/config.ts';
import type { CalendarServices } from '../shared/domain/ports.ts';
import type { Sealing } from '../shared/flow/connections/import-consent.ts';

/** A fact about the installation; it can be missing, and it can be that we may not or cannot look. */
export type Reading<Fact> =
  | { readonly kind: 'known'; readonly fact: Fact }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** A reading of something that follows from the fact. */
export function mapped<From, To>(reading: Reading<From>, read: (fact: From) => To): Reading<To> {
  return reading.kind === 'known' ? { kind: 'known', fact: read(reading.fact) } : reading;
}

/** A message as the broker keeps it. */
export interface KeptMessage {
  /** The broker's id of it. */
  readonly id: string;
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Unix milliseconds. */
  readonly publishedAt: number;
}

/** Messages looked at; `isAll` is false where there are more than were asked for. */
export interface Looked {
  readonly messages: readonly KeptMessage[];
  readonly isAll: boolean;
}

/** The dead letters that wait for a person. */
export interface DeadLetterBox {
  /**
   * Looks at up to `limit` letters, oldest first, and leaves every one where it was. Where there are more, Pub/Sub decides which it shows.
   * @throws QueueUnavailable, CommandFailed
   */
  look(limit: number): Promise<Looked>;
  /**
   * Takes out the letters of these ids, each only after `act` on it has succeeded; all others stay. A letter whose `act` fails stays too,
   * and its error comes out after the rest is done.
   * @returns the ids that were taken out
   * @throws QueueUnavailable, CommandFailed
   */
  take(ids: ReadonlySet<string>, act: (letter: KeptMessage) => Promise<void>): Promise<ReadonlySet<string>>;
}

/** The work topic, as an operator uses it. */
export interface WorkTopic {
  /** Publishes text as it is. @throws QueueUnavailable */
  send(data: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  /**
   * What was published since then (Unix milliseconds) and is still retained. The live subscriptions are never touched. `onProgress` is told how
   * many messages were read so far.
   * @throws QueueUnavailable, CommandFailed where it cannot be read
   */
  publishedSince(since: number, onProgress: (count: number) => void): Promise<PublishedPast>;
}

/** What was read of a topic's past. */
export interface PublishedPast {
  /** In no order. */
  readonly messages: readonly KeptMessage[];
  /** The subscription that it was read through, where others read through it as well: who does so at the same time has got a part of it. */
  readonly sharedSubscription: string | null;
}

/** What waits on a subscription. */
export interface Backlog {
  readonly messages: number;
  readonly oldestAgeMs: number;
}

/** From notification to applied, over the last hour; null where there was no edit. */
export interface Freshness {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What came to the receiver in the last hour. */
export interface Notifications {
  /** Those with a token of ours. */
  readonly taken: number;
  /** Those whose token none of our keys has made. */
  readonly refused: number;
}

/** A topic as it is set up. */
export interface TopicFacts {
  /** How long published messages stay readable; null for not at all. */
  readonly retentionMs: number | null;
}

/** A subscription as it is set up. */
export interface SubscriptionFacts {
  /** Short name. */
  readonly topic: string;
  readonly filter: string;
  readonly pushEndpoint: string | null;
  /** Whom pushes come from; null for nobody. */
  readonly pushAccount: string | null;
  readonly ackDeadlineMs: number;
  readonly deadLetterTopic: string | null;
  readonly isExpiring: boolean;
}

/** The job that calls renew-channels. */
export interface JobFacts {
  /** Where it runs, such as `europe-west1`. */
  readonly region: string;
  readonly state: 'enabled' | 'paused' | 'disabled' | 'broken';
  readonly schedule: string;
  /** Unix milliseconds; null for never. */
  readonly lastAttemptAt: number | null;
  /** Null for success or none yet. */
  readonly lastError: string | null;
  /** Whom its calls come from; null for nobody. */
  readonly account: string | null;
}

/** A deployed function. */
export interface FunctionFacts {
  readonly name: string;
  readonly region: string;
  /** Google's word for it; `ACTIVE` where it serves. */
  readonly state: string;
  /** The archive that it was built from: those of one version have the same. */
  readonly source: string;
  /** Unix milliseconds; null where Google does not say. */
  readonly updatedAt: number | null;
  /** `SECRET/VERSION` by the name of the variable that holds it. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A composite index of the database. */
export interface IndexFacts {
  readonly collectionGroup: string;
  readonly queryScope: string;
  readonly fieldPaths: readonly string[];
  readonly isReady: boolean;
}

/** How the parts of the installation are set up. None of the calls throws: what cannot be read says why. */
export interface Installation {
  topic(name: string): Promise<Reading<TopicFacts>>;
  subscription(name: string): Promise<Reading<SubscriptionFacts>>;
  /** Members that hold the role on the topic or subscription itself. */
  holders(kind: 'topics' | 'subscriptions', name: string, role: string): Promise<Reading<readonly string[]>>;
  job(name: string): Promise<Reading<JobFacts>>;
  indexes(): Promise<Reading<readonly IndexFacts[]>>;
  /** Whether documents of the collection are removed by this field. */
  hasTtl(collectionGroup: string, fieldPath: string): Promise<Reading<boolean>>;
  /** How many versions of the secret are enabled. */
  secretVersions(secret: string): Promise<Reading<number>>;
  /** Google's clock, Unix milliseconds. */
  googleTime(): Promise<Reading<number>>;
  /** The HTTP status with which an address answers a GET without credentials. */
  statusOf(address: string): Promise<Reading<number>>;
  backlog(subscription: string): Promise<Reading<Backlog>>;
  freshness(): Promise<Reading<Freshness>>;
  notifications(): Promise<Reading<Notifications>>;
  /** Every deployed function of the project, wherever it runs. */
  functions(): Promise<Reading<readonly FunctionFacts[]>>;
  /** Members that may call the service of this function. */
  invokers(region: string, name: string): Promise<Reading<readonly string[]>>;
}

/** What the module deploys; connect-calendars only where users connect their calendars themselves. */
export const DEPLOYMENTS = [
  'receive-notification',
  'sync-calendar-live',
  'sync-calendar-upkeep',
  'renew-channels',
  'manage-calendars',
  'connect-calendars',
] as const;
/** See DEPLOYMENTS. */
export type Deployment = (typeof DEPLOYMENTS)[number];

/** The names of what belongs to this installation. */
export interface Names {
  readonly projectId: string;
  readonly database: string;
  readonly workTopic: string;
  readonly deadLetterTopic: string;
  readonly liveSubscription: string;
  readonly upkeepSubscription: string;
  readonly deadLetterSubscription: string;
  /** For those who may not make a subscription of their own. */
  readonly replaySubscription: string;
  readonly job: string;
  /** The deployments, by what they do. */
  readonly functions: Readonly<Record<Deployment, string>>;
  /** What stands in front of every name. */
  readonly prefix: string;
  readonly secrets: readonly string[];
  /** Where the scheduler job runs; null where it was not said. */
  readonly region: string | null;
  /** Hosts of the emulators of Firestore and Pub/Sub; null for Google Cloud. */
  readonly emulators: readonly [firestore: string, pubsub: string] | null;
}

/** What the queries of the store need of the database. */
export interface DatabaseNeeds {
  readonly indexes: readonly Pick<IndexFacts, 'collectionGroup' | 'queryScope' | 'fieldPaths'>[];
  readonly ttl: readonly { readonly collectionGroup: string; readonly fieldPath: string }[];
}

/** Refresh tokens that a consent page of the company's own keeps in Secret Manager. @throws CommandFailed, each of the calls */
export interface ConsentSecrets {
  /** The user's token; undefined where there is none that could be used. */
  read(subject: string): Promise<string | undefined>;
  /** Removes the secret of the user; false where there is none. */
  remove(subject: string): Promise<boolean>;
}

/** What this machine can do with users' consents. */
export interface Consents {
  /** As the functions have it; undefined where it is not set here. */
  readonly sealing: Sealing | undefined;
  /** Ends a consent at Google. @throws GoogleUnavailable, RateLimited, RequestRefused */
  readonly revoke: (refreshToken: string) => Promise<void>;
  readonly secrets: ConsentSecrets;
}

/** All that a command may touch. */
export interface OpsServices extends CalendarServices {
  readonly letters: DeadLetterBox;
  readonly topic: WorkTopic;
  readonly consents: Consents;
  readonly installation: Installation;
  readonly names: Names;
  readonly databaseNeeds: DatabaseNeeds;
  /** What the functions would complain of in this environment, which need not hold all of theirs. */
  readonly configProblems: readonly ConfigProblem[];
  /** Paths of the stored documents that were met until now and that this version cannot read. */
  readonly unreadable: ReadonlySet<string>;
  /** Where Google is told to call; undefined where this environment does not say. */
  readonly receiverUrl: string | undefined;
  /** How the functions act as users; `none` for a simulator. */
  readonly calendarAuth: string;
}
