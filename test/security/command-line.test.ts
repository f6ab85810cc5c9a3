/** confsync with words of any kind: it says how it is used, in whole lines, and never that it has a bug. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CommandFailed } from '../../ops/cli/errors.ts';
import { paintFor } from '../../ops/cli/paint.ts';
import { type ProgramWorld, runProgram } from '../../ops/cli/program.ts';
import { flagsOf } from '../../ops/cli/read-command-line.ts';
import { COMMANDS } from '../../ops/commands.ts';
import { hostileText } from './hostile.ts';
import { tally } from './tally.ts';

const inputs = tally('command lines');

async function run(words: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  inputs.count();
  let text = '';
  const write = (piece: string): void => {
    text += piece;
  };
  const plain = paintFor(false, {});
  const world: ProgramWorld = {
    commands: COMMANDS,
    now: () => 1_800_000_000_000,
    print: write,
    terminal: { canDraw: false, canAsk: false, write, ask: async () => '', onInterrupt: () => () => undefined },
    paint: { stdout: plain, stderr: plain },
    open: async () => {
      throw new CommandFailed('nothing can be reached here', 'this is a test');
    },
  };
  return { code: await runProgram(words, world), text };
}

const paths = COMMANDS.map(({ help }) => help.path);
const flags = [...new Set(COMMANDS.flatMap((command) => Object.keys(flagsOf(command))))].map((name) => `--${name}`);
const word = fc.oneof(
  fc.constantFrom(...flags, '-h', '-', '--', '--=', '--no-json', '--json=x', '-abc', '--__proto__', '--constructor=1'),
  fc.tuple(fc.constantFrom(...flags), hostileText).map(([flag, text]) => `${flag}=${text}`),
  hostileText,
);

test('any words end in an exit code and an explanation', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.constantFrom(...paths), { nil: undefined }),
      fc.array(word, { maxLength: 5 }),
      async (path, words) => {
        const { code, text } = await run([...(path ?? []), ...words]);
        expect([0, 1, 2, 3]).toContain(code);
        expect(text).not.toBe('');
        expect(text).not.toContain('this is a bug of confsync');
        expect(text).not.toMatch(/(?![\n\x7f-\x9f])\p{Cc}/u);
      },
    ),
    { numRuns: 1_500 },
  );
});
