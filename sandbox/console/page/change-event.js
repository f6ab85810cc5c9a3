/**
 * Writes to the calendar as its users and the company's add-on do: one event, an occurrence, a whole series, or a series cut in
 * two. Every write states the etag it was made from, so that nobody's change is lost.
 */
import { calendarApi, eventsPath } from './api.js';
import { endRule, isAllDay, momentOf, restOfRule, shiftRule, shiftTime } from './event-times.js';

const WRITE = { conferenceDataVersion: '1', sendUpdates: 'none' };

/** An id for an event that is not saved yet, as Calendar's own page chooses one: its add-ons are asked before it is saved. */
export function newEventId() {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 26);
}

/** Makes an event. */
export function createEvent(calendarId, fields) {
  return calendarApi('POST', eventsPath(calendarId), { query: WRITE, body: fields });
}

/** Changes fields of the item; `scope`: `this`, `following` or `all` of its series. */
export async function saveEvent(calendarId, item, fields, scope) {
  if (item.recurringEventId === undefined || scope === 'this') {
    return patch(calendarId, item.id, item.etag, fields);
  }
  const series = await readSeries(calendarId, item);
  if (scope === 'all' || isFirst(series, item)) {
    return patch(calendarId, series.id, series.etag, fieldsOfSeries(series, item, fields));
  }
  return splitSeries(calendarId, series, item, fields);
}

/** Deletes the item, or as much of its series as `scope` says. */
export async function deleteEvent(calendarId, item, scope) {
  if (item.recurringEventId === undefined || scope === 'this') {
    return remove(calendarId, item.id, item.etag);
  }
  const series = await readSeries(calendarId, item);
  if (scope === 'all' || isFirst(series, item)) return remove(calendarId, series.id, series.etag);
  return patch(calendarId, series.id, series.etag, { recurrence: cutRules(series, item) });
}

/** Hands the event (of a series, the whole of it) over to another calendar. */
export function moveToCalendar(calendarId, item, destination) {
  const path = `${eventsPath(calendarId, item.recurringEventId ?? item.id)}/move`;
  return calendarApi('POST', path, { query: { destination, sendUpdates: 'none' } });
}

/** Whether the item is an occurrence of a series. */
export function isOccurrence(item) {
  return item.recurringEventId !== undefined;
}

function patch(calendarId, eventId, etag, fields) {
  return calendarApi('PATCH', eventsPath(calendarId, eventId), { query: WRITE, body: fields, etag });
}

function remove(calendarId, eventId, etag) {
  return calendarApi('DELETE', eventsPath(calendarId, eventId), { query: { sendUpdates: 'none' }, etag });
}

function readSeries(calendarId, item) {
  return calendarApi('GET', eventsPath(calendarId, item.recurringEventId));
}

function originalMoment(item) {
  return momentOf(item.originalStartTime ?? item.start);
}

function isFirst(series, item) {
  return originalMoment(item).getTime() === momentOf(series.start).getTime();
}

/** The fields as they apply to the series: times move by as much as the occurrence's did. */
function fieldsOfSeries(series, item, { start, end, ...rest }) {
  if (start === undefined) return rest;
  const from = momentOf(item.start);
  const to = momentOf(start);
  const lengthMs = momentOf(end) - to;
  const newStart = shiftTime(series.start, from, to);
  const newEnd = isAllDay(series)
    ? shiftTime(newStart, to, new Date(to.getTime() + lengthMs))
    : { ...newStart, dateTime: new Date(momentOf(newStart).getTime() + lengthMs).toISOString() };
  const recurrence = (series.recurrence ?? []).map((rule) => shiftRule(rule, from, to));
  return { ...rest, start: newStart, end: newEnd, recurrence };
}

/** As Calendar's own page does: the old series ends before the occurrence, a new one with the same conference begins with it. */
async function splitSeries(calendarId, series, item, fields) {
  const passed = await countBefore(calendarId, series, item);
  const from = momentOf(item.start);
  const to = fields.start === undefined ? from : momentOf(fields.start);
  const { summary, description, location, attendees, conferenceData } = series;
  const recurrence = series.recurrence.map((rule) => restOfRule(shiftRule(rule, from, to), passed));
  const kept = { summary, description, location, attendees, conferenceData, start: item.start, end: item.end };
  await patch(calendarId, series.id, series.etag, { recurrence: cutRules(series, item) });
  return createEvent(calendarId, { ...kept, recurrence, ...fields });
}

function cutRules(series, item) {
  return series.recurrence.map((rule) => endRule(rule, originalMoment(item), isAllDay(series)));
}

async function countBefore(calendarId, series, item) {
  if (!series.recurrence.some((rule) => rule.includes('COUNT='))) return 0;
  const query = { timeMax: originalMoment(item).toISOString(), showDeleted: 'true', maxResults: '2500' };
  const { items = [] } = await calendarApi('GET', `${eventsPath(calendarId, series.id)}/instances`, { query });
  return items.length;
}
