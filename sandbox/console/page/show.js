/** Makes and renews elements. Text is always set as text, so nothing from an event can become markup. */

/** An element with attributes (functions become listeners, false and null leave out) and children. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined)
      made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** The element of the page with this id. */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * Makes the children of a list those of the items, in their order. What did not change is left alone, so that focus, hover and
 * scroll position survive.
 */
export function renewChildren(parent, items, keyOf, make) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const content = JSON.stringify(item);
    let child = known.get(key);
    known.delete(key);
    if (child === undefined || child.dataset.content !== content) {
      const fresh = make(item);
      fresh.dataset.key = key;
      fresh.dataset.content = content;
      if (child === undefined) parent.insertBefore(fresh, place);
      else {
        const hadFocus = child.contains(document.activeElement);
        const focusId = document.activeElement?.dataset?.focus;
        if (place === child) place = fresh;
        child.replaceWith(fresh);
        if (hadFocus) focusAgain(fresh, focusId);
      }
      child = fresh;
    }
    if (child !== place) parent.insertBefore(child, place);
    else place = place.nextElementSibling;
  }
  for (const gone of known.values()) gone.remove();
}

function focusAgain(parent, focusId) {
  const same = [...parent.querySelectorAll('[data-focus]')].find(({ dataset }) => dataset.focus === focusId);
  (same ?? parent.querySelector('button'))?.focus();
}

const MESSAGE_MS = 6_000;

/** Shows a sentence for a while, and reads it out. */
export function tell(text) {
  const message = element('p', {}, text);
  byId('messages').append(message);
  setTimeout(() => message.remove(), MESSAGE_MS);
}
