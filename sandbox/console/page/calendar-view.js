/** The week of the selected calendar. What a person does in it is written to the Calendar API; what is shown comes from there. */
import { CallFailed, calendarApi, eventsPath } from './api.js';
import { isOccurrence, saveEvent } from './change-event.js';
import { askScope } from './dialogs.js';
import { openEvent, openNewEvent } from './event-dialog.js';
import { isAllDay, momentOf, timeAt } from './event-times.js';
import { byId, element, tell } from './show.js';
import { matchOf, onNews, point, state } from './state.js';
import { STATES, titleWord } from './words.js';

const { Calendar } = globalThis.FullCalendar;
const REFETCH_MS = 30;

/** A mouse button is down in the week, or a dialog is open: nothing may move under the person's hands. */
let isPressed = false;
let isAsking = false;
let wantsRefetch = false;
let refetchTimer;
const freeAgain = [];
/** The event that had the focus when its element was about to be made anew. */
let focused = null;

const calendar = new Calendar(byId('week'), {
  initialView: 'timeGridWeek',
  headerToolbar: false,
  height: '100%',
  firstDay: 1,
  locale: 'en-gb',
  nowIndicator: true,
  scrollTime: `${String(Math.max(0, Math.min(14, new Date().getHours() - 2))).padStart(2, '0')}:00`,
  slotDuration: '00:30',
  snapDuration: '00:15',
  slotHeaderFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
  eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
  dayHeaderFormat: { weekday: 'short', day: 'numeric' },
  titleFormat: { year: 'numeric', month: 'short', day: 'numeric' },
  slotMinHeight: 18,
  slotEventOverlap: false,
  slotHeaderInnerClass: 'small',
  dayHeaderInnerClass: 'small',
  allDayHeaderInnerClass: 'small',
  dayCellBottomClass: 'low',
  editable: true,
  selectable: true,
  selectMirror: true,
  eventInteractive: true,
  eventResizableFromStart: true,
  allDayText: 'all day',
  progressiveEventRendering: false,
  events: (span, done, failed) => {
    readEvents(span)
      .then(whenFree)
      .then(done, (error) => {
        complain(error);
        failed(error);
      });
  },
  eventClass: ({ event }) => `ev ${classOf(event)}`,
  eventContent: (info) => ({ domNodes: [contentOf(info)] }),
  eventDidMount: ({ el, event }) => {
    el.dataset.event = event.id;
    el.setAttribute('aria-label', labelOf(event));
  },
  eventClick: ({ event, jsEvent }) => {
    jsEvent.preventDefault();
    void during(() => openEvent(state.selected, event.extendedProps.item));
  },
  eventMouseEnter: ({ event }) => point(event.extendedProps.item.conferenceData?.conferenceId ?? null),
  eventMouseLeave: () => point(null),
  eventDrop: (info) => void during(() => moved(info)),
  eventResize: (info) => void during(() => moved(info)),
  select: (span) =>
    void during(async () => {
      await openNewEvent(state.selected, atLeastAnHour(span));
    }).finally(() => calendar.unselect()),
  eventsSet: () => requestAnimationFrame(focusAgain),
  datesSet: ({ view }) => {
    byId('range').textContent = view.title;
  },
});

/** Draws the calendar and connects the buttons around it. */
export function startCalendarView() {
  calendar.render();
  byId('week').addEventListener('pointerdown', () => {
    isPressed = true;
  });
  for (const end of ['pointerup', 'pointercancel']) {
    // The component acts on the release too; it comes first.
    addEventListener(end, () =>
      setTimeout(() => {
        isPressed = false;
        settle();
      }),
    );
  }
  byId('previous').addEventListener('click', () => calendar.prev());
  byId('next').addEventListener('click', () => calendar.next());
  byId('today').addEventListener('click', () => calendar.today());
  byId('new-event').addEventListener('click', () => void during(() => openNewEvent(state.selected, nextHour())));
  onNews((part, news) => {
    if (part === 'selected' || part === 'calendars') refetch();
    if (part === 'events' && (news.calendarId ?? state.selected) === state.selected) refetch();
    if (part === 'board') renewMatches();
    if (part === 'pointed') renewPointed();
  });
}

/** Goes to the week of the moment. */
export function showMoment(moment) {
  calendar.gotoDate(moment);
}

async function readEvents({ start, end }) {
  if (state.selected === null) return [];
  const calendarId = state.selected;
  const query = {
    singleEvents: 'true',
    maxResults: '2500',
    timeMin: start.toISOString(),
    timeMax: end.toISOString(),
  };
  const { items = [] } = await calendarApi('GET', eventsPath(calendarId), { query });
  return items
    .filter(({ start, end, status }) => start && end && status !== 'cancelled')
    .map((item) => inputOf(calendarId, item));
}

function inputOf(calendarId, item) {
  return {
    id: item.id,
    title: titleWord(item.summary),
    start: item.start.dateTime ?? item.start.date,
    end: item.end.dateTime ?? item.end.date,
    allDay: isAllDay(item),
    editable: isOrganizers(calendarId, item),
    extendedProps: { item, match: matchOf(calendarId, item) },
  };
}

/** A guest's copy cannot be moved by the guest. */
function isOrganizers(calendarId, { organizer }) {
  return organizer === undefined || organizer.self === true || organizer.email === calendarId;
}

