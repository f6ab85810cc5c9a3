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
