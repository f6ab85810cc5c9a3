/** `events.insert` and `events.import`: events that were not there before. */

import type { Calendar } from '../state/calendar.ts';
import type { Access } from '../state/directory.ts';
import { newEventId } from '../state/identifiers.ts';
import { ApiError, duplicate, invalid, required } from '../wire/api-error.ts';
import { type JsonObject, mergePatch, objectAt, textAt } from '../wire/json.ts';
import type { World } from '../world.ts';
import { type ContentChoice, changeEvent, countedOf } from './change-event.ts';
import { composeEvent } from './compose-event.ts';
import { runTransaction } from './run-transaction.ts';
import { storeChange } from './store-change.ts';
import { validateEvent, validateEventId } from './validate-event.ts';

/**
 * Makes an event; what the client does not say that it handles is ignored.
 * @throws ApiError 400, 409
 */
export function insertEvent(world: World, access: Access, body: JsonObject, content: ContentChoice): JsonObject {
  const { calendar } = access;
  const chosen = textAt(body, 'id');
  if (chosen !== undefined) validateEventId(chosen);
  if (chosen !== undefined && calendar.events.get(chosen) !== undefined) throw duplicate();
  if (body.eventType === 'fromGmail') throw invalid('Events from Gmail cannot be created.');
  const id = chosen ?? newEventId(world.random);
  const event = {
    id,
    iCalUID: textAt(body, 'iCalUID') ?? `${id}@google.com`,
    creator: access.user,
    organizer: calendar.organizer(),
  };
  return store(world, calendar, composed(world, calendar, body, event, content));
}

/**
 * Takes over an event from elsewhere, with its organizer and its iCalUID; one of that iCalUID is replaced.
 * @throws ApiError 400, 403
 */
export function importEvent(world: World, access: Access, body: JsonObject, content: ContentChoice): JsonObject {
  const { calendar } = access;
  const iCalUID = textAt(body, 'iCalUID');
  if (iCalUID === undefined) throw required('Required');
  if ((body.eventType ?? 'default') !== 'default') {
    throw new ApiError(403, 'calendar', 'eventTypeRestriction', 'Only events of the default type can be imported.');
  }
  const known = calendar.events.withUid(iCalUID).find((event) => event.recurringEventId === undefined);
  if (known !== undefined) {
    const after = changeEvent(known.body, { kind: 'update', body, ...content }, calendar);
    validateEvent(after, calendar.timeZone);
    return runTransaction(world, (transaction) => storeChange(transaction, calendar, known.body, after).body);
  }
  const organizer = objectAt(body, 'organizer') ?? calendar.organizer();
  const event = { id: newEventId(world.random), iCalUID, creator: access.user, organizer };
  return store(world, calendar, composed(world, calendar, body, event, content));
}

function composed(
  world: World,
  calendar: Calendar,
  body: JsonObject,
  event: Parameters<typeof composeEvent>[2],
  content: ContentChoice,
): JsonObject {
  const sent = mergePatch({}, countedOf(body, content));
  validateEvent(sent, calendar.timeZone);
  return composeEvent(calendar, sent, event, world.now());
}

function store(world: World, calendar: Calendar, event: JsonObject): JsonObject {
  return runTransaction(world, (transaction) => storeChange(transaction, calendar, undefined, event).body);
}
