/**
 * What a conference must know of a series that has just come to it: which of its occurrences take no part. Google need not show
 * them again, for nothing about them has changed; so it is told from the records.
 */
import { occurrenceFields } from '../event/event-fields.ts';
import { type ConferenceKey, departureIdOf } from '../ids.ts';
import { newBinding } from '../state/new-record.ts';
import {
  type BindingRecord,
  isCancelledOccurrence,
  isDeparture,
  isReference,
  type Reference,
} from '../state/records.ts';
import { leads } from './lead.ts';
import type { Ledger } from './ledger.ts';
import { pend } from './pend.ts';
import { endReference } from './references.ts';

/** Tells the conference, which the series refers to from now on, of each occurrence that deviates from it. */
export function adoptOccurrences(ledger: Ledger, seriesId: string, conference: ConferenceKey): void {
  for (const occurrence of ledger.occurrencesOf(seriesId)) {
    if (isReference(occurrence)) {
      if (occurrence.conference === conference) followAgain(ledger, occurrence);
      else if (!isToBeRead(occurrence)) depart(ledger, occurrence, conference);
    } else if (isCancelledOccurrence(occurrence) && !isDeparture(occurrence)) {
      pendOccurrenceCancelled(ledger, {
        ...occurrence,
        conference,
        state: 'gone',
        delivered: null,
        refused: null,
        expireAt: null,
      });
    }
  }
}

/** Tells a series' conference that an occurrence has one of its own; the occurrence's own record is needed for that one. */
export function depart(
  ledger: Ledger,
  { eventId, recurringEventId, originalStart }: Pick<BindingRecord, 'eventId' | 'recurringEventId' | 'originalStart'>,
  conference: ConferenceKey,
): void {
  const id = departureIdOf(eventId, conference);
  const record = newBinding(ledger.terms.calendar, eventId, conference, 'occurrence', id);
  pendOccurrenceCancelled(ledger, { ...record, state: 'gone', recurringEventId, originalStart });
}

/** Another calendar's conference is not told; that the occurrence takes no part is kept for the day on which this one leads. */
export function pendOccurrenceCancelled(ledger: Ledger, gone: BindingRecord): void {
  if (leads(ledger, gone.conference)) pend(ledger, gone, 'occurrence_cancelled', {}, []);
  else ledger.putBinding({ ...gone, pending: null });
}

/** It is about to be read anyway, which tells whether it has gone along with its series. */
function isToBeRead({ pending }: BindingRecord): boolean {
  return pending !== null && Object.keys(pending.hashes).length === 0;
}

/** An occurrence that has carried the conference by itself is a part of the series now; what it says is read when it is sent. */
function followAgain(ledger: Ledger, occurrence: Reference): void {
  endReference(ledger, occurrence, 'conference_replaced');
  const fresh = { pending: null, delivered: null, refused: null, failure: null, doubt: null, expireAt: null } as const;
  const follower = { ...occurrence, ...fresh, kind: 'occurrence', state: 'live' } as const;
  if (!leads(ledger, occurrence.conference)) ledger.putBinding(follower);
  else pend(ledger, follower, 'occurrence_updated', {}, occurrenceFields(ledger.terms.policy.fields));
}
