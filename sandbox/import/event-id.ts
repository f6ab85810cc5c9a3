/**
 * Calendar event ids for imported events. They follow from the UID alone, so that a second import finds the events of
 * the first. Alphabet and length: https://developers.google.com/workspace/calendar/api/v3/reference/events#id
 */
import { createHash } from 'node:crypto';

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv';
/** Room for the suffix of an occurrence within Google's 1,024 characters. */
const ID_CHARS_MAX = 1_000;

/**
 * The event id for a UID. A UID that Google made (`<id>@google.com`) gives back the id that it was made of, which keeps
 * the parts of a split series (`<id>_R<time>`) recognisable; any other is written in base32hex, or hashed if too long
 * or too short for an id.
 */
export function eventIdOf(uid: string): string {
  const own = /^([a-v0-9]{5,900}(?:_R\d{8}(?:T\d{6})?)?)@google\.com$/.exec(uid)?.[1];
  if (own !== undefined) return own;
  const spelled = base32hex(Buffer.from(uid, 'utf8'));
  return spelled.length >= 5 && spelled.length <= ID_CHARS_MAX
    ? spelled
    : base32hex(createHash('sha256').update(uid).digest());
}

/** Lower-case base32hex (RFC 4648) without padding. */
export function base32hex(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32HEX.charAt((value >> bits) & 31);
    }
  }
  return bits === 0 ? text : text + BASE32HEX.charAt((value << (5 - bits)) & 31);
}
