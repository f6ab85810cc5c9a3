/** Types one command line into the program over a bench, where nobody sits at the terminal, and gives what came out of it. */
import { plain } from '../../ops/cli/paint.ts';
import { type ProgramWorld, runProgram } from '../../ops/cli/program.ts';
import { COMMANDS } from '../../ops/commands.ts';
import type { Bench } from './fake-services.ts';

/** See the file's head; `open` in place of the bench's services. */
export async function typeLine(
  words: readonly string[],
  { services, world }: Pick<Bench, 'services' | 'world'>,
  open: ProgramWorld['open'] = async () => ({ services, close: async () => undefined }),
) {
  const out = { stdout: '', stderr: '' };
  const code = await runProgram(words, {
    commands: COMMANDS,
    now: () => world.clock.now(),
    print: (text) => {
      out.stdout += text;
    },
    terminal: {
      canDraw: false,
      canAsk: false,
      write: (text) => {
        out.stderr += text;
      },
      ask: async () => '',
      onInterrupt: () => () => undefined,
    },
    paint: { stdout: plain, stderr: plain },
    open,
  });
  return { code, ...out };
}
