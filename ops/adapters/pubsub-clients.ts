/** Pub/Sub's plain clients, one connection each, and their failures in our words. PUBSUB_EMULATOR_HOST leads them to an emulator. */
import { v1 } from '@google-cloud/pubsub';
import { openPubSub } from '../../shared/adapters/pubsub/open-client.ts';
import { QueueUnavailable } from '../../shared/domain/errors.ts';
import { CommandFailed } from '../cli/errors.ts';

/** Both sides of Pub/Sub. */
export interface PubSubClients {
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
  /** `projects/...` names from short ones. */
  topicName(name: string): string;
  subscriptionName(name: string): string;
  close(): Promise<void>;
}

/** Connects at the first call; `apiEndpoint` as in `openPubSub`. @throws QueueUnavailable where no project or no credentials are to be had */
export async function openPubSubClients(projectId: string, apiEndpoint?: string): Promise<PubSubClients> {
  // The package itself hands this on to the same constructors; only its types are less exact about what is undefined.
  const config = (await openPubSub({ projectId, apiEndpoint }).getClientConfig()) as ConstructorParameters<
    typeof v1.PublisherClient
  >[0];
  const publisher = new v1.PublisherClient(config);
  const subscriber = new v1.SubscriberClient(config);
  return {
    publisher,
    subscriber,
    topicName: (name) => `projects/${projectId}/topics/${name}`,
    subscriptionName: (name) => `projects/${projectId}/subscriptions/${name}`,
    async close() {
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}

/** gRPC codes that mean something to us: https://grpc.io/docs/guides/status-codes/ */
export const CODES = { deadlineExceeded: 4, notFound: 5, alreadyExists: 6, permissionDenied: 7 } as const;

/** The gRPC code of a failure. */
export function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

/** A failure of Pub/Sub as an error that says what to do. */
export function named(what: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  switch (codeOf(error)) {
    case CODES.notFound:
      return new CommandFailed(
        `${what} does not exist`,
        'Check WORK_TOPIC and DEAD_LETTER_TOPIC; then: confsync doctor',
        { cause: error },
      );
    case CODES.permissionDenied:
      return new CommandFailed(
        `you may not use ${what}`,
        'Have yourself put among the operators of the Terraform module (access.operators).',
        { cause: error },
      );
    default:
      return new QueueUnavailable(`${what}: ${text}`, { cause: error });
  }
}
