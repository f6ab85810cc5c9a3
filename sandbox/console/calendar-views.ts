/** Which calendars the service follows and how they fare, asked of its own manage API. */
import type { NoticeView } from '../deliveries/notice-log.ts';
import { fieldsOf, textOf } from './seen-event.ts';

/** A calendar as the page shows it. `status` null: not registered. */
export interface CalendarView {
  readonly calendarId: string;
  readonly status: string | null;
  readonly hasSyncToken: boolean;
  /** `proven` once a notification came through it. */
  readonly channel: 'none' | 'open' | 'proven';
  readonly failure: string | null;
  /** How its user stands: never connected, connected, or why not any more. */
  readonly connection: 'none' | 'connected' | 'disconnected';
  /** What the conference side was told last of it; null for nothing. */
  readonly told: NoticeView | null;
}

/** The calendars that exist, with what the manage API says of them; undefined if it gives no answer. */
export async function readCalendars(
  manageOrigin: string,
  existing: readonly string[],
  toldOf: (calendarId: string) => NoticeView | undefined,
): Promise<readonly CalendarView[] | undefined> {
  const [calendars, connections] = await Promise.all([
    readAll(manageOrigin, 'calendars'),
    readAll(manageOrigin, 'connections'),
  ]);
  if (calendars === undefined || connections === undefined) return undefined;
  const states = new Map(connections.map((each) => [textOf(each.subject) ?? '', textOf(each.state)]));
  const registered = new Map(
    calendars.flatMap((each) => readCalendar(each) ?? []).map((each) => [each.calendarId, each]),
  );
  const ids = [...new Set([...existing, ...registered.keys()])];
  return ids.map((calendarId) => {
    const state = states.get(calendarId);
    const connection = state === 'connected' || state === 'disconnected' ? state : 'none';
    return {
      ...(registered.get(calendarId) ?? unregistered(calendarId)),
      connection,
      told: toldOf(calendarId) ?? null,
    };
  });
}

/** All pages of a list of the manage API. */
async function readAll(
  manageOrigin: string,
  name: 'calendars' | 'connections',
): Promise<readonly Readonly<Record<string, unknown>>[] | undefined> {
  const all: Readonly<Record<string, unknown>>[] = [];
  let pageToken: string | null = null;
  do {
    const page: string = pageToken === null ? '' : `&pageToken=${encodeURIComponent(pageToken)}`;
    const answer = await fetchJson(`${manageOrigin}/v1/${name}?pageSize=500${page}`);
    if (answer === undefined) return undefined;
    const items: unknown = answer[name];
    if (Array.isArray(items)) all.push(...items.map(fieldsOf));
    pageToken = textOf(answer.nextPageToken);
  } while (pageToken !== null);
  return all;
}

/** A calendar that the service does not know. */
export function unregistered(calendarId: string): CalendarView {
  return {
    calendarId,
    status: null,
    hasSyncToken: false,
    channel: 'none',
    failure: null,
    connection: 'none',
    told: null,
  };
}

async function fetchJson(address: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? fieldsOf(await answer.json()) : undefined;
  } catch {
    // The service may be down for a moment: the page goes on with what it knew.
    return undefined;
  }
}

function readCalendar(calendar: Readonly<Record<string, unknown>>): CalendarView | undefined {
  const calendarId = textOf(calendar.calendarId);
  if (calendarId === null) return undefined;
  const channel = fieldsOf(calendar.channel);
  const isOpen = textOf(channel.expiresAt) !== null;
  return {
    ...unregistered(calendarId),
    status: textOf(calendar.status) ?? 'active',
    hasSyncToken: calendar.hasSyncToken === true,
    channel: isOpen ? (textOf(channel.provenAt) === null ? 'open' : 'proven') : 'none',
    failure: textOf(fieldsOf(calendar.failure).reason),
  };
}
