/**
 * What the conference system is told. The shapes are the published contract (`docs/webhook.schema.json`); the
 * webhook sends them as they are, a module backend receives them as its argument.
 */
import type { DisconnectReason } from '../disconnect-reasons.ts';
import type { EventTime } from '../event/event.ts';
import type { EventField, FieldValues } from '../event/event-fields.ts';
import type { CancelReason } from '../state/records.ts';

/** The event as it is now: of the fields that CONFERENCE_FIELDS names each one, whether it changed or not, and of the others none. */
export type EventContent = Partial<FieldValues> & {
  /** The add-on's own parameters on the conference; always there. */
  readonly parameters: FieldValues['parameters'];
};

interface ChangeHead {
  readonly conferenceId: string;
  /** Grows with every change of a conference; a receiver drops one that is not above the last it applied. */
  readonly revision: number;
  readonly calendarId: string;
  /** The event, or the series' master where an occurrence is spoken of. */
  readonly eventId: string;
}

interface OccurrenceHead {
  readonly eventId: string;
  readonly originalStart: EventTime | null;
}

/** One change of one conference, ready to be sent. */
export type ChangeBody =
  | {
      readonly type: 'conference.updated';
      readonly data: ChangeHead & {
        readonly changed: readonly EventField[];
        /** Present where the conference had been cancelled and is wanted again. */
        readonly restored?: true;
        readonly event: EventContent;
      };
    }
  | { readonly type: 'conference.cancelled'; readonly data: ChangeHead & { readonly reason: CancelReason } }
  | {
      readonly type: 'conference.occurrence_updated';
      readonly data: ChangeHead & {
        readonly changed: readonly EventField[];
        readonly occurrence: OccurrenceHead & Partial<FieldValues>;
      };
    }
  | {
      readonly type: 'conference.occurrence_cancelled';
      readonly data: ChangeHead & {
        readonly occurrence: OccurrenceHead;
      };
    };

/** A change and what makes it the same change on every retry. */
export type ConferenceChange = ChangeBody & {
  /** The idempotency key, `msg_<conferenceKey>_<revision>`. */
  readonly id: string;
  /** RFC 3339, when the change was seen. */
  readonly timestamp: string;
};

interface NoticeHead {
  readonly calendarId: string;
  /** The user whom we act as. */
  readonly subject: string;
  /** Grows with every notice of a calendar. */
  readonly revision: number;
}

/** What the conference system is told of a calendar itself, where it wants to hear of calendars. */
export type CalendarNotice = {
  /** The idempotency key, `msg_<calendarKey>_<revision>`. */
  readonly id: string;
  /** RFC 3339, when it was found out. */
  readonly timestamp: string;
} & (
  | { readonly type: 'calendar.connected'; readonly data: NoticeHead }
  | { readonly type: 'calendar.disconnected'; readonly data: NoticeHead & { readonly reason: DisconnectReason } }
);

/** Fields of the event that the conference system wants changed, in the shape of a Calendar v3 `events.patch` body. */
export type EventPatch = Readonly<Record<string, unknown>>;

/** What became of a change. */
export type Outcome =
  | { readonly kind: 'done'; readonly eventPatch?: EventPatch }
  /** Later, unchanged. */
  | { readonly kind: 'transient'; readonly reason: string; readonly retryAfterMs?: number }
  /** The endpoint does not take our key (401, 403): its fault or ours, and not the change's. Later, unchanged. */
  | { readonly kind: 'key-refused'; readonly reason: string }
  /** Never like this. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The conference is not known there: done for a cancellation, refused for the rest. */
  | { readonly kind: 'unknown-conference' }
  /** The endpoint wants no more of anything (a bare 410). */
  | { readonly kind: 'endpoint-gone' };

/** Whether what did not go through may do so, unchanged, at another time. */
export function isWorthRetrying({ kind }: Outcome): boolean {
  return kind === 'transient' || kind === 'key-refused' || kind === 'endpoint-gone';
}
