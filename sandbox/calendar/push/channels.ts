/**
 * Push channels (https://developers.google.com/workspace/calendar/api/guides/push): watch, stop, and the notifications
 * that they bring about. Nothing is sent from here: each notification goes to the listeners, as data.
 */

import type { Faults } from '../faults/faults.ts';
import type { Watched } from '../state/watched.ts';
import { ApiError, notFound, required } from '../wire/api-error.ts';
import { type JsonObject, textAt } from '../wire/json.ts';
import { readChannel, readExpiry } from './read-channel.ts';

/** A POST without a body that Google would send now, or after `delayMs`. */
export interface PushNotification {
  readonly channelId: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** From a fault rule; 0 as a rule. */
  readonly delayMs: number;
}

interface Channel {
  readonly id: string;
  readonly watched: Watched;
  readonly user: string;
  readonly address: string;
  readonly token: string | undefined;
  readonly resourceUri: string;
  expiresAtMs: number;
  messageNumber: number;
}

/** What channels need to know of the world around them. */
interface Surroundings {
  readonly now: () => number;
  readonly random: () => number;
  readonly faults: Faults;
}

/** Message numbers grow, but not by one; recorded ones jump far. */
const NUMBER_GAP_MAX = 1000;

/** See the head of this file. */
export class Channels {
  readonly #surroundings: Surroundings;
  readonly #byId = new Map<string, Channel>();
  readonly #byWatched = new Map<Watched, Set<Channel>>();
  readonly #listeners = new Set<(notification: PushNotification) => void>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Tells the listener of every notification from now on; the returned function ends that. */
  onNotification(listener: (notification: PushNotification) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Opens a channel and says so on it at once, before the answer is out, as Google may do. `path` names what is watched, below
   * `/calendar/v3`, as the request did: the resource URI keeps `primary`.
   * @throws ApiError 400
   */
  watch(watched: Watched, user: string, path: string, body: JsonObject, ttlMaxMs: number): JsonObject {
    const now = this.#surroundings.now();
    const { id, token, address } = readChannel(body);
    if (!watched.isPushSupported) {
      const reason = 'pushNotSupportedForRequestedResource';
      throw new ApiError(400, 'calendar', reason, 'Push notifications are not supported by this resource.');
    }
    const known = this.#byId.get(id);
    if (known !== undefined && known.expiresAtMs > now) {
      throw new ApiError(400, 'global', 'channelIdNotUnique', `Channel id ${id} not unique`);
    }
    if (known !== undefined) this.#forget(known);
    const channel: Channel = {
      id,
      watched,
      user,
      address,
      token,
      resourceUri: `https://www.googleapis.com/calendar/v3/${path}?alt=json`,
      expiresAtMs: Math.min(readExpiry(body, now), now + ttlMaxMs),
      messageNumber: 1,
    };
    this.#byId.set(id, channel);
    const siblings = this.#byWatched.get(watched);
    if (siblings === undefined) this.#byWatched.set(watched, new Set([channel]));
    else siblings.add(channel);
    this.#emit(channel, 'sync');
    return {
      kind: 'api#channel',
      id,
      resourceId: watched.resourceId,
      resourceUri: channel.resourceUri,
      ...(token === undefined ? {} : { token }),
      expiration: String(channel.expiresAtMs),
    };
  }

  /**
   * Closes a channel, at once or after `lagMs`. `actor` is who asks, where he says so.
   * @throws ApiError 404 where id and resource id do not name a channel that he may stop
   */
  stop(body: JsonObject, actor: string | undefined, lagMs: number): void {
    const id = textAt(body, 'id');
    const resourceId = textAt(body, 'resourceId');
    if (id === undefined || resourceId === undefined) throw required('Required');
    const now = this.#surroundings.now();
    const channel = this.#byId.get(id);
    const isHis = channel !== undefined && (actor === undefined || actor === channel.user);
    if (!isHis || channel.watched.resourceId !== resourceId || channel.expiresAtMs <= now) {
      throw notFound(`Channel '${id}' not found for project 'simulated'`);
    }
    if (lagMs > 0) channel.expiresAtMs = Math.min(channel.expiresAtMs, now + lagMs);
    else this.#forget(channel);
  }

  /** Tells every channel on it that something changed. */
  notify(watched: Watched): void {
    const channels = this.#byWatched.get(watched);
    if (channels === undefined) return;
    const now = this.#surroundings.now();
    for (const channel of [...channels]) {
      if (channel.expiresAtMs <= now) this.#forget(channel);
      else if (watched.hears(channel.user)) {
        channel.messageNumber += 1 + Math.floor(this.#surroundings.random() * NUMBER_GAP_MAX);
        this.#emit(channel, 'exists');
      }
    }
  }

  /** Closes every channel on what is there no more. */
  forgetAll(watched: Watched): void {
    for (const channel of [...(this.#byWatched.get(watched) ?? [])]) this.#forget(channel);
  }

  /** The channels that are open now, oldest first; one on a user's list or settings has his address for a calendar. */
  open(): readonly { readonly id: string; readonly calendarId: string; readonly expiresAtMs: number }[] {
    const now = this.#surroundings.now();
    return [...this.#byId.values()]
      .filter((channel) => channel.expiresAtMs > now)
      .map(({ id, watched, expiresAtMs }) => ({ id, calendarId: watched.id, expiresAtMs }));
  }

  #forget(channel: Channel): void {
    this.#byId.delete(channel.id);
    const siblings = this.#byWatched.get(channel.watched);
    siblings?.delete(channel);
    if (siblings?.size === 0) this.#byWatched.delete(channel.watched);
  }

  #emit(channel: Channel, state: 'sync' | 'exists'): void {
    const { copies, delayMs } = this.#surroundings.faults.ofNotification(channel.watched.id);
    const notification: PushNotification = {
      channelId: channel.id,
      address: channel.address,
      headers: {
        'Content-Type': 'application/json; utf-8',
        'Content-Length': '0',
        'X-Goog-Channel-ID': channel.id,
        ...(channel.token === undefined ? {} : { 'X-Goog-Channel-Token': channel.token }),
        'X-Goog-Channel-Expiration': new Date(channel.expiresAtMs).toUTCString(),
        'X-Goog-Resource-ID': channel.watched.resourceId,
        'X-Goog-Resource-URI': channel.resourceUri,
        'X-Goog-Resource-State': state,
        'X-Goog-Message-Number': String(channel.messageNumber),
      },
      delayMs,
    };
    for (let copy = 0; copy < copies; copy += 1) for (const listener of this.#listeners) listener(notification);
  }
}
