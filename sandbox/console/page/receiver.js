/** Whoever is told of conferences: named above their list, with what is wrong with it. */
import { byId } from './show.js';
import { onNews, state } from './state.js';
import { receiverWord } from './words.js';

/** Keeps the line above the conferences up to date. */
export function startReceiver() {
  onNews((part) => {
    if (part !== 'receiver') return;
    const { trouble } = state.receiver;
    byId('receiver').textContent = receiverWord(state.receiver);
    byId('receiver-trouble').hidden = trouble === null;
    byId('receiver-trouble').textContent = trouble ?? '';
  });
}
