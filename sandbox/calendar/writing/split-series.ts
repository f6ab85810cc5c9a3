/**
 * "This and following events", as people do it in Google Calendar: the old master ends before the occurrence, a new one
 * begins with it, and what was changed beyond the cut is left as tombstones with nothing but an id.
 */

import { instanceStamp, type Moment, momentOf } from '../series/event-time.ts';
import { occurrenceBody, type Series, seriesOf } from '../series/find-event.ts';
import { occurrences, occursAt } from '../series/recurrence.ts';
import { cutRecurrence } from '../series/split-recurrence.ts';
import type { Calendar } from '../state/calendar.ts';
import { baseOf, type StoredEvent } from '../state/event-store.ts';
import { newEventId } from '../state/identifiers.ts';
import { deleted, forbiddenForNonOrganizer, invalid, notFound } from '../wire/api-error.ts';
import { type JsonObject, textsAt, without } from '../wire/json.ts';
import type { World } from '../world.ts';
import { changeEvent } from './change-event.ts';
import { htmlLink } from './compose-event.ts';
import { runTransaction } from './run-transaction.ts';
import { isOrganizersCopy } from './spread.ts';
import { storeChange } from './store-change.ts';
import { validateEvent } from './validate-event.ts';

/** The two masters after a split; the same one twice where the cut was at the first occurrence. */
export interface SplitSeries {
  readonly old: JsonObject;
  readonly following: JsonObject;
}

/**
 * Changes an occurrence and all that follow it. The new master is `<id>_R<start>`, or, where the change moves the
 * start, an event with a new id that nothing links to the old one (recorded).
 * @throws ApiError 400, 403, 404, 410
 *
 */
export function splitSeries(
  world: World,
  calendar: Calendar,
  id: string,
  from: string,
  change: JsonObject,
): SplitSeries {
  const { master, series, cut } = findCut(calendar, id, from);
  const request = { kind: 'patch', body: change, withConference: true, withAttachments: true } as const;
  const [first] = occurrences(series.recurrence, cut.instantMs);
  if (first?.instantMs === cut.instantMs) {
    const after = changeEvent(master.body, request, calendar);
    validateEvent(after, calendar.timeZone);
    const { body } = runTransaction(world, (transaction) => storeChange(transaction, calendar, master.body, after));
    return { old: body, following: body };
  }
  const lines = cutRecurrence(textsAt(master.body, 'recurrence'), series.start, cut);
  const continued = {
    ...without(occurrenceBody(master.body, cut, series), 'recurringEventId', 'originalStartTime'),
    recurrence: lines.after,
  };
  const changed = changeEvent(continued, request, calendar);
  const start = momentOf(changed.start, calendar.timeZone);
  const keepsStart = start?.instantMs === cut.instantMs && start.allDay === cut.allDay;
  const newId = keepsStart ? `${baseOf(id)}_R${instanceStamp(cut).replace('Z', '')}` : newEventId(world.random);
  const following = { ...changed, id: newId, iCalUID: `${newId}@google.com`, htmlLink: htmlLink(newId, calendar) };
  validateEvent(following, calendar.timeZone);
  return runTransaction(world, (transaction) => ({
    old: storeChange(transaction, calendar, master.body, { ...master.body, recurrence: lines.before }).body,
    following: storeChange(transaction, calendar, calendar.events.get(newId)?.body, following).body,
  }));
}

/**
 * Deletes an occurrence and all that follow it: the master gets an earlier end, or is deleted where nothing is left.
 * @throws ApiError 400, 403, 404, 410
 */
export function cutSeries(world: World, calendar: Calendar, id: string, from: string): JsonObject {
  const { master, series, cut } = findCut(calendar, id, from);
  const [first] = occurrences(series.recurrence, cut.instantMs);
  const after =
    first?.instantMs === cut.instantMs
      ? { ...master.body, status: 'cancelled' }
      : { ...master.body, recurrence: cutRecurrence(textsAt(master.body, 'recurrence'), series.start, cut).before };
  return runTransaction(world, (transaction) => storeChange(transaction, calendar, master.body, after).body);
}

function findCut(
  calendar: Calendar,
  id: string,
  from: string,
): { readonly master: StoredEvent; readonly series: Series; readonly cut: Moment } {
  const master = calendar.events.get(id);
  if (master === undefined) throw notFound();
  if (master.cancelled) throw deleted();
  if (!isOrganizersCopy(master.body, calendar)) throw forbiddenForNonOrganizer();
  const series = seriesOf(master.body, calendar.timeZone);
  if (series === undefined) throw invalid('The event is no series.');
  const time = from.includes('T') ? { dateTime: from, timeZone: series.start.zone } : { date: from };
  const cut = momentOf(time, calendar.timeZone);
  if (cut === undefined || cut.allDay !== series.start.allDay || !occursAt(series.recurrence, cut.instantMs)) {
    throw invalid('The series has no occurrence at that time.');
  }
  return { master, series, cut };
}
