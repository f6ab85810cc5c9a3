/** What becomes of an orphan, for each thing that its last event can say. */
import { expect, test } from '@jest/globals';
import { DOUBT_MS, LOOK_ELSEWHERE_MAX_MS, LOOK_ELSEWHERE_MS } from '../../../shared/domain/limits.ts';
import { type JudgedOrphan, judgeOrphan, type OrphanTerms } from '../../../shared/domain/plan/judge-orphan.ts';
import type { Confirmation } from '../../../shared/domain/plan/plan.ts';
import type { ConferenceRecord, Orphan } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, conference, HOUR, NOW } from '../build.ts';

const SEEN_AT = NOW - 1_000;
const LAST = { calendar: ALICES, calendarId: ALICE, eventId: 'e', reason: 'event_deleted' } as const;
const ORPHAN: Orphan = { ...LAST, seenAt: SEEN_AT, readAt: NOW, askedElsewhereAt: null };
const DOUBT_OVER: Partial<Orphan> = { seenAt: NOW - DOUBT_MS };
const ELSEWHERE: Partial<OrphanTerms> = { mayBeElsewhere: true };
const ENDS = { orphan: ORPHAN, cancellation: LAST, retryAt: NOW };

test.each<[Confirmation, Partial<Orphan>, Partial<OrphanTerms>, JudgedOrphan['kind'], object]>([
  ['ends', {}, {}, 'judged', ENDS],
  [
    'ends',
    {},
    ELSEWHERE,
    'waiting',
    { cancellation: null, orphan: { askedElsewhereAt: NOW, readAt: NOW + LOOK_ELSEWHERE_MS } },
  ],
  ['ends', { askedElsewhereAt: NOW - LOOK_ELSEWHERE_MAX_MS }, ELSEWHERE, 'judged', { cancellation: LAST }],
  ['unclear', {}, {}, 'judged', { cancellation: null, orphan: { readAt: SEEN_AT + DOUBT_MS } }],
  ['unclear', DOUBT_OVER, {}, 'judged', { cancellation: LAST }],
  ['unclear', DOUBT_OVER, ELSEWHERE, 'waiting', { cancellation: null, orphan: { askedElsewhereAt: NOW } }],
  ['unproven', {}, ELSEWHERE, 'judged', { cancellation: null, orphan: { readAt: NOW + HOUR, askedElsewhereAt: null } }],
  ['elsewhere', {}, ELSEWHERE, 'judged', { cancellation: null, orphan: null, state: 'live', leader: null }],
])('%s, %j, %j: %s, %j', (confirmation, changes, asked, kind, after) => {
  const orphan = { ...ORPHAN, ...changes };
  const before: ConferenceRecord = conference('c', { state: 'orphaned', leader: ALICES, liveCount: 0, orphan });
  const terms = { now: NOW, reconcileMs: HOUR, mayBeElsewhere: false, ...asked };
  const judged = judgeOrphan(before, orphan, confirmation, terms);
  expect(judged.kind).toBe(kind);
  expect(judged.conference).toMatchObject(after);
});
