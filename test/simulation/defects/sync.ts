/** Mistakes in listing a calendar: what is asked for, what is covered, where it goes on. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const SYNC: readonly Defect[] = [
  one(
    'the sync token is committed before its page is recorded',
    'shared/flow/sync/follow-listing.ts',
    'const recorded = await recordChanges(',
    `await services.store.transact(async (tx) => {
      const calendar = await fence(tx, run.held);
      if (page.next.kind === 'end') tx.putCalendar({ ...calendar, syncToken: page.next.syncToken });
    });
    const recorded = await recordChanges(`,
  ),
  one(
    'the wish of others is cleared by the transaction that ends a listing',
    'shared/flow/sync/close-listing.ts',
    'const isWanted = stored.wantedAt !== null;',
    'const isWanted = false; Object.assign(stored, { wantedAt: null });',
    'a meeting is changed while its calendar is being listed',
  ),
  one(
    'whoever meets a held lease leaves no wish',
    'shared/domain/plan/judge-request.ts',
    "return { verdict: { kind: 'busy' }, next: isBeingListed ? noted : withWish(noted, now) };",
    "return { verdict: { kind: 'busy' }, next: noted };",
    'a meeting is changed while its calendar is being listed',
  ),
  one(
    "what a listing covers is taken from the worker's clock at its end",
    'shared/flow/sync/close-listing.ts',
    'coveredUntil: stored.openedAt,',
    'coveredUntil: now,',
  ),
  one(
    'a covered message needs no margin for clocks that differ',
    'shared/domain/limits.ts',
    'export const COVERAGE_MARGIN_MS = 500;',
    'export const COVERAGE_MARGIN_MS = 0;',
    'a meeting is changed just after it was listed, and the clocks of broker and database differ',
  ),
  one(
    'a listing of everything is not compared with the bindings',
    'shared/flow/sync/follow-listing.ts',
    'if (listing.sweepId === null || listing.wantsAnotherPass) return',
    'if (listing.sweepId !== undefined) return',
    'a meeting is deleted and forgotten while the sync token is dead',
  ),
  one(
    'a rejected token is kept',
    'shared/flow/sync/reject-token.ts',
    'const cleared = { ...calendar, syncToken: null, checkpoint: null,',
    'const cleared = { ...calendar, checkpoint: null,',
  ),
  one(
    'a token that dies on the live lane is repaired there',
    'shared/flow/sync/reject-token.ts',
    "if (run.arrival.lane === 'live') {",
    "if (run.arrival.lane === 'live' && now < 0) {",
  ),
  one(
    'a notification begins the first listing of a calendar',
    'shared/domain/plan/judge-request.ts',
    "if (arrival.lane === 'live' && laneOfNextListing(stored) === 'upkeep') {",
    "if (arrival.lane === 'live' && stored.dueShard < 0) {",
  ),
  one(
    'a calendar that is handed over for a full listing is due at no time',
    'shared/domain/plan/hand-to-upkeep.ts',
    'wantedAt: calendar.wantedAt ?? now, lease: null, reconcileAt: now',
    'wantedAt: calendar.wantedAt ?? now, lease: null, reconcileAt: null',
  ),
  one(
    'occurrences on an earlier page than their series are forgotten',
    'shared/domain/plan/listing.ts',
    'const isMoreKnown = hasNewSeries ||',
    'const isMoreKnown =',
    'a series is first seen on a later page than its cancelled occurrence',
  ),
  one(
    'what our access has hidden is not listed once more when it is shown',
    'shared/domain/plan/unrecorded.ts',
    "mode === 'incremental' && showsMore(listing.accessRole, accessRole)",
    "mode === 'full' && showsMore(listing.accessRole, accessRole)",
  ),
  one(
    'a listing that lags behind its notification is not looked at again',
    'shared/domain/plan/next-look.ts',
    "const isPuzzling = request.cause === 'notification' && events === 0;",
    'const isPuzzling = false;',
    'a listing lags behind the notification that asked for it',
  ),
  one(
    'the second reading of a listing ends before it begins',
    'shared/domain/plan/listing.ts',
    `wantsAnotherPass: false,
    nextSyncToken: null,
    sweptTo: null,`,
    `wantsAnotherPass: false,
    sweptTo: null,`,
    'a series is first seen on a later page than its cancelled occurrence',
  ),
  one(
    'the sweep takes a page that is not full for the end',
    'shared/flow/sync/sweep-unseen.ts',
    'if (bindings.length === 0) return;',
    'if (bindings.length < BATCH) return;',
    'a meeting is deleted and forgotten while the sync token is dead',
  ),
  one(
    'a calendar that keeps losing its token is due at no time',
    'shared/flow/sync/reject-token.ts',
    'lease: null, wantedAt: null, reconcileAt: notBefore',
    'lease: null, wantedAt: null, reconcileAt: null',
  ),
  one(
    'a listing that failed is tried again when the next one would have been',
    'shared/domain/plan/failed-listing.ts',
    'reconcileAt: now + delayMs',
    'reconcileAt: calendar.reconcileAt',
  ),
  one(
    'what is asked for within a second of a listing is taken for covered',
    'shared/domain/plan/judge-request.ts',
    "if (spacingLeft(stored, now) > 0) return { verdict: { kind: 'lease', listing: null }, next: counted };",
    "if (spacingLeft(stored, now) > 0) return { verdict: { kind: 'covered' }, next: stored };",
  ),
  one(
    'a listing that opens leaves the wish that it fulfils',
    'shared/flow/sync/claim-sync.ts',
    'notified, wantedAt: null, checkpoint: again',
    'notified, checkpoint: again',
  ),
  one(
    'the failure of a calendar outlives a listing that succeeds',
    'shared/flow/sync/close-listing.ts',
    `failure: null,
      deaths: null,
      lastSyncedAt`,
    'lastSyncedAt',
  ),
  one(
    'a paused calendar is listed when a notification comes',
    'shared/domain/plan/judge-request.ts',
    "if (stored.status === 'paused') return",
    'if (now < 0) return',
  ),
  one(
    'occurrences are planned in whatever order Google shows them',
    'shared/domain/plan/select-concerning.ts',
    `return [
    ...selected.filter((event) => seriesOf(event) === null),
    ...selected.filter((event) => seriesOf(event) !== null),
  ];`,
    'return selected;',
  ),
];
