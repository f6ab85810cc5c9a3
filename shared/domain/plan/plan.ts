/**
 * The heart: what one listed event means for the conferences, given what is recorded of it. The ledger and the senders follow the plan.
 * Pure, total, and never throws, whatever Google sends.
 */
import { isOrganizersCopy, type ListedEvent, type LiveEvent, type Tombstone } from '../event/event.ts';
import {
  changedFields,
  type EventField,
  type FieldHashes,
  hashFields,
  occurrenceFields,
} from '../event/event-fields.ts';
import { type ConferenceMatchers, isUnclear, ourConferenceOn } from '../event/match-conference.ts';
import { mayBeEmpty } from '../event/recurrence.ts';
import { type ConferenceKey, conferenceKeyOf } from '../ids.ts';
import { type BindingRecord, type CancelReason, isReference, type Reference } from '../state/records.ts';

/** What is on record about an event when it is listed. */
export interface Known {
  readonly own: BindingRecord | undefined;
  /** The binding of the series that the event is an occurrence of. */
  readonly series: BindingRecord | undefined;
  /** The record that the occurrence has left its series' conference for one of its own. */
  readonly departure?: BindingRecord | undefined;
}

/** What a plan depends on beside the event. */
export interface PlanRules {
  readonly calendarId: string;
  readonly hashKey: string;
  readonly matchers: ConferenceMatchers;
  readonly fields: readonly EventField[];
}

/** How things stand according to the event; the ledger works out what changes. */
export type Plan =
  /** Nothing follows: not ours, not the organizer's copy, or absence proves nothing. */
  | { readonly kind: 'keep' }
  /** The event carries this conference of ours. */
  | { readonly kind: 'reference'; readonly conferenceId: string; readonly hashes: FieldHashes }
  /** The occurrence follows its series' conference, with details of its own. */
  | { readonly kind: 'occurrence'; readonly series: Reference; readonly hashes: FieldHashes }
  /** The occurrence does not take part in its series' conference; the reason is for one of its own, if it had any. */
  | { readonly kind: 'occurrence-cancelled'; readonly series: Reference; readonly reason: CancelReason }
  /** The event does not clearly say whether it still takes part, of itself or as an occurrence of `series`; `reason` is for the end of the doubt. */
  | {
      readonly kind: 'unclear';
      readonly series: Reference | undefined;
      readonly reason: CancelReason;
      readonly hashes: FieldHashes;
    }
  /** The event carried a conference of ours and does not any more. */
  | { readonly kind: 'none'; readonly reason: CancelReason }
  /** Another organizer has the event and its conference now: his calendar decides, and ours ends nothing. */
  | { readonly kind: 'release' };

const KEEP: Plan = { kind: 'keep' };

/** Plans one listed event. */
export function planEvent(event: ListedEvent, known: Known, rules: PlanRules): Plan {
  return event.kind === 'tombstone' ? planTombstone(known) : planLive(event, known, rules);
}

function planTombstone({ own, series }: Known): Plan {
  if (isReference(series)) return { kind: 'occurrence-cancelled', series, reason: 'event_deleted' };
  const isAwaited = own !== undefined && (own.state === 'announced' || own.announced !== null);
  return isReference(own) || isAwaited ? { kind: 'none', reason: 'event_deleted' } : KEEP;
}

function planLive(event: LiveEvent, { own, series }: Known, rules: PlanRules): Plan {
  if (!isOrganizersCopy(event, rules.calendarId)) return isReference(own) ? planGuestsCopy(event, own, rules) : KEEP;
  const following = isReference(series) ? series : undefined;
  // What was ours once is ours when it comes back, and so is what was announced.
  const known = [own?.conference, own?.announced, following?.conference].filter((key) => key != null);
  const ours = ourConferenceOn(event, rules.matchers, known);

  if (ours !== null) {
    if (following !== undefined && conferenceKeyOf(ours) === following.conference) {
      const hashes = hashFields(event, occurrenceFields(rules.fields), rules.hashKey);
      return { kind: 'occurrence', series: following, hashes };
    }
    if (event.isEmptySeries) return isReference(own) ? { kind: 'none', reason: 'series_ended' } : KEEP;
    return { kind: 'reference', conferenceId: ours, hashes: hashFields(event, rules.fields, rules.hashKey) };
  }
  if (event.hidden) return KEEP;
  const reason = reasonOfAbsence(event);
  if (isUnclear(event, rules.matchers)) {
    if (isReference(own))
      return { kind: 'unclear', series: undefined, reason, hashes: hashFields(event, rules.fields, rules.hashKey) };
    const hasLeft = own?.kind === 'occurrence' && own.state === 'gone' && own.conference === following?.conference;
    const hashes = hashFields(event, occurrenceFields(rules.fields), rules.hashKey);
    if (following !== undefined && !hasLeft) return { kind: 'unclear', series: following, reason, hashes };
  }
  if (following !== undefined) return { kind: 'occurrence-cancelled', series: following, reason };
  // An announced conference is created before its event is saved with it: nothing is missing yet.
  return isReference(own) ? { kind: 'none', reason } : KEEP;
}

