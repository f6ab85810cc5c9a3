/** One row per change with its way, newest first. */
import { pill } from './conference-list.js';
import { byId, element, renewChildren } from './show.js';
import { onNews, state } from './state.js';
import { clockWord, durationWord, editWord, reasonWord, titleWord } from './words.js';

const STOPS = ['notifiedMs', 'queuedMs', 'syncedMs', 'deliveredMs'];

/** Keeps the table up to date. */
export function startTimeline() {
  onNews((part) => {
    if (part !== 'changes') return;
    const rows = [...state.changes.values()].sort((one, other) => other.id - one.id);
    renewChildren(byId('change-rows'), rows, ({ id }) => String(id), rowOf);
    byId('no-changes').hidden = rows.length > 0;
  });
}

function rowOf(row) {
  const isOpen = ['moving', 'unnoticed', 'waiting'].includes(row.outcome);
  const result = element('td', { class: 'result' }, ...resultOf(row));
  result.title = result.textContent;
  const next = isOpen ? STOPS.find((stop) => row[stop] === null && !isSkipped(row, stop)) : undefined;
  return element(
    'tr',
    { 'data-outcome': row.outcome },
    element('td', { class: 'clock' }, clockWord(row.at)),
    element(
      'td',
      { class: 'what', title: `${row.calendarId} ${row.eventId}` },
      editWord(row.edit),
      ' ',
      element('b', {}, titleWord(row.title)),
    ),
    ...STOPS.map((stop) => stopOf(row, stop, stop === next)),
    result,
  );
}

/** A later stop was reached without this one. */
function isSkipped(row, stop) {
  return STOPS.slice(STOPS.indexOf(stop) + 1).some((later) => row[later] !== null);
}

function stopOf(row, stop, isNext) {
  const ms = row[stop];
  if (ms !== null) return element('td', { class: 'stop reached' }, durationWord(ms));
  if (stop === 'notifiedMs' && row.isNotificationLost) return element('td', { class: 'stop lost' }, 'lost');
  if (isNext) return element('td', { class: 'stop next' }, element('span', { class: 'hidden' }, 'next'));
  return element('td', { class: 'stop skipped' }, element('span', { class: 'hidden' }, 'none'));
}

function resultOf(row) {
  switch (row.outcome) {
    case 'done':
      return [signed('in-step', '✓', `delivered${foundBy(row)}`)];
    case 'waiting':
      return [signed('moving', '↻', `trying again: ${reasonWord(row.reason)}`)];
    case 'refused':
      return [signed('mismatch', '≠', `refused: ${reasonWord(row.reason)}`)];
    case 'nothing-to-send':
      return [
        signed('ended', '–', row.conferenceIds.length === 0 ? 'no conference' : `nothing to send${foundBy(row)}`),
      ];
    case 'unnoticed':
      return [signed('mismatch', '≠', 'nobody has noticed yet')];
    case 'unfollowed':
      return [pill('unfollowed')];
    default:
      return [pill('moving'), row.attempts > 1 ? ` attempt ${row.attempts}` : ''];
  }
}

function foundBy({ notifiedMs, cause }) {
  return notifiedMs === null && cause !== null && cause !== 'notification' ? `, found by ${reasonWord(cause)}` : '';
}

function signed(state, sign, words) {
  return element(
    'span',
    { class: `pill ${state}` },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    words,
  );
}
