/** The words of the page: states, edits, times. No other file makes sentences. */

/** Sign and word of a state; the sign tells without colour what the colour tells without reading. */
export const STATES = {
  'in-step': { sign: '✓', word: 'in step' },
  answered: { sign: '✓', word: 'accepted' },
  moving: { sign: '↻', word: 'on its way' },
  mismatch: { sign: '≠', word: 'mismatch' },
  ended: { sign: '–', word: 'ended' },
  unfollowed: { sign: '–', word: 'not followed' },
};

const EDITS = {
  created: 'Created',
  deleted: 'Deleted',
  restored: 'Restored',
  renamed: 'Renamed',
  moved: 'Moved',
  resized: 'Resized',
  repeats: 'Repetition of',
  conference: 'Conference of',
  edited: 'Edited',
};

const WAYS = {
  unnoticed: 'just edited',
  queued: 'being synced',
  read: 'being delivered',
  retrying: 'will be tried again',
};

const FIELDS = { title: 'Title', start: 'Start', end: 'End', recurrence: 'Repeats', occurrence: 'Occurrence' };

/** What a person did, before the event's title. */
export function editWord(edit) {
  return EDITS[edit] ?? 'Edited';
}

/** Whose view of the conferences is shown. */
export function receiverWord({ kind, where, isSeen }) {
  if (kind === 'simulated') return 'as their own system sees them';
  if (kind === 'module') return `as your module answers: ${where}`;
  return isSeen ? `as your receiver keeps them: ${where}` : `as your receiver answers: ${where}`;
}

/** What was told of a calendar itself, and what was answered. */
export function toldWords(calendarId, { type, reason, answered }) {
  const state = type === 'calendar.connected' ? 'connected' : `disconnected (${reason})`;
  return `${calendarId}: told "${state}", ${answered}`;
}

/** How the way through Google's page has ended, where it came back here. */
export function connectionWord(word) {
  return word === 'connected' ? 'Connected.' : `Not connected: ${word.replaceAll('_', ' ')}.`;
}

/** The stage that something on its way has reached. A conference whose event is gone is not told so before its grace is over. */
export function wayWord(way, isOrphan) {
  return way === 'read' && isOrphan ? 'ends when its grace is over' : (WAYS[way] ?? '');
}

/** The title of an event, or a word for none. */
export function titleWord(title) {
  return title === null || title === undefined || title === '' ? '(no title)' : title;
}

/** One difference as a sentence; the conference's side is "there". */
export function differenceWords({ what, occurrence, calendar, conference }) {
  if (what === 'state') {
    if (calendar === null) return 'Still open, but no event carries it';
    return conference === null ? 'Not known there' : 'Cancelled there, but an event carries it';
  }
  if (what === 'recurrence') return `Repeats: ${ruleWord(calendar)}, there ${ruleWord(conference)}`;
  if (what === 'title') return `Title: “${titleWord(calendar)}”, there “${titleWord(conference)}”`;
  const of = occurrence === undefined ? '' : ` ${momentWord(occurrence)}`;
  return `${FIELDS[what]}${of}: ${momentWord(calendar)}, there ${momentWord(conference)}`;
}

/** How a log's reason reads. */
export function reasonWord(reason) {
  return String(reason).replaceAll('-', ' ');
}

/** An RFC 3339 time or date in the reader's words; other text as it is. */
export function momentWord(text) {
  if (text === null) return 'none';
  if (/^\d{4}-\d\d-\d\d$/.test(text))
    return format({ weekday: 'short', day: 'numeric', month: 'short' }, localDay(text));
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return text;
  return format({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }, moment);
}

/** Start and end as one span. */
export function spanWord(start, end) {
  if (start?.date !== undefined) return `${momentWord(start.date)}, all day`;
  if (start?.dateTime === undefined) return 'no time known';
  const until =
    end?.dateTime === undefined ? '' : `–${format({ hour: '2-digit', minute: '2-digit' }, new Date(end.dateTime))}`;
  return `${momentWord(start.dateTime)}${until}`;
}

/** A recurrence rule in words, as far as the page makes such rules; others stay as they are. */
export function ruleWord(recurrence) {
  if (recurrence === null || recurrence.length === 0) return 'does not repeat';
  const text = Array.isArray(recurrence) ? recurrence.join(' ') : recurrence.replaceAll('\n', ' ');
  const until = /UNTIL=(\d{4})(\d\d)(\d\d)/.exec(text);
  const end = until === null ? '' : ` until ${momentWord(`${until[1]}-${until[2]}-${until[3]}`)}`;
  const plain = text.replace(/;?UNTIL=[0-9TZ]+/, '').replace('RRULE:', '');
  if (plain === 'FREQ=DAILY') return `daily${end}`;
  if (plain === 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR') return `every weekday${end}`;
  if (/^FREQ=WEEKLY(;BYDAY=[A-Z]{2})?$/.test(plain)) return `weekly${end}`;
  return `${plain}${end}`;
}

/** Milliseconds or, when there are many, seconds. */
export function durationWord(ms) {
  return ms < 10_000 ? `${Math.round(ms).toLocaleString('en-GB')} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The time of day with seconds. */
export function clockWord(ms) {
  return format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, new Date(ms));
}

/** A count with its noun. */
export function countWord(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const formats = new Map();

function format(options, moment) {
  const key = JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', options);
  formats.set(key, known);
  return known.format(moment);
}

function localDay(text) {
  const [year, month, day] = text.split('-').map(Number);
  return new Date(year, month - 1, day);
}
