/** Dead letters and failed bindings: shown only when there are any, each with what a person can do about it. */
import { act } from './api.js';
import { byId, element, tell } from './show.js';
import { onNews, state } from './state.js';
import { reasonWord } from './words.js';

/** Keeps the section up to date. */
export function startTrouble() {
  onNews((part) => {
    if (part === 'trouble') renew();
  });
}

function renew() {
  const { deadLetters, failures } = state.trouble;
  const section = byId('trouble');
  section.hidden = deadLetters.length + failures.length === 0;
  section.className = 'trouble';
  section.replaceChildren(
    ...listOf('Refused by the conference system', failures, ({ calendarId, eventId, conferenceId, reason }) =>
      rowOf(
        [element('code', {}, conferenceId), `: ${reasonWord(reason)}`],
        [['Try again', 'retry-failure', { calendarId, eventId }]],
      ),
    ),
    ...listOf('Dead letters', deadLetters, ({ id, reason, data }) =>
      rowOf(
        [reasonWord(reason), ' ', element('code', { title: data }, data.slice(0, 40))],
        [
          ['Replay', 'replay-dead-letter', { id }],
          ['Drop', 'drop-dead-letter', { id }],
        ],
      ),
    ),
  );
}

function listOf(heading, items, make) {
  if (items.length === 0) return [];
  return [element('h2', {}, `${heading} (${items.length})`), element('ul', {}, ...items.map(make))];
}

function rowOf(words, buttons) {
  return element(
    'li',
    {},
    element('span', { class: 'what' }, ...words),
    ...buttons.map(([label, action, body]) =>
      element('button', { type: 'button', click: () => void attempt(action, body) }, label),
    ),
  );
}

async function attempt(action, body) {
  try {
    await act(action, body);
  } catch (error) {
    tell(error.message);
  }
}
