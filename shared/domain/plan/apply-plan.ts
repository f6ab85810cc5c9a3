/**
 * Applies the plan of one event to the ledger: which conference the event refers to, how many references each has,
 * which became an orphan, and what is now pending. Applying a plan a second time changes nothing.
 */

import { instantOf, type ListedEvent, type LiveEvent } from '../event/event.ts';
import type { FieldHashes } from '../event/event-fields.ts';
import { bindingIdOf, type ConferenceKey, conferenceKeyOf, departureIdOf } from '../ids.ts';
import { newBinding } from '../state/new-record.ts';
import {
  type BindingRecord,
  type CancelReason,
  isReference,
  type PendingKind,
  type Reference,
} from '../state/records.ts';
import { adoptOccurrences, depart, pendOccurrenceCancelled } from './adopt-occurrences.ts';
import { endAnnouncement, stillAnnounced } from './announcements.ts';
import { nextDoubt, putDoubt } from './doubt.ts';
import { leads } from './lead.ts';
import type { Ledger } from './ledger.ts';
import { pend, pendContent } from './pend.ts';
import { owesDeparture, type Plan } from './plan.ts';
import { addReference, endOccurrences, endReference, releaseOccurrences, releaseReference } from './references.ts';

/** See the file's head. */
export function applyPlan(ledger: Ledger, event: ListedEvent, plan: Plan): void {
  const own = ledger.binding(bindingIdOf(event.id));
  switch (plan.kind) {
    case 'keep':
      return;
    case 'reference':
      if (event.kind === 'live') refer(ledger, event, own, plan.conferenceId, plan.hashes);
      return;
    case 'occurrence':
      if (isReference(own)) endReference(ledger, own, 'conference_replaced');
      if (event.kind === 'live') follow(ledger, event, plan.series, plan.hashes);
      return;
    case 'occurrence-cancelled':
      if (isReference(own) || (event.kind === 'tombstone' && own !== undefined)) end(ledger, own, plan.reason);
      cancelOccurrence(ledger, event, plan.series);
      return;
    case 'unclear':
      doubtOrEnd(ledger, event, own, plan);
      return;
    case 'none':
      if (own !== undefined) end(ledger, own, plan.reason);
      return;
    case 'release':
      if (isReference(own)) releaseReference(ledger, own);
      return;
  }
}

/**
 * Applies the plan of a series to those of its occurrences that the ledger has, where they are too many to be seen to together with it; the
 * record of the series is left as it is.
 */
export function applyToOccurrences(ledger: Ledger, event: ListedEvent, plan: Plan): void {
  const own = ledger.binding(bindingIdOf(event.id));
  switch (plan.kind) {
    case 'reference': {
      const next = conferenceKeyOf(plan.conferenceId);
      if (isReference(own) && own.conference !== next) endOccurrences(ledger, event.id, 'conference_replaced');
      if (event.kind === 'live' && event.recurrence !== null) adoptOccurrences(ledger, event.id, next);
      return;
    }
    case 'none':
      endOccurrences(ledger, event.id, plan.reason);
      return;
    case 'unclear':
      if (nextDoubt(ledger.terms, own?.doubt ?? null) === null) endOccurrences(ledger, event.id, plan.reason);
      return;
    case 'release':
      releaseOccurrences(ledger, event.id);
      return;
    case 'keep':
    case 'occurrence':
    case 'occurrence-cancelled':
      return;
  }
}

/** What the event says is told as ever, and that it may not take part any more is kept open; not for ever. */
function doubtOrEnd(
  ledger: Ledger,
  event: ListedEvent,
  own: BindingRecord | undefined,
  { series, reason, hashes }: Plan & { readonly kind: 'unclear' },
): void {
  if (event.kind !== 'live') return;
  const doubt = nextDoubt(ledger.terms, own?.doubt ?? null);
  if (doubt === null) {
    applyPlan(
      ledger,
      event,
      series === undefined ? { kind: 'none', reason } : { kind: 'occurrence-cancelled', series, reason },
    );
    return;
  }
  if (series !== undefined) follow(ledger, event, series, hashes);
  else if (isReference(own)) update(ledger, event, sighted(ledger, event, own), 'updated', hashes);
  putDoubt(ledger, bindingIdOf(event.id), doubt);
}

/** Ends what the record says of its event: what it carries, what was announced for it, or both. */
function end(ledger: Ledger, own: BindingRecord, reason: CancelReason): void {
  if (isReference(own) || own.state === 'announced') endReference(ledger, own, reason);
  else endAnnouncement(ledger, own, reason);
}

function refer(
  ledger: Ledger,
  event: LiveEvent,
  own: BindingRecord | undefined,
  conferenceId: string,
  hashes: FieldHashes,
): void {
  const key = conferenceKeyOf(conferenceId);
  leavePrevious(ledger, event, own, key);
  const isSame = own?.kind === 'event' && own.conference === key && own.state !== 'gone';
  // A reference whose conference is not stored any more is counted anew.
  const isNew = !isSame || !isReference(own) || ledger.conference(key) === undefined;
  const isAnnounced = (isSame && own.state === 'announced') || own?.announced === key;
  if (isNew) addReference(ledger, conferenceId, isAnnounced);
  const binding = sighted(ledger, event, isSame ? own : successor(ledger, event, own, key, 'event'));
  update(ledger, event, binding, 'updated', hashes);
  if (isNew && event.recurrence !== null) adoptOccurrences(ledger, event.id, key);
}

