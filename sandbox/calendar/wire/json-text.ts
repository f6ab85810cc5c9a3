/**
 * The text of a JSON answer. What is frozen never changes again, an event of a calendar above all: its text is made once and kept for as
 * long as the event's revision is there, because most of what lists say was said before.
 */
import { isObject, type JsonObject } from './json.ts';

const NO_ITEMS = '"items":[]}';

const textsOfFrozen = new WeakMap<JsonObject, string>();

/** Says what `JSON.stringify` says. */
export function jsonText(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value);
  const known = textsOfFrozen.get(value);
  if (known !== undefined) return known;
  const text = Array.isArray(value.items) ? listText(value, value.items) : JSON.stringify(value);
  if (Object.isFrozen(value)) textsOfFrozen.set(value, text);
  return text;
}

function listText(value: JsonObject, items: readonly unknown[]): string {
  const text = JSON.stringify({ ...value, items: [] });
  // In answers of the API, they come last.
  return text.endsWith(NO_ITEMS) ? `${text.slice(0, -2)}${items.map(jsonText).join(',')}]}` : JSON.stringify(value);
}
