/** The references that keep a conference alive. Counts change only here, together with the binding that they count. */
import type { CalendarKey, ConferenceKey } from '../ids.ts';
import { conferenceKeyOf } from '../ids.ts';
import { FORGET_AFTER_MS } from '../limits.ts';
import { newBinding, newConference } from '../state/new-record.ts';
import {
  type BindingRecord,
  type CancelReason,
  type ConferenceRecord,
  isCancelledOccurrence,
  isDeparture,
  isReference,
  type LastEvent,
} from '../state/records.ts';
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

/** Ends what was announced for an event that is over beside the conference that it carried: nobody need wait for it to appear. */
export function endAnnouncement(ledger: Ledger, { id, eventId, announced }: BindingRecord, reason: CancelReason): void {
  if (announced === null) return;
  const binding = ledger.binding(id);
  if (binding !== undefined) ledger.putBinding({ ...binding, announced: null });
  lose(ledger, announced, { references: 0, isAnnouncement: true }, orphanedBy(ledger, eventId, reason));
}

/** Makes an orphan of a conference that has lost its last reference with this event; a doubt about it, that is over now, began at `seenAt`. */
function orphanedBy(
  ledger: Ledger,
  eventId: string,
  reason: CancelReason,
  seenAt: number = ledger.terms.now,
): WhenLast {
  const { calendar, calendarId, now, policy } = ledger.terms;
  return (conference) => {
    // In whatever order a page has them: an event that goes on under somebody else outweighs one that ends.
    if (ledger.isReleased(conference.key)) return released(conference, now);
    // Somebody else's reference may end while the event that was announced has yet to appear.
    const readAt = Math.max(now + policy.cancelGraceMs, conference.announcedUntil ?? 0);
    const orphan = { calendar, calendarId, eventId, reason, seenAt, readAt, askedElsewhereAt: null };
    return { ...conference, state: 'orphaned', orphan, expireAt: null };
  };
}

/** A conference without references whose end is not ours to decide: forgotten in time, unless it is heard of again. */
export function released(conference: ConferenceRecord, now: number): ConferenceRecord {
  const leader = conference.announcedUntil === null ? null : conference.leader;
  const expireAt = Math.max(now, conference.announcedUntil ?? 0) + FORGET_AFTER_MS;
  return { ...conference, state: 'live', orphan: null, leader, expireAt };
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

/**
 * The conference that was announced for an event whose record changes to one of this conference: it may still appear on the event, or
 * must end with it.
 */
export function stillAnnounced(own: BindingRecord | undefined, conference: ConferenceKey): ConferenceKey | null {
  const announced = own?.state === 'announced' ? own.conference : (own?.announced ?? null);
  return announced === conference ? null : announced;
}

/** Notes that this calendar made a conference for an event that may not have appeared yet. */
export function announce(ledger: Ledger, eventId: string, conferenceId: string, until: number): void {
  const { calendar, calendarId, now } = ledger.terms;
  const key = conferenceKeyOf(conferenceId);
  const announced = newBinding(calendar, eventId, key, 'event');
  const own = ledger.binding(announced.id);
  if (own?.conference === key && own.state !== 'gone') return;
  const conference = ledger.conference(key) ?? newConference(conferenceId, now);
  if (conference.liveCount === 0) {
    const last = { calendar, calendarId, eventId, reason: 'event_deleted' } as const;
    const orphan = { ...last, seenAt: now, readAt: until, askedElsewhereAt: null };
    ledger.putConference({
      ...conference,
      leader: calendar,
      announcedUntil: until,
      state: 'orphaned',
      orphan,
      cancellation: null,
      ended: null,
      expireAt: null,
    });
  }
  // An event that still carries another conference keeps that binding until a listing shows the new one, and so does an occurrence that
  // follows its series: what is still to be told of it stands there.
  if (own !== undefined && (isReference(own) || own.kind === 'occurrence'))
    ledger.putBinding({ ...own, announced: key });
  else ledger.putBinding({ ...announced, state: 'announced', expireAt: until + FORGET_AFTER_MS });
}

/** What becomes of a conference without references that has not ended yet. */
type WhenLast = (conference: ConferenceRecord) => ConferenceRecord;

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

/** Takes from a conference what this calendar had of it. */
function lose(
  ledger: Ledger,
  key: ConferenceKey,
  lost: { readonly references: number; readonly isAnnouncement: boolean },
  whenLast: WhenLast,
): void {
  const conference = ledger.conference(key);
  if (conference === undefined) return;
  const isLeading = conference.leader === ledger.terms.calendar;
  const liveCount = Math.max(0, conference.liveCount - lost.references);
  const leadingCount = Math.max(0, conference.leadingCount - (isLeading ? lost.references : 0));
  const announcedUntil = lost.isAnnouncement && isLeading ? null : conference.announcedUntil;
  const owed = liveCount === 0 ? null : conference.owed;
  const dropped = { ...conference, liveCount, leadingCount, announcedUntil, owed };
  const hasEnded = conference.state === 'cancelled' || conference.cancellation !== null;
  ledger.putConference(liveCount === 0 && !hasEnded ? whenLast(dropped) : dropped);
}
