/**
 * Stores a changed event together with what the change means for its series: a master takes its exceptions along, which
 * are then listed again although nothing about them changed (recorded), and cuts off those whose occurrence it no
 * longer has.
 */

import { momentOf } from '../series/event-time.ts';
import { type Series, seriesOf } from '../series/find-event.ts';
import { occursAt } from '../series/recurrence.ts';
import type { Calendar } from '../state/calendar.ts';
import type { StoredEvent } from '../state/event-store.ts';
import { isPending, markPending } from '../state/pending-conferences.ts';
import { type JsonObject, sameJson, without } from '../wire/json.ts';
import type { PutOptions, Transaction } from './transaction.ts';

/** Belongs to each event by itself and is never handed down from a master to its exceptions. */
const OWN: readonly string[] = [
  'kind',
  'etag',
  'id',
  'status',
  'htmlLink',
  'created',
  'updated',
  'start',
  'end',
  'recurrence',
  'recurringEventId',
  'originalStartTime',
  'sequence',
];

/** Stores the event's new state; `before` is the old one. */
export function storeChange(
  transaction: Transaction,
  calendar: Calendar,
  before: JsonObject | undefined,
  after: JsonObject,
  options: PutOptions = {},
): StoredEvent {
  const { world } = transaction;
  const marked = markPending(after);
  const stored = transaction.put(calendar, String(after.id), marked, options);
  if (isPending(marked) && (before === undefined || !isPending(before))) {
    world.conferences.add(calendar, stored.id, world.now() + world.settings.conferenceDelayMs);
  }
  // After the master, so that they come before it in a listing, which begins with the newest.
  for (const exception of calendar.events.exceptionsOf(stored.id)) {
    if (before !== undefined) storeException(transaction, calendar, exception, before, stored);
  }
  return stored;
}

/** Stores a master again as it is: the cancellation of an occurrence does that to it (recorded), and where a setting says so, its change. */
export function touch(transaction: Transaction, calendar: Calendar, master: StoredEvent): StoredEvent {
  return storeChange(transaction, calendar, master.body, master.body);
}

function storeException(
  transaction: Transaction,
  calendar: Calendar,
  exception: StoredEvent,
  before: JsonObject,
  master: StoredEvent,
): void {
  if (master.cancelled) {
    if (!exception.cancelled) transaction.put(calendar, exception.id, { ...exception.body, status: 'cancelled' });
    return;
  }
  if (before.status === 'cancelled' && exception.cancelled && exception.body.etag === before.etag) {
    // It was deleted together with its master, and comes back with it.
    transaction.put(calendar, exception.id, { ...exception.body, status: 'confirmed' });
    return;
  }
  const rulesHold = sameJson(before.recurrence, master.body.recurrence) && sameJson(before.start, master.body.start);
  if (!rulesHold && !hasOccurrence(seriesOf(master.body, calendar.timeZone), exception, calendar)) {
    transaction.putBareTombstone(calendar, exception.id);
    return;
  }
  const inherited = exception.cancelled ? exception.body : inherit(exception.body, before, master.body);
  if (inherited === exception.body && !transaction.world.settings.exceptionsComeAgain) return;
  transaction.put(calendar, exception.id, inherited);
}

function hasOccurrence(series: Series | undefined, exception: StoredEvent, calendar: Calendar): boolean {
  const original = momentOf(exception.body.originalStartTime, calendar.timeZone);
  if (series === undefined || original === undefined) return false;
  return occursAt(series.recurrence, original.instantMs);
}

/** What the exception had in common with its master, it still has in common with it. */
function inherit(exception: JsonObject, before: JsonObject, after: JsonObject): JsonObject {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !OWN.includes(key) && !sameJson(before[key], after[key]) && sameJson(before[key], exception[key]),
  );
  if (changed.length === 0) return exception;
  const taken = Object.fromEntries(changed.flatMap((key) => (after[key] === undefined ? [] : [[key, after[key]]])));
  return { ...without(exception, ...changed), ...taken };
}
