/** How a listing begins, moves on and ends; pure steps over the state that a checkpoint keeps. */
import type { BindingId } from '../ids.ts';
import type { Lane } from '../notification/work-message.ts';
import type { EventPage } from '../ports.ts';
import type { CalendarRecord, Listing } from '../state/records.ts';

/** The first request of a listing of this calendar: from its token, or of everything where it has none. */
export function beginListing(calendar: CalendarRecord, sweepId: string, now: number, fullSyncPastMs: number): Listing {
  const isFirst = calendar.lastSyncedAt === null;
  const isFull = calendar.syncToken === null;
  return {
    mode: isFull ? 'full' : 'incremental',
    startToken: calendar.syncToken,
    pageToken: null,
    hasTurnedPage: false,
    pass: 1,
    wantsSecondPass: false,
    sweepId: isFull ? sweepId : null,
    // Later full listings have no bound: what changed while the token was dead may lie anywhere.
    timeMin: isFull && isFirst ? now - fullSyncPastMs : null,
    nextSyncToken: null,
    sweptTo: null,
  };
}

/** The lane on which the calendar's next listing, or the rest of the one that was put by, is made. */
export function laneOfNextListing({ checkpoint, syncToken }: CalendarRecord): Lane {
  const isFull = checkpoint === null ? syncToken === null : checkpoint.mode === 'full';
  return isFull ? 'upkeep' : 'live';
}

/** The listing after one of its pages. */
export function turnPage(listing: Listing, next: EventPage['next'], hasNewSeries: boolean): Listing {
  // Occurrences can stand on an earlier page than their series, which was unknown when they were planned.
  const wantsSecondPass = listing.wantsSecondPass || (listing.pass === 1 && listing.hasTurnedPage && hasNewSeries);
  return next.kind === 'page'
    ? { ...listing, pageToken: next.pageToken, hasTurnedPage: true, wantsSecondPass }
    : { ...listing, pageToken: null, nextSyncToken: next.syncToken, wantsSecondPass };
}

/** The same listing from its beginning, for the occurrences that did not find their series the first time. */
export function beginSecondPass(listing: Listing): Listing {
  return {
    ...listing,
    pageToken: null,
    hasTurnedPage: false,
    pass: 2,
    wantsSecondPass: false,
    nextSyncToken: null,
    sweptTo: null,
  };
}

/** The listing after the sweep has looked at bindings up to this one. */
export function sweepTo(listing: Listing, binding: BindingId): Listing {
  return { ...listing, sweptTo: binding };
}
