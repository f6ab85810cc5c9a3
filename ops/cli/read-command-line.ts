/** Turns what was typed into a command and what it was given. Pure; flags may stand anywhere after the path. */
import { parseArgs } from 'node:util';
import type { Command, Flag, Given } from './command.ts';
import { UsageError } from './errors.ts';
import type { Mode } from './screen.ts';

/** What is to be done. */
export type Line =
  | { readonly kind: 'overview' }
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly command: Command }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly given: Given;
      readonly mode: Mode;
      readonly envFile: string | undefined;
    };

/** Flags that every command takes. */
export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  json: { help: 'print JSON and nothing else' },
  'env-file': {
    value: 'FILE',
    help: 'take the configuration from this file of NAME=VALUE lines; the environment goes before it',
  },
  help: { help: 'show this help' },
};

/** Flags of commands that change something. */
export const CHANGING_FLAGS: Readonly<Record<string, Flag>> = {
  'dry-run': { help: 'show what would be done, and do nothing' },
  yes: { help: 'do not ask' },
};

/** All flags of a command. */
export function flagsOf({ help }: Command): Readonly<Record<string, Flag>> {
  return { ...help.flags, ...(help.isChanging === true && CHANGING_FLAGS), ...COMMON_FLAGS };
}

/** @throws UsageError */
export function readCommandLine(words: readonly string[], commands: readonly Command[], now: number): Line {
  const [first] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return helpFor(words.slice(1), commands);
  if (first === '--version') return { kind: 'version' };
  const command = findCommand(words, commands);
  const { values, positionals } = split(command, words.slice(command.help.path.length));
  if (values.help === true) return { kind: 'help', command };
  const { json, yes, 'dry-run': dryRun, 'env-file': envFile, ...flags } = values;
  return {
    kind: 'run',
    command,
    given: { parameters: positionals, flags, now },
    mode: { isJson: json === true, isAgreed: yes === true, isDryRun: dryRun === true },
    envFile: typeof envFile === 'string' ? envFile : undefined,
  };
}

function helpFor(path: readonly string[], commands: readonly Command[]): Line {
  const words = path.filter((word) => !word.startsWith('-'));
  return words.length === 0 ? { kind: 'overview' } : { kind: 'help', command: findCommand(words, commands) };
}

function findCommand(words: readonly string[], commands: readonly Command[]): Command {
  const found = commands.find(({ help }) => help.path.every((word, index) => words[index] === word));
  if (found !== undefined) return found;
  const [noun = '', verb] = words;
  const siblings = commands.filter(({ help }) => help.path[0] === noun).map(({ help }) => help.path.join(' '));
  if (siblings.length > 0) {
    const what =
      verb === undefined || verb.startsWith('-')
        ? `${noun} alone is no command`
        : `${noun} has no ${JSON.stringify(verb)}`;
    throw new UsageError(what, `write one of: ${siblings.join(', ')}`);
  }
  throw new UsageError(`there is no command ${JSON.stringify(noun)}`, 'see: confsync --help');
}

function split(command: Command, words: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(flagsOf(command)).map(([name, { value }]) => {
      const type: 'string' | 'boolean' = value === undefined ? 'boolean' : 'string';
      return [name, name === 'help' ? { type, short: 'h' } : { type }];
    }),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    const flags: Record<string, string | boolean> = {};
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string' || typeof value === 'boolean') flags[name] = value;
    }
    return { values: flags, positionals };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const [said = text] = text.split(/[.\n]/);
    throw new UsageError(said, `see: confsync ${command.help.path.join(' ')} --help`);
  }
}
