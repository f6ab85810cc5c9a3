/** A Calendar event as the console compares it, read from the API's JSON without trusting its shape. */
import type { EventTime } from '../../shared/domain/event/event.ts';

/** See the head of this file. */
export interface SeenEvent {
  readonly id: string;
  readonly isCancelled: boolean;
  readonly title: string | null;
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly recurrence: readonly string[] | null;
  /** The series that this occurrence belongs to, and the start it would have had. */
  readonly recurringEventId: string | null;
  readonly originalStart: EventTime | null;
  /** False for a guest's copy, which decides nothing. */
  readonly isOrganizers: boolean;
  readonly conferenceId: string | null;
  readonly solution: string | null;
}

/** Reads one item of an events list of this calendar; undefined for what has no id. */
export function readSeenEvent(item: unknown, calendarId: string): SeenEvent | undefined {
  const event = fieldsOf(item);
  const id = textOf(event.id);
  if (id === null) return undefined;
  const organizer = fieldsOf(event.organizer);
  const conference = fieldsOf(event.conferenceData);
  return {
    id,
    isCancelled: event.status === 'cancelled',
    title: textOf(event.summary),
    start: timeOf(event.start),
    end: timeOf(event.end),
    recurrence: Array.isArray(event.recurrence) ? event.recurrence.filter((line) => typeof line === 'string') : null,
    recurringEventId: textOf(event.recurringEventId),
    originalStart: timeOf(event.originalStartTime),
    isOrganizers:
      event.organizer === undefined ||
      organizer.self === true ||
      textOf(organizer.email)?.toLowerCase() === calendarId.toLowerCase(),
    conferenceId: textOf(conference.conferenceId),
    solution: textOf(fieldsOf(conference.conferenceSolution).name),
  };
}

/** Unix milliseconds; null for what is no time. */
export function instantOf(time: EventTime | null): number | null {
  const instant = Date.parse(time?.dateTime ?? time?.date ?? '');
  return Number.isNaN(instant) ? null : instant;
}

/** A value's own properties; none for anything but an object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The value if it is text. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function timeOf(value: unknown): EventTime | null {
  const { date, dateTime, timeZone } = fieldsOf(value);
  const zone = typeof timeZone === 'string' ? { timeZone } : {};
  if (typeof dateTime === 'string') return { dateTime, ...zone };
  return typeof date === 'string' ? { date, ...zone } : null;
}
