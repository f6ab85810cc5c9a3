/** What the page knows. The server's news change it; whoever shows a part of it is told. */
import { readState } from './api.js';

/** See the head of this file. `board` and `changes` are by id; `selected` is the calendar shown. */
export const state = {
  solutionNames: [],
  calendars: [],
  board: new Map(),
  changes: new Map(),
  faults: [],
  trouble: { deadLetters: [], failures: [] },
  receiver: { kind: 'simulated', where: '', isSeen: true, trouble: null },
  selected: null,
  /** The conference that is pointed at, here or there. */
  pointed: null,
};

const CHANGES_MAX = 200;
const listeners = new Set();

/** Calls the listener with the name of each part that changed, and what the news said of it. */
export function onNews(listener) {
  listeners.add(listener);
}

/** Tells everyone that a part changed. */
export function announce(part, news) {
  for (const listener of listeners) listener(part, news);
}

/** Loads everything and follows the server from there on; `onLive` hears whether the stream stands. */
export async function follow(onLive) {
  const lastId = await load();
  const stream = new EventSource(`/console/events?after=${lastId}`);
  stream.onopen = () => onLive(true);
  stream.onerror = () => {
    onLive(false);
    // The browser comes back by itself unless the server refused; then only a fresh start helps.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => restart(onLive), 1_000);
  };
  const take = (type, apply) =>
    stream.addEventListener(type, ({ data }) => {
      const news = JSON.parse(data);
      apply(news);
      announce(type, news);
    });
  take('events', () => {});
  take('board', ({ rows, gone }) => {
    for (const row of rows) state.board.set(row.conferenceId, row);
    for (const conferenceId of gone) state.board.delete(conferenceId);
  });
  take('changes', (rows) => {
    for (const row of rows) state.changes.set(row.id, row);
    for (const id of [...state.changes.keys()].slice(0, -CHANGES_MAX)) state.changes.delete(id);
  });
  take('calendars', (calendars) => {
    state.calendars = calendars;
    keepSelection();
  });
  take('faults', (faults) => {
    state.faults = faults;
  });
  take('trouble', (trouble) => {
    state.trouble = trouble;
  });
  take('receiver', (receiver) => {
    state.receiver = receiver;
  });
  stream.addEventListener('reload', () => void load());
}

async function restart(onLive) {
  try {
    await follow(onLive);
  } catch {
    setTimeout(() => restart(onLive), 1_000);
  }
}

async function load() {
  const { lastId, board, changes, ...rest } = await readState();
  Object.assign(state, rest, {
    board: new Map(board.map((row) => [row.conferenceId, row])),
    changes: new Map(changes.map((row) => [row.id, row])),
  });
  keepSelection();
  for (const part of ['calendars', 'board', 'changes', 'faults', 'trouble', 'receiver', 'events']) announce(part, {});
  return lastId;
}

function keepSelection() {
  if (state.calendars.some(({ calendarId }) => calendarId === state.selected)) return;
  const followed = state.calendars.find(({ status }) => status !== null) ?? state.calendars[0];
  state.selected = followed?.calendarId ?? null;
}

/** Shows another calendar. */
export function select(calendarId) {
  if (state.selected === calendarId) return;
  state.selected = calendarId;
  announce('selected', {});
}

/** Points at a conference, or at none. */
export function point(conferenceId) {
  if (state.pointed === conferenceId) return;
  state.pointed = conferenceId;
  announce('pointed', {});
}

/** How an event compares: `in-step`, `moving`, `mismatch`, or null where no conference of ours is concerned. */
export function matchOf(calendarId, item) {
  const conferenceId = item.conferenceData?.conferenceId;
  const row = conferenceId === undefined ? undefined : state.board.get(conferenceId);
  if (row === undefined)
    return state.solutionNames.includes(item.conferenceData?.conferenceSolution?.name) ? 'unfollowed' : null;
  const carries = ({ calendarId: there, eventId }) =>
    there === calendarId && (eventId === item.id || eventId === item.recurringEventId);
  return row.events.find(carries)?.state ?? null;
}
