/**
 * Deliberate mistakes, each as the words of the source that it replaces: what a careless hand might have written. A simulation that
 * does not find every one of them proves nothing by finding none in the code as it is.
 */

/** One edit of one file; the words must stand in it exactly once. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A mistake by its name. */
export interface Defect {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** All of them. */
export const DEFECTS: readonly Defect[] = [
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
    'a commit is not fenced by the lease',
    'shared/flow/lease.ts',
    "if (calendar.lease?.owner !== held.owner) throw new LeaseLost('another worker has the lease');",
    '',
  ),
  {
    name: 'a pause leaves the lease standing, and nobody looks at the generation',
    edits: [
      {
        file: 'shared/flow/calendars/command-calendar.ts',
        from: 'lease: null,\n          failure: null,\n          announced',
        to: 'failure: null,\n          announced',
      },
      {
        file: 'shared/flow/lease.ts',
        from: "if (calendar.generation !== held.calendar.generation) throw new LeaseLost('the calendar was changed by a command');",
        to: '',
      },
    ],
  },
  one(
    'a revision is drawn when the change is sent',
    'shared/flow/deliver/settle-and-claim.ts',
    'const next = readyChange({ conference, calendarId, binding, pending, event,',
    'const next = readyChange({ conference, calendarId, binding, pending: { ...pending, revision: conference.revision + 1 }, event,',
  ),
  one(
    'an older delivery settles a newer change',
    'shared/domain/delivery/settle.ts',
    'if (binding.pending?.revision !== revision || ',
    'if (binding.pending === null || ',
  ),
  one(
    'a lease is taken without a time at which others look',
    'shared/flow/lease.ts',
    'return withCalendarDue({ ...calendar, lease: { owner, until: services.clock.now() + services.policy.leaseMs } });',
    'return { ...calendar, lease: { owner, until: services.clock.now() + services.policy.leaseMs } };',
  ),
  one(
    'the wish of others is cleared by the transaction that ends a listing',
    'shared/flow/sync/close-listing.ts',
    'const isWanted = stored.wantedAt !== null;',
    'const isWanted = false; Object.assign(stored, { wantedAt: null });',
  ),
  one(
    'whoever meets a held lease leaves no wish',
    'shared/flow/sync/claim-sync.ts',
    'if (isWish || noted !== stored) tx.putCalendar(isWish ? { ...noted, wantedAt: now } : noted);',
    'void isWish;',
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
  ),
  one(
    'a lost reference is not counted in the transaction that loses it',
    'shared/domain/plan/references.ts',
    'const liveCount = Math.max(0, conference.liveCount - lost.references);',
    'const liveCount = conference.liveCount;',
  ),
  one(
    'a conference is cancelled without the confirming read',
    'shared/flow/deliver/settle-due.ts',
    'const event = await callGoogle(',
    'const event = id === conference.orphan?.eventId ? null : await callGoogle(',
  ),
  one(
    'what the confirming read shows is not recorded',
    'shared/flow/deliver/settle-due.ts',
    'const recorded = await recordChanges(services, held, events, null);',
    'const recorded = { unreadable: 0 };',
  ),
  one(
    "a foreign calendar's event leads",
    'shared/domain/plan/references.ts',
    'return ledger.conference(key)?.leader === ledger.terms.calendar;',
    'return ledger.conference(key) !== undefined;',
  ),
  one(
    'an orphan is cancelled at sight',
    'shared/domain/plan/references.ts',
    'const graceUntil = Math.max(now + policy.cancelGraceMs, conference.announcedUntil ?? 0);',
    'const graceUntil = Math.max(now + 0 * policy.cancelGraceMs, conference.announcedUntil ?? 0);',
  ),
  one(
    'a new reference does not withdraw a cancellation',
    'shared/domain/plan/references.ts',
    "    state: 'live',\n    orphan: null,\n    cancellation: null,\n",
    "    state: 'live',\n    orphan: null,\n",
  ),
  one(
    'the tombstone of an occurrence ends its series',
    'shared/domain/plan/apply-plan.ts',
    'cancelOccurrence(ledger, event, plan.series);',
    'endReference(ledger, plan.series, plan.reason);',
  ),
  {
    name: 'the echo of our own write is taken for a change',
    edits: [
      { file: 'shared/flow/deliver/settle-and-claim.ts', from: 'written?.hashes ?? hashes', to: 'hashes' },
      { file: 'shared/flow/deliver/settle-and-claim.ts', from: 'ownEtag: written.etag', to: 'ownEtag: null' },
    ],
  },
  one(
    'a write to an event does not ask whether it is still the same',
    'shared/flow/deliver/write-back.ts',
    'await services.google.patch(calendar, current.id, current.etag, patch);',
    "await services.google.patch(calendar, current.id, '*', patch);",
  ),
  one(
    'a listing of everything is not compared with the bindings',
    'shared/flow/sync/follow-listing.ts',
    'if (listing.sweepId === null || listing.wantsAnotherPass) return',
    'if (listing.sweepId !== undefined) return',
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
    'shared/flow/sync/claim-sync.ts',
    "if (arrival.lane === 'live' && laneOfNextListing(stored) === 'upkeep') {",
    "if (arrival.lane === 'live' && stored.dueShard < 0) {",
  ),
  one(
    'a calendar that is handed over for a full listing is due at no time',
    'shared/flow/sync/hand-to-upkeep.ts',
    'wantedAt: calendar.wantedAt ?? now, lease: null, reconcileAt: now',
    'wantedAt: calendar.wantedAt ?? now, lease: null, reconcileAt: null',
  ),
  one(
    'occurrences on an earlier page than their series are forgotten',
    'shared/domain/plan/listing.ts',
    'hasNewSeries && listing.hasTurnedPage ?',
    'hasNewSeries && listing.pass > 9 ?',
  ),
  one(
    'a failed delivery is due at no time',
    'shared/domain/delivery/next-step.ts',
    "return ended({ kind: 'failing', retryAt: situation.retryAt }, conference, situation.retryAt);",
    "return ended({ kind: 'failing', retryAt: situation.retryAt }, conference, null);",
  ),
  one(
    'a change is pending at no time, should its worker die',
    'shared/domain/plan/pend.ts',
    'retryAt: conference.retryAt ?? now + unsentRetryMs',
    'retryAt: conference.retryAt ?? (unsentRetryMs < 0 ? now : null)',
  ),
  one(
    'the lead of a conference does not pass on',
    'shared/flow/record/pass-leads.ts',
    'needsLeader(conference, ledger.terms.now)',
    '(needsLeader(conference, ledger.terms.now) && ledger.terms.now < 0)',
  ),
  one(
    "a guest's copy decides",
    'shared/domain/event/event.ts',
    'if (event.organizer.self) return true;',
    'if (calendarId !== event.id) return true;',
  ),
  one(
    'a series that takes place no more lives on',
    'shared/domain/plan/plan.ts',
    'if (event.isEmptySeries) return',
    'if (event.isEmptySeries && event.id === rules.hashKey) return',
  ),
  one(
    'a series that comes to another conference says nothing of its cancelled occurrences',
    'shared/domain/plan/apply-plan.ts',
    'if (isNew && event.recurrence !== null) adoptOccurrences(',
    'if (isNew && event.recurrence === undefined) adoptOccurrences(',
  ),
  one(
    'that an occurrence was cancelled is forgotten with the conference of its series',
    'shared/domain/plan/references.ts',
    'if (!isCancelledOccurrence(occurrence) || isDeparture(occurrence)) {',
    'if (occurrence.kind !== undefined) {',
  ),
  {
    name: 'what our access hides is taken for removed',
    edits: [
      { file: 'shared/domain/plan/plan.ts', from: 'if (event.hidden) return KEEP;', to: '' },
      {
        file: 'shared/domain/plan/plan.ts',
        from: "if (isInUse || (event.hidden && !carries)) return 'unproven';",
        to: "if (isInUse) return 'unproven';",
      },
    ],
  },
  one(
    'an event that does not clearly say what it carries is given a minute',
    'shared/domain/limits.ts',
    'export const DOUBT_MS = 3_600_000;',
    'export const DOUBT_MS = 60_000;',
  ),
  one(
    'a listing that lags behind its notification is not looked at again',
    'shared/flow/sync/close-listing.ts',
    "const isPuzzling = run.request.cause === 'notification' && run.counts.events === 0;",
    'const isPuzzling = false;',
  ),
  one(
    'a notification is accepted though the broker did not take it',
    'shared/flow/receive-notification.ts',
    "return 'unavailable';",
    "return 'accepted';",
  ),
  one(
    'a message is acknowledged though the database could not be reached',
    'functions/sync-calendar.ts',
    "services.log.write({ line: 'failure', where: 'syncCalendar', error });\n      return AGAIN;",
    "services.log.write({ line: 'failure', where: 'syncCalendar', error });\n      return ACKNOWLEDGED;",
  ),
];

function one(name: string, file: string, from: string, to: string): Defect {
  return { name, edits: [{ file, from, to }] };
}
