/**
 * Push channels (https://developers.google.com/workspace/calendar/api/guides/push): watch, stop, and the notifications
 * that they bring about. Nothing is sent from here: each notification goes to the listeners, as data.
 */
import { grants } from './access-role.ts';
import { ApiError, invalid, notFound, required } from './api-error.ts';
import type { Calendar } from './calendar.ts';
import type { Faults } from './faults.ts';
import { type JsonObject, objectAt, textAt } from './json.ts';

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

/**
 * Google's default for `params.ttl`: https://developers.google.com/workspace/calendar/api/v3/reference/settings/watch
 */
const TTL_DEFAULT_S = 604_800;
const ID_LENGTH_MAX = 64;
const TOKEN_LENGTH_MAX = 256;
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
   * @throws ApiError 400, 401
   *
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

function readChannel(body: JsonObject): { id: string; token: string | undefined; address: string } {
  const id = textAt(body, 'id');
  const type = textAt(body, 'type');
  const token = textAt(body, 'token');
  if (id === undefined || id === '') throw required('entity.id must not be empty.');
  if (id.length > ID_LENGTH_MAX || !/^[A-Za-z0-9\-_+/=]+$/.test(id)) {
    throw new ApiError(
      400,
      'global',
      'channelIdInvalid',
      `Channel id must match [A-Za-z0-9\\-_\\+/=]+ and be at most ${ID_LENGTH_MAX} characters`,
    );
  }
  if (type !== 'web_hook' && type !== 'webhook') throw invalid('Unknown channel type');
  if (token !== undefined && token.length > TOKEN_LENGTH_MAX) throw invalid('Channel token is too long');
  return { id, token, address: readAddress(textAt(body, 'address')) };
}

/** https, or plain http on this very machine: the sandbox has no certificates. */
function readAddress(address: string | undefined): string {
  const url = address === undefined ? null : URL.parse(address);
  if (address === undefined || url === null || url.hostname === '') {
    throw new ApiError(400, 'global', 'push.webhookUrlNoHostOrAddress', 'WebHook callback must have a host or address');
  }
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    throw new ApiError(400, 'global', 'push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${address}`);
  }
  return address;
}

/** The stricter of `expiration` (milliseconds, number or string) and `params.ttl` (seconds). */
function readExpiry(body: JsonObject, now: number): number {
  const expiration = body.expiration === undefined ? Number.POSITIVE_INFINITY : Number(body.expiration);
  const ttl = objectAt(body, 'params')?.ttl;
  const ttlS = ttl === undefined ? TTL_DEFAULT_S : Number(ttl);
  if (Number.isNaN(expiration) || expiration <= now)
    throw invalid('Channel expiration must be in the future', 'expiration');
  if (!(ttlS > 0)) throw invalid('Channel ttl must be a positive number of seconds', 'params.ttl');
  // A wish for an expiration replaces the default time to live.
  const ttlMs = ttl === undefined && body.expiration !== undefined ? Number.POSITIVE_INFINITY : ttlS * 1000;
  return Math.min(expiration, now + ttlMs);
}
