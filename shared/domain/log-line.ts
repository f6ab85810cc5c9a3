/**
 * Every line that the service logs, as a type: metrics, alerts and the runbook count on these names and fields.
 * A line holds keys, counts, durations and reasons in our own words; never a title, an address or a token.
 */
import type { ConferenceChange, Outcome } from './change.ts';
import type { CalendarKey, ConferenceKey } from './ids.ts';
import type { Refusal } from './notification.ts';
import type { CalendarStatus } from './records.ts';
import type { Lane, SyncCause } from './work-message.ts';

/** How a sync request ended. */
export type SyncOutcome =
  | 'synced'
  | 'covered'
  | 'busy'
  | 'paused'
  | 'delayed'
  | 'unknown-calendar'
  | 'foreign-channel'
  | 'continued'
  | 'postponed'
  | 'parked'
  | 'lease-lost';

/** How a conference's due matters ended. */
export type SettleOutcome = 'nothing-due' | 'held-back' | 'busy' | 'settled' | 'failing' | 'unconfirmed';

/** Counts of one sync. */
export interface SyncCounts {
  readonly listCalls: number;
  readonly events: number;
  readonly recorded: number;
  readonly delivered: number;
  readonly left: number;
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
      readonly mode?: 'incremental' | 'full';
      readonly counts?: SyncCounts;
      readonly ms: number;
      /** From publication of the message to the end of the sync. */
      readonly freshnessMs?: number;
      readonly reason?: string;
    }
  | {
      readonly line: 'delivery';
      readonly outcome: Outcome['kind'];
      readonly conference: ConferenceKey;
      readonly calendar?: CalendarKey;
      readonly type: ConferenceChange['type'];
      readonly revision: number;
      readonly ms: number;
      /** From the event's own `updated` to now. */
      readonly freshnessMs?: number;
      readonly reason?: string;
    }
  /** The conference system fails throughout (`opened`) or answers again (`closed`), as this process sees it. */
  | { readonly line: 'breaker'; readonly outcome: 'opened' | 'closed' }
  | {
      readonly line: 'conference';
      readonly outcome: SettleOutcome;
      readonly conference: ConferenceKey;
    }
  | {
      readonly line: 'write-back';
      readonly outcome: 'written' | 'ignored' | 'conflict' | 'refused';
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
  | {
      readonly line: 'channel';
      readonly outcome: 'opened' | 'stopped' | 'proven' | 'stray' | 'failed';
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
    }
  | { readonly line: 'dead-letter'; readonly reason: string; readonly messageId?: string; readonly attempt?: number }
  | { readonly line: 'manage'; readonly action: string; readonly status: number; readonly calendar?: CalendarKey }
  | { readonly line: 'unreadable-record'; readonly path: string }
  | { readonly line: 'failure'; readonly where: string; readonly error: unknown };
