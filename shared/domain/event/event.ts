/**
 * A Calendar event as the rules see it: what a list or a get showed, reduced to what a conference can care about.
 * Adapters build these from Google's JSON; odd or missing values become null or 'none', never an exception.
 */
import { clockOf } from './wall-clock.ts';

/** A Calendar event's `start`, `end` or `originalStartTime`, as Google sends it. */
export interface EventTime {
  readonly date?: string;
  readonly dateTime?: string;
  readonly timeZone?: string;
}

/** What an event says about its conference, before anyone asks whether it is ours. */
export interface ConferenceSight {
  readonly conferenceId: string | null;
  readonly solutionName: string | null;
  /** Lower-case host names of the http(s) entry points. */
  readonly entryPointHosts: readonly string[];
  /** Google is still making what was asked for last; whose it becomes, nobody can say yet. */
  readonly isBeingCreated: boolean;
  /** The add-on's own parameters (`parameters.addOnParameters.parameters`). */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The access that a list answer grants (`Events.accessRole`). */
export const ACCESS_ROLES = [
  'none',
  'freeBusyReader',
  'reader',
  'writerWithoutPrivateAccess',
  'writer',
  'owner',
] as const;
/** See ACCESS_ROLES. */
export type AccessRole = (typeof ACCESS_ROLES)[number];

/** How much of an event each shows: nothing, all but what is private, everything. */
const SIGHT: Readonly<Record<AccessRole, number>> = {
  none: 0,
  freeBusyReader: 0,
  reader: 1,
  writerWithoutPrivateAccess: 1,
  writer: 2,
  owner: 2,
};

/** Whether this access shows no more than when somebody is busy. */
export function isBlind(accessRole: AccessRole | null): boolean {
  return accessRole !== null && SIGHT[accessRole] === 0;
}

/** Whether this access shows of events what the one before hid; of an unknown one nothing is known. */
export function showsMore(present: AccessRole | null, before: AccessRole | null): boolean {
  return present !== null && before !== null && SIGHT[present] > SIGHT[before];
}

/** Where an occurrence belongs: its series and the start it would have had; the pair is immutable. */
export interface OccurrenceOf {
  readonly recurringEventId: string;
  readonly originalStart: EventTime | null;
}

/** A cancelled entry. Only its id is certain: https://developers.google.com/workspace/calendar/api/v3/reference/events#status */
export interface Tombstone {
  readonly kind: 'tombstone';
  readonly id: string;
  readonly occurrence: OccurrenceOf | null;
  /** The address of the calendar that organizes it, where Google says so: another than the one it was read from, if it has moved there. */
  readonly organizer?: string;
}

/** An event that is not cancelled. */
export interface LiveEvent {
  readonly kind: 'live';
  readonly id: string;
  readonly etag: string | null;
  /** When the event last changed, in Unix milliseconds; null where Google does not say. */
  readonly updatedAt: number | null;
  readonly eventType: string;
  readonly occurrence: OccurrenceOf | null;
  /** RRULE, RDATE and EXDATE lines of a series' master. */
  readonly recurrence: readonly string[] | null;
  /** Google was asked for instances of the series and has none. A list or a get does not say so: false until then. */
  readonly isEmptySeries: boolean;
  readonly title: string | null;
  readonly description: string | null;
  readonly location: string | null;
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly organizer: { readonly email: string | null; readonly self: boolean } | null;
  readonly visibility: string;
  readonly attendees: readonly { readonly email: string; readonly responseStatus: string | null }[];
  readonly conference: ConferenceSight | null;
  /** The reader's access hides details of this event from us, so that a missing conference proves nothing. */
  readonly hidden: boolean;
}

/** One item of a list or get answer. */
export type ListedEvent = LiveEvent | Tombstone;

/** RFC 3339, with the time of day or its offset left out as recorded answers do; Date.parse alone would take far more. */
const TIME = /^\d{4}-\d\d-\d\d(?<clock>T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?<offset>Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * Unix milliseconds of an event time; all-day dates count from midnight UTC, a time without offset is one of its zone's
 * clocks (of UTC's, if the zone is unknown). Null for anything that is no time.
 */
export function instantOf(time: EventTime | null): number | null {
  const text = time?.dateTime ?? time?.date ?? '';
  const parts = TIME.exec(text)?.groups;
  if (parts === undefined) return null;
  const isBare = parts.clock !== undefined && parts.offset === undefined;
  const parsed = Date.parse(isBare ? `${text}Z` : text);
  if (Number.isNaN(parsed)) return null;
  return (isBare ? clockOf(time?.timeZone ?? 'UTC')?.instantOf(parsed) : undefined) ?? parsed;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
/** RFC 3339, with all that it asks for. */
const MOMENT = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * The time as whoever is told of it can read it, in any language and any time zone: a moment is a `dateTime` with an offset, a day a `date`.
 * Recorded answers leave the offset out, or put the one into the place of the other. Null for anything that is no time.
 */
export function wellFormed(time: EventTime): EventTime | null {
  const { timeZone } = time;
  const text = time.dateTime ?? time.date ?? '';
  const zone = timeZone === undefined ? {} : { timeZone };
  if (MOMENT.test(text)) return { dateTime: text, ...zone };
  if (DAY.test(text)) return { date: text, ...zone };
  const instant = instantOf(time);
  return instant === null ? null : { dateTime: new Date(instant).toISOString(), ...zone };
}

/** Whether this calendar's copy of the event is the organizer's: only that one decides about a conference. */
export function isOrganizersCopy(event: LiveEvent, calendarId: string): boolean {
  if (event.organizer === null) return true;
  if (event.organizer.self) return true;
  // On a secondary calendar the organizer is the calendar itself, and recorded answers leave `self` out.
  return event.organizer.email?.toLowerCase() === calendarId.toLowerCase();
}
