/**
 * Channel ids and tokens. The id carries the calendar key, the token is an HMAC of the id under a ring of keys, so
 * that a notification is checked without a database: the token is the only authenticator that Google sends back
 * (https://developers.google.com/workspace/calendar/api/guides/push).
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type CalendarKey, readCalendarKey } from '../ids.ts';

/** Keys for channel tokens, newest first: the first signs, all verify. */
export type KeyRing = readonly [string, ...string[]];

/** A fresh channel id for a calendar; `unique` must never repeat (Google refuses an id that was used before). */
export function channelIdFor(calendar: CalendarKey, unique: string): string {
  return `${calendar}-${unique}`;
}

/** The calendar that a channel id belongs to; undefined if the id is none of ours. */
export function calendarOfChannel(channelId: string): CalendarKey | undefined {
  if (channelId.length > 64) return undefined;
  const dash = channelId.indexOf('-');
  return dash > 0 && dash < channelId.length - 1 ? readCalendarKey(channelId.slice(0, dash)) : undefined;
}

/** The token to give Google for this channel. */
export function signChannel(channelId: string, keys: KeyRing): string {
  return tokenUnder(keys[0], channelId);
}

/** Whether the token was made for this channel id by one of our keys; takes the same time for every wrong token. */
export function isChannelTokenValid(channelId: string, token: string, keys: KeyRing): boolean {
  const given = Buffer.from(token);
  return keys.some((key) => {
    const expected = Buffer.from(tokenUnder(key, channelId));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function tokenUnder(key: string, channelId: string): string {
  return createHmac('sha256', preparedKey(key)).update(`channel\0${channelId}`).digest('base64url');
}

/** Prepared once: the ring of a process hardly changes, and every notification needs it. */
const preparedKeys = new Map<string, KeyObject>();

function preparedKey(key: string): KeyObject {
  const known = preparedKeys.get(key);
  if (known !== undefined) return known;
  const prepared = createSecretKey(key, 'utf8');
  preparedKeys.set(key, prepared);
  return prepared;
}
