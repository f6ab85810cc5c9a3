/**
 * A meeting that moves to another calendar leaves a tombstone that is like a deletion's, and the news of where it has gone can be lost.
 * So what was deleted ends only when the calendars on which it could have turned up have been listed since.
 */
import type { ListedEvent } from '../event/event.ts';
import { COVERAGE_MARGIN_MS, LOOK_ELSEWHERE_MAX_MS, LOOK_ELSEWHERE_MS } from '../limits.ts';
import { isFollowed } from '../state/reach.ts';
import type { CalendarRecord, ConferenceRecord, Orphan } from '../state/records.ts';

/** Whether the end of this orphan depends on other calendars: only where its event, as just read, is gone without a reason of its own. */
export function mayHaveMoved({ orphan }: Pick<ConferenceRecord, 'orphan'>, last: ListedEvent): boolean {
  return orphan?.reason === 'event_deleted' && last.kind === 'tombstone';
}

/**
 * Those of the calendars that have not been listed since the event was seen to be gone, or of which not everything is on record that was. One
 * that is paused or out of reach is not waited for: nobody knows for how long.
 */
export function unlistedSince(calendars: readonly CalendarRecord[], { seenAt }: Orphan): CalendarRecord[] {
  return calendars.filter(
    ({ status, coveredUntil, unrecorded }) =>
      isFollowed({ status }) && ((coveredUntil ?? 0) < seenAt + COVERAGE_MARGIN_MS || unrecorded !== null),
  );
}

/** The orphan as it waits for other calendars; null where it has waited for long enough. */
export function waitingElsewhere(orphan: Orphan, now: number): Orphan | null {
  const askedElsewhereAt = orphan.askedElsewhereAt ?? now;
  const waitedMs = now - askedElsewhereAt;
  if (waitedMs >= LOOK_ELSEWHERE_MAX_MS) return null;
  return { ...orphan, askedElsewhereAt, readAt: now + Math.max(LOOK_ELSEWHERE_MS, waitedMs) };
}
