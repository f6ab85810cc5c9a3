/**
 * What a guest's write does: to his own copy, and of that to the organizer's only his answer. Google answers such a
 * write with 200 and the event as it is (googleapis/google-api-nodejs-client#2989), but refuses shared properties.
 */

import { type FoundEvent, findEvent } from '../series/find-event.ts';
import type { Calendar } from '../state/calendar.ts';
import { forbiddenForNonOrganizer } from '../wire/api-error.ts';
import { type JsonObject, objectAt, objectsAt, sameJson, textAt, without } from '../wire/json.ts';
import type { World } from '../world.ts';
import { type ChangeRequest, changeEvent } from './change-event.ts';
import { runTransaction } from './run-transaction.ts';
import { attendeeOf, PER_COPY } from './spread.ts';
import { storeChange } from './store-change.ts';
import type { Transaction } from './transaction.ts';
import { validateEvent } from './validate-event.ts';

/**
 * Answers of guests are not passed on in larger meetings:
 * https://developers.google.com/workspace/calendar/api/v3/reference/events
 */
const GUESTS_MAX = 200;

/**
 * Applies what of the change is the guest's to decide, or all of it where the organizer lets guests modify the event.
 * @throws ApiError 400, 403 forbiddenForNonOrganizer
 */
export function changeCopy(world: World, calendar: Calendar, found: FoundEvent, request: ChangeRequest): void {
  const asked = objectAt(request.body, 'extendedProperties')?.shared;
  const mayModify = found.body.guestsCanModify === true;
  if (asked !== undefined && !mayModify) throw forbiddenForNonOrganizer();
  const changed = changeEvent(found.body, request, calendar);
  validateEvent(changed, calendar.timeZone);
  const after = ownChange(found.body, changed, calendar.id);
  runTransaction(world, (transaction) => {
    if (!sameJson(after, found.body)) {
      storeChange(transaction, calendar, found.kind === 'stored' ? found.body : undefined, after);
      respond(transaction, found.body, calendar, attendeeOf(after, calendar.id));
    }
    if (mayModify) modifyOriginal(transaction, found.body, request);
  });
}

/** Deletes the guest's copy, its details kept, and declines for him. The meeting goes on. */
export function deleteCopy(world: World, calendar: Calendar, found: FoundEvent): void {
  const answer = { ...attendeeOf(found.body, calendar.id), responseStatus: 'declined' };
  const declined = withAttendee(found.body, calendar.id, answer);
  runTransaction(world, (transaction) => {
    const before = found.kind === 'stored' ? found.body : undefined;
    storeChange(transaction, calendar, before, { ...declined, status: 'cancelled' });
    respond(transaction, found.body, calendar, attendeeOf(declined, calendar.id));
  });
}

function ownChange(before: JsonObject, changed: JsonObject, email: string): JsonObject {
  const own = Object.fromEntries(
    PER_COPY.filter((key) => changed[key] !== undefined).map((key) => [key, changed[key]]),
  );
  const properties = {
    ...objectAt(before, 'extendedProperties'),
    private: objectAt(changed, 'extendedProperties')?.private,
  };
  const kept = Object.entries(properties).filter(([, value]) => value !== undefined);
  const answer = attendeeOf(changed, email);
  const after = {
    ...without(before, ...PER_COPY, 'extendedProperties'),
    ...own,
    ...(kept.length === 0 ? {} : { extendedProperties: Object.fromEntries(kept) }),
  };
  return answer === undefined ? after : withAttendee(after, email, answer);
}

function withAttendee(body: JsonObject, email: string, answer: JsonObject): JsonObject {
  const attendees = objectsAt(body, 'attendees').map((attendee) =>
    textAt(attendee, 'email')?.toLowerCase() === email.toLowerCase() ? { ...attendee, ...answer } : attendee,
  );
  return attendees.length === 0 ? body : { ...body, attendees };
}

/** Writes the guest's answer into the organizer's copy, from where it reaches the other guests. */
function respond(transaction: Transaction, copy: JsonObject, guest: Calendar, answer: JsonObject | undefined): void {
  const original = originalOf(transaction, copy);
  if (original === undefined || answer === undefined) return;
  const { calendar, found } = original;
  if (objectsAt(found.body, 'attendees').length > GUESTS_MAX) return;
  const after = withAttendee(found.body, guest.id, without(answer, 'self'));
  if (sameJson(after, found.body)) return;
  storeChange(transaction, calendar, found.kind === 'stored' ? found.body : undefined, after);
}

function modifyOriginal(transaction: Transaction, copy: JsonObject, request: ChangeRequest): void {
  const original = originalOf(transaction, copy);
  if (original === undefined) return;
  const { calendar, found } = original;
  const body = without(request.body, ...PER_COPY);
  const changed = changeEvent(found.body, { ...request, body }, calendar);
  const after = {
    ...changed,
    ...Object.fromEntries(PER_COPY.filter((key) => found.body[key] !== undefined).map((key) => [key, found.body[key]])),
  };
  validateEvent(after, calendar.timeZone);
  if (sameJson(after, found.body)) return;
  storeChange(transaction, calendar, found.kind === 'stored' ? found.body : undefined, after);
}

function originalOf(
  transaction: Transaction,
  copy: JsonObject,
): { readonly calendar: Calendar; readonly found: FoundEvent } | undefined {
  const calendar = transaction.world.directory.peek(textAt(objectAt(copy, 'organizer'), 'email') ?? '');
  const found = calendar === undefined ? undefined : findEvent(calendar, String(copy.id));
  if (calendar === undefined || found === undefined || found.body.status === 'cancelled') return undefined;
  return { calendar, found };
}
