/**
 * What the conference system is told: the body of a webhook, read strictly. A stand-in for a careful receiver, so
 * a body that breaks the published contract is refused here with the place that breaks it. Fields that the contract
 * does not name are ignored.
 */

/** `start`, `end` or `originalStartTime` of a Calendar event. */
export interface EventTime {
  readonly date?: string;
  readonly dateTime?: string;
  readonly timeZone?: string;
}

/** The event as a `conference.updated` shows it; a field that the sender leaves out says nothing. */
export interface EventFields {
  readonly title?: string | null;
  readonly description?: string | null;
  readonly location?: string | null;
  readonly start?: EventTime | null;
  readonly end?: EventTime | null;
  readonly recurrence?: readonly string[] | null;
  readonly organizer?: { readonly email: string } | null;
  readonly visibility?: string | null;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly attendees?: readonly { readonly email: string; readonly responseStatus: string | null }[];
}

interface Head {
  readonly timestamp: string;
  readonly conferenceId: string;
  readonly revision: number;
  readonly calendarId: string;
  readonly eventId: string;
}

/** One occurrence of a series, named by its own event id and the start it would have had. */
export interface OccurrenceFields {
  readonly eventId: string;
  readonly originalStart: EventTime | null;
  readonly title?: string | null;
  readonly start?: EventTime | null;
  readonly end?: EventTime | null;
}

/** One webhook body. */
export type WebhookEvent =
  | (Head & {
      readonly type: 'conference.updated';
      readonly changed: readonly string[];
      readonly restored: boolean;
      readonly event: EventFields;
    })
  | (Head & { readonly type: 'conference.cancelled'; readonly reason: string })
  | (Head & {
      readonly type: 'conference.occurrence_updated';
      readonly changed: readonly string[];
      readonly occurrence: OccurrenceFields;
    })
  | (Head & { readonly type: 'conference.occurrence_cancelled'; readonly occurrence: OccurrenceFields });

/** What a calendar's own message says. */
export interface CalendarMessage {
  readonly type: 'calendar.connected' | 'calendar.disconnected';
  /** RFC 3339. */
  readonly timestamp: string;
  readonly calendarId: string;
  readonly subject: string;
  readonly revision: number;
  /** Null for one that is connected. */
  readonly reason: string | null;
}

/** The body is no webhook of the contract; the message names the place and what was expected there. */
export class MalformedWebhook extends Error {
  override readonly name = 'MalformedWebhook';
}

const TYPES = [
  'conference.updated',
  'conference.cancelled',
  'conference.occurrence_updated',
  'conference.occurrence_cancelled',
];

/**
 * Reads a message about a calendar itself; undefined for any other type.
 * @throws MalformedWebhook for anything that the contract does not allow.
 */
export function readCalendarMessage(body: string): CalendarMessage | undefined {
  const root = recordAt(parsed(body), 'the body');
  const { type } = root;
  if (type !== 'calendar.connected' && type !== 'calendar.disconnected') return undefined;
  const data = recordAt(root.data, 'data');
  return {
    type,
    timestamp: timestampAt(root.timestamp),
    calendarId: nameAt(data.calendarId, 'data.calendarId'),
    subject: nameAt(data.subject, 'data.subject'),
    revision: revisionAt(data.revision),
    reason: type === 'calendar.connected' ? null : nameAt(data.reason, 'data.reason'),
  };
}

/**
 * Reads a webhook body; undefined for a type that the contract does not name, which is to be ignored.
 * @throws MalformedWebhook for anything that the contract does not allow.
 */
export function readWebhookEvent(body: string): WebhookEvent | undefined {
  const root = recordAt(parsed(body), 'the body');
  if (typeof root.type !== 'string') throw new MalformedWebhook('type is not a string');
  if (!TYPES.includes(root.type)) return undefined;
  const data = recordAt(root.data, 'data');
  const head: Head = {
    timestamp: timestampAt(root.timestamp),
    conferenceId: nameAt(data.conferenceId, 'data.conferenceId'),
    revision: revisionAt(data.revision),
    calendarId: nameAt(data.calendarId, 'data.calendarId'),
    eventId: nameAt(data.eventId, 'data.eventId'),
  };
  switch (root.type) {
    case 'conference.updated':
      return {
        ...head,
        type: root.type,
        changed: stringsAt(data.changed, 'data.changed'),
        restored: restoredAt(data.restored),
        event: eventAt(data.event),
      };
    case 'conference.cancelled':
      return { ...head, type: root.type, reason: nameAt(data.reason, 'data.reason') };
    case 'conference.occurrence_updated':
      return {
        ...head,
        type: root.type,
        changed: stringsAt(data.changed, 'data.changed'),
        occurrence: occurrenceAt(data.occurrence),
      };
    case 'conference.occurrence_cancelled':
      return { ...head, type: root.type, occurrence: occurrenceAt(data.occurrence) };
    default:
      return undefined;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MalformedWebhook('the body is not JSON', { cause });
  }
}

