/** The dialog in which an event is made, edited, handed over or deleted: everything the mouse can do, and more, by keyboard. */
import { addConference } from './api.js';
import { createEvent, deleteEvent, isOccurrence, moveToCalendar, newEventId, saveEvent } from './change-event.js';
import { ask } from './dialogs.js';
import { clockText, dayText, endMomentFrom, isAllDay, isSpan, momentFrom, momentOf, timeAt } from './event-times.js';
import { byId, element } from './show.js';
import { state } from './state.js';

/** Asks for a new event in the span, and makes it. */
export async function openNewEvent(calendarId, { start, end, allDay = false }) {
  const item = {
    summary: '',
    start: timeAt(start, allDay ? { date: '' } : undefined),
    end: timeAt(end, allDay ? { date: '' } : undefined),
  };
  const form = fill(calendarId, item, 'New event');
  form.elements.conference.value = state.solutionNames[0] ?? '';
  if ((await ask('event-dialog')) !== 'save') return;
  const { repeats, conference } = form.elements;
  const id = newEventId();
  const conferenceData = conference.value === '' ? null : await addConference(calendarId, id, conference.value);
  await createEvent(calendarId, {
    id,
    ...timesFrom(form, item),
    summary: form.elements.title.value,
    ...(repeats.value !== '' && { recurrence: [repeats.value] }),
    ...(conferenceData !== null && { conferenceData }),
  });
}

/** Asks what to do with the event, and does it. */
export async function openEvent(calendarId, item) {
  const form = fill(calendarId, item, 'Event');
  const answer = await ask('event-dialog');
  const scope = form.elements.scope.value;
  if (answer === 'delete') await deleteEvent(calendarId, item, scope);
  if (answer !== 'save') return;
  const fields = { ...changedFields(form, item), ...(await changedConference(form, calendarId, item)) };
  if (Object.keys(fields).length > 0) await saveEvent(calendarId, item, fields, scope);
  const destination = form.elements.calendar.value;
  if (destination !== calendarId) await moveToCalendar(calendarId, item, destination);
}

function fill(calendarId, item, heading) {
  const dialog = byId('event-dialog');
  const form = dialog.querySelector('form');
  const isNew = item.id === undefined;
  const fields = form.elements;
  byId('event-dialog-title').textContent = heading;
  form.reset();
  fields.title.value = item.summary ?? '';
  fields.day.value = dayText(momentOf(item.start));
  for (const name of ['from', 'to']) {
    fields[name].value = clockText(momentOf(name === 'from' ? item.start : item.end));
    fields[name].required = !isAllDay(item);
  }
  for (const timed of form.querySelectorAll('.timed')) timed.hidden = isAllDay(item);
  const own = item.conferenceData?.conferenceSolution?.name;
  const names = [...new Set([...state.solutionNames, ...(own === undefined ? [] : [own])])];
  fields.conference.replaceChildren(option('', 'None'), ...names.map((name) => option(name, name)));
  fields.conference.value = own ?? '';
  fields.calendar.replaceChildren(...state.calendars.map((known) => option(known.calendarId, known.calendarId)));
  fields.calendar.value = calendarId;
  form.querySelector('.repeats').hidden = !isNew;
  form.querySelector('.calendar-choice').hidden = isNew;
  form.querySelector('.scope').hidden = !isOccurrence(item);
  form.querySelector('.danger').hidden = isNew;
  const conferenceId = item.conferenceData?.conferenceId;
  form.querySelector('.note').textContent = conferenceId === undefined ? '' : `Conference ${conferenceId}`;
  checkTimes(form);
  form.oninput = () => checkTimes(form);
  return form;
}

function checkTimes(form) {
  const { from, to } = form.elements;
  const isBackwards = from.required && !isSpan(from.value, to.value);
  to.setCustomValidity(isBackwards ? 'The end must come after the start.' : '');
}

function timesFrom(form, item) {
  const { day, from, to } = form.elements;
  if (!isAllDay(item)) {
    return {
      start: timeAt(momentFrom(day.value, from.value), item.start),
      end: timeAt(endMomentFrom(day.value, to.value), item.end),
    };
  }
  const start = momentFrom(day.value, '00:00');
  const days = Math.round((momentOf(item.end) - momentOf(item.start)) / 86_400_000);
  const end = new Date(start.getFullYear(), start.getMonth(), start.getDate() + days);
  return { start: timeAt(start, item.start), end: timeAt(end, item.end) };
}

/** Only what the person changed, so that an edit of the title moves nothing. */
function changedFields(form, item) {
  const { title } = form.elements;
  const times = timesFrom(form, item);
  const isMoved =
    momentOf(times.start).getTime() !== momentOf(item.start).getTime() ||
    momentOf(times.end).getTime() !== momentOf(item.end).getTime();
  return {
    ...(title.value !== (item.summary ?? '') && { summary: title.value }),
    ...(isMoved && times),
  };
}

/** The conference that the person chose instead, made by the add-on; nothing if it is the one that is there. */
async function changedConference(form, calendarId, item) {
  const chosen = form.elements.conference.value;
  if (chosen === (item.conferenceData?.conferenceSolution?.name ?? '')) return {};
  return { conferenceData: chosen === '' ? null : await addConference(calendarId, item.id, chosen) };
}

function option(value, label) {
  return element('option', { value }, label);
}
