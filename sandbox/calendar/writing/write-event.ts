/** `events.patch`, `events.update` and `events.delete`, by the organizer or, with less effect, by a guest. */

import { type FoundEvent, findEvent } from '../series/find-event.ts';
import type { Calendar } from '../state/calendar.ts';
import type { Access } from '../state/directory.ts';
import { isBareTombstone } from '../state/event-store.ts';
import { seenAs } from '../state/event-view.ts';
import { conditionNotMet, deleted, notFound, requiredAccessLevel } from '../wire/api-error.ts';
import { type JsonObject, sameJson, without } from '../wire/json.ts';
import type { World } from '../world.ts';
import { type ChangeRequest, changeEvent } from './change-event.ts';
import { changeCopy, deleteCopy } from './guest-write.ts';
import { runTransaction } from './run-transaction.ts';
import { isOrganizersCopy } from './spread.ts';
import { storeChange, touch } from './store-change.ts';
import type { Transaction } from './transaction.ts';
import { validateEvent } from './validate-event.ts';

/**
 * Changes an event and answers what it is then. What a guest may not change is silently left as it was.
 * @throws ApiError 400, 403, 404, 410, 412
 */
export function writeEvent(
  world: World,
  access: Access,
  id: string,
  request: ChangeRequest,
  ifMatch: string | undefined,
): JsonObject {
  const { calendar, user, role } = access;
  const found = findEvent(calendar, id);
  if (found === undefined) throw notFound();
  if (found.body.status === 'cancelled' && !isRestored(found, request)) throw deleted();
  checkWritable(found, access, ifMatch);
  if (request.body.status === 'cancelled') {
    remove(world, calendar, found);
  } else if (isOrganizersCopy(found.body, calendar)) {
    const changed = changeEvent(found.body, request, calendar);
    // An occurrence has no rules of its own.
    const after = changed.recurringEventId === undefined ? changed : without(changed, 'recurrence');
    validateEvent(after, calendar.timeZone);
    const keepsUpdated = changesOnlyReminders(found.body, after);
    runTransaction(world, (transaction) => {
      if (world.settings.changesTouchMaster) touchMaster(transaction, calendar, found);
      storeChange(transaction, calendar, storedBody(found), after, { keepsUpdated });
    });
  } else {
    changeCopy(world, calendar, found, request);
  }
  return seenAs(findEvent(calendar, id)?.body ?? found.body, role, user);
}

/**
 * Deletes an event, an occurrence, or a guest's copy.
 * @throws ApiError 403, 404, 410, 412
 */
export function deleteEvent(world: World, access: Access, id: string, ifMatch: string | undefined): void {
  const found = findEvent(access.calendar, id);
  if (found === undefined) throw notFound();
  if (found.body.status === 'cancelled') throw deleted();
  checkWritable(found, access, ifMatch);
  remove(world, access.calendar, found);
}

/**
 * Refuses a write to another version than the one that the client knows, or to what it may not even see.
 * @throws ApiError 403, 412
 */
export function checkWritable(found: FoundEvent, access: Access, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== found.body.etag) throw conditionNotMet();
  if (seenAs(found.body, access.role, access.user) !== found.body) throw requiredAccessLevel('writer');
}

/** Cancels an occurrence; its master is listed again with it (recorded). */
function cancelOccurrence(transaction: Transaction, calendar: Calendar, found: FoundEvent): void {
  touchMaster(transaction, calendar, found);
  const before = storedBody(found);
  storeChange(transaction, calendar, before, { ...found.body, status: 'cancelled' });
}

/** Of an occurrence; another event has none. */
function touchMaster(transaction: Transaction, calendar: Calendar, { body }: FoundEvent): void {
  const { recurringEventId } = body;
  const master = typeof recurringEventId === 'string' ? calendar.events.get(recurringEventId) : undefined;
  if (master !== undefined && !master.cancelled) touch(transaction, calendar, master);
}

function remove(world: World, calendar: Calendar, found: FoundEvent): void {
  if (!isOrganizersCopy(found.body, calendar)) {
    deleteCopy(world, calendar, found);
    return;
  }
  runTransaction(world, (transaction) => {
    if (found.body.recurringEventId !== undefined) cancelOccurrence(transaction, calendar, found);
    else storeChange(transaction, calendar, found.body, { ...found.body, status: 'cancelled' });
  });
}

function storedBody(found: FoundEvent): JsonObject | undefined {
  return found.kind === 'stored' ? found.body : undefined;
}

function isRestored(found: FoundEvent, request: ChangeRequest): boolean {
  if (found.kind === 'stored' && isBareTombstone(found.stored)) return false;
  const { status } = request.body;
  return status === 'confirmed' || status === 'tentative';
}

function changesOnlyReminders(before: JsonObject, after: JsonObject): boolean {
  return (
    !sameJson(before.reminders, after.reminders) && sameJson(without(before, 'reminders'), without(after, 'reminders'))
  );
}
