/**
 * Applies the plan of one event to the ledger: which conference the event refers to, how many references each has,
 * which became an orphan, and what is now pending. Applying a plan a second time changes nothing.
 */
import { instantOf, type ListedEvent, type LiveEvent } from './event.ts';
import type { FieldHashes } from './event-fields.ts';
import { bindingIdOf, type ConferenceKey, conferenceKeyOf, departureIdOf } from './ids.ts';
import type { Ledger } from './ledger.ts';
import { newBinding } from './new-record.ts';
import { pend, pendContent } from './pend.ts';
import type { Plan } from './plan.ts';
import { type BindingRecord, isReference, type PendingKind, type Reference } from './records.ts';
import { addReference, endReference, leads, releaseReference } from './references.ts';

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
      if (isReference(own)) endReference(ledger, own, plan.reason);
      cancelOccurrence(ledger, event, plan.series);
      return;
    case 'none':
      if (own !== undefined) endReference(ledger, own, plan.reason);
      return;
    case 'hand-over':
      if (isReference(own)) releaseReference(ledger, own);
      return;
  }
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
  // A reference whose conference cannot be read any more is counted anew.
  if (!isSame || !isReference(own) || ledger.conference(key) === undefined) {
    addReference(ledger, conferenceId, isSame && own.state === 'announced');
  }
  const binding = sighted(ledger, event, isSame ? own : newBinding(ledger.terms.calendar, event.id, key, 'event'));
  update(ledger, event, binding, 'updated', hashes);
}

function follow(ledger: Ledger, event: LiveEvent, series: Reference, hashes: FieldHashes): void {
  const own = ledger.binding(bindingIdOf(event.id));
  const isSame = own?.kind === 'occurrence' && own.conference === series.conference && own.state !== 'gone';
  const binding = isSame ? own : newBinding(ledger.terms.calendar, event.id, series.conference, 'occurrence');
  const seen = sighted(ledger, event, binding);
  // One that had left is back, which is news even where nothing of an occurrence is cared for.
  const isBack = hasLeft(own, series) && Object.keys(hashes).length === 0 && leads(ledger, series.conference);
  if (isBack) pend(ledger, seen, 'occurrence_updated', hashes, []);
  else update(ledger, event, seen, 'occurrence_updated', hashes);
}

/** Whether the series' conference was told that the occurrence takes no part. */
function hasLeft(own: BindingRecord | undefined, series: Reference): boolean {
  return own?.kind === 'occurrence' && own.state === 'gone' && own.conference === series.conference;
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
  if (hasLeft(own, series)) return;
  const isKnown = own?.kind === 'occurrence' && own.conference === series.conference;
  const binding = isKnown ? own : newBinding(ledger.terms.calendar, event.id, series.conference, 'occurrence');
  const originalStart = event.occurrence?.originalStart ?? binding.originalStart;
  const gone = {
    ...binding,
    state: 'gone',
    delivered: null,
    refused: null,
    recurringEventId: series.eventId,
    originalStart,
  } as const;
  owe(ledger, gone);
}

/** Another calendar's conference is not told; that the occurrence takes no part is kept for the day on which this one leads. */
function owe(ledger: Ledger, gone: BindingRecord): void {
  if (leads(ledger, gone.conference)) pend(ledger, gone, 'occurrence_cancelled', {}, []);
  else ledger.putBinding({ ...gone, pending: null });
}

/** An event that carries another conference than before leaves the one before, be it its own or its series'. */
function leavePrevious(ledger: Ledger, event: LiveEvent, own: BindingRecord | undefined, next: ConferenceKey): void {
  if (isReference(own)) {
    if (own.conference !== next) endReference(ledger, own, 'conference_replaced');
    return;
  }
  if (event.occurrence === null) return;
  const series = ledger.binding(bindingIdOf(event.occurrence.recurringEventId));
  if (isReference(series) && series.conference !== next && !hasLeft(own, series)) depart(ledger, event, series);
}

/** Tells a series' conference that an occurrence has one of its own; the occurrence's own record is needed for that one. */
function depart(ledger: Ledger, event: LiveEvent, series: Reference): void {
  const record = newBinding(ledger.terms.calendar, event.id, series.conference, 'occurrence');
  const departure = {
    ...record,
    id: departureIdOf(event.id, series.conference),
    state: 'gone',
    recurringEventId: series.eventId,
    originalStart: event.occurrence?.originalStart ?? null,
  } as const;
  owe(ledger, departure);
}

/** The binding with what this sight of its event tells. */
function sighted(ledger: Ledger, event: LiveEvent, binding: BindingRecord): BindingRecord {
  return {
    ...binding,
    state: binding.state === 'failed' ? 'failed' : 'live',
    recurringEventId: event.occurrence?.recurringEventId ?? null,
    originalStart: event.occurrence?.originalStart ?? null,
    endsAt: event.recurrence === null ? instantOf(event.end) : null,
    lastSeenIn: ledger.terms.sweepId ?? binding.lastSeenIn,
    expireAt: null,
  };
}
