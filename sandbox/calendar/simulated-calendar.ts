/**
 * The simulated Google Calendar: the change machinery of the Calendar API v3 (sync tokens, paging, tombstones, etags,
 * series, guests' copies, push channels) in memory. It is synchronous and deterministic: time and randomness come from
 * outside, nothing happens by itself, and one seed gives one history. `serve-calendar.ts` serves it over HTTP.
 */

import { Faults } from './faults/faults.ts';
import { takesPlace } from './listing/list-instances.ts';
import { Channels, type PushNotification } from './push/channels.ts';
import { answerRoute } from './routes.ts';
import type { AccessRole } from './state/access-role.ts';
import type { Calendar, CalendarOptions } from './state/calendar.ts';
import { Directory } from './state/directory.ts';
import { seededRandom } from './state/identifiers.ts';
import { PendingConferences } from './state/pending-conferences.ts';
import { DEFAULT_SETTINGS, type Settings } from './state/settings.ts';
import type { CalendarAnswer } from './wire/answers.ts';
import { ApiError, notFound } from './wire/api-error.ts';
import { applyFieldsMask, parseFieldsMask } from './wire/fields-mask.ts';
import type { JsonObject } from './wire/json.ts';
import { textParameter } from './wire/query-values.ts';
import { type CalendarRequest, readQuery } from './wire/requests.ts';
import type { World } from './world.ts';
import { type LoadedEvents, loadEvents } from './writing/load-events.ts';
import { runTransaction } from './writing/run-transaction.ts';
import { cutSeries, type SplitSeries, splitSeries } from './writing/split-series.ts';
import { storeChange } from './writing/store-change.ts';

/** How a simulated Calendar is made. */
export interface SimulatedCalendarOptions extends Partial<Settings> {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 <= n < 1; default: a sequence that is the same for every instance. */
  readonly random?: () => number;
  /** A calendar whose id holds an `@` comes into being at its first use, as that user's own. Default: 404. */
  readonly autoCreate?: boolean;
  /** Whose `primary` is meant where a request does not say who asks. Default `alice@example.com`. */
  readonly defaultUser?: string;
  /** Whose an access token is that does not say so itself as `user:EMAIL` does; undefined, and the default, is 401. */
  readonly userOfToken?: (token: string) => string | undefined;
  /** The OAuth scopes to which a token is bounded, as addresses; undefined, and the default, is none: it may do everything. */
  readonly scopesOfToken?: (token: string) => readonly string[] | undefined;
}

const ROOT = '/calendar/v3/';

/** See the head of this file. */
export class SimulatedCalendar {
  readonly #world: World;

