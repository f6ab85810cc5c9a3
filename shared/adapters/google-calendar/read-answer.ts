/** What a successful answer of Google's says; anything unreadable counts as Google being out of order. */
import { GoogleUnavailable } from '../../domain/errors.ts';
import type { ListedEvent } from '../../domain/event/event.ts';
import type { EventPage } from '../../domain/ports.ts';
import { readAccessRole, readEvent } from './read-event.ts';

/** A JSON object whose values are still to be checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses the text of an answer; `name` is that of the call.
 * @throws GoogleUnavailable if it is no JSON object
 */
export function parseAnswer(name: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may hold titles: it is not passed on.
    throw new GoogleUnavailable(`${name}: answer is not JSON`);
  }
  if (typeof value !== 'object' || value === null) throw new GoogleUnavailable(`${name}: answer is no JSON object`);
  // Every value in it is checked where it is read. Copying a page only for its type would cost.
  return value as JsonObject;
}

/**
 * Reads one page of a listing. No items, or no `items` at all, is an ordinary page.
 * @throws GoogleUnavailable for a last page without a sync token, and for items that are no list
 */
export function readPage(page: JsonObject): EventPage {
  const accessRole = readAccessRole(page.accessRole);
  const items = page.items ?? [];
  if (!Array.isArray(items)) throw new GoogleUnavailable('events.list: items is no list');
  const events: ListedEvent[] = [];
  for (const item of items) {
    const event = readEvent(item, accessRole);
    if (event !== undefined) events.push(event);
  }
  const { nextPageToken, nextSyncToken } = page;
  if (typeof nextPageToken === 'string' && nextPageToken !== '') {
    return { events, accessRole, next: { kind: 'page', pageToken: nextPageToken } };
  }
  if (typeof nextSyncToken === 'string' && nextSyncToken !== '') {
    return { events, accessRole, next: { kind: 'end', syncToken: nextSyncToken } };
  }
  // Going on without one would leave the calendar without a place to start from, for good and in silence.
  throw new GoogleUnavailable('events.list: last page without nextSyncToken');
}

/**
 * Reads one page of instances: whether one of them takes place, and where to read on; null after the last page.
 * @throws GoogleUnavailable for items that are no list
 */
export function readInstances(page: JsonObject): { readonly hasOne: boolean; readonly pageToken: string | null } {
  const items: unknown = page.items ?? [];
  if (!Array.isArray(items)) throw new GoogleUnavailable('events.instances: items is no list');
  const hasOne = items.some((item) => typeof item === 'object' && item !== null && item.status !== 'cancelled');
  const { nextPageToken } = page;
  return { hasOne, pageToken: typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : null };
}

/**
 * Reads the answer to a watch; `fallback` is the expiry (Unix milliseconds) where Google names none.
 * @throws GoogleUnavailable without a resource id, since the channel could never be stopped
 */
export function readChannel(answer: JsonObject, fallback: number): { resourceId: string; expiresAt: number } {
  const { resourceId, expiration } = answer;
  if (typeof resourceId !== 'string' || resourceId === '') {
    throw new GoogleUnavailable('events.watch: answer has no resourceId');
  }
  // A string by the discovery document, a number in Google's own sample.
  const isWritten = typeof expiration === 'number' || (typeof expiration === 'string' && /^\d+$/.test(expiration));
  return { resourceId, expiresAt: isWritten ? Number(expiration) : fallback };
}
