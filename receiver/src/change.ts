/**
 * What you are told: one change of one conference, or, if you want to hear of calendars, of one calendar. These types say what docs/webhook.schema.json says; a test holds them together.
 * Fields that are not named here may come with newer versions of the service.
 */

/** A moment as Google Calendar writes it: `date` for whole days, else `dateTime` (RFC 3339, with offset). */
export interface EventTime {
  readonly date?: string;
  readonly dateTime?: string;
  readonly timeZone?: string;
}

/** A part of the event that can differ from what you were told last. */
export type EventField =
  | 'title'
  | 'description'
  | 'location'
  | 'start'
  | 'end'
  | 'recurrence'
  | 'organizer'
  | 'visibility'
  | 'attendees'
  | 'parameters';

/** The event as it is now: every field that CONFERENCE_FIELDS names, and none that it does not name. */
export interface EventContent {
  readonly title?: string | null;
  readonly description?: string | null;
  readonly location?: string | null;
  readonly start?: EventTime | null;
  readonly end?: EventTime | null;
  /** RRULE, RDATE and EXDATE lines of RFC 5545; null for a single event. */
  readonly recurrence?: readonly string[] | null;
  readonly organizer?: { readonly email: string } | null;
  readonly visibility?: string;
  readonly attendees?: readonly { readonly email: string; readonly responseStatus: string | null }[];
  /** The add-on's own parameters on the conference; always there. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Which occurrence of a series is meant: see `occurrenceKey`. */
export interface OccurrenceName {
  readonly eventId: string;
  /** The start that it would have had. */
  readonly originalStart: EventTime | null;
}

interface Head {
  /** The id that you gave the conference. */
  readonly conferenceId: string;
  /** Grows with every change of a conference: see `isNews`. */
  readonly revision: number;
  readonly calendarId: string;
  /** The event; where an occurrence is spoken of, its series. */
  readonly eventId: string;
}

interface Envelope<Type extends string, Data> {
  readonly type: Type;
  /** When the change was seen, RFC 3339 in UTC. */
  readonly timestamp: string;
  readonly data: Head & Data;
}

/** The conference shall be like this event, even if it was cancelled before. */
export type ConferenceUpdated = Envelope<
  'conference.updated',
  { readonly changed: readonly EventField[]; readonly restored?: true; readonly event: EventContent }
>;

/** No event refers to the conference any more. */
export type ConferenceCancelled = Envelope<
  'conference.cancelled',
  { readonly reason: 'event_deleted' | 'conference_removed' | 'conference_replaced' | 'series_ended' }
>;

/** One occurrence differs from its series. */
export type OccurrenceUpdated = Envelope<
  'conference.occurrence_updated',
  {
    readonly changed: readonly EventField[];
    readonly occurrence: OccurrenceName & Pick<EventContent, 'title' | 'start' | 'end'>;
  }
>;

/** One occurrence does not take place; the series does. */
export type OccurrenceCancelled = Envelope<'conference.occurrence_cancelled', { readonly occurrence: OccurrenceName }>;

/** Tell them apart by `type`. */
export type Change = ConferenceUpdated | ConferenceCancelled | OccurrenceUpdated | OccurrenceCancelled;

interface NoticeHead {
  readonly calendarId: string;
  /** The user as whom the service acts. */
  readonly subject: string;
  /** Grows with every notice of a calendar: see `isNews`. */
  readonly revision: number;
}

/** The service follows the calendar, for the first time or again; what happened meanwhile has been told. */
export interface CalendarConnected {
  readonly type: 'calendar.connected';
  /** When it was found out, RFC 3339 in UTC. */
  readonly timestamp: string;
  readonly data: NoticeHead;
}

/** The service cannot follow the calendar any more: somebody has to act. */
export interface CalendarDisconnected {
  readonly type: 'calendar.disconnected';
  /** When it was found out, RFC 3339 in UTC. */
  readonly timestamp: string;
  readonly data: NoticeHead & {
    readonly reason: 'revoked' | 'expired' | 'admin_policy' | 'access_narrowed' | 'calendar_gone';
  };
}

/** What you are told of a calendar itself, where CALENDAR_MESSAGES=on. Tell them apart by `type`. */
export type CalendarNotice = CalendarConnected | CalendarDisconnected;
