/** Colour, where there is a terminal that wants it. What is said in colour is always said in words as well. */
import { styleText } from 'node:util';

/** What a text means. */
export type Tone = 'good' | 'warning' | 'bad' | 'dull' | 'strong';

/** Gives a text the colour of its tone, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const FORMATS = { good: 'green', warning: 'yellow', bad: 'red', dull: 'dim', strong: 'bold' } as const;

/** Adds nothing. */
export const plain: Paint = (_, text) => text;

/** Adds terminal colours. */
export const coloured: Paint = (tone, text) => styleText(FORMATS[tone], text, { validateStream: false });

/** Whether to use colour: only on a terminal, and never where NO_COLOR is set (https://no-color.org). */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  const isUnwanted = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return isTerminal && !isUnwanted ? coloured : plain;
}
