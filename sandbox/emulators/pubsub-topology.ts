/**
 * The topics and subscriptions that Terraform makes in the cloud, made in a Pub/Sub emulator: the work topic with its two filtered push
 * subscriptions and the one that `confsync replay` reads, and the dead-letter topic with a subscription that keeps what arrives there.
 */
import type { PubSub, SubscriptionOptions } from '@google-cloud/pubsub';
import { openPubSub } from '../../shared/adapters/pubsub/open-client.ts';

/** What to make, and where pushes go. */
export interface TopologyOptions {
  readonly projectId: string;
  readonly topic: string;
  readonly deadLetterTopic: string;
  /** Address that each lane's messages are pushed to. */
  readonly endpoints: Readonly<Record<'live' | 'upkeep', string>>;
  /** `host:port`; default: PUBSUB_EMULATOR_HOST. */
  readonly apiEndpoint?: string;
  /** Default 600. */
  readonly ackDeadlineSeconds?: number;
  /** Wait before a redelivery; default 0.1 to 60 seconds. */
  readonly backoffSeconds?: { readonly min: number; readonly max: number };
}

/** Short names of what was made. */
export interface Topology {
  readonly subscriptions: Readonly<Record<'live' | 'upkeep', string>>;
  /** Pull dead letters from here. */
  readonly deadLetterSubscription: string;
}

const LANES = ['live', 'upkeep'] as const;
const ALREADY_EXISTS = 6;
const RETENTION_SECONDS = 7 * 86_400;

/** Makes what is not there yet; may run again. */
export async function createPubSubTopology(options: TopologyOptions): Promise<Topology> {
  const { projectId, topic, deadLetterTopic, endpoints, apiEndpoint } = options;
  const client = openPubSub({ projectId, apiEndpoint });
  const subscriptions = { live: `${topic}-live`, upkeep: `${topic}-upkeep` };
  const deadLetterSubscription = deadLetterTopic;
  try {
    // What was published stays readable, for whoever wants to replay it.
    const messageRetentionDuration = { seconds: RETENTION_SECONDS };
    await unlessPresent(() => client.createTopic({ name: topic, messageRetentionDuration }));
    await unlessPresent(() => client.createTopic(deadLetterTopic));
    for (const lane of LANES) {
      const settings = pushSettings(options, lane, endpoints[lane]);
      await unlessPresent(() => client.topic(topic).createSubscription(subscriptions[lane], settings));
    }
    // For operators, who may not make a subscription of their own.
    await unlessPresent(() => client.topic(topic).createSubscription(`${topic}-replay`, { ackDeadlineSeconds: 60 }));
    await unlessPresent(() => client.topic(deadLetterTopic).createSubscription(deadLetterSubscription));
  } finally {
    await client.close();
  }
  return { subscriptions, deadLetterSubscription };
}

type PushSettings = Parameters<ReturnType<PubSub['topic']>['createSubscription']>[1] & SubscriptionOptions;

function pushSettings(options: TopologyOptions, lane: 'live' | 'upkeep', pushEndpoint: string): PushSettings {
  const { ackDeadlineSeconds = 600, backoffSeconds = { min: 0.1, max: 60 } } = options;
  return {
    ackDeadlineSeconds,
    filter: `attributes.lane = "${lane}"`,
    pushConfig: { pushEndpoint },
    retryPolicy: { minimumBackoff: duration(backoffSeconds.min), maximumBackoff: duration(backoffSeconds.max) },
    deadLetterPolicy: {
      deadLetterTopic: `projects/${options.projectId}/topics/${options.deadLetterTopic}`,
      maxDeliveryAttempts: 20,
    },
  };
}

function duration(seconds: number): { seconds: number; nanos: number } {
  const whole = Math.floor(seconds);
  return { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) };
}

async function unlessPresent(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== ALREADY_EXISTS) throw error;
  }
}
