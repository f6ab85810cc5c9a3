/** Mistakes in what keeps a conference alive, and in who leads it. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const REFERENCES: readonly Defect[] = [
  one(
    'a lost reference is not counted in the transaction that loses it',
    'shared/domain/plan/end-conference.ts',
    'const liveCount = Math.max(0, conference.liveCount - lost.references);',
    'const liveCount = conference.liveCount;',
  ),
  one(
    "a foreign calendar's event leads",
    'shared/domain/plan/lead.ts',
    'return ledger.conference(key)?.leader === ledger.terms.calendar;',
    'return ledger.conference(key) !== undefined;',
  ),
  one(
    'a new reference does not withdraw a cancellation',
    'shared/domain/plan/references.ts',
    "    state: 'live',\n    orphan: null,\n    cancellation: null,\n",
    "    state: 'live',\n    orphan: null,\n",
    'a meeting comes back while its cancellation cannot be delivered',
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
    'a reference that comes back is not counted again',
    'shared/domain/plan/apply-plan.ts',
    'const isNew = !isSame || !isReference(own) || ledger.conference(key) === undefined;',
    'const isNew = own === undefined || own.conference !== key;',
  ),
  one(
    'an event that goes over to another conference keeps the one before alive',
    'shared/domain/plan/apply-plan.ts',
    `if (isReference(own) && own.conference !== next) endReference(ledger, own, 'conference_replaced');
  if (event.occurrence === null) return;`,
    'if (event.occurrence === null) return;',
  ),
  one(
    "every reference counts as the leader's",
    'shared/domain/plan/references.ts',
    '...(isLeading && { leader: calendar, leadingCount: known.leadingCount + 1 }),',
    `...(isLeading && { leader: calendar }),
    leadingCount: known.leadingCount + 1,`,
  ),
  one(
    'a lead passes on only where the first reference that is found lives',
    'shared/flow/record/pass-leads.ts',
    '1 + ledger.endedReferences(key)',
    '1',
  ),
  one(
    'a new leader tells nothing of its occurrences',
    'shared/domain/plan/owe.ts',
    "return owed.kind === 'event' ? { ...owed, kind: 'occurrence', after: null } : null;",
    'return null;',
  ),
  one(
    'the event that was announced has come, and is awaited still',
    'shared/domain/plan/references.ts',
    '...(isLeading && isAnnounced && { announcedUntil: null }),',
    '',
    'an announced meeting comes and goes, and its conference ends with it',
  ),
  one(
    'whoever announces a conference leads it',
    'shared/domain/plan/announcements.ts',
    `if (conference.liveCount === 0) {
    const last`,
    `if (conference.state !== undefined) {
    const last`,
  ),
  one(
    'a calendar that is removed is counted still',
    'shared/domain/plan/forget-calendar.ts',
    "if (isReference(binding) || binding.state === 'announced') releaseReference(ledger, binding);",
    '',
  ),
  one(
    'a calendar that is out of reach keeps its leads for a minute',
    'shared/domain/limits.ts',
    'export const LEAD_KEPT_MS = 24 * 3_600_000;',
    'export const LEAD_KEPT_MS = 60_000;',
  ),
  one(
    'a new leader is counted as it was before the page',
    'shared/flow/record/pass-leads.ts',
    'leadingCount: (await tx.countReferences(key, leader)) + gain };',
    'leadingCount: (await tx.countReferences(key, leader)) };',
  ),
  one(
    'whoever refers first to a conference leads it, whoever has announced it',
    'shared/domain/plan/lead.ts',
    'return leader === calendar || (liveCount === 0 && !isAnnouncedElsewhere);',
    'void isAnnouncedElsewhere; return leader === calendar || liveCount === 0;',
  ),
  one(
    'the announcement of another calendar ends with ours',
    'shared/domain/plan/end-conference.ts',
    'const announcedUntil = lost.isAnnouncement && isLeading ? null : conference.announcedUntil;',
    'const announcedUntil = lost.isAnnouncement ? null : conference.announcedUntil;',
  ),
  one(
    'nobody looks at a conference whose announcement has lapsed',
    'shared/domain/state/due.ts',
    'conference.liveCount > 0 && conference.leadingCount === 0 ? conference.announcedUntil : null,',
    'null,',
  ),
  one(
    'a conference that is referred to again may be forgotten',
    'shared/domain/plan/references.ts',
    `    ended: null,
    expireAt: null,
  });
}

/**
 * Ends a reference or an announcement;`,
    `    ended: null,
  });
}

/**
 * Ends a reference or an announcement;`,
  ),
  {
    name: 'the revisions of a conference are counted from one',
    edits: [
      {
        file: 'shared/domain/state/new-record.ts',
        from: 'revision: Math.floor(now),',
        to: 'revision: now < 0 ? 1 : 0,',
      },
      {
        file: 'shared/domain/plan/pend.ts',
        from: 'const revision = nextRevision(conference, now);',
        to: 'const revision = conference.revision + 1;',
      },
    ],
  },
  one(
    'the leads of a page are passed one after the other',
    'shared/flow/record/pass-leads.ts',
    'const READS_AT_ONCE = 64;',
    'const READS_AT_ONCE = 1;',
  ),
];