function contentOf({ event, timeText, isShort }) {
  const { match } = event.extendedProps;
  const sign =
    match === null || match === undefined
      ? null
      : element('span', { class: 'sign', 'aria-hidden': 'true' }, STATES[match].sign);
  const title = element('b', {}, event.title);
  // A short block has room for one of both, and its place tells the time.
  const time = timeText === '' || isShort ? null : element('div', { class: 'ev-time' }, timeText);
  return element('div', { class: isShort ? 'ev-content short' : 'ev-content' }, sign, title, time);
}

function classOf(event) {
  const { match, item } = event.extendedProps;
  const isPointed = state.pointed !== null && item?.conferenceData?.conferenceId === state.pointed;
  return `${match ?? ''} ${isPointed ? 'linked' : ''}`;
}

function labelOf(event) {
  const { match, item } = event.extendedProps;
  if (item === undefined) return event.title;
  const conference = match === null ? 'no conference' : `conference ${STATES[match].word}`;
  return `${event.title}, ${momentOf(item.start).toLocaleString('en-GB', { weekday: 'long', hour: '2-digit', minute: '2-digit' })}, ${conference}`;
}

function renewMatches() {
  for (const event of calendar.getEvents()) {
    const { item, match } = event.extendedProps;
    if (item === undefined) continue;
    const now = matchOf(state.selected, item);
    if (now !== match) event.setExtendedProp('match', now);
  }
  for (const shown of byId('week').querySelectorAll('[data-event]')) {
    const event = calendar.getEventById(shown.dataset.event);
    if (event !== null) shown.setAttribute('aria-label', labelOf(event));
  }
}

function renewPointed() {
  for (const shown of byId('week').querySelectorAll('[data-event]')) {
    const item = calendar.getEventById(shown.dataset.event)?.extendedProps.item;
    const isPointed = state.pointed !== null && item?.conferenceData?.conferenceId === state.pointed;
    shown.classList.toggle('linked', isPointed);
  }
}

async function moved({ event, oldEvent, revert }) {
  const { item } = oldEvent.extendedProps;
  const scope = isOccurrence(item) ? await askScope() : 'all';
  if (scope === '') return revert();
  const like = event.allDay ? { date: '' } : item.start.dateTime === undefined ? undefined : item.start;
  const end = event.end ?? new Date(event.start.getTime() + (event.allDay ? 86_400_000 : 3_600_000));
  try {
    const start =
      isAllDay(item) === event.allDay
        ? timeAt(event.start, like)
        : { ...timeAt(event.start, like), ...other(event.allDay) };
    const until =
      isAllDay(item) === event.allDay ? timeAt(end, like) : { ...timeAt(end, like), ...other(event.allDay) };
    await saveEvent(state.selected, item, { start, end: until }, scope);
  } catch (error) {
    revert();
    throw error;
  }
}

/** A patch merges objects, so the kind of time that an event had must be taken away by name. */
function other(isNowAllDay) {
  return isNowAllDay ? { dateTime: null, timeZone: null } : { date: null };
}

/** Runs what a person began; nothing moves under his hands meanwhile, and afterwards the calendar is as the API says. */
async function during(work) {
  if (isAsking) return;
  isAsking = true;
  const began = focusedEvent();
  try {
    await work();
  } catch (error) {
    complain(error);
  } finally {
    isAsking = false;
    focused = began;
    focusAgain();
    refetch();
  }
}

function focusedEvent() {
  return document.activeElement?.closest?.('[data-event]')?.dataset.event ?? null;
}

/** Gives the focus back to the event that had it, unless the person has moved on. */
function focusAgain() {
  if (focused === null || document.activeElement !== document.body) return;
  byId('week')
    .querySelector(`[data-event="${CSS.escape(focused)}"]`)
    ?.focus({ preventScroll: true });
}

function complain(error) {
  if (error instanceof CallFailed && error.status === 412)
    tell('Someone changed the event first. It is shown as it is now.');
  else tell(error instanceof Error ? error.message : String(error));
}

function refetch() {
  clearTimeout(refetchTimer);
  refetchTimer = setTimeout(() => {
    wantsRefetch = true;
    settle();
  }, REFETCH_MS);
}

/** Resolves to the value once nobody is in the middle of something. */
function whenFree(value) {
  return new Promise((resolve) => {
    freeAgain.push(() => resolve(value));
    settle();
  });
}

function settle() {
  if (isPressed || isAsking) return;
  for (const resolve of freeAgain.splice(0)) resolve();
  if (!wantsRefetch) return;
  wantsRefetch = false;
  focused = focusedEvent() ?? focused;
  calendar.refetchEvents();
}

function atLeastAnHour({ start, end, allDay }) {
  const isClick = !allDay && end - start <= 30 * 60_000;
  return { start, allDay, end: isClick ? new Date(start.getTime() + 3_600_000) : end };
}

function nextHour() {
  const start = new Date();
  start.setHours(start.getHours() + 1, 0, 0, 0);
  const shown = calendar.view;
  if (start < shown.activeStart || start >= shown.activeEnd) start.setTime(shown.activeStart.getTime() + 9 * 3_600_000);
  return { start, end: new Date(start.getTime() + 3_600_000) };
}
