/**
 * Reads the body of a webhook. What it does not know it leaves as it is: further fields, further words in `changed` and `reason`,
 * and whole types may come with newer versions of the service.
 */
import type { CalendarNotice, Change } from './change.ts';

/** A body that breaks the contract; the message names the place. */
export class MalformedChange extends Error {
  override readonly name = 'MalformedChange';
}

/**
 * The change in a body whose signature has been verified; undefined for a type that this version does not know, or that is about a calendar.
 * @throws MalformedChange
 */
export function parseChange(body: string): Change | undefined {
  // Every field that the types name has been looked at.
  return checked(body, HEAD, DATA) as unknown as Change | undefined;
}

/**
 * The same for what is told of calendars; undefined for any other type.
 * @throws MalformedChange
 */
export function parseNotice(body: string): CalendarNotice | undefined {
  return checked(body, NOTICE_HEAD, NOTICE_DATA) as unknown as CalendarNotice | undefined;
}

function checked(
  body: string,
  head: Rules,
  types: ReadonlyMap<string, Rules>,
): Readonly<Record<string, unknown>> | undefined {
  const root = parsed(body);
  if (!isRecord(root) || !isName(root.type)) throw new MalformedChange('type is missing');
  const rules = types.get(root.type);
  if (rules === undefined) return undefined;
  if (!isMoment(root.timestamp)) throw new MalformedChange('timestamp is not an RFC 3339 time in UTC');
  const { data } = root;
  if (!isRecord(data)) throw new MalformedChange('data is missing');
  for (const [name, rule] of Object.entries({ ...head, ...rules })) {
    if (!rule(data[name])) throw new MalformedChange(`data.${name} is not what the contract says`);
  }
  return root;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedChange('the body is not JSON');
  }
}

type Rule = (value: unknown) => boolean;
type Rules = Readonly<Record<string, Rule>>;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
const isText: Rule = (value) => typeof value === 'string';
const isMoment: Rule = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(value);
const isRevision: Rule = (value) => Number.isSafeInteger(value) && Number(value) >= 1;

function optional(rule: Rule): Rule {
  return (value) => value === undefined || rule(value);
}
function nullable(rule: Rule): Rule {
  return (value) => value === null || rule(value);
}
function listOf(rule: Rule): Rule {
  return (value) => Array.isArray(value) && value.every(rule);
}
function fields(rules: Rules): Rule {
  return (value) => isRecord(value) && Object.entries(rules).every(([name, rule]) => rule(value[name]));
}

const timeFields = fields({ date: optional(isText), dateTime: optional(isText), timeZone: optional(isText) });
const isTime: Rule = (value) => timeFields(value) && isRecord(value) && (value.date ?? value.dateTime) !== undefined;
const isParameters: Rule = (value) => isRecord(value) && Object.values(value).every(isText);

const HEAD: Rules = { conferenceId: isName, revision: isRevision, calendarId: isName, eventId: isName };
const CONTENT: Rules = {
  title: optional(nullable(isText)),
  start: optional(nullable(isTime)),
  end: optional(nullable(isTime)),
};
const EVENT: Rules = {
  ...CONTENT,
  description: optional(nullable(isText)),
  location: optional(nullable(isText)),
  recurrence: optional(nullable(listOf(isText))),
  organizer: optional(nullable(fields({ email: isText }))),
  visibility: optional(isText),
  attendees: optional(listOf(fields({ email: isText, responseStatus: nullable(isText) }))),
  parameters: isParameters,
};
const OCCURRENCE: Rules = { eventId: isName, originalStart: nullable(isTime) };

/** What `data` holds beside the head, for each type. */
const DATA: ReadonlyMap<string, Rules> = new Map<string, Rules>([
  [
    'conference.updated',
    { changed: listOf(isText), restored: optional((value) => value === true), event: fields(EVENT) },
  ],
  ['conference.cancelled', { reason: isText }],
  ['conference.occurrence_updated', { changed: listOf(isText), occurrence: fields({ ...OCCURRENCE, ...CONTENT }) }],
  ['conference.occurrence_cancelled', { occurrence: fields(OCCURRENCE) }],
]);

const NOTICE_HEAD: Rules = { calendarId: isName, subject: isName, revision: isRevision };

/** The same for what is told of calendars. */
const NOTICE_DATA: ReadonlyMap<string, Rules> = new Map<string, Rules>([
  ['calendar.connected', {}],
  ['calendar.disconnected', { reason: isText }],
]);
