/** What must hold where a deleted meeting may only have moved: nobody ends its conference who could have found it on another calendar of its user. */
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { LOOK_ELSEWHERE_MAX_MS } from '../../shared/domain/limits.ts';
import type { CalendarRecord, Cancellation } from '../../shared/domain/state/records.ts';
import type { Commit, Shadow } from './shadow.ts';
import type { Carrier, Truth } from './truth.ts';

/** Judges a commit that `before` does not have yet, by clocks that differ by `skewMs` at most. */
export function judgeMoves(
  { conferences }: Commit,
  before: Shadow,
  truth: Truth,
  now: number,
  skewMs: number,
): string | undefined {
  for (const { key, conferenceId, cancellation } of conferences.values()) {
    const known = before.conferences.get(key);
    const isNew = cancellation?.reason === 'event_deleted' && known?.cancellation === null && known.orphan !== null;
    const source = isNew ? before.calendars.get(cancellation.calendar) : undefined;
    if (!isNew || source === undefined) continue;
    const home = truth.carriersOf(conferenceId).find((carrier) => {
      const calendar = before.calendars.get(calendarKeyOf(carrier.calendarId));
      const isOwn = calendar !== undefined && calendar.key !== source.key && calendar.subject === source.subject;
      const isWaitedFor = now - carrier.since < LOOK_ELSEWHERE_MAX_MS - skewMs;
      return isOwn && isWaitedFor && hasMovedUnseen(calendar, carrier, cancellation, skewMs);
    });
    if (home !== undefined)
      return `${conferenceId} ends, and ${home.eventId} has moved to ${home.calendarId}, which nobody has listed since`;
  }
  return undefined;
}

function hasMovedUnseen(
  { status, coveredUntil }: CalendarRecord,
  { eventId, since }: Carrier,
  cancellation: Cancellation,
  skewMs: number,
): boolean {
  const isReadable = status === 'active' || status === 'unsupported-push';
  return isReadable && eventId === cancellation.eventId && (coveredUntil ?? 0) < since - skewMs;
}
