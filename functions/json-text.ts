/** JSON as it comes in a body: UTF-8 (https://www.rfc-editor.org/rfc/rfc8259#section-8.1), said to be so by its media type. */

/** `application/json` and its kin, whatever parameters follow. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Whether a content type says that the body is JSON. */
export function isJson(contentType = ''): boolean {
  return JSON_TYPE.test(contentType);
}

/** The value; undefined for bytes that are no UTF-8 or no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Brackets of an object, and its strings; a string that a colon follows is a name. */
const NAMES = /[{}]|("(?:[^"\\]|\\.)*")\s*(:)?/g;

/**
 * A name that an object in this text has twice, if there is one. `JSON.parse` keeps the last of them and says nothing, so that the reader of
 * a request and the one who wrote it may each mean another (https://www.rfc-editor.org/rfc/rfc7493#section-2.3). The text must be JSON.
 */
export function repeatedName(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(NAMES)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (text !== undefined && colon !== undefined) {
      const name = String(JSON.parse(text));
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}
