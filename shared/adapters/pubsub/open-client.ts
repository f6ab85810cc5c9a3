/** Makes the Pub/Sub client, for Google's broker or for an emulator. */
import { type ClientConfig, PubSub } from '@google-cloud/pubsub';

/** Whose broker, and where. */
export interface BrokerAddress {
  /** Default: the project of the runtime's own credentials. */
  readonly projectId?: string | undefined;
  /** `host:port` of an emulator; default: PUBSUB_EMULATOR_HOST, else Google's. */
  readonly apiEndpoint?: string | undefined;
}

/**
 * For a client that only publishes: see shared/adapters/firestore/open-database.ts. The client's own is five minutes, and a stream of
 * messages that waits for hours needs it: asked more often, the server ends the connection.
 */
export const PUBLISHERS_KEEPALIVE = { 'grpc.keepalive_time_ms': 5_000, 'grpc.keepalive_timeout_ms': 2_000 };

/** For every client: see there too. */
const RECONNECTING = { 'grpc.max_reconnect_backoff_ms': 2_000 };

/** Connects at the first call; `channel` are further options of gRPC, by their names there. */
export function openPubSub(
  { projectId, apiEndpoint }: BrokerAddress,
  channel: Readonly<Record<string, number>> = {},
): PubSub {
  const emulator = apiEndpoint ?? process.env.PUBSUB_EMULATOR_HOST;
  const options: ClientConfig = {
    ...RECONNECTING,
    ...channel,
    ...(projectId !== undefined && { projectId }),
    ...(emulator && withoutCredentials(emulator)),
  };
  return new PubSub(options);
}

/** Otherwise the client asks the metadata server for credentials all the same, to compare their universe domain. */
function withoutCredentials(apiEndpoint: string): ClientConfig {
  const universe = { universe_domain: 'googleapis.com' };
  return { apiEndpoint, ...universe, clientOptions: universe };
}