  constructor(options: SimulatedCalendarOptions) {
    const {
      now,
      random = seededRandom(1),
      autoCreate = false,
      defaultUser = 'alice@example.com',
      userOfToken,
      scopesOfToken,
      ...settings
    } = options;
    const faults = new Faults(random);
    this.#world = {
      now,
      random,
      faults,
      channels: new Channels({ now, random, faults }),
      directory: new Directory({ autoCreate, defaultUser: defaultUser.toLowerCase(), userOfToken, scopesOfToken }),
      conferences: new PendingConferences({
        now,
        random,
        fails: ({ id }) => faults.strikes('conferenceFailure', id),
      }),
      settings: { ...DEFAULT_SETTINGS, ...settings },
      lastEtag: 0,
    };
  }

  /** The faults in force; see `FaultRule`. */
  get faults(): Faults {
    return this.#world.faults;
  }

  /** What holds now. */
  get settings(): Settings {
    return this.#world.settings;
  }

  /** Changes settings from now on. */
  configure(settings: Partial<Settings>): void {
    this.#world.settings = { ...this.#world.settings, ...settings };
  }

  /** Answers one call of the REST API. Throws for nothing that a client can send. */
  handle(request: CalendarRequest): CalendarAnswer {
    this.settle();
    const fault = this.#world.faults.ofRequest(request);
    if (fault?.afterEffect === false) return fault.answer;
    const answer = this.#answer(request);
    return fault?.answer ?? answer;
  }

  /** Answers a call as `handle` does, but meets and uses up no fault; for whoever judges an outcome. */
  answerFaultless(request: CalendarRequest): CalendarAnswer {
    this.settle();
    return this.#answer(request);
  }

  /** Makes a calendar, or takes over what the options say of the one of that id, which keeps its owner. @throws RangeError for a time zone that is none */
  addCalendar(id: string, options: CalendarOptions = {}): void {
    this.#world.directory.add(id, options);
  }

  /** The ids of all calendars, oldest first. */
  calendarIds(): readonly string[] {
    return Array.from(this.#world.directory.all(), ({ id }) => id);
  }

  /**
   * All events of a calendar as its owner sees them, deleted ones included, oldest first; for whoever judges an
   * outcome.
   */
  events(calendarId: string): readonly JsonObject[] {
    const calendar = this.#world.directory.peek(calendarId);
    return calendar === undefined ? [] : Array.from(calendar.events.all(), ({ body }) => body);
  }

  /** Whether an event, or anything of a series, takes place; for whoever judges an outcome. */
  takesPlace(calendarId: string, eventId: string): boolean {
    const calendar = this.#world.directory.peek(calendarId);
    return calendar !== undefined && takesPlace(calendar, eventId, this.#world.now());
  }

  /**
   * Gives a user a role on a calendar. The sync tokens that he holds for it expire.
   * @throws ApiError 404
   */
  share(calendarId: string, user: string, role: AccessRole): void {
    this.#calendar(calendarId).setRole({ type: 'user', value: user.toLowerCase() }, role);
  }

  /**
   * Whether the calendar takes channels; generated ones do not.
   * @throws ApiError 404
   */
  setPushSupported(calendarId: string, isSupported: boolean): void {
    this.#calendar(calendarId).isPushSupported = isSupported;
  }

  /**
   * Takes over events as recorded answers of `events.list` show them. Never throws for what they hold.
   * @throws ApiError 404 where there is no such calendar
   */
  load(calendarId: string, events: readonly unknown[]): LoadedEvents {
    return loadEvents(this.#world, this.#calendar(calendarId), events);
  }

  /**
   * Changes an occurrence, named by its original start (RFC 3339 or a date), and all that follow it; see `splitSeries`.
   * @throws ApiError 400, 403, 404, 410
   */
  split(calendarId: string, eventId: string, fromOriginalStart: string, change: JsonObject = {}): SplitSeries {
    return splitSeries(this.#world, this.#calendar(calendarId), eventId, fromOriginalStart, change);
  }

  /**
   * Deletes an occurrence, named by its original start, and all that follow it.
   * @throws ApiError 400, 403, 404, 410
   */
  cut(calendarId: string, eventId: string, fromOriginalStart: string): JsonObject {
    return cutSeries(this.#world, this.#calendar(calendarId), eventId, fromOriginalStart);
  }

  /** Lets every sync token of the calendar expire, or of all calendars: the next use answers 410. */
  expireSyncTokens(calendarId?: string): void {
    for (const calendar of this.#world.directory.all()) {
      if (calendarId === undefined || calendar.id === calendarId) calendar.tokenEpoch += 1;
    }
  }

  /**
   * Forgets the deleted events of a calendar that were deleted before the instant, as Google does after a while. A cancelled occurrence stays for
   * as long as its series lives: without it the occurrence would take place again
   * (https://developers.google.com/workspace/calendar/api/v3/reference/events#status).
   */
  purgeDeleted(calendarId: string, beforeMs: number = Number.POSITIVE_INFINITY): void {
    const { events } = this.#calendar(calendarId);
    events.purge(({ body, recurringEventId }) => {
      const series = recurringEventId === undefined ? undefined : events.get(recurringEventId);
      const keeps = series?.cancelled === false;
      return !keeps && !(Date.parse(String(body.updated)) >= beforeMs);
    });
  }

  /** The channels that are open now. */
  openChannels(): ReturnType<Channels['open']> {
    return this.#world.channels.open();
  }

  /** Tells the listener of every push from now on, synchronously; the returned function ends that. */
  onNotification(listener: (notification: PushNotification) => void): () => void {
    return this.#world.channels.onNotification(listener);
  }

  /** Lets happen what the clock has made due: pending conferences come about. Every request does the same first. */
  settle(): void {
    for (const { calendar, eventId, body } of this.#world.conferences.takeDue()) {
      const before = calendar.events.get(eventId)?.body;
      runTransaction(this.#world, (transaction) => storeChange(transaction, calendar, before, body));
    }
  }

  #answer(request: CalendarRequest): CalendarAnswer {
    try {
      const query = readQuery(request.query);
      const fields = textParameter(query, 'fields');
      const mask = fields === undefined ? undefined : parseFieldsMask(fields);
      const answer = answerRoute(this.#world, request, query, partsOf(request.path));
      return mask === undefined ? answer : { ...answer, body: applyFieldsMask(mask, answer.body) };
    } catch (error) {
      if (error instanceof ApiError) return error.answer();
      throw error;
    }
  }

  #calendar(id: string): Calendar {
    const calendar = this.#world.directory.find(id);
    if (calendar === undefined) throw notFound(`No calendar ${id}`);
    return calendar;
  }
}

function partsOf(path: string): readonly string[] {
  if (!path.startsWith(ROOT)) throw notFound();
  try {
    const parts = path.slice(ROOT.length).split('/');
    return path.includes('%') ? parts.map(decodeURIComponent) : parts;
  } catch {
    // Not valid percent-encoding: it names nothing.
    throw notFound();
  }
}