/** The event has another organizer now. It takes its conference along, unless it was given another one before. */
function planGuestsCopy(event: LiveEvent, own: Reference, rules: PlanRules): Plan {
  const ours = ourConferenceOn(event, rules.matchers, [own.conference]);
  const isTaken = event.hidden || (ours !== null && conferenceKeyOf(ours) === own.conference);
  return isTaken ? { kind: 'release' } : { kind: 'none', reason: reasonOfAbsence(event) };
}

function reasonOfAbsence({ conference }: LiveEvent): CancelReason {
  return conference !== null && conference.conferenceId !== null ? 'conference_replaced' : 'conference_removed';
}

/** Whether the records say already what the plan wants, and nothing is owed: most events that change need no transaction. */
export function isAsRecorded(plan: Plan, own: BindingRecord | undefined, sweepId: string | null): boolean {
  if (plan.kind === 'keep') return true;
  // Only the clock tells whether it still is.
  if (plan.kind === 'unclear') return false;
  if (own === undefined) return false;
  const isShown = sweepId === null || own.lastSeenIn === sweepId;
  if (plan.kind === 'occurrence-cancelled') {
    return isShown && own.kind === 'occurrence' && own.state === 'gone' && own.conference === plan.series.conference;
  }
  if (plan.kind === 'none' || plan.kind === 'release') return false;
  const [kind, conference] =
    plan.kind === 'reference' ? ['event', conferenceKeyOf(plan.conferenceId)] : ['occurrence', plan.series.conference];
  const isSame = own.kind === kind && own.conference === conference && own.state === 'live';
  const isSettled = own.pending === null && own.doubt === null;
  return isSame && isShown && isSettled && changedFields(own.delivered, plan.hashes).length === 0;
}

/** Whether the conference of the event's series is still to be told that the event carries this one instead. */
export function owesDeparture({ series, departure }: Known, conference: ConferenceKey): boolean {
  return isReference(series) && series.conference !== conference && departure === undefined;
}

/**
 * What the confirming read of an orphan's last event says: `ends`: the conference is really gone from it; `unproven`: our
 * access does not show, or the event carries it though our records could not say so; `unclear`: the event does not clearly say;
 * `elsewhere`: it lives on under another organizer.
 */
export type Confirmation = 'ends' | 'unproven' | 'unclear' | 'elsewhere';

/** Judges the last event of an orphaned conference, read once more. */
export function confirmEnd(
  event: ListedEvent,
  conferenceId: string,
  rules: Pick<PlanRules, 'calendarId' | 'matchers'>,
): Confirmation {
  if (event.kind === 'tombstone') return 'ends';
  const carries = ourConferenceOn(event, rules.matchers, [conferenceKeyOf(conferenceId)]) === conferenceId;
  if (!isOrganizersCopy(event, rules.calendarId)) return carries ? 'elsewhere' : 'ends';
  // What was just recorded made no reference of it. Whatever kept it from that, nobody cancels what he sees.
  const isInUse = carries && !event.isEmptySeries;
  if (isInUse || (event.hidden && !carries)) return 'unproven';
  return isUnclear(event, rules.matchers) ? 'unclear' : 'ends';
}

/**
 * The id of the series of ours of which, after this event, nothing may take place any more, so that Google has to be
 * asked; null for most events: single ones, and series without end from which nothing is excluded.
 */
export function seriesToAskAbout(event: ListedEvent, known: Known, rules: PlanRules): string | null {
  if (event.kind === 'tombstone') {
    const plan = planTombstone(known);
    return plan.kind === 'occurrence-cancelled' ? plan.series.eventId : null;
  }
  // To plan an event is to hash what it says: the cheaper question comes first.
  return mayBeEmpty(event) && planLive(event, known, rules).kind === 'reference' ? event.id : null;
}

/** The series that an item belongs to, by its own word or, for a bare tombstone, by our record of it. */
export function seriesIdOf(event: LiveEvent | Tombstone, own: BindingRecord | undefined): string | null {
  return event.occurrence?.recurringEventId ?? own?.recurringEventId ?? null;
}
