/** A simulated Calendar with a clock that stands still until it is told to go on, and short ways to call it. */
import type { PushNotification } from '../../../sandbox/calendar/push/channels.ts';
import { SimulatedCalendar, type SimulatedCalendarOptions } from '../../../sandbox/calendar/simulated-calendar.ts';
import { isObject, type JsonObject, objectsAt, textAt } from '../../../sandbox/calendar/wire/json.ts';
import type { QueryInput } from '../../../sandbox/calendar/wire/requests.ts';

export const ALICE = 'alice@example.com';
export const BOB = 'bob@example.com';
export const CAROL = 'carol@example.com';

/** A call's answer with its body as an object; empty for one that is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly query?: QueryInput;
  readonly headers?: Record<string, string>;
  /** Who asks. */
  readonly as?: string;
}

export function buildWorld(options: Partial<SimulatedCalendarOptions> = {}) {
  let nowMs = Date.parse('2027-01-20T09:00:00Z');
  const calendar = new SimulatedCalendar({ now: () => nowMs, autoCreate: true, ...options });
  const notifications: PushNotification[] = [];
  calendar.onNotification((notification) => void notifications.push(notification));

  function call(method: string, path: string, { body, query, headers = {}, as }: CallOptions = {}): Answer {
    const answer = calendar.handle({
      method,
      path: `/calendar/v3/${path}`,
      body,
      headers: as === undefined ? headers : { ...headers, authorization: `Bearer user:${as}` },
      ...(query === undefined ? {} : { query }),
    });
    return { ...answer, body: isObject(answer.body) ? answer.body : {} };
  }

  return {
    calendar,
    notifications,
    call,
    nowMs: () => nowMs,
    advance(ms: number) {
      nowMs += ms;
    },
    insert(calendarId: string, event: JsonObject = {}, query: QueryInput = {}): JsonObject {
      const answer = call('POST', eventsPath(calendarId), { body: { ...meeting(), ...event }, query });
      if (answer.status !== 200) throw new Error(`insert answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    event(calendarId: string, id: unknown, method: string, more: CallOptions = {}): Answer {
      return call(method, eventPath(calendarId, id), more);
    },
    get(calendarId: string, id: unknown): JsonObject {
      return call('GET', eventPath(calendarId, id)).body;
    },
    list(calendarId: string, query: QueryInput = {}, as?: string): Answer {
      return call('GET', eventsPath(calendarId), as === undefined ? { query } : { query, as });
    },
    /** A sync token as of now. */
    token(calendarId: string, as?: string): string {
      const answer = call('GET', eventsPath(calendarId), {
        query: { maxResults: '2500' },
        ...(as === undefined ? {} : { as }),
      });
      const token = textAt(answer.body, 'nextSyncToken');
      if (token === undefined) throw new Error('the listing has more than one page');
      return token;
    },
    /** The items that changed since the token. */
    changes(calendarId: string, syncToken: string): readonly JsonObject[] {
      return objectsAt(call('GET', eventsPath(calendarId), { query: { syncToken } }).body, 'items');
    },
  };
}

/** A world in which Alice's calendar is in Berlin, as its meetings are; others are in UTC. */
export function buildBerlinWorld(options: Partial<SimulatedCalendarOptions> = {}): World {
  const world = buildWorld(options);
  world.calendar.addCalendar(ALICE, { timeZone: 'Europe/Berlin' });
  return world;
}

export type World = ReturnType<typeof buildWorld>;

export function eventsPath(calendarId: string): string {
  return `calendars/${encodeURIComponent(calendarId)}/events`;
}

export function eventPath(calendarId: string, id: unknown): string {
  return `${eventsPath(calendarId)}/${encodeURIComponent(String(id))}`;
}

/** An hour's meeting. */
export function meeting(): JsonObject {
  return {
    summary: 'Talk',
    start: { dateTime: '2027-02-01T10:00:00+01:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2027-02-01T11:00:00+01:00', timeZone: 'Europe/Berlin' },
  };
}

/** Ten daily meetings from 1 February 2027, ten o'clock in Berlin. */
export function dailySeries(): JsonObject {
  return { ...meeting(), recurrence: ['RRULE:FREQ=DAILY;COUNT=10'] };
}

export function reasonOf(answer: Answer): unknown {
  const error = answer.body.error;
  return isObject(error) ? objectsAt(error, 'errors')[0]?.reason : undefined;
}

export function itemsOf(answer: Answer): readonly JsonObject[] {
  return objectsAt(answer.body, 'items');
}

export function idsOf(items: readonly JsonObject[]): readonly unknown[] {
  return items.map(({ id }) => id);
}
