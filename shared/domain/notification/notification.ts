/**
 * Google's POST on a channel, checked and reduced to what it says: something happened on this calendar, or the
 * channel works. Everything stands in headers; a body, if any, is ignored.
 */
import { calendarOfChannel, isChannelTokenValid, type KeyRing } from './channel.ts';
import type { ChannelProof, SyncRequest } from './work-message.ts';

/** Why a request is no notification. The words are for our log; a sender gets none of them. */
export type Refusal = 'not-a-notification' | 'foreign-id' | 'bad-token';

/** What follows from the request. */
export type Notification =
  | { readonly kind: 'accepted'; readonly message: SyncRequest | ChannelProof }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/** Longest header value that is looked at; Google's own limits are 64 for the id and 256 for the token. */
const HEADER_LENGTH_MAX = 512;

/** Reads the `X-Goog-*` headers (names in lower case) and verifies the channel token. Pure: no database, no clock. */
export function readNotification(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  keys: KeyRing,
): Notification {
  const id = single(headers['x-goog-channel-id']);
  const state = single(headers['x-goog-resource-state']);
  if (id === undefined || state === undefined) return refused('not-a-notification');
  const calendar = calendarOfChannel(id);
  if (calendar === undefined) return refused('foreign-id');
  if (!isChannelTokenValid(id, single(headers['x-goog-channel-token']) ?? '', keys)) return refused('bad-token');
  const channel = { id, resourceId: single(headers['x-goog-resource-id']) ?? '' };
  return {
    kind: 'accepted',
    message:
      state === 'sync'
        ? { kind: 'channel-proof', calendar, channel }
        : // `exists`, `not_exists` and states that Google may add all mean the same to us: look.
          { kind: 'sync', calendar, cause: 'notification', channel },
  };
}

function refused(reason: Refusal): Notification {
  return { kind: 'refused', reason };
}

function single(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > HEADER_LENGTH_MAX) return undefined;
  return value;
}
