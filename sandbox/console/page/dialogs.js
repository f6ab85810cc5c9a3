/** Modal questions by the platform's own dialog: it keeps the focus inside, and Escape answers "nothing". */
import { byId } from './show.js';

/**
 * Opens the dialog; resolves to the value of the submit button or the `data-answer` of another button, the empty text for
 * none. Enter in a field submits, as there is one submit button at most.
 */
export function ask(id) {
  const dialog = byId(id);
  dialog.returnValue = '';
  for (const button of dialog.querySelectorAll('[data-answer]')) {
    button.onclick = () => dialog.close(button.dataset.answer);
  }
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}

/** Asks how far the change of a repeating event reaches: `this`, `following`, `all`, or nothing. */
export function askScope() {
  return ask('scope-dialog');
}
