/** Which calendars the service follows and how they fare, asked of its own manage API. */
import { fieldsOf, textOf } from './seen-event.ts';

/** A calendar as the page shows it. `status` null: not registered. */
export interface CalendarView {
  readonly calendarId: string;
  readonly status: string | null;
  readonly hasSyncToken: boolean;
  /** `proven` once a notification came through it. */
  readonly channel: 'none' | 'open' | 'proven';
  readonly failure: string | null;
}

/** The calendars that exist, with what the manage API says of them; undefined if it gives no answer. */
export async function readCalendars(
  manageOrigin: string,
  existing: readonly string[],
): Promise<readonly CalendarView[] | undefined> {
  const registered = new Map<string, CalendarView>();
  let pageToken: string | null = null;
  do {
    const page: string = pageToken === null ? '' : `&pageToken=${encodeURIComponent(pageToken)}`;
    const answer = await fetchJson(`${manageOrigin}/v1/calendars?pageSize=500${page}`);
    if (answer === undefined) return undefined;
    const calendars: readonly unknown[] = Array.isArray(answer.calendars) ? answer.calendars : [];
    for (const calendar of calendars) {
      const view = readCalendar(calendar);
      if (view !== undefined) registered.set(view.calendarId, view);
    }
    pageToken = textOf(answer.nextPageToken);
  } while (pageToken !== null);
  const ids = [...new Set([...existing, ...registered.keys()])];
  return ids.map((calendarId) => registered.get(calendarId) ?? unregistered(calendarId));
}

/** A calendar that the service does not know. */
export function unregistered(calendarId: string): CalendarView {
  return { calendarId, status: null, hasSyncToken: false, channel: 'none', failure: null };
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

function readCalendar(value: unknown): CalendarView | undefined {
  const calendar = fieldsOf(value);
  const calendarId = textOf(calendar.calendarId);
  if (calendarId === null) return undefined;
  const channel = fieldsOf(calendar.channel);
  const isOpen = textOf(channel.expiresAt) !== null;
  return {
    calendarId,
    status: textOf(calendar.status) ?? 'active',
    hasSyncToken: calendar.hasSyncToken === true,
    channel: isOpen ? (textOf(channel.provenAt) === null ? 'open' : 'proven') : 'none',
    failure: textOf(fieldsOf(calendar.failure).reason),
  };
}
