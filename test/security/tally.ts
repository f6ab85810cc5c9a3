/** Counts the inputs that a suite tried, prints the sum at its end, and watches that none of them changed what every object has. */
import { afterAll, afterEach, expect } from '@jest/globals';

/** See the file's head. */
export interface Tally {
  /** One more input. */
  count(): void;
}

const OBJECT_NAMES = Object.getOwnPropertyNames(Object.prototype).sort().join(' ');
const ARRAY_NAMES = Object.getOwnPropertyNames(Array.prototype).sort().join(' ');

/** For one suite; call it at the top level of the file. */
export function tally(what: string): Tally {
  let tried = 0;
  afterEach(() => {
    expect(Object.getOwnPropertyNames(Object.prototype).sort().join(' ')).toBe(OBJECT_NAMES);
    expect(Object.getOwnPropertyNames(Array.prototype).sort().join(' ')).toBe(ARRAY_NAMES);
  });
  afterAll(() => void process.stdout.write(`attack: ${what}: ${tried} inputs tried\n`));
  return {
    count: () => {
      tried++;
    },
  };
}
