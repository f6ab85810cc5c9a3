/**
 * Guests' copies: what the organizer changes reaches every guest whose calendar is here, under the same id and iCalUID
 * (https://developers.google.com/workspace/calendar/api/concepts/inviting-attendees-to-events).
 */
import type { Calendar } from '../state/calendar.ts';
import type { StoredEvent } from '../state/event-store.ts';
import { isObject, type JsonObject, objectAt, objectsAt, sameJson, textAt, without } from '../wire/json.ts';
import { htmlLink, normalise, seenOn } from './compose-event.ts';
import { storeChange } from './store-change.ts';
import type { EventChange, Transaction } from './transaction.ts';

/** Belongs to each copy by itself. */
export const PER_COPY: readonly string[] = [
  'etag',
  'htmlLink',
  'created',
  'updated',
  'reminders',
  'colorId',
  'transparency',
  'visibility',
];

/** Carries the organizer's changes of this transaction to the guests, until nothing is left to carry. */
export function spreadToGuests(transaction: Transaction): void {
  for (;;) {
    const changes = transaction.takeUnspread();
    if (changes.length === 0) return;
    for (const change of changes) spread(transaction, change);
  }
}

/** Whether this calendar's copy is the organizer's. An event without organizer belongs to its calendar. */
export function isOrganizersCopy(body: JsonObject, calendar: Calendar): boolean {
  const organizer = objectAt(body, 'organizer');
  if (organizer === undefined || organizer.self === true) return true;
  return textAt(organizer, 'email')?.toLowerCase() === calendar.id.toLowerCase();
}

/** The guest's entry in the list of attendees. */
export function attendeeOf(body: JsonObject, email: string): JsonObject | undefined {
  return objectsAt(body, 'attendees').find(
    (attendee) => textAt(attendee, 'email')?.toLowerCase() === email.toLowerCase(),
  );
}

function spread(transaction: Transaction, { calendar, before, after }: EventChange): void {
  if (!isOrganizersCopy(after.body, calendar)) return;
  const invited = guestsOf(transaction, after.body, calendar);
  for (const guest of invited) {
    if (after.cancelled) cancelCopy(transaction, guest, after);
    else updateCopy(transaction, guest, after.body);
  }
  if (before === undefined) return;
  for (const guest of guestsOf(transaction, before, calendar)) {
    if (!invited.includes(guest)) cancelCopy(transaction, guest, after);
  }
}

function guestsOf(transaction: Transaction, body: JsonObject, organizers: Calendar): readonly Calendar[] {
  const { directory } = transaction.world;
  return objectsAt(body, 'attendees').flatMap((attendee) => {
    const guest = directory.peek(textAt(attendee, 'email') ?? '');
    return guest === undefined || guest === organizers ? [] : [guest];
  });
}

function updateCopy(transaction: Transaction, guest: Calendar, original: JsonObject): void {
  const old = guest.events.get(String(original.id));
  // Who deleted his copy does not get it back by an edit; who was left out and is invited again does.
  if (old?.cancelled === true && attendeeOf(original, guest.id)?.responseStatus === 'declined') return;
  const copy = copyFor(guest, original, old);
  if (old !== undefined && sameJson(without(old.body, 'etag', 'updated'), without(copy, 'etag', 'updated'))) return;
  storeChange(transaction, guest, old?.body, copy);
}

function cancelCopy(transaction: Transaction, guest: Calendar, original: StoredEvent): void {
  const old = guest.events.get(original.id);
  if (old?.cancelled === true) return;
  if (old !== undefined) {
    storeChange(transaction, guest, old.body, { ...old.body, status: 'cancelled' });
    return;
  }
  // A cancelled occurrence of a series that the guest has as a whole.
  const series = original.recurringEventId === undefined ? undefined : guest.events.get(original.recurringEventId);
  if (series?.cancelled !== false) return;
  storeChange(transaction, guest, undefined, { ...copyFor(guest, original.body, undefined), status: 'cancelled' });
}

function copyFor(guest: Calendar, original: JsonObject, old: StoredEvent | undefined): JsonObject {
  const shared = without(original, ...PER_COPY);
  const own = old === undefined ? firstOwn(guest, original) : pick(old.body, PER_COPY);
  const properties = {
    ...(isObject(objectAt(original, 'extendedProperties')?.shared)
      ? { shared: objectAt(original, 'extendedProperties')?.shared }
      : {}),
    ...(isObject(objectAt(old?.body, 'extendedProperties')?.private)
      ? { private: objectAt(old?.body, 'extendedProperties')?.private }
      : {}),
  };
  return normalise(
    {
      ...shared,
      ...own,
      creator: seenOn(objectAt(original, 'creator'), guest),
      organizer: seenOn(objectAt(original, 'organizer'), guest),
      extendedProperties: Object.keys(properties).length === 0 ? undefined : properties,
    },
    guest,
  );
}

function firstOwn(guest: Calendar, original: JsonObject): JsonObject {
  return {
    ...pick(original, ['created', 'updated', 'transparency', 'visibility']),
    etag: '',
    htmlLink: htmlLink(String(original.id), guest),
    reminders: { useDefault: true },
  };
}

function pick(body: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => keys.includes(key)));
}
