/**
 * Notes a change as pending and gives it its revision. From then on the change cannot be lost, and it is the same
 * change on every retry: planning the same event again finds it and adds nothing.
 */
import type { LiveEvent } from '../event/event.ts';
import {
  changedFields,
  EVENT_FIELDS,
  type EventField,
  type FieldHashes,
  hashFields,
  occurrenceFields,
} from '../event/event-fields.ts';
import { nextRevision } from '../state/next-revision.ts';
import type { BindingRecord, Origin, Pending, PendingKind } from '../state/records.ts';
import type { Ledger } from './ledger.ts';

/** Stores the binding, and with it whatever of its event's content the conference system does not know yet. */
export function pendContent(
  ledger: Ledger,
  event: LiveEvent,
  binding: BindingRecord,
  what: PendingKind,
  hashes: FieldHashes,
): void {
  const { pending, delivered, refused, ownEtag } = binding;
  if (pending !== null) {
    const isSame = pending.needsRevision !== true && pending.what === what && isEqual(pending.hashes, hashes);
    const changed = stillNamed(pending, changedFields(delivered, hashes));
    if (isSame) ledger.putBinding(binding);
    // Nothing can have been sent of what was never read: it keeps its place among the changes of its conference.
    else if (pending.what === what && isUnread(pending))
      ledger.putBinding({ ...binding, pending: { ...pending, hashes, changed } });
    else pend(ledger, binding, what, hashes, changed);
    return;
  }
  const changed = changedFields(delivered, hashes);
  // Where nothing counts as delivered (sent again on demand, leading anew), even what we wrote ourselves is news.
  const isEcho = delivered !== null && event.etag !== null && event.etag === ownEtag;
  const isRefused = refused?.what === what && isEqual(refused.hashes, hashes);
  if (changed.length === 0 || isEcho || isRefused) ledger.putBinding(binding);
  else pend(ledger, binding, what, hashes, stillNamed(refused, changed));
}

/**
 * These fields, and those that were named before. What is pending may have been sent already, and so may have what was pending before something
 * that was refused: its fields stay named until a delivery is confirmed.
 */
export function stillNamed(before: Pick<Pending, 'changed'> | null, changed: readonly EventField[]): EventField[] {
  return EVENT_FIELDS.filter((field) => changed.includes(field) || before?.changed.includes(field));
}

/** Stores the binding with this change pending, under the conference's next revision. */
export function pend(
  ledger: Ledger,
  binding: BindingRecord,
  what: PendingKind,
  hashes: FieldHashes,
  changed: readonly EventField[],
): void {
  const conference = ledger.conference(binding.conference);
  if (conference === undefined) return;
  const { now, policy, unsentRetryMs = policy.leaseMs } = ledger.terms;
  const origin = earliestOrigin(binding.pending?.origin, ledger.terms.origin);
  const revision = nextRevision(conference, now);
  // Should the worker that records this die, the conference falls due when its lease is over.
  ledger.putConference({ ...conference, revision, retryAt: conference.retryAt ?? now + unsentRetryMs });
  const restored = conference.isCancelledThere && what === 'updated';
  ledger.putBinding({
    ...binding,
    pending: { revision, what, changed, hashes, restored, seenAt: now, ...(origin !== undefined && { origin }) },
  });
}

/** What is still owed from before has waited longer than what comes on top of it. */
function earliestOrigin(before: Origin | undefined, now: Origin | undefined): Origin | undefined {
  return before?.kind === 'notification' ? before : (now ?? before);
}

/** Whether a change is on record whose event was not read yet, as what a new leader owes is. */
function isUnread({ hashes, needsRevision }: Pending): boolean {
  return needsRevision !== true && Object.keys(hashes).length === 0;
}

/** Whether the event says what the pending change says; a cancelled occurrence says nothing. */
export function isAsPending(
  event: LiveEvent,
  { what, hashes }: Pending,
  fields: readonly EventField[],
  hashKey: string,
): boolean {
  if (what === 'occurrence_cancelled') return true;
  return isEqual(hashFields(event, what === 'updated' ? fields : occurrenceFields(fields), hashKey), hashes);
}

function isEqual(a: FieldHashes, b: FieldHashes): boolean {
  return EVENT_FIELDS.every((field) => a[field] === b[field]);
}
