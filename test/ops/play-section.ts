/** Plays sections of the runbook: runs the commands that stand in them, as an operator, and keeps what was typed and seen. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readCommandLine } from '../../ops/cli/read-command-line.ts';
import { COMMANDS } from '../../ops/commands.ts';
import type { EmulatedWorld, Ran } from './emulated-world.ts';

const runbook = readFileSync(resolve(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** What a section is made of. */
export type Part = 'Diagnosis' | 'Mitigation';

/** The command lines of confsync in the fenced blocks of one part of a section, as they stand there. */
export function commandsOf(heading: string, part: Part): readonly string[] {
  const section = runbook.split(/^#{2,3} /m).find((text) => text.startsWith(`${heading}\n`));
  const body = section?.split(/^\*\*/m).find((text) => text.startsWith(`${part}.**`));
  if (body === undefined) throw new Error(`the runbook has no ${part} in "${heading}"`);
  const blocks = [...body.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split('\n').filter((line) => line.startsWith('confsync ')));
}

/** What was typed and seen. */
export interface Played extends Ran {
  readonly line: string;
}

/** Plays over one world; `transcript` grows with each command. */
export class Player {
  readonly #world: EmulatedWorld;
  readonly transcript: string[] = [];

  constructor(world: EmulatedWorld) {
    this.#world = world;
  }

  /**
   * Runs the commands of one part, each as it stands but for the names in `instead` and for the answer that a person would give.
   * @returns all that was seen
   */
  async play(heading: string, part: Part, instead: Readonly<Record<string, string>> = {}): Promise<readonly Played[]> {
    this.transcript.push('', `## ${heading}: ${part}`);
    const played: Played[] = [];
    for (const line of commandsOf(heading, part)) played.push(await this.type(line, instead));
    return played;
  }

  /** Types one line. */
  async type(line: string, instead: Readonly<Record<string, string>> = {}): Promise<Played> {
    const words = line
      .split(/\s+/)
      .slice(1)
      .map((word) => instead[word] ?? word);
    const read = readCommandLine(words, COMMANDS, Date.now());
    const isAsking = read.kind === 'run' && read.command.help.isChanging === true && !read.mode.isDryRun;
    const ran = await this.#world.asOperator(...words, ...(isAsking ? ['--yes'] : []));
    this.transcript.push('', `$ confsync ${words.join(' ')}`, ran.stdout.trimEnd());
    if (ran.stderr !== '') this.transcript.push(ran.stderr.trimEnd());
    if (ran.code !== 0) this.transcript.push(`(exit ${ran.code})`);
    return { line, ...ran };
  }
}

/** All that was seen on standard output. */
export function seen(played: readonly Played[]): string {
  return played.map(({ stdout }) => stdout).join('\n');
}
