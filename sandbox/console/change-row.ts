/** One change of one event on its way, as the timeline shows it. Durations are milliseconds since the edit. */
import type { EventChange } from './calendar-mirror.ts';
import { instantOf, type SeenEvent } from './seen-event.ts';

/**
 * `moving`: under way. `unnoticed`: nothing has happened since the edit, for too long. `waiting`: the conference system did not take it, it will be tried again. `refused`: it will not.
 * `done`: delivered. `nothing-to-send`: looked at, and no conference is concerned. `unfollowed`: the calendar is not registered.
 */
export type RowOutcome = 'moving' | 'unnoticed' | 'waiting' | 'refused' | 'done' | 'nothing-to-send' | 'unfollowed';

/** What a person did to the event. */
export type Edit =
  | 'created'
  | 'deleted'
  | 'restored'
  | 'renamed'
  | 'moved'
  | 'resized'
  | 'repeats'
  | 'conference'
  | 'edited';

/** See the head of this file. */
export interface ChangeRow {
  readonly id: number;
  /** Unix milliseconds of the edit. */
  readonly at: number;
  readonly calendarId: string;
  readonly eventId: string;
  readonly title: string | null;
  readonly edit: Edit;
  /** The conferences that the event carries or carried. */
  readonly conferenceIds: readonly string[];
  readonly notifiedMs: number | null;
  readonly queuedMs: number | null;
  /** Begin of the sync that saw the change; for one that was already running, when it had certainly seen it. */
  readonly syncedMs: number | null;
  /** End of that sync. */
  readonly readMs: number | null;
  readonly deliveredMs: number | null;
  /** Set where the simulated Calendar was told to lose the notification. */
  readonly isNotificationLost: boolean;
  /** A running sync has promised to list once more for it. */
  readonly isHandedOver: boolean;
  /** Deliveries of one work message for it, where there were several. */
  readonly attempts: number;
  /** Why the sync looked, such as `reconcile` where no notification had come. */
  readonly cause: string | null;
  readonly outcome: RowOutcome;
  /** The reason of a failure, in the service's own words. */
  readonly reason: string | null;
}

/** A row for a change that was just made. */
export function newRow(id: number, at: number, calendarId: string, { before, after }: EventChange): ChangeRow {
  const conferenceIds = [before?.conferenceId, after.conferenceId].filter((name) => typeof name === 'string');
  return {
    id,
    at,
    calendarId,
    eventId: after.id,
    title: after.title ?? before?.title ?? null,
    edit: editOf(before, after),
    conferenceIds: [...new Set(conferenceIds)],
    notifiedMs: null,
    queuedMs: null,
    syncedMs: null,
    readMs: null,
    deliveredMs: null,
    isNotificationLost: false,
    isHandedOver: false,
    attempts: 0,
    cause: null,
    outcome: 'moving',
    reason: null,
  };
}

/** Names the most telling difference. */
function editOf(before: SeenEvent | undefined, after: SeenEvent): Edit {
  if (after.isCancelled) return 'deleted';
  if (before === undefined) return 'created';
  if (before.isCancelled) return 'restored';
  if (before.conferenceId !== after.conferenceId) return 'conference';
  if (instantOf(before.start) !== instantOf(after.start)) return 'moved';
  if (instantOf(before.end) !== instantOf(after.end)) return 'resized';
  if (before.title !== after.title) return 'renamed';
  if (JSON.stringify(before.recurrence) !== JSON.stringify(after.recurrence)) return 'repeats';
  return 'edited';
}