function follow(ledger: Ledger, event: LiveEvent, series: Reference, hashes: FieldHashes): void {
  const own = ledger.binding(bindingIdOf(event.id));
  const departure = departureFrom(ledger, event, series);
  if (departure !== undefined) ledger.deleteBinding(departure);
  const isSame = own?.kind === 'occurrence' && own.conference === series.conference && own.state !== 'gone';
  const binding = isSame ? own : successor(ledger, event, own, series.conference, 'occurrence');
  const seen = sighted(ledger, event, binding);
  // One that had left is back, which is news even where nothing of an occurrence is cared for.
  const isBack = hasLeft(own, series) || departure !== undefined;
  if (isBack && Object.keys(hashes).length === 0 && leads(ledger, series.conference))
    pend(ledger, seen, 'occurrence_updated', hashes, []);
  else update(ledger, event, seen, 'occurrence_updated', hashes);
}

/** A new record in the place of an event's own. */
function successor(
  ledger: Ledger,
  { id }: LiveEvent,
  own: BindingRecord | undefined,
  conference: ConferenceKey,
  kind: BindingRecord['kind'],
): BindingRecord {
  return { ...newBinding(ledger.terms.calendar, id, conference, kind), announced: stillAnnounced(own, conference) };
}

/** Whether the series' conference was told that the occurrence takes no part. */
function hasLeft(own: BindingRecord | undefined, series: Reference): boolean {
  return own?.kind === 'occurrence' && own.state === 'gone' && own.conference === series.conference;
}

/** The record that the occurrence has left this series' conference for one of its own, if it has. */
function departureFrom(ledger: Ledger, event: ListedEvent, series: Reference): BindingRecord | undefined {
  return ledger.binding(departureIdOf(event.id, series.conference));
}

/** Only events of the leading calendar update a conference; another's reference merely keeps it alive. */
function update(
  ledger: Ledger,
  event: LiveEvent,
  binding: BindingRecord,
  what: PendingKind,
  hashes: FieldHashes,
): void {
  if (leads(ledger, binding.conference)) pendContent(ledger, event, binding, what, hashes);
  else ledger.putBinding({ ...binding, pending: null, delivered: null });
}

function cancelOccurrence(ledger: Ledger, event: ListedEvent, series: Reference): void {
  const own = ledger.binding(bindingIdOf(event.id));
  const { sweepId } = ledger.terms;
  if (own !== undefined && hasLeft(own, series)) {
    ledger.putBinding({ ...own, lastSeenIn: sweepId ?? own.lastSeenIn, expireAt: null });
    return;
  }
  const departure = departureFrom(ledger, event, series);
  if (departure !== undefined) {
    // It has been told, or is about to be.
    ledger.deleteBinding(departure);
    ledger.putBinding({ ...departure, id: bindingIdOf(event.id), lastSeenIn: sweepId });
    return;
  }
  const isKnown = own?.kind === 'occurrence' && own.conference === series.conference;
  const binding = isKnown ? own : newBinding(ledger.terms.calendar, event.id, series.conference, 'occurrence');
  const originalStart = event.occurrence?.originalStart ?? binding.originalStart;
  const gone = {
    ...binding,
    state: 'gone',
    delivered: null,
    refused: null,
    doubt: null,
    recurringEventId: series.eventId,
    originalStart,
    lastSeenIn: sweepId ?? binding.lastSeenIn,
  } as const;
  pendOccurrenceCancelled(ledger, gone);
}

/** An event that carries another conference than before leaves the one before, be it its own or its series'. */
function leavePrevious(ledger: Ledger, event: LiveEvent, own: BindingRecord | undefined, next: ConferenceKey): void {
  if (isReference(own) && own.conference !== next) endReference(ledger, own, 'conference_replaced');
  if (event.occurrence === null) return;
  const { recurringEventId, originalStart } = event.occurrence;
  const series = ledger.binding(bindingIdOf(recurringEventId));
  if (!isReference(series)) return;
  if (!owesDeparture({ own, series, departure: departureFrom(ledger, event, series) }, next)) return;
  // Its own record, which says that it takes no part, is needed for the conference that it has now.
  if (own !== undefined && hasLeft(own, series))
    ledger.putBinding({ ...own, id: departureIdOf(event.id, series.conference), expireAt: null });
  else depart(ledger, { eventId: event.id, recurringEventId, originalStart }, series.conference);
}

/** The binding with what this sight of its event tells. */
function sighted(ledger: Ledger, event: LiveEvent, binding: BindingRecord): BindingRecord {
  return {
    ...binding,
    state: binding.state === 'failed' ? 'failed' : 'live',
    recurringEventId: event.occurrence?.recurringEventId ?? null,
    originalStart: event.occurrence?.originalStart ?? null,
    endsAt: event.recurrence === null ? instantOf(event.end) : null,
    doubt: null,
    lastSeenIn: ledger.terms.sweepId ?? binding.lastSeenIn,
    expireAt: null,
  };
}