function recordAt(value: unknown, place: string): Record<string, unknown> {
  if (!isRecord(value)) throw new MalformedWebhook(`${place} is not an object`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameAt(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw new MalformedWebhook(`${place} is not a non-empty string`);
  return value;
}

function timestampAt(value: unknown): string {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) {
    throw new MalformedWebhook('timestamp is not an RFC 3339 time');
  }
  return value;
}

function revisionAt(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new MalformedWebhook('data.revision is not a positive whole number');
  }
  return value;
}

function restoredAt(value: unknown): boolean {
  if (value !== undefined && value !== true) throw new MalformedWebhook('data.restored is there but not true');
  return value === true;
}

function stringsAt(value: unknown, place: string): string[] {
  if (!Array.isArray(value)) throw new MalformedWebhook(`${place} is not a list of strings`);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw new MalformedWebhook(`${place} is not a list of strings`);
    return item;
  });
}

function textAt(value: unknown, place: string): string | null {
  if (value !== null && typeof value !== 'string') throw new MalformedWebhook(`${place} is neither a string nor null`);
  return value;
}

function timeAt(value: unknown, place: string): EventTime | null {
  if (value === null) return null;
  const time = recordAt(value, place);
  const read: { date?: string; dateTime?: string; timeZone?: string } = {};
  for (const key of ['date', 'dateTime', 'timeZone'] as const) {
    if (time[key] !== undefined) read[key] = nameAt(time[key], `${place}.${key}`);
  }
  if ((read.date === undefined) === (read.dateTime === undefined)) {
    throw new MalformedWebhook(`${place} needs either date or dateTime`);
  }
  return read;
}

function occurrenceAt(value: unknown): OccurrenceFields {
  const place = 'data.occurrence';
  const record = recordAt(value, place);
  return {
    eventId: nameAt(record.eventId, `${place}.eventId`),
    originalStart: timeAt(record.originalStart, `${place}.originalStart`),
    ...(record.title === undefined ? {} : { title: textAt(record.title, `${place}.title`) }),
    ...(record.start === undefined ? {} : { start: timeAt(record.start, `${place}.start`) }),
    ...(record.end === undefined ? {} : { end: timeAt(record.end, `${place}.end`) }),
  };
}

function eventAt(value: unknown): EventFields {
  const place = 'data.event';
  const { title, description, location, start, end, recurrence, organizer, visibility, parameters, attendees } =
    recordAt(value, place);
  return {
    ...(title === undefined ? {} : { title: textAt(title, `${place}.title`) }),
    ...(description === undefined ? {} : { description: textAt(description, `${place}.description`) }),
    ...(location === undefined ? {} : { location: textAt(location, `${place}.location`) }),
    ...(start === undefined ? {} : { start: timeAt(start, `${place}.start`) }),
    ...(end === undefined ? {} : { end: timeAt(end, `${place}.end`) }),
    ...(recurrence === undefined
      ? {}
      : { recurrence: recurrence === null ? null : stringsAt(recurrence, `${place}.recurrence`) }),
    ...(organizer === undefined ? {} : { organizer: organizerAt(organizer, `${place}.organizer`) }),
    ...(visibility === undefined ? {} : { visibility: textAt(visibility, `${place}.visibility`) }),
    ...(parameters === undefined ? {} : { parameters: parametersAt(parameters, `${place}.parameters`) }),
    ...(attendees === undefined ? {} : { attendees: attendeesAt(attendees, `${place}.attendees`) }),
  };
}

function organizerAt(value: unknown, place: string): { email: string } | null {
  return value === null ? null : { email: nameAt(recordAt(value, place).email, `${place}.email`) };
}

function parametersAt(value: unknown, place: string): Record<string, string> {
  const entries = Object.entries(recordAt(value, place)).map(([key, text]): [string, string] => {
    if (typeof text !== 'string') throw new MalformedWebhook(`${place} holds something else than strings`);
    return [key, text];
  });
  // fromEntries defines properties, so that a parameter named __proto__ stays a parameter.
  return Object.fromEntries(entries);
}

function attendeesAt(value: unknown, place: string): { email: string; responseStatus: string | null }[] {
  if (!Array.isArray(value)) throw new MalformedWebhook(`${place} is not a list`);
  return value.map((item: unknown, index) => {
    const attendee = recordAt(item, `${place}[${index}]`);
    return {
      email: nameAt(attendee.email, `${place}[${index}].email`),
      responseStatus: textAt(attendee.responseStatus ?? null, `${place}[${index}].responseStatus`),
    };
  });
}
