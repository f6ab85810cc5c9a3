/** The references that keep a conference alive: gained, ended and released, each together with the conference that counts them. */
import { conferenceKeyOf } from '../ids.ts';
import { FORGET_AFTER_MS } from '../limits.ts';
import { newConference } from '../state/new-record.ts';
import {
  type BindingRecord,
  type CancelReason,
  isCancelledOccurrence,
  isDeparture,
  isReference,
} from '../state/records.ts';
import { endAnnouncement } from './announcements.ts';
import { lose, orphanedBy, released, type WhenLast } from './end-conference.ts';
import { leads, leadsWithOneMore } from './lead.ts';
import type { Ledger } from './ledger.ts';
import { pend } from './pend.ts';

/** Counts one more reference of this calendar; whatever was ending comes to life. `isAnnounced`: it is the one that this calendar announced. */
export function addReference(ledger: Ledger, conferenceId: string, isAnnounced: boolean): void {
  const { calendar, now } = ledger.terms;
  const known = ledger.conference(conferenceKeyOf(conferenceId)) ?? newConference(conferenceId, now);
  const isLeading = leadsWithOneMore(known, calendar, now);
  ledger.putConference({
    ...known,
    liveCount: known.liveCount + 1,
    ...(isLeading && { leader: calendar, leadingCount: known.leadingCount + 1 }),
    // Where another calendar leads by its announcement, that one is still to come.
    ...(isLeading && isAnnounced && { announcedUntil: null }),
    state: 'live',
    orphan: null,
    cancellation: null,
    ended: null,
    expireAt: null,
  });
}

/**
 * Ends a reference or an announcement; the conference is an orphan if it was the last. Under an event that is over all
 * occurrences end with it; under one that lives without the conference, those that carry one have it for themselves.
 */
export function endReference(ledger: Ledger, binding: BindingRecord, reason: CancelReason): void {
  endOccurrences(ledger, binding.eventId, reason);
  const seenAt = endsEvent(reason) ? undefined : binding.doubt?.since;
  drop(ledger, binding, orphanedBy(ledger, binding.eventId, reason, seenAt));
  if (endsEvent(reason)) endAnnouncement(ledger, binding, reason);
}

/** What the end of its reference means for the occurrences of a series that the ledger has. */
export function endOccurrences(ledger: Ledger, seriesId: string, reason: CancelReason): void {
  for (const occurrence of ledger.occurrencesOf(seriesId)) {
    if (!endsEvent(reason)) standAlone(ledger, occurrence);
    const standing = ledger.binding(occurrence.id);
    if (standing === undefined) continue;
    if (!isReference(standing)) setAside(ledger, standing);
    else if (endsEvent(reason)) endReference(ledger, standing, 'event_deleted');
  }
}

function endsEvent(reason: CancelReason): boolean {
  return reason === 'event_deleted' || reason === 'series_ended';
}

/**
 * What an occurrence without reference leaves behind when its series has lost its conference: that it is cancelled, for Google need
 * not show it again when the series comes to a conference once more.
 */
export function setAside(ledger: Ledger, occurrence: BindingRecord): void {
  if (!isCancelledOccurrence(occurrence) || isDeparture(occurrence)) {
    ledger.deleteBinding(occurrence);
    return;
  }
  const expireAt = ledger.terms.now + FORGET_AFTER_MS;
  ledger.putBinding({
    ...occurrence,
    state: 'gone',
    pending: null,
    refused: null,
    failure: null,
    doubt: null,
    expireAt,
  });
}

/**
 * An occurrence that followed its series carries the conference by its own word: it keeps it alive, and what it says is
 * read and sent anew. That reading also tells if it has lost the conference together with its series.
 */
function standAlone(ledger: Ledger, occurrence: BindingRecord): void {
  const conference = ledger.conference(occurrence.conference);
  const isFollowing = occurrence.kind === 'occurrence' && !isCancelledOccurrence(occurrence);
  if (conference === undefined || !isFollowing) return;
  addReference(ledger, conference.conferenceId, false);
  const fresh = { pending: null, delivered: null, refused: null, failure: null, doubt: null } as const;
  const reference = { ...occurrence, ...fresh, kind: 'event', state: 'live' } as const;
  if (leads(ledger, conference.key)) pend(ledger, reference, 'updated', {}, ledger.terms.policy.fields);
  else ledger.putBinding(reference);
}

/** Ends a reference without ending its conference, even if it was the last: somebody else decides about it now. */
export function releaseReference(ledger: Ledger, binding: BindingRecord): void {
  ledger.noteRelease(binding.conference);
  drop(ledger, binding, (conference) => released(conference, ledger.terms.now));
  releaseOccurrences(ledger, binding.eventId);
}

/** What the release of its reference means for the occurrences of a series that the ledger has. */
export function releaseOccurrences(ledger: Ledger, seriesId: string): void {
  for (const occurrence of ledger.occurrencesOf(seriesId)) {
    if (isReference(occurrence)) releaseReference(ledger, occurrence);
    else setAside(ledger, occurrence);
  }
}

function drop(ledger: Ledger, binding: BindingRecord, whenLast: WhenLast): void {
  const references = isReference(binding) ? 1 : 0;
  const expireAt = ledger.terms.now + FORGET_AFTER_MS;
  ledger.putBinding({
    ...binding,
    state: 'gone',
    pending: null,
    delivered: null,
    refused: null,
    doubt: null,
    expireAt,
  });
  lose(ledger, binding.conference, { references, isAnnouncement: binding.state === 'announced' }, whenLast);
}
