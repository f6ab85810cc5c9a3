/**
 * What a listing could not record is shown by no later one, as its sync token is behind them; so everything is listed once more when the
 * record may be readable again. Not at every look until then: a large calendar takes long, and a rolled-back version can stay for days.
 * The same goes for what our access hid: Google need not forget a sync token because we see more, and recorded tokens hold little but a time.
 */
import { showsMore } from '../event/event.ts';
import type { Lane } from '../notification/work-message.ts';
import type { CalendarRecord, Listing, Unrecorded } from '../state/records.ts';

const UNRECORDED_FIRST_WAIT_MS = 3_600_000;

/**
 * What is left unrecorded after a finished listing of the calendar, which is as it was before; each full listing that leaves something out
 * makes the next one wait twice as long, at most `longestMs`.
 */
export function unrecordedAfter(
  { unrecorded: before, accessRole }: Pick<CalendarRecord, 'unrecorded' | 'accessRole'>,
  listing: Pick<Listing, 'mode' | 'hasUnrecorded' | 'accessRole'>,
  now: number,
  longestMs: number,
): Unrecorded | null {
  const { mode, hasUnrecorded } = listing;
  if (mode === 'incremental' && showsMore(listing.accessRole, accessRole))
    return { count: before?.count ?? 0, retryAt: now };
  if (mode === 'full' && !hasUnrecorded) return null;
  if (!hasUnrecorded || (mode === 'incremental' && before !== null)) return before;
  const count = mode === 'full' ? (before?.count ?? 0) + 1 : 0;
  return { count, retryAt: now + Math.min(UNRECORDED_FIRST_WAIT_MS * 2 ** count, longestMs) };
}

/** Whether the next listing is to show everything, though there is a sync token; where people's edits are listed, it would hold them up. */
export function isFullListingDue({ unrecorded }: Pick<CalendarRecord, 'unrecorded'>, lane: Lane, now: number): boolean {
  return lane === 'upkeep' && unrecorded !== null && unrecorded.retryAt <= now;
}
