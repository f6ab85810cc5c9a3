/** The calendars as tabs, how the service follows the selected one, and what can be asked of the service about it. */
import { act, calendarApi, connectionsApi, eventsPath, manageApi } from './api.js';
import { ask } from './dialogs.js';
import { byId, element, renewChildren, tell } from './show.js';
import { onNews, select, state } from './state.js';
import { reasonWord, toldWords } from './words.js';

/** Keeps the bar up to date. */
export function startCalendarBar() {
  onNews((part) => {
    if (part === 'calendars' || part === 'selected' || part === 'board') renewTabs();
    if (part === 'calendars' || part === 'selected') renewFollowing();
  });
  byId('add-calendar').addEventListener('click', () => void attempt(addCalendar));
  byId('follow').addEventListener('click', () => void attempt(follow));
  byId('connect').addEventListener('click', () => void attempt(changeConnection));
  const menu = byId('calendar-menu');
  menu.addEventListener('beforetoggle', ({ newState }) => {
    if (newState === 'open') fillMenu(menu);
  });
}

function renewTabs() {
  const tabs = state.calendars.map(({ calendarId }) => ({
    calendarId,
    isSelected: calendarId === state.selected,
    mismatches: mismatchesIn(calendarId),
  }));
  renewChildren(byId('tabs'), tabs, ({ calendarId }) => calendarId, tabOf);
}

function tabOf({ calendarId, isSelected, mismatches }) {
  const [name, domain] = calendarId.split('@');
  const isCommon = state.calendars.every((other) => other.calendarId.split('@')[1] === domain);
  return element(
    'button',
    {
      type: 'button',
      'aria-pressed': String(isSelected),
      title: calendarId,
      'data-focus': calendarId,
      click: () => select(calendarId),
    },
    isCommon ? name : calendarId,
    mismatches > 0 && element('span', { class: 'count', 'aria-label': `${mismatches} mismatched` }, `≠${mismatches}`),
  );
}

function mismatchesIn(calendarId) {
  let count = 0;
  for (const { events } of state.board.values()) {
    count += events.filter((event) => event.calendarId === calendarId && event.state === 'mismatch').length;
  }
  return count;
}

function selected() {
  return state.calendars.find(({ calendarId }) => calendarId === state.selected);
}

function renewFollowing() {
  const calendar = selected();
  const isFollowed = calendar === undefined || calendar.status !== null;
  byId('follow').hidden = isFollowed;
  byId('calendar-menu-button').hidden = !isFollowed;
  byId('connect').hidden = calendar === undefined;
  byId('connect').textContent = CONNECT_WORDS[calendar?.connection ?? 'none'];
  renewTold(calendar);
  const shown = byId('follow-state');
  shown.textContent = calendar === undefined ? '' : followWords(calendar);
  shown.classList.toggle('bad', calendar !== undefined && calendar.status !== 'active' && calendar.status !== null);
}

/** What can be done about the user's consent, by how it stands. */
const CONNECT_WORDS = { none: 'Connect', connected: 'Revoke at Google', disconnected: 'Reconnect' };

/** What the conference system was told last of the calendar itself. */
function renewTold(calendar) {
  const told = calendar?.told ?? null;
  byId('told').hidden = told === null;
  byId('told').textContent = told === null ? '' : toldWords(calendar.calendarId, told);
  byId('told').classList.toggle('bad', told !== null && told.reason !== null);
}

/** To Google's page and back, as a company's own page would lead there; or the user takes his consent back at Google. */
async function changeConnection() {
  const { calendarId, connection } = selected();
  if (connection === 'connected') {
    await act('revoke', { user: calendarId });
    tell('Google has ended the consent. The service finds out when it asks Google for something next: edit an event.');
    return;
  }
  const returnTo = location.origin + location.pathname;
  const offer =
    connection === 'disconnected'
      ? await connectionsApi('POST', `/${encodeURIComponent(calendarId)}/reconnect`, { returnTo })
      : await connectionsApi('POST', '', { subject: calendarId, returnTo });
  location.assign(offer.url);
}

function followWords({ status, channel, hasSyncToken, failure }) {
  if (status === null) return 'not followed';
  const words = [status === 'active' ? 'followed' : reasonWord(status)];
  words.push({ none: 'no channel', open: 'channel unproven', proven: 'channel proven' }[channel]);
  if (!hasSyncToken) words.push('no sync token');
  if (failure !== null) words.push(reasonWord(failure));
  return words.join(' · ');
}

function fillMenu(menu) {
  const calendar = selected();
  const path = `/${encodeURIComponent(state.selected ?? '')}`;
  const items = [];
  const add = (label, work) => items.push(menuItem(menu, label, work));
  add('Sync now', () => manageApi('POST', `${path}/sync`, {}));
  add('Full sync', () => manageApi('POST', `${path}/sync`, { full: true }));
  add('Full sync, send all again', () => manageApi('POST', `${path}/sync`, { full: true, resend: true }));
  if (calendar?.status === 'active') add('Pause', () => manageApi('POST', `${path}/pause`));
  else add('Resume', () => manageApi('POST', `${path}/resume`));
  add('Stop following', () => manageApi('DELETE', path));
  menu.replaceChildren(...items);
  const { bottom, left } = byId('calendar-menu-button').getBoundingClientRect();
  menu.style.inset = `${bottom + 4}px auto auto ${Math.min(left, innerWidth - 210)}px`;
}

function menuItem(menu, label, work) {
  const click = () => {
    menu.hidePopover();
    void attempt(work);
  };
  return element('button', { type: 'button', click }, label);
}

/** The service follows what the add-on registers. */
function follow() {
  return manageApi('PUT', `/${encodeURIComponent(state.selected)}`, { subject: state.selected });
}

/** A calendar comes into being at its first use. */
async function addCalendar() {
  const field = byId('calendar-dialog').querySelector('input');
  field.value = '';
  if ((await ask('calendar-dialog')) !== 'add') return;
  const calendarId = field.value.trim().toLowerCase();
  await calendarApi('GET', eventsPath(calendarId), { query: { maxResults: '1' } });
  await manageApi('PUT', `/${encodeURIComponent(calendarId)}`, { subject: calendarId });
  select(calendarId);
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    tell(error.message);
  }
}
