/** A dead letter as a person needs to see it: which calendar, what it asked for, why it lies here. Pure. */
import { BadRequest } from '../../shared/domain/errors.ts';
import { type CalendarKey, readCalendarKey } from '../../shared/domain/ids.ts';
import { originalAttributes } from '../../shared/domain/notification/message-attributes.ts';
import { decodeWork, type WorkMessage } from '../../shared/domain/notification/work-message.ts';
import type { KeptMessage } from '../ports.ts';

/** See the file's head. */
export interface Letter {
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly reason: string;
  /** How often it was delivered; null for unknown. */
  readonly attempts: number | null;
  readonly calendar: CalendarKey | null;
  readonly cause: string | null;
  /** Why this version cannot read it; null if it can. */
  readonly unreadable: string | null;
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Attributes that Pub/Sub itself adds when it gives up on a message: https://docs.cloud.google.com/pubsub/docs/dead-letter-topics */
const BY_PUBSUB = /^CloudPubSubDeadLetter/;

/** Reads what was put on the dead-letter topic, by the worker or by Pub/Sub itself. Never throws. */
export function readLetter({ id, data, attributes, publishedAt }: KeptMessage): Letter {
  const work = readWork(data);
  const isReadable = typeof work !== 'string';
  const deliveries = attributes.CloudPubSubDeadLetterSourceDeliveryCount;
  const attempts = Number(attributes.deadLetterAttempt ?? deliveries ?? Number.NaN);
  const byPubSub = deliveries === undefined ? undefined : `not acknowledged in ${deliveries} deliveries`;
  return {
    id,
    at: publishedAt,
    reason: attributes.deadLetterReason ?? byPubSub ?? (isReadable ? 'unknown' : work),
    attempts: Number.isNaN(attempts) ? null : attempts,
    calendar: calendarOf(work, attributes),
    cause: isReadable ? causeOf(work) : (attributes.cause ?? null),
    unreadable: isReadable ? null : work,
    data,
    attributes,
  };
}

/** The attributes to send it again with: its own, in a lane that a subscription takes. */
export function replayAttributes({ attributes }: Pick<Letter, 'attributes'>): Readonly<Record<string, string>> {
  const own = Object.entries(originalAttributes(attributes)).filter(([name]) => !BY_PUBSUB.test(name));
  return { lane: 'upkeep', ...Object.fromEntries(own) };
}

function readWork(data: string): WorkMessage | string {
  try {
    return decodeWork(data);
  } catch (error) {
    if (error instanceof BadRequest) return error.message;
    throw error;
  }
}

function calendarOf(work: WorkMessage | string, attributes: Readonly<Record<string, string>>): CalendarKey | null {
  if (typeof work !== 'string' && work.kind !== 'conference') return work.calendar;
  return readCalendarKey(attributes.calendar) ?? null;
}

function causeOf(work: WorkMessage): string {
  return work.kind === 'sync' ? work.cause : work.kind;
}
