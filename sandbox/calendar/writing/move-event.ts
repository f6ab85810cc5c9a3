/**
 * `events.move`: another calendar becomes the organizer. The event keeps its id; what is left behind depends on the old
 * organizer.
 */

import { findEvent } from '../series/find-event.ts';
import type { Calendar } from '../state/calendar.ts';
import type { Access } from '../state/directory.ts';
import { ApiError, deleted, duplicate, invalid, notFound } from '../wire/api-error.ts';
import { type JsonObject, objectAt } from '../wire/json.ts';
import type { World } from '../world.ts';
import { htmlLink, normalise, seenOn } from './compose-event.ts';
import { runTransaction } from './run-transaction.ts';
import { attendeeOf, isOrganizersCopy } from './spread.ts';
import { storeChange } from './store-change.ts';
import { checkWritable } from './write-event.ts';

/**
 * Moves an event with all its exceptions. The old calendar keeps a tombstone with nothing but the id, or, where the old
 * organizer is a guest, a guest's copy
 * (https://developers.google.com/workspace/calendar/api/v3/reference/events#status).
 * @throws ApiError 400, 403, 404, 409, 410, 412
 *
 */
export function moveEvent(world: World, from: Access, to: Access, id: string, ifMatch: string | undefined): JsonObject {
  const source = from.calendar;
  const target = to.calendar;
  const found = findEvent(source, id);
  if (found === undefined) throw notFound();
  const { body } = found;
  if (body.status === 'cancelled') throw deleted();
  if (body.recurringEventId !== undefined) {
    throw refused('cannotChangeOrganizerOfInstance', 'Cannot change the organizer of an instance.');
  }
  if (!isOrganizersCopy(body, source))
    throw refused('cannotChangeOrganizer', 'Cannot change the organizer of an event.');
  if ((body.eventType ?? 'default') !== 'default') {
    throw refused('eventTypeRestriction', 'Only events of the default type can be moved.');
  }
  checkWritable(found, from, ifMatch);
  if (source === target) throw invalid('Cannot move an event within one calendar.', 'destination');
  const there = target.events.get(id);
  if (there !== undefined && !there.cancelled && isOrganizersCopy(there.body, target)) throw duplicate();
  const exceptions = source.events.exceptionsOf(id);
  return runTransaction(world, (transaction) => {
    const moved = storeChange(transaction, target, there?.body, movedTo(body, target));
    for (const exception of exceptions) {
      storeChange(transaction, target, target.events.get(exception.id)?.body, movedTo(exception.body, target));
    }
    // A guest's copy comes about like any other guest's.
    if (attendeeOf(body, source.id) === undefined) {
      transaction.putBareTombstone(source, id);
      for (const exception of exceptions) transaction.putBareTombstone(source, exception.id);
    }
    return target.events.get(moved.id)?.body ?? moved.body;
  });
}

function movedTo(body: JsonObject, target: Calendar): JsonObject {
  return normalise(
    {
      ...body,
      htmlLink: htmlLink(String(body.id), target),
      creator: seenOn(objectAt(body, 'creator'), target),
      organizer: target.organizer(),
    },
    target,
  );
}

function refused(reason: string, message: string): ApiError {
  return new ApiError(403, 'calendar', reason, message);
}
