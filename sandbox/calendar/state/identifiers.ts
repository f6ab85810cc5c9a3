/** Ids and other made-up strings, all from the injected random source: one seed gives one history. */

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A random source of its own, for whoever injects none: the same numbers in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An event id: 26 characters of base32hex, as Google makes them. */
export function newEventId(random: () => number): string {
  return draw(random, BASE32HEX, 26);
}

/** The code of a Meet conference, `abc-defg-hij`. */
export function newMeetCode(random: () => number): string {
  return [3, 4, 3].map((length) => draw(random, LETTERS, length)).join('-');
}

/** A 32-bit FNV-1a hash in base 36: a fingerprint, no protection against anybody. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

function draw(random: () => number, alphabet: string, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += alphabet.charAt(Math.floor(random() * alphabet.length));
  return text;
}
