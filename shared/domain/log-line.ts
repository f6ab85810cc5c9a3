/**
 * Every line that the service logs, as a type: metrics, alerts and the runbook count on these names and fields.
 * A line holds keys, counts, durations and reasons in our own words; never a title, an address or a token.
 */
import type { CalendarNotice, ConferenceChange, Outcome } from './delivery/change.ts';
import type { DisconnectReason, LossReason } from './disconnect-reasons.ts';
import type { EventField } from './event/event-fields.ts';
import type { CalendarKey, ConferenceKey, SubjectKey } from './ids.ts';
import type { Refusal } from './notification/notification.ts';
import type { Lane, SyncCause } from './notification/work-message.ts';
import type { CalendarStatus, CancelReason, Listing } from './state/records.ts';

/** How a sync request ended. */
export type SyncOutcome =
  | 'synced'
  | 'covered'
  | 'busy'
  | 'paused'
  | 'delayed'
  /** Worker after worker has died at work on it. */
  | 'put-off'
  | 'unknown-calendar'
  | 'being-removed'
  /** A record that it takes cannot be read: the lines `unreadable-record` name it. */
  | 'unreadable'
  | 'foreign-channel'
  | 'continued'
  /** It takes a full listing, which the upkeep lane was asked for. */
  | 'handed-over'
  | 'postponed'
  | 'parked'
  | 'lease-lost';

/** Why a browser came no further on its way through Google's page. */
export type ConnectRefusal =
  | 'link-invalid'
  | 'link-expired'
  | 'link-used'
  | 'other-browser'
  | 'denied'
  | 'refused-by-google'
  | 'code-refused'
  | 'identity-refused'
  | 'wrong-account'
  | 'scope-missing'
  | 'no-lasting-access'
  | 'unavailable'
  | 'misconfigured';

/** How a conference's due matters ended. */
export type DueOutcome =
  | 'nothing-due'
  | 'unreadable'
  | 'held-back'
  | 'busy'
  | 'settled'
  | 'failing'
  | 'unconfirmed'
  /** Its event was deleted, and other calendars where it may have gone are to be listed first. */
  | 'looking-elsewhere';

/** Counts of one sync. */
export interface SyncCounts {
  readonly listCalls: number;
  readonly events: number;
  readonly recorded: number;
  readonly delivered: number;
  readonly left: number;
  /** Events that are not on record, as a record which they concern cannot be read: the lines `unreadable-record` name it. */
  readonly unrecorded: number;
  /** Events that a reconcile showed though no notification had told of them. */
  readonly unnotified: number;
}

