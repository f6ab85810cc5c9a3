/**
 * Google Calendar, over the generated client with its retries switched off: one retry policy exists, and it is not
 * here. Requests in, domain values or domain errors out; every call ends within its deadline, tokens included.
 */
import { createHash } from 'node:crypto';
import { calendar, type calendar_v3 } from 'googleapis/build/src/apis/calendar/index.js';
import type { EventPatch } from '../../domain/delivery/change.ts';
import { EventGone, GoogleUnavailable } from '../../domain/errors.ts';
import { type AccessRole, isBlind, type ListedEvent, type LiveEvent } from '../../domain/event/event.ts';
import type { CalendarAccess, EventPage, GoogleCalendar, ListQuery, WatchRequest } from '../../domain/ports.ts';
import type { AccessTokens } from './access-tokens.ts';
import { withDeadline } from './deadline.ts';
import { createHttpExchange } from './exchange-over-http.ts';
import { parseAnswer, readChannel, readInstances, readPage } from './read-answer.ts';
import { EVENT_MASK, readAccessRole, readEvent, unseenEvent } from './read-event.ts';
import { type GoogleRequest, sendRequest } from './send-request.ts';

/** How the client is set up. */
export interface GoogleCalendarOptions {
  readonly auth: AccessTokens;
  /** Default: Google's. The path below it is always `/calendar/v3/...`. */
  readonly rootUrl?: string | undefined;
  /** For a whole call: token, request, one repetition after a rejected token. Milliseconds, default 10,000. */
  readonly deadlineMs?: number;
  /** Unix milliseconds, for Retry-After dates; default the system's clock. */
  readonly now?: () => number;
}

/** The port, and the end of its connections. */
export type GoogleCalendarClient = GoogleCalendar & { close(): void };

/** A list without `nextPageToken,nextSyncToken` in its mask loses them. */
const LIST_MASK = `nextPageToken,nextSyncToken,accessRole,items(${EVENT_MASK})`;
const INSTANCES_MASK = 'nextPageToken,items(id,status)';
const PAGE_SIZE = 250;
const DEADLINE_MS = 10_000;
/** Where all instances on so many pages are cancelled, the series is believed to take place. */
const INSTANCE_PAGES_MAX = 8;

