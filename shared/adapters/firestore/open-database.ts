/**
 * The Firestore client, set up so that no call outlives its deadline. The client would wait up to ten minutes and retry on its
 * own in between; here the store's callers have budgets of seconds, and one retry policy exists, ours.
 */
import { Firestore } from '@google-cloud/firestore';

/** Where the database is; what is left out is found as Google's own clients find it. */
export interface DatabaseAddress {
  readonly projectId?: string | undefined;
  /** Default `(default)`. */
  readonly databaseId?: string | undefined;
  /** `host:port` of an emulator or another plain-text server; FIRESTORE_EMULATOR_HOST goes before it. */
  readonly host?: string | undefined;
}

/**
 * While a call waits, the connection is asked every five seconds whether it is still there. One that died without a word, with a frozen
 * instance or in a network's address translation, would otherwise take every call for minutes (grpc-node issue 1769). A server that
 * finds it too often says so, and the client asks less often.
 */
const KEEPALIVE = { 'grpc.keepalive_time_ms': 5_000, 'grpc.keepalive_timeout_ms': 2_000 };
/**
 * The longest wait before the next attempt to connect. By itself the client waits longer each time, up to two minutes, and for so long does
 * not notice that the database is back.
 */
const RECONNECTING = { 'grpc.max_reconnect_backoff_ms': 2_000 };

const METHODS = ['BatchGetDocuments', 'RunQuery', 'RunAggregationQuery', 'BeginTransaction', 'Commit', 'Rollback'];

/** Opens no connection yet. `callMs` bounds each single request, in milliseconds. */
export function openDatabase({ projectId, databaseId, host }: DatabaseAddress, callMs: number): Firestore {
  const plainHost = process.env.FIRESTORE_EMULATOR_HOST || host;
  return new Firestore({
    ...(projectId !== undefined && { projectId }),
    ...(databaseId !== undefined && { databaseId }),
    ...(plainHost !== undefined && withoutCredentials(plainHost)),
    ...KEEPALIVE,
    ...RECONNECTING,
    ignoreUndefinedProperties: false,
    // Reads are streams, and follow the settings below only with this; else a layer beneath repeats each of them twice.
    gaxServerStreamingRetries: true,
    clientConfig: { interfaces: { 'google.firestore.v1.Firestore': boundedCalls(callMs) } },
  });
}

/** Otherwise the client looks for credentials all the same, in the end at the metadata server, to compare their universe domain. */
function withoutCredentials(host: string): object {
  return { host, ssl: false, clientOptions: { universe_domain: 'googleapis.com' } };
}

/**
 * Overrides of the generated client's settings, in its own format. A commit above all must not be repeated below us: its
 * first answer may be lost, and then the second says that the transaction is over although it was committed.
 */
function boundedCalls(callMs: number): object {
  const method = { timeout_millis: callMs, retry_codes_name: 'none' };
  return { retry_codes: { none: [] }, methods: Object.fromEntries(METHODS.map((name) => [name, method])) };
}
