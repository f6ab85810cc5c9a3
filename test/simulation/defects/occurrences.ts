/** Mistakes in what deviates from a series. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const OCCURRENCES: readonly Defect[] = [
  one(
    'the tombstone of an occurrence ends its series',
    'shared/domain/plan/apply-plan.ts',
    'cancelOccurrence(ledger, event, plan.series);',
    'endReference(ledger, plan.series, plan.reason);',
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
  one(
    'nobody is told that an occurrence has a conference of its own',
    'shared/domain/plan/apply-plan.ts',
    'else depart(ledger, { eventId: event.id, recurringEventId, originalStart }, series.conference);',
    '',
  ),
  one(
    'an occurrence of a series is a meeting of its own',
    'shared/domain/plan/plan.ts',
    'if (following !== undefined && conferenceKeyOf(ours) === following.conference) {',
    'if (following !== undefined && following.conference === following.calendar) {',
  ),
  one(
    'an occurrence is told of as its own series',
    'shared/domain/delivery/compose-change.ts',
    'const seriesId = recurringEventId ?? eventId;',
    'const seriesId = eventId;',
  ),
  one(
    'a cancelled occurrence lives once it was told of',
    'shared/domain/delivery/settle.ts',
    "const state = isGone ? 'gone' : 'live';",
    "const state = 'live';",
    'a series loses its conference, gets another later, and nobody is shown its cancelled occurrence again',
  ),
  one(
    'all occurrences of a series are seen to in one transaction, however many there are',
    'shared/flow/record/read-occurrences.ts',
    'export const OCCURRENCES_MAX = 400;',
    'export const OCCURRENCES_MAX = 400_000;',
  ),
];