/** One line of the log; `line` is its constant name. */
export type LogLine =
  | {
      readonly line: 'notification';
      readonly outcome: 'accepted' | 'proof' | 'refused' | 'queue-unavailable';
      readonly reason?: Refusal;
      readonly calendar?: CalendarKey;
    }
  | {
      readonly line: 'sync';
      readonly outcome: SyncOutcome;
      readonly calendar: CalendarKey;
      readonly cause: SyncCause;
      readonly lane: Lane;
      /** What was listed, if anything was; `full` if one of several listings was. */
      readonly mode?: Listing['mode'];
      readonly counts?: SyncCounts;
      readonly ms: number;
      /** Why it was postponed or parked, as the name of the error. */
      readonly reason?: string;
    }
  | {
      readonly line: 'delivery';
      /** `gave-up`: it has failed, or Google has not shown its event, for three days, and it is not tried any more. */
      readonly outcome: Outcome['kind'] | 'gave-up';
      readonly conference: ConferenceKey;
      readonly calendar?: CalendarKey;
      readonly type: ConferenceChange['type'];
      readonly revision: number;
      readonly ms: number;
      /**
       * From the first notification that told of the change, and that nothing had satisfied, to now. Absent where none did: in first syncs,
       * resends and full repairs, and at the end of a conference, which waits for its grace.
       */
      readonly freshnessMs?: number;
      /** From the event's own `updated` to now, where the change was found without a notification. */
      readonly unnotifiedMs?: number;
      readonly reason?: string;
    }
  /** With `DELIVERY=shadow`: what would have been sent now. Nothing was. */
  | {
      readonly line: 'shadow-delivery';
      readonly conference: ConferenceKey;
      readonly calendar: CalendarKey;
      readonly type: ConferenceChange['type'];
      readonly revision: number;
      /** Names of the fields that would have been told as changed; never what is in them. */
      readonly changed?: readonly EventField[];
      readonly restored?: true;
      /** Why it would have been cancelled. */
      readonly reason?: CancelReason;
    }
  /** The conference system was told of a calendar itself. */
  | {
      readonly line: 'notice';
      readonly outcome: Outcome['kind'];
      readonly calendar: CalendarKey;
      readonly type: CalendarNotice['type'];
      readonly revision: number;
      readonly ms: number;
      readonly reason?: string;
    }
  /** With `DELIVERY=shadow`, as `shadow-delivery`. */
  | {
      readonly line: 'shadow-notice';
      readonly calendar: CalendarKey;
      readonly type: CalendarNotice['type'];
      readonly revision: number;
      readonly reason?: DisconnectReason;
    }
  /** The conference system fails throughout (`opened`) or answers again (`closed`), as this process sees it. */
  | { readonly line: 'breaker'; readonly outcome: 'opened' | 'closed' }
  | {
      readonly line: 'conference';
      readonly outcome: DueOutcome;
      readonly conference: ConferenceKey;
    }
  /** An orphan waits until this many other calendars have been listed; each is asked to be. */
  | { readonly line: 'look-elsewhere'; readonly conference: ConferenceKey; readonly calendars: number }
  | {
      readonly line: 'write-back';
      readonly outcome: 'written' | 'ignored' | 'conflict' | 'refused' | 'unavailable';
      readonly calendar: CalendarKey;
      readonly conference: ConferenceKey;
    }
  | { readonly line: 'token-rejected'; readonly calendar: CalendarKey; readonly repairs: number }
  | {
      readonly line: 'calendar-status';
      readonly calendar: CalendarKey;
      readonly status: CalendarStatus;
      readonly reason: string;
    }
  /** The calendar has been out of reach for a day, and others lead this many of its conferences from now on. */
  | { readonly line: 'leads-handed-on'; readonly calendar: CalendarKey; readonly conferences: number }
  | {
      readonly line: 'channel';
      readonly outcome: 'opened' | 'stopped' | 'stop-failed' | 'proven' | 'stray' | 'failed';
      readonly calendar: CalendarKey;
      readonly reason?: string;
    }
  | {
      readonly line: 'renewal-run';
      readonly dueCalendars: number;
      readonly dueConferences: number;
      readonly renewed: number;
      readonly withoutChannel: number;
      readonly failed: number;
      readonly isComplete: boolean;
      readonly ms: number;
      /** Gauges of the whole fleet, in the runs that counted it; `FleetCounts` says what each means. */
      readonly calendars?: number;
      readonly paused?: number;
      readonly disconnected?: number;
      readonly unreachable?: number;
      readonly unsupportedPush?: number;
      readonly channelless?: number;
      readonly channelsEnding?: number;
      readonly overdueCalendars?: number;
      readonly overdueConferences?: number;
      readonly pending?: number;
      readonly failing?: number;
      readonly orphaned?: number;
      readonly refused?: number;
    }
  | { readonly line: 'connect'; readonly outcome: 'offered' | 'started' }
  | { readonly line: 'connect'; readonly outcome: 'refused'; readonly reason: ConnectRefusal }
  | { readonly line: 'connection'; readonly outcome: 'connected' | 'removed'; readonly connection: SubjectKey }
  | {
      readonly line: 'connection';
      readonly outcome: 'disconnected';
      readonly connection: SubjectKey;
      readonly reason: LossReason;
    }
  | { readonly line: 'dead-letter'; readonly reason: string; readonly messageId?: string; readonly attempt?: number }
  | { readonly line: 'manage'; readonly action: string; readonly status: number }
  | { readonly line: 'unreadable-record'; readonly path: string }
  | { readonly line: 'failure'; readonly where: string; readonly error: unknown }
  /** What nobody caught, just before the process ends by it; with what was being worked on where the event loop was held. */
  | {
      readonly line: 'crash';
      readonly error: unknown;
      readonly calendars?: readonly CalendarKey[];
      readonly conferences?: readonly ConferenceKey[];
    };
