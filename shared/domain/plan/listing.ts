/** How a listing begins, moves on and ends; pure steps over the state that a checkpoint keeps. */
import { showsMore } from '../event/event.ts';
import type { BindingId } from '../ids.ts';
import { LISTING_SPACING_MS } from '../limits.ts';
import type { Lane } from '../notification/work-message.ts';
import type { EventPage } from '../ports.ts';
import type { CalendarRecord, Listing } from '../state/records.ts';

const PASSES_AT_ONCE = 3;
const PASS_DELAY_MS = 60_000;

/** The first request of a listing of this calendar: from its token, or of everything where it has none. */
export function beginListing(
  calendar: Pick<CalendarRecord, 'lastSyncedAt' | 'syncToken' | 'accessRole'>,
  sweepId: string,
  now: number,
  fullSyncPastMs: number,
): Listing {
  const isFirst = calendar.lastSyncedAt === null;
  const isFull = calendar.syncToken === null;
  return {
    mode: isFull ? 'full' : 'incremental',
    startToken: calendar.syncToken,
    pageToken: null,
    hasTurnedPage: false,
    pass: 1,
    wantsAnotherPass: false,
    accessRole: calendar.accessRole,
    sweepId: isFull ? sweepId : null,
    // Later full listings have no bound: what changed while the token was dead may lie anywhere.
    timeMin: isFull && isFirst ? now - fullSyncPastMs : null,
    nextSyncToken: null,
    sweptTo: null,
    hasUnrecorded: false,
  };
}

/** How long the next listing has to wait for the one that was opened last: never longer than the spacing, whatever the clocks say. */
export function spacingLeft({ openedAt }: Pick<CalendarRecord, 'openedAt'>, now: number): number {
  if (openedAt === null) return 0;
  return Math.min(LISTING_SPACING_MS, Math.max(0, openedAt + LISTING_SPACING_MS - now));
}

/** The lane on which the calendar's next listing, or the rest of the one that was put by, is made. */
export function laneOfNextListing({ checkpoint, syncToken }: CalendarRecord): Lane {
  const isFull = checkpoint === null ? syncToken === null : checkpoint.mode === 'full';
  return isFull ? 'upkeep' : 'live';
}

/** The listing after one of its pages; `hasNewSeries`: a series was bound by it. */
export function turnPage(
  listing: Listing,
  { next, accessRole }: Pick<EventPage, 'next' | 'accessRole'>,
  hasNewSeries: boolean,
): Listing {
  // Occurrences can stand on an earlier page than their series, which was unknown when they were planned; so can what was hidden from us.
  const isMoreKnown = hasNewSeries || (listing.mode === 'full' && showsMore(accessRole, listing.accessRole));
  const known = isMoreKnown && listing.hasTurnedPage ? wantAnotherPass(listing) : listing;
  return next.kind === 'page'
    ? { ...known, accessRole, pageToken: next.pageToken, hasTurnedPage: true }
    : { ...known, accessRole, pageToken: null, nextSyncToken: next.syncToken };
}

/** Whether a part of the listing was read already; of one that is at its beginning, nothing can have been missed yet. */
export function isUnderWay({ pageToken, nextSyncToken }: Listing): boolean {
  return pageToken !== null || nextSyncToken !== null;
}

/** The listing, to be read once more from its beginning when it has come to its end. */
export function wantAnotherPass(listing: Listing): Listing {
  return { ...listing, wantsAnotherPass: true };
}

/**
 * A listing that opens at its beginning, once more. What a full one shows is marked anew: the sync token that it ends with tells of nothing that
 * left the calendar since it was read before, as a pass or as a try of the same pass.
 */
export function openAgain(listing: Listing, sweepId: string): Listing {
  return { ...listing, sweepId: listing.sweepId === null ? null : sweepId };
}

/** The same listing to be read from its beginning, for the occurrences that did not find their series before. */
export function beginNextPass(listing: Listing): Listing {
  return {
    ...listing,
    pageToken: null,
    hasTurnedPage: false,
    pass: listing.pass + 1,
    wantsAnotherPass: false,
    nextSyncToken: null,
    sweptTo: null,
    hasUnrecorded: false,
  };
}

/**
 * How long a pass waits after the one before it. Each pass may meet a series that was made since; the first ones follow at once, the
 * others ever later, so that a listing that never shows the same thing twice costs little.
 */
export function passDelayMs({ pass }: Listing, longestMs: number): number {
  return pass <= PASSES_AT_ONCE ? 0 : Math.min(PASS_DELAY_MS * 2 ** (pass - PASSES_AT_ONCE - 1), longestMs);
}

/** The listing after so many of the events that it showed could not be recorded. */
export function withUnrecorded(listing: Listing, unreadable: number): Listing {
  return unreadable === 0 ? listing : { ...listing, hasUnrecorded: true };
}

/** The listing after the sweep has looked at bindings up to this one. */
export function sweepTo(listing: Listing, binding: BindingId): Listing {
  return { ...listing, sweptTo: binding };
}
