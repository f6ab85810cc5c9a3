/** The body of a push request as Pub/Sub sends it: https://docs.cloud.google.com/pubsub/docs/push#receive_push */
import type { MessageAttributes } from '../../domain/notification/message-attributes.ts';

/** One delivery of one message. */
export interface PushEnvelope {
  readonly message: {
    /** Base64. */
    readonly data: string;
    readonly attributes: MessageAttributes;
    readonly messageId: string;
    readonly message_id: string;
    /** RFC 3339. */
    readonly publishTime: string;
    readonly publish_time: string;
  };
  readonly subscription: string;
  /** 1 for the first delivery. */
  readonly deliveryAttempt: number;
}

/** Statuses that acknowledge a push; every other one, and no answer at all, asks for redelivery. */
export const ACKNOWLEDGING: ReadonlySet<number> = new Set([102, 200, 201, 202, 204]);
