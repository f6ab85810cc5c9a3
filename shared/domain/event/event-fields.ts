/**
 * The event fields that the conference system cares for, and their keyed hashes: the only thing we keep of a
 * meeting's content. Hashes differ exactly when a field's meaning differs, not when Google writes it another way.
 */
import { createHmac } from 'node:crypto';
import { type EventTime, instantOf, type LiveEvent } from './event.ts';

/** How a field of an event is followed. */
interface FieldRule<Value> {
  /** What the conference system is shown of it. */
  readonly shown: (event: LiveEvent) => Value;
  /** What is hashed: equal exactly where the field means the same. Left out where that is what is shown. */
  readonly meaning?: (event: LiveEvent) => unknown;
  /** Whether one occurrence can differ from its series in it. */
  readonly isOccurrences?: true;
}

function rule<Value>(rule: FieldRule<Value>): FieldRule<Value> {
  return rule;
}

/**
 * Every field that can be named in CONFERENCE_FIELDS; all that is known of fields follows from this table. A name here is configured by
 * operators, told in `changed`, hashed and stored: one that is renamed is told anew for every event, and installations that name it do not start.
 */
const RULES = {
  title: rule({ shown: ({ title }) => title, meaning: ({ title }) => title ?? '', isOccurrences: true }),
  description: rule({ shown: ({ description }) => description, meaning: ({ description }) => description ?? '' }),
  location: rule({ shown: ({ location }) => location, meaning: ({ location }) => location ?? '' }),
  start: rule({ shown: ({ start }) => start, meaning: ({ start }) => momentOf(start), isOccurrences: true }),
  end: rule({ shown: ({ end }) => end, meaning: ({ end }) => momentOf(end), isOccurrences: true }),
  recurrence: rule({
    shown: ({ recurrence }) => recurrence,
    meaning: ({ recurrence }) => recurrence?.map(ruleOf).sort() ?? null,
  }),
  organizer: rule({
    shown: ({ organizer }) => (organizer?.email == null ? null : { email: organizer.email }),
    meaning: ({ organizer }) => organizer?.email?.toLowerCase() ?? null,
  }),
  visibility: rule({ shown: ({ visibility }) => visibility }),
  attendees: rule({
    shown: ({ attendees }) => attendees,
    meaning: ({ attendees }) =>
      attendees.map(({ email, responseStatus }) => [email.toLowerCase(), responseStatus]).sort(),
  }),
  parameters: rule({
    shown: ({ conference }) => conference?.parameters ?? {},
    meaning: ({ conference }) => Object.entries(conference?.parameters ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  }),
} as const;

/** One field of an event that a conference can follow. */
export type EventField = keyof typeof RULES;
/** What the conference system is shown of each field. */
export type FieldValues = { readonly [Field in EventField]: ReturnType<(typeof RULES)[Field]['shown']> };

/** All of them, in the order in which they are told. */
export const EVENT_FIELDS: readonly EventField[] = Object.keys(RULES) as EventField[];

/** What can differ between a series and one of its occurrences. */
const OCCURRENCE_FIELDS = EVENT_FIELDS.filter((field) => (RULES[field] as FieldRule<unknown>).isOccurrences === true);

/** What the event shows of these fields. */
export function showFields(event: LiveEvent, fields: readonly EventField[]): Partial<FieldValues> {
  return Object.fromEntries(fields.map((field) => [field, RULES[field].shown(event)]));
}

/** Keyed hash per field. */
export type FieldHashes = Readonly<Partial<Record<EventField, string>>>;

/** The cared-for fields of one occurrence. */
export function occurrenceFields(configured: readonly EventField[]): readonly EventField[] {
  return OCCURRENCE_FIELDS.filter((field) => configured.includes(field));
}

/** What was hashed of an event already: it is looked at, planned and sent, and its hashes are asked for each time. */
const known = new WeakMap<
  LiveEvent,
  { readonly hashKey: string; readonly hashes: Partial<Record<EventField, string>> }
>();

/** Hashes the given fields with the calendar's own key, so that equal titles of two calendars cannot be compared. */
export function hashFields(event: LiveEvent, fields: readonly EventField[], hashKey: string): FieldHashes {
  let kept = known.get(event);
  if (kept?.hashKey !== hashKey) {
    kept = { hashKey, hashes: {} };
    known.set(event, kept);
  }
  const hashes: Partial<Record<EventField, string>> = {};
  for (const field of fields) {
    const hash = kept.hashes[field] ?? hashField(event, field, hashKey);
    kept.hashes[field] = hash;
    hashes[field] = hash;
  }
  return hashes;
}

function hashField(event: LiveEvent, field: EventField, hashKey: string): string {
  const text = JSON.stringify(meaningOf(event, field));
  return createHmac('sha256', hashKey).update(`${field}\0${text}`).digest('base64url').slice(0, 16);
}

/** The fields whose hashes differ; all of `now` where nothing was hashed before. */
export function changedFields(before: FieldHashes | null, now: FieldHashes): EventField[] {
  return EVENT_FIELDS.filter((field) => now[field] !== undefined && before?.[field] !== now[field]);
}

function meaningOf(event: LiveEvent, field: EventField): unknown {
  const { meaning, shown }: FieldRule<unknown> = RULES[field];
  return (meaning ?? shown)(event);
}

/** Neither the parts of a rule nor the members of a list have an order: `RRULE:BYDAY=MO,TU;FREQ=WEEKLY`, `EXDATE:...,...`. */
function ruleOf(line: string): string {
  // A series can have thousands of lines with a single date.
  if (!/[;,]/.test(line)) return line;
  const valueAt = line.indexOf(':') + 1;
  const parts = line.slice(valueAt).split(';');
  const listed = parts.map((part) => {
    if (!part.includes(',')) return part;
    const listAt = part.indexOf('=') + 1;
    return part.slice(0, listAt) + part.slice(listAt).split(',').sort().join(',');
  });
  return line.slice(0, valueAt) + listed.sort().join(';');
}

/** The same instant is written with different offsets when a calendar's own time zone changes. */
function momentOf(time: EventTime | null): unknown {
  if (time === null) return null;
  if (time.dateTime === undefined) return [time.date ?? null];
  return [instantOf(time) ?? time.dateTime, time.timeZone ?? null];
}
