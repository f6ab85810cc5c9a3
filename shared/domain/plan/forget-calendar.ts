/** What is kept of a calendar in bindings and conferences is forgotten, since it was removed. */
import type { CalendarKey, ConferenceKey } from '../ids.ts';
import { type BindingRecord, type ConferenceRecord, isReference, type LastEvent } from '../state/records.ts';
import { released } from './end-conference.ts';
import type { Ledger } from './ledger.ts';
import { releaseReference } from './references.ts';

/** Releases a binding and keeps nothing of it, nor what its conference still says of this calendar. */
export function forgetBinding(ledger: Ledger, binding: BindingRecord): void {
  if (isReference(binding) || binding.state === 'announced') releaseReference(ledger, binding);
  ledger.deleteBinding(binding);
  forgetCalendar(ledger, binding.conference);
  if (binding.announced !== null) forgetCalendar(ledger, binding.announced);
}

/** Keeps nothing of what a conference still says of this calendar, which has no reference to it any more. */
export function forgetCalendar(ledger: Ledger, key: ConferenceKey): void {
  const conference = ledger.conference(key);
  if (conference !== undefined) ledger.putConference(withoutCalendar(conference, ledger.terms));
}

/** An orphan is released, since nobody can confirm its end any more. A cancellation on its way stays until it is settled. */
function withoutCalendar(
  conference: ConferenceRecord,
  { calendar, now }: { readonly calendar: CalendarKey; readonly now: number },
): ConferenceRecord {
  const isOurs = (last: LastEvent | null): boolean => last?.calendar === calendar;
  const { announcedUntil, cancellation, ended, leader, liveCount, offeredTo, orphan } = conference;
  const left: ConferenceRecord = {
    ...conference,
    ended: isOurs(ended) ? null : ended,
    leader: liveCount === 0 && leader === calendar ? null : leader,
    // What it has announced does not come any more.
    announcedUntil: leader === calendar ? null : announcedUntil,
    offeredTo: offeredTo === calendar ? null : offeredTo,
  };
  if (cancellation === null) return isOurs(orphan) ? released(left, now) : left;
  return isOurs(cancellation) ? { ...left, cancellation: { ...cancellation, isForgotten: true } } : left;
}
