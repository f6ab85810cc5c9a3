/** What was sent of one conference, and what was answered: a dialog with the bodies, to send again or to take along as a command. */
import { act, deliveriesOf, deliveryCurl } from './api.js';
import { ask } from './dialogs.js';
import { byId, element, renewChildren, tell } from './show.js';
import { onNews } from './state.js';
import { clockWord, durationWord } from './words.js';

let shown = null;

/** Keeps an open dialog up to date. */
export function startDeliveries() {
  onNews((part) => {
    if (shown !== null && (part === 'board' || part === 'deliveries')) void renew();
  });
}

/** Opens the dialog for a conference. */
export async function showDeliveries(conferenceId) {
  shown = conferenceId;
  byId('deliveries-of').textContent = conferenceId;
  byId('delivery-list').replaceChildren();
  await renew();
  await ask('deliveries-dialog');
  shown = null;
}

async function renew() {
  try {
    const deliveries = await deliveriesOf(shown);
    renewChildren(byId('delivery-list'), deliveries, ({ id }) => String(id), deliveryItem);
    byId('no-deliveries').hidden = deliveries.length > 0;
  } catch (error) {
    tell(error.message);
  }
}

function deliveryItem({ id, at, type, answered, isAccepted, answer, ms, body }) {
  return element(
    'li',
    { class: `delivery ${isAccepted ? 'in-step' : 'mismatch'}` },
    element(
      'details',
      {},
      element(
        'summary',
        {},
        element('span', { class: 'clock' }, clockWord(at)),
        element('span', { class: 'what' }, type.replace('conference.', '')),
        element('span', { class: 'pill' }, answered),
        element('span', { class: 'clock' }, durationWord(ms)),
      ),
      element('pre', {}, body),
      answer === null ? null : element('pre', { class: 'answer' }, answer),
    ),
    element('button', { type: 'button', class: 'quiet', click: () => void again(id) }, 'Send again'),
    element('button', { type: 'button', class: 'quiet', click: ({ target }) => void copy(id, target) }, 'Copy as curl'),
  );
}

async function again(id) {
  try {
    await act('send-again', { id: String(id) });
    await renew();
  } catch (error) {
    tell(error.message);
  }
}

async function copy(id, button) {
  try {
    const { curl } = await deliveryCurl(id);
    await navigator.clipboard.writeText(curl);
    button.textContent = 'Copied, valid for 5 min';
  } catch (error) {
    tell(error.message);
  }
}
