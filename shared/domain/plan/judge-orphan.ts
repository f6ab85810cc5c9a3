/** What becomes of an orphan by its last event, which was read once more as its grace was over: only what confirms the end leads to one. */
import { DOUBT_MS } from '../limits.ts';
import type { ConferenceRecord, Orphan } from '../state/records.ts';
import { released } from './end-conference.ts';
import { waitingElsewhere } from './look-elsewhere.ts';
import { pendCancellation } from './pend-cancellation.ts';
import type { Confirmation } from './plan.ts';

/** What the verdict depends on beside the event. */
export interface OrphanTerms {
  /** Unix milliseconds. */
  readonly now: number;
  readonly reconcileMs: number;
  /** There are calendars that have yet to be listed, and the event may be on one of them now. */
  readonly mayBeElsewhere: boolean;
}

/** The conference after it. It is `waiting` for other calendars, or `judged`: it ends, is released, or is looked at again at its time. */
export interface JudgedOrphan {
  readonly kind: 'waiting' | 'judged';
  readonly conference: ConferenceRecord;
}

/** See the file's head. `orphan` is that of the conference. */
export function judgeOrphan(
  conference: ConferenceRecord,
  orphan: Orphan,
  confirmation: Confirmation,
  terms: OrphanTerms,
): JudgedOrphan {
  const { now, reconcileMs } = terms;
  const doubtEndsAt = orphan.seenAt + DOUBT_MS;
  switch (confirmation) {
    case 'ends':
      return ended(conference, orphan, terms);
    case 'unclear':
      return now >= doubtEndsAt ? ended(conference, orphan, terms) : readAgain(conference, orphan, doubtEndsAt);
    case 'unproven':
      return readAgain(conference, orphan, now + reconcileMs);
    case 'elsewhere':
      return { kind: 'judged', conference: released(conference, now) };
  }
}

function ended(conference: ConferenceRecord, orphan: Orphan, { now, mayBeElsewhere }: OrphanTerms): JudgedOrphan {
  const waiting = mayBeElsewhere ? waitingElsewhere(orphan, now) : null;
  return waiting === null
    ? { kind: 'judged', conference: pendCancellation(conference, orphan, now) }
    : { kind: 'waiting', conference: { ...conference, orphan: waiting } };
}

function readAgain(conference: ConferenceRecord, orphan: Orphan, readAt: number): JudgedOrphan {
  return { kind: 'judged', conference: { ...conference, orphan: { ...orphan, readAt } } };
}