/** Makes the client. It holds connections open until `close`. */
export function createGoogleCalendar(options: GoogleCalendarOptions): GoogleCalendarClient {
  const { auth, rootUrl, deadlineMs = DEADLINE_MS, now = Date.now } = options;
  const exchange = createHttpExchange();
  const api = calendar({
    version: 'v3',
    retry: false,
    adapter: exchange.adapter,
    // Every status is judged by us, from the text of the answer.
    validateStatus: () => true,
    ...(rootUrl !== undefined && { rootUrl }),
  });
  const send = (request: GoogleRequest) => sendRequest(request, auth, now);

  function list({ calendarId, subject }: CalendarAccess, query: ListQuery, signal: AbortSignal): Promise<EventPage> {
    const { syncToken, pageToken, timeMin } = query;
    // The same parameters for full and incremental listings and for all pages of one: anything else is undefined behaviour,
    // https://developers.google.com/workspace/calendar/api/guides/sync
    const params: calendar_v3.Params$Resource$Events$List = {
      calendarId,
      singleEvents: false,
      showDeleted: true,
      maxResults: PAGE_SIZE,
      fields: LIST_MASK,
      quotaUser: quotaUserOf(subject),
      ...(syncToken !== null && { syncToken }),
      ...(syncToken === null && timeMin !== null && { timeMin: new Date(timeMin).toISOString() }),
      ...(pageToken !== null && { pageToken }),
    };
    return send({
      operation: 'list',
      subject,
      signal,
      hasSyncToken: syncToken !== null,
      send: (settings) => api.events.list(params, settings),
    }).then((text) => readPage(parseAnswer('events.list', text)));
  }

  /** The access that we have now; asks for one event, because every smaller question needs a wider scope. */
  async function probe({ calendarId, subject }: CalendarAccess, signal: AbortSignal): Promise<AccessRole | null> {
    const params = { calendarId, maxResults: 1, fields: 'kind,accessRole', quotaUser: quotaUserOf(subject) };
    const text = await send({
      operation: 'probe',
      subject,
      signal,
      send: (settings) => api.events.list(params, settings),
    });
    return readAccessRole(parseAnswer('events.list (probe)', text).accessRole);
  }

  async function get(
    access: CalendarAccess,
    eventId: string,
    accessRole: AccessRole | null,
    signal: AbortSignal,
  ): Promise<ListedEvent | null> {
    const { calendarId, subject } = access;
    const params = { calendarId, eventId, fields: EVENT_MASK, quotaUser: quotaUserOf(subject) };
    let text: string;
    try {
      text = await send({
        operation: 'get',
        subject,
        signal,
        send: (settings) => api.events.get(params, settings),
      });
    } catch (error) {
      if (!(error instanceof EventGone)) throw error;
      // The same 404 comes from a calendar that is gone, and from access that shows no events.
      return isBlind(await probe(access, signal)) ? unseenEvent(eventId) : null;
    }
    const item = parseAnswer('events.get', text);
    const event = readEvent(item, accessRole);
    if (event === undefined && !isBlind(accessRole)) throw new GoogleUnavailable('events.get: answer is no event');
    // A conference that is not shown has been removed or is hidden, and the role that we were told may be out of date.
    const isAmbiguous = event?.kind === 'live' && event.conference === null && !event.hidden;
    const seen = isAmbiguous ? readEvent(item, await probe(access, signal)) : event;
    return seen ?? unseenEvent(eventId);
  }

  /**
   * Asks for one instance, with deleted ones left out. Google's reference says that cancelled instances may come all the same, and that a
   * page may be empty although more follow: https://developers.google.com/workspace/calendar/api/v3/reference/events/instances
   */
  async function hasInstances(
    { calendarId, subject }: CalendarAccess,
    eventId: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const question = {
      calendarId,
      eventId,
      showDeleted: false,
      fields: INSTANCES_MASK,
      quotaUser: quotaUserOf(subject),
    };
    let from: string | null = null;
    for (let page = 0; page < INSTANCE_PAGES_MAX; page++) {
      const params: calendar_v3.Params$Resource$Events$Instances = {
        ...question,
        maxResults: page === 0 ? 1 : PAGE_SIZE,
        ...(from !== null && { pageToken: from }),
      };
      let text: string;
      try {
        text = await send({
          operation: 'instances',
          subject,
          signal,
          send: (settings) => api.events.instances(params, settings),
        });
      } catch (error) {
        // A master that is gone, or that we are not shown: a list or a get says which.
        if (error instanceof EventGone) return true;
        throw error;
      }
      const { hasOne, pageToken } = readInstances(parseAnswer('events.instances', text));
      if (hasOne) return true;
      if (pageToken === null) return false;
      from = pageToken;
    }
    return true;
  }

  async function patch(
    { calendarId, subject }: CalendarAccess,
    eventId: string,
    etag: string,
    change: EventPatch,
    signal: AbortSignal,
  ): Promise<LiveEvent> {
    const params: calendar_v3.Params$Resource$Events$Patch = {
      calendarId,
      eventId,
      sendUpdates: 'none',
      fields: EVENT_MASK,
      quotaUser: quotaUserOf(subject),
      // With version 1 Google takes the conference from the body, with 0 it leaves it alone.
      ...('conferenceData' in change && { conferenceDataVersion: 1 }),
      // The conference system's own words for Google, which judges them; nothing here looks inside.
      requestBody: change as calendar_v3.Schema$Event,
    };
    const text = await send({
      operation: 'patch',
      subject,
      signal,
      headers: { 'If-Match': etag },
      send: (settings) => api.events.patch(params, settings),
    });
    const event = readEvent(parseAnswer('events.patch', text), null);
    if (event === undefined) throw new GoogleUnavailable('events.patch: answer is no event');
    if (event.kind === 'tombstone') throw new EventGone('events.patch: the event is cancelled');
    return event;
  }

  async function watch({ calendarId, subject }: CalendarAccess, request: WatchRequest, signal: AbortSignal) {
    const { id, token, address, ttlMs } = request;
    const params: calendar_v3.Params$Resource$Events$Watch = {
      calendarId,
      quotaUser: quotaUserOf(subject),
      // `params.ttl` is in seconds, as a string.
      requestBody: { id, token, type: 'web_hook', address, params: { ttl: String(Math.floor(ttlMs / 1_000)) } },
    };
    const text = await send({
      operation: 'watch',
      subject,
      signal,
      send: (settings) => api.events.watch(params, settings),
    });
    return readChannel(parseAnswer('events.watch', text), now() + ttlMs);
  }

  async function stop({ subject }: CalendarAccess, { id, resourceId }: Channel, signal: AbortSignal): Promise<void> {
    const params = { quotaUser: quotaUserOf(subject), requestBody: { id, resourceId } };
    try {
      await send({ operation: 'stop', subject, signal, send: (settings) => api.channels.stop(params, settings) });
    } catch (error) {
      if (!(error instanceof EventGone)) throw error;
    }
  }

  return {
    list: (access, query) => withDeadline(deadlineMs, (signal) => list(access, query, signal)),
    get: (access, id, accessRole) => withDeadline(deadlineMs, (signal) => get(access, id, accessRole, signal)),
    hasInstances: (access, id) => withDeadline(deadlineMs, (signal) => hasInstances(access, id, signal)),
    patch: (access, id, etag, change) => withDeadline(deadlineMs, (signal) => patch(access, id, etag, change, signal)),
    watch: (access, request) => withDeadline(deadlineMs, (signal) => watch(access, request, signal)),
    stop: (access, channel) => withDeadline(deadlineMs, (signal) => stop(access, channel, signal)),
    close: () => exchange.close(),
  };
}

interface Channel {
  readonly id: string;
  readonly resourceId: string;
}

/** At most 40 characters are allowed; no address leaves as a quota key. */
function quotaUserOf(subject: string): string {
  return createHash('sha256').update(subject.toLowerCase()).digest('base64url').slice(0, 32);
}
