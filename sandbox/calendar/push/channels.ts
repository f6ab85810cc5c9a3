/**
 * Push channels (https://developers.google.com/workspace/calendar/api/guides/push): watch, stop, and the notifications
 * that they bring about. Nothing is sent from here: each notification goes to the listeners, as data.
 */

import type { Faults } from '../faults/faults.ts';
import { grants } from '../state/access-role.ts';
import type { Calendar } from '../state/calendar.ts';
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
  readonly calendar: Calendar;
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
  readonly #byCalendar = new Map<Calendar, Set<Channel>>();
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
   * Opens a channel and says so on it at once, before the answer is out, as Google may do. `pathId` is the calendar as
   * the request named it: the resource URI keeps `primary`.
   * @throws ApiError 400
   */
  watch(calendar: Calendar, user: string, pathId: string, body: JsonObject, ttlMaxMs: number): JsonObject {
    const now = this.#surroundings.now();
    const { id, token, address } = readChannel(body);
    if (!calendar.isPushSupported) {
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
      calendar,
      user,
      address,
      token,
      resourceUri: `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(pathId)}/events?alt=json`,
      expiresAtMs: Math.min(readExpiry(body, now), now + ttlMaxMs),
      messageNumber: 1,
    };
    this.#byId.set(id, channel);
    const siblings = this.#byCalendar.get(calendar);
    if (siblings === undefined) this.#byCalendar.set(calendar, new Set([channel]));
    else siblings.add(channel);
    this.#emit(channel, 'sync');
    return {
      kind: 'api#channel',
      id,
      resourceId: calendar.resourceId,
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
    if (!isHis || channel.calendar.resourceId !== resourceId || channel.expiresAtMs <= now) {
      throw notFound(`Channel '${id}' not found for project 'simulated'`);
    }
    if (lagMs > 0) channel.expiresAtMs = Math.min(channel.expiresAtMs, now + lagMs);
    else this.#forget(channel);
  }

  /** Tells every channel of the calendar that something changed. */
  notify(calendar: Calendar): void {
    const channels = this.#byCalendar.get(calendar);
    if (channels === undefined) return;
    const now = this.#surroundings.now();
    for (const channel of [...channels]) {
      if (channel.expiresAtMs <= now) this.#forget(channel);
      // Who may no longer read the calendar hears nothing of it.
      else if (grants(calendar.roleOf(channel.user), 'reader')) {
        channel.messageNumber += 1 + Math.floor(this.#surroundings.random() * NUMBER_GAP_MAX);
        this.#emit(channel, 'exists');
      }
    }
  }

  /** Closes every channel of a calendar that is deleted. */
  forgetCalendar(calendar: Calendar): void {
    for (const channel of [...(this.#byCalendar.get(calendar) ?? [])]) this.#forget(channel);
  }

  /** The channels that are open now, oldest first. */
  open(): readonly { readonly id: string; readonly calendarId: string; readonly expiresAtMs: number }[] {
    const now = this.#surroundings.now();
    return [...this.#byId.values()]
      .filter((channel) => channel.expiresAtMs > now)
      .map(({ id, calendar, expiresAtMs }) => ({ id, calendarId: calendar.id, expiresAtMs }));
  }

  #forget(channel: Channel): void {
    this.#byId.delete(channel.id);
    const siblings = this.#byCalendar.get(channel.calendar);
    siblings?.delete(channel);
    if (siblings?.size === 0) this.#byCalendar.delete(channel.calendar);
  }

  #emit(channel: Channel, state: 'sync' | 'exists'): void {
    const { copies, delayMs } = this.#surroundings.faults.ofNotification(channel.calendar.id);
    const notification: PushNotification = {
      channelId: channel.id,
      address: channel.address,
      headers: {
        'Content-Type': 'application/json; utf-8',
        'Content-Length': '0',
        'X-Goog-Channel-ID': channel.id,
        ...(channel.token === undefined ? {} : { 'X-Goog-Channel-Token': channel.token }),
        'X-Goog-Channel-Expiration': new Date(channel.expiresAtMs).toUTCString(),
        'X-Goog-Resource-ID': channel.calendar.resourceId,
        'X-Goog-Resource-URI': channel.resourceUri,
        'X-Goog-Resource-State': state,
        'X-Goog-Message-Number': String(channel.messageNumber),
      },
      delayMs,
    };
    for (let copy = 0; copy < copies; copy += 1) for (const listener of this.#listeners) listener(notification);
  }
}
