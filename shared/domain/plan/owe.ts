/** What a new leader owes its conference, made pending a part at a time: content is read when it is sent. */
import { occurrenceFields } from '../event/event-fields.ts';
import { bindingIdOf, type ConferenceKey } from '../ids.ts';
import {
  type BindingRecord,
  type ConferenceRecord,
  isCancelledOccurrence,
  isReference,
  type Owed,
} from '../state/records.ts';
import { leads } from './lead.ts';
import type { Ledger } from './ledger.ts';
import { pend } from './pend.ts';

/**
 * Makes pending what this part of the leader's bindings owes, and notes that it was looked at. `part`: the next ones of the kind that is
 * looked through, in the order of their ids; `isLast`: there are no more of that kind. The ledger has the series of the occurrences.
 */
export function owePart(ledger: Ledger, key: ConferenceKey, part: readonly BindingRecord[], isLast: boolean): void {
  const { owed } = ledger.conference(key) ?? { owed: null };
  if (owed === null) return;
  for (const binding of part) if (binding.pending === null) oweFirstWord(ledger, binding, owed);
  const conference = ledger.conference(key);
  if (conference !== undefined) ledger.putConference({ ...conference, owed: advanced(owed, part, isLast) });
}

/** Owes the conference, if this calendar leads it, a word of each occurrence of a series that has just come to it. */
export function oweOccurrences(ledger: Ledger, key: ConferenceKey): void {
  const conference = ledger.conference(key);
  if (conference === undefined || !leads(ledger, key)) return;
  const { owed } = conference;
  // Where references are gone through still, all occurrences follow anyway.
  if (owed?.kind === 'event') return;
  const since = owed?.since ?? ledger.terms.now;
  const isAnew = owed?.isAnew ?? false;
  ledger.putConference({ ...conference, owed: { since, kind: 'occurrence', after: null, isAnew } });
}

function oweFirstWord(ledger: Ledger, binding: BindingRecord, { isAnew }: Owed): void {
  const { fields } = ledger.terms.policy;
  const isOwed = isAnew || binding.delivered === null;
  if (isReference(binding)) {
    if (isOwed) pend(ledger, binding, 'updated', {}, fields);
    return;
  }
  if (binding.kind !== 'occurrence' || !hasSeries(ledger, binding)) return;
  if (isCancelledOccurrence(binding))
    pend(ledger, { ...binding, state: 'gone', expireAt: null }, 'occurrence_cancelled', {}, []);
  else if (isOwed) pend(ledger, binding, 'occurrence_updated', {}, occurrenceFields(fields));
}

/** Whether the occurrence deviates from a series that carries the conference; others are kept for the day on which it does. */
function hasSeries(ledger: Ledger, { recurringEventId, conference }: BindingRecord): boolean {
  const series = recurringEventId === null ? undefined : ledger.binding(bindingIdOf(recurringEventId));
  return isReference(series) && series.conference === conference;
}

function advanced(owed: Owed, part: readonly BindingRecord[], isLast: boolean): ConferenceRecord['owed'] {
  if (!isLast) return { ...owed, after: part.at(-1)?.id ?? owed.after };
  return owed.kind === 'event' ? { ...owed, kind: 'occurrence', after: null } : null;
}
