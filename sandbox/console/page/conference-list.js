/** The conferences as their own system sees them, each beside what the calendar says where that differs. */
import { calendarApi, eventsPath } from './api.js';
import { showMoment } from './calendar-view.js';
import { showDeliveries } from './deliveries.js';
import { momentOf } from './event-times.js';
import { byId, element, renewChildren, tell } from './show.js';
import { onNews, point, select, state } from './state.js';
import { countWord, differenceWords, reasonWord, ruleWord, STATES, spanWord, titleWord, wayWord } from './words.js';

const ROWS_MAX = 200;
const DIFFERENCES_MAX = 4;

/** Keeps the list and the summary at the top up to date. */
export function startConferenceList() {
  onNews((part) => {
    if (part === 'board') {
      renewList();
      renewSummary();
    }
    if (part === 'pointed') renewPointed();
  });
}

function renewList() {
  const rows = [...state.board.values()].sort(inOrder);
  const list = byId('conference-list');
  renewChildren(list, rows.slice(0, ROWS_MAX), ({ conferenceId }) => conferenceId, rowOf);
  list.querySelector('.empty')?.remove();
  if (rows.length === 0)
    list.append(element('li', { class: 'empty' }, 'None yet. Drag over free time to create an event with one.'));
  if (rows.length > ROWS_MAX) list.append(element('li', { class: 'empty' }, `and ${rows.length - ROWS_MAX} more`));
  renewPointed();
}

/** By time; what has ended comes last. */
function inOrder(one, other) {
  const isOver = ({ state }) => (state === 'ended' ? 1 : 0);
  const moment = ({ conference }) => (conference?.start ? momentOf(conference.start).getTime() : 0);
  return isOver(one) - isOver(other) || moment(one) - moment(other) || (one.conferenceId < other.conferenceId ? -1 : 1);
}

function rowOf(row) {
  const { conferenceId, conference } = row;
  const when = conference === null ? unseenWords(row) : whenWords(conference);
  const facts = [conferenceId];
  if (state.calendars.length > 1) {
    const names = new Set(row.events.map(({ calendarId }) => calendarId.split('@')[0]));
    if (names.size > 0) facts.push([...names].join(', '));
  }
  if (conference !== null) {
    // Of a receiver of one's own it is not known.
    if (conference.updates > 0) facts.push(countWord(conference.updates, 'update'));
    if (conference.occurrences > 0) facts.push(`${countWord(conference.occurrences, 'occurrence')} of its own`);
  }
  if (row.events.length > 1) facts.push(countWord(row.events.length, 'event'));
  const [code, ...rest] = facts;
  return element(
    'li',
    {
      class: `conference ${row.state}`,
      'data-state': row.state,
      mouseenter: () => point(conferenceId),
      mouseleave: () => point(null),
    },
    element(
      'button',
      {
        type: 'button',
        'data-focus': 'row',
        focus: () => point(conferenceId),
        blur: () => point(null),
        click: () => void show(row),
      },
      element('span', { class: 'title' }, titleWord(conference?.title ?? row.title)),
      row.state === 'answered' ? pill(row.state, row.answered) : pill(row.state),
      element('span', { class: 'when' }, when),
      element('span', { class: 'facts' }, element('code', {}, code), ...rest.map((fact) => ` · ${fact}`)),
      differencesOf(row),
    ),
    element(
      'button',
      { type: 'button', class: 'sent quiet', 'data-focus': 'sent', click: () => void showDeliveries(conferenceId) },
      'What was sent',
    ),
  );
}

/** Of a conference of which nothing is known but answers, or nothing at all. */
function unseenWords({ state, answered }) {
  if (answered === null) return 'not known there';
  return state === 'answered' ? 'accepted there' : answered;
}

function whenWords({ start, end, recurrence }) {
  const span = spanWord(start, end);
  return recurrence === null || recurrence.length === 0 ? span : `${span} · ${ruleWord(recurrence)}`;
}

/** A state as sign, word and colour. */
export function pill(name, said) {
  const { sign, word } = STATES[name];
  return element(
    'span',
    { class: `pill ${name}` },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    said ?? word,
  );
}

function differencesOf({ differences, way, reason }) {
  if (differences.length === 0 && reason === null) return null;
  const words = [...new Set(differences.map(differenceWords))];
  const shown = words.slice(0, DIFFERENCES_MAX);
  if (words.length > shown.length) shown.push(`and ${words.length - shown.length} more`);
  const isOrphan = differences.some(({ what, calendar }) => what === 'state' && calendar === null);
  if (way !== null) shown.push(`${wayWord(way, isOrphan)}${reason === null ? '' : `: ${reasonWord(reason)}`}`);
  else if (reason !== null) shown.push(`Refused: ${reasonWord(reason)}`);
  return element('span', { class: 'differences' }, ...shown.map((line) => element('span', {}, line)));
}

/** Shows the first event that carries the conference, else the time at which it is. */
async function show({ conferenceId, events, conference }) {
  try {
    const [first] = events;
    if (first === undefined) {
      if (conference?.start) showMoment(momentOf(conference.start));
      return;
    }
    select(first.calendarId);
    const item = await calendarApi('GET', eventsPath(first.calendarId, first.eventId));
    if (item.start) showMoment(momentOf(item.start));
    point(conferenceId);
  } catch (error) {
    tell(error.message);
  }
}

function renewSummary() {
  const counts = Map.groupBy(state.board.values(), (row) => row.state);
  const pills = ['in-step', 'answered', 'moving', 'mismatch'].flatMap((name) => {
    const count = counts.get(name)?.length ?? 0;
    if (count === 0) return [];
    const { sign, word } = STATES[name];
    return [
      element(
        'span',
        { class: `pill ${name}` },
        element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
        `${count} ${word}`,
      ),
    ];
  });
  byId('summary').replaceChildren(...pills);
}

function renewPointed() {
  for (const shown of byId('conference-list').children) {
    shown.classList.toggle('linked', shown.dataset.key === state.pointed);
  }
}
