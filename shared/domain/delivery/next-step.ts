/**
 * The sender of one conference, between two changes: what it does next, and what it leaves on record, follows from how things stand. Pure;
 * whoever asks has looked, and writes what it is told.
 */
import { HELD_BACK_MS, SENDING_MS } from '../limits.ts';
import type { ConferenceRecord } from '../state/records.ts';
import type { ReadyChange } from './ready-change.ts';

/** How things stand once what was attempted is settled. */
export type Situation =
  /** Another sender is at it. */
  | { readonly kind: 'sent-by-another' }
  /** What was just attempted is tried again then; nothing else of the conference goes out before. */
  | { readonly kind: 'failed'; readonly retryAt: number }
  | { readonly kind: 'nothing-pending' }
  /** The next change takes an event that is not at hand as it is pending. */
  | { readonly kind: 'not-read' }
  | { readonly kind: 'ready'; readonly next: ReadyChange };

/** What the sender does next. See `Delivery` for those that end its run. */
export type Step =
  | { readonly kind: 'send'; readonly next: ReadyChange }
  | { readonly kind: 'failing'; readonly retryAt: number }
  | { readonly kind: 'all' | 'owing' | 'busy' | 'left' };

/** What the sender may do. */
export interface SenderTerms {
  readonly owner: string;
  readonly now: number;
  /** There is no time for another change. */
  readonly isOutOfTime: boolean;
  /** The next change may be sent, if there is one. */
  readonly isAdmitted: boolean;
}

/** The next step, and the conference as it is left with it. */
export function nextStep(
  situation: Situation,
  conference: ConferenceRecord,
  { owner, now, isOutOfTime, isAdmitted }: SenderTerms,
): { readonly step: Step; readonly conference: ConferenceRecord } {
  switch (situation.kind) {
    case 'sent-by-another':
      return { step: { kind: 'busy' }, conference };
    case 'failed':
      return ended({ kind: 'failing', retryAt: situation.retryAt }, conference, situation.retryAt);
    case 'nothing-pending':
      return conference.owed === null
        ? ended({ kind: 'all' }, conference, null)
        : ended({ kind: 'owing' }, conference, now);
    case 'not-read':
      return ended({ kind: 'left' }, conference, now);
    case 'ready': {
      if (isOutOfTime) return ended({ kind: 'left' }, conference, now);
      const retryAt = now + HELD_BACK_MS;
      if (!isAdmitted) return ended({ kind: 'failing', retryAt }, conference, retryAt);
      const { next } = situation;
      const isCancelledThere = conference.isCancelledThere || next.binding === null;
      const sending = { owner, until: now + SENDING_MS };
      return { step: { kind: 'send', next }, conference: { ...conference, sending, isCancelledThere } };
    }
  }
}

/** The run is over; the conference is due again at `retryAt`. */
function ended(
  step: Step,
  conference: ConferenceRecord,
  retryAt: number | null,
): { readonly step: Step; readonly conference: ConferenceRecord } {
  return { step, conference: { ...conference, sending: null, retryAt } };
}
