/** Runs one command over a bench, and gives what people and programs see of it. */
import type { CommandParts } from '../../ops/cli/command.ts';
import { EXIT } from '../../ops/cli/exit-codes.ts';
import { plain } from '../../ops/cli/paint.ts';
import type { Mode } from '../../ops/cli/screen.ts';
import { type Bench, fakeScreen } from './fake-services.ts';

/** What is typed. */
export interface Typed {
  readonly words?: readonly string[];
  readonly flags?: Readonly<Record<string, string | boolean>>;
  readonly mode?: Partial<Mode>;
  /** What the person answers; null if there is none. */
  readonly answer?: string | null;
}

/** See the file's head. */
export async function runCommand<Options>(
  command: CommandParts<Options>,
  { services, world }: Pick<Bench, 'services' | 'world'>,
  typed: Typed = {},
) {
  const { words = [], flags = {}, mode = {}, answer = 'y' } = typed;
  const { screen, asked, written } = fakeScreen(mode, answer);
  const options = command.parse({ parameters: words, flags, now: world.clock.now() });
  const report = await command.run(services, options, screen);
  return { data: report.data, lines: report.text(plain), report, exit: report.exit ?? EXIT.fine, asked, written };
}
