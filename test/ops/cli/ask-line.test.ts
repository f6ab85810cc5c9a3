import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { askLine } from '../../../ops/cli/ask-line.ts';

/** What is answered where somebody types this at a terminal. */
function typed(keys: string): Promise<string> {
  const [input, output] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true, columns: 80 })];
  output.resume();
  const answer = askLine('Go on? [y/N] ', input, output);
  input.write(keys);
  return answer;
}

test('a line is what was typed', async () => {
  expect(await typed('yes\r')).toBe('yes');
});

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s leaves the question with nothing typed, and is no fault', async (_, key) => {
  expect(await typed(key)).toBe('');
});
