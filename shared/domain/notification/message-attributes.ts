/**
 * The attributes of messages, the same on every queue: what subscriptions filter by, and what people see in a list of
 * messages. Bounds are Pub/Sub's: at most 100, keys up to 256 bytes and values up to 1,024, and no key that begins with
 * `goog` in any case (its emulator allows more). https://docs.cloud.google.com/pubsub/quotas#resource_limits
 */
import type { DeadLetter } from '../ports.ts';
import type { Lane, WorkMessage } from './work-message.ts';

/** Attributes as they travel. */
export type MessageAttributes = Readonly<Record<string, string>>;

const COUNT_MAX = 100;
const KEY_BYTES_MAX = 256;
const VALUE_BYTES_MAX = 1_024;
const DEAD_LETTER_KEYS = ['deadLetterReason', 'deadLetterMessageId', 'deadLetterAttempt'];

/** The attributes of a work message; subscriptions filter by `lane`. */
export function workAttributes(message: WorkMessage, lane: Lane): MessageAttributes {
  const common = { lane, version: '1' };
  switch (message.kind) {
    case 'sync':
      return { ...common, calendar: message.calendar, cause: message.cause };
    case 'channel-proof':
    case 'notice':
      return { ...common, calendar: message.calendar, cause: message.kind };
    case 'conference':
      return { ...common, cause: message.kind };
  }
}

/** What is known of the failure, and as many of the message's own attributes as the broker takes. */
export function deadLetterAttributes({ attributes, reason, messageId, attempt }: DeadLetter): MessageAttributes {
  return acceptableAttributes({
    deadLetterReason: reason,
    ...(messageId !== undefined && { deadLetterMessageId: messageId }),
    ...(attempt !== undefined && { deadLetterAttempt: String(attempt) }),
    // A letter that comes back from a replay brings the reasons of its first death with it; the new ones count.
    ...originalAttributes(attributes),
  });
}

/** The attributes that a message had before it became a dead letter. */
export function originalAttributes(attributes: MessageAttributes): MessageAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !DEAD_LETTER_KEYS.includes(key)));
}

/** As many of the attributes, in their order, as the broker takes. */
export function acceptableAttributes(attributes: MessageAttributes): MessageAttributes {
  const acceptable = Object.entries(attributes).filter(
    ([key]) => key !== '' && !/^goog/i.test(key) && Buffer.byteLength(key) <= KEY_BYTES_MAX,
  );
  return Object.fromEntries(acceptable.slice(0, COUNT_MAX).map(([key, value]) => [key, cut(value)]));
}

/** Cuts between characters, never inside one. */
function cut(value: string): string {
  if (Buffer.byteLength(value) <= VALUE_BYTES_MAX) return value;
  let end = 0;
  let bytes = 0;
  for (const character of value) {
    bytes += Buffer.byteLength(character);
    if (bytes > VALUE_BYTES_MAX) break;
    end += character.length;
  }
  return value.slice(0, end);
}
