/** Modal questions by the platform's own dialog: it keeps the focus inside, and Escape answers "nothing". */
import { byId } from './show.js';

/** Opens the dialog; resolves to the value of the button pressed, the empty text for none. */
export function ask(id) {
  const dialog = byId(id);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}

/** Asks how far the change of a repeating event reaches: `this`, `following`, `all`, or nothing. */
export function askScope() {
  return ask('scope-dialog');
}
