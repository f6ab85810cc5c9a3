/** Turns what was typed into a command and what it was given. Pure; flags may stand anywhere after the path. */
import { parseArgs } from 'node:util';
import type { Command, Flag, Given } from './command.ts';
import { UsageError } from './errors.ts';
import { nearest } from './nearest.ts';
import { PLACE_FLAGS, type Place, readPlace } from './places.ts';
import type { Mode } from './screen.ts';

/** What is to be done. */
export type Line =
  | { readonly kind: 'overview' }
  /** Help for the commands that begin with this word. */
  | { readonly kind: 'group'; readonly noun: string }
  | { readonly kind: 'help'; readonly command: Command }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly given: Given;
      readonly mode: Mode;
      readonly place: Place;
    };

/** Flags that every command takes. */
const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  json: { help: 'print JSON and nothing else' },
  help: { help: 'show this help' },
};

/** Flags of commands that look at an installation. None may be one that Node itself reads, wherever it stands, as it does `--env-file`. */
const INSTALLATION_FLAGS: Readonly<Record<string, Flag>> = {
  ...PLACE_FLAGS,
  config: { value: 'FILE', help: 'a file of NAME=VALUE lines with all of these; the environment goes before it' },
};

/** Flags of commands that change something. */
const CHANGING_FLAGS: Readonly<Record<string, Flag>> = {
  'dry-run': { help: 'show what would be done, and do nothing' },
  yes: { help: 'do not ask' },
};

/** All flags of a command. */
export function flagsOf({ help, kind }: Command): Readonly<Record<string, Flag>> {
  return {
    ...help.flags,
    ...(help.isChanging === true && CHANGING_FLAGS),
    ...(kind === 'online' && INSTALLATION_FLAGS),
    ...COMMON_FLAGS,
  };
}

/** @throws UsageError */
export function readCommandLine(words: readonly string[], commands: readonly Command[], now: number): Line {
  const [first, ...others] = words;
  if (first === undefined || isHelp(first)) return helpFor(others, commands);
  const typed = first === '--version' ? ['version', ...others] : words;
  const command = findCommand(typed, commands);
  if (command === undefined) return helpFor(typed, commands);
  const { values, positionals } = split(command, typed.slice(command.help.path.length));
  if (values.help === true) return { kind: 'help', command };
  const { json, yes, 'dry-run': dryRun, ...flags } = values;
  return {
    kind: 'run',
    command,
    given: { parameters: positionals, flags, now },
    mode: { isJson: json === true, isAgreed: yes === true, isDryRun: dryRun === true },
    place: readPlace(flags),
  };
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h' || word === 'help';
}

/** Help for a command, for a group of them (`confsync calendars`), or for all. @throws UsageError for a word that begins none */
function helpFor(words: readonly string[], commands: readonly Command[]): Line {
  const [noun, verb] = words.filter((word) => !word.startsWith('-') && word !== 'help');
  if (noun === undefined) return { kind: 'overview' };
  const command = findCommand(verb === undefined ? [noun] : [noun, verb], commands);
  if (command !== undefined) return { kind: 'help', command };
  const verbs = commands.filter(({ help }) => help.path[0] === noun).map(({ help }) => help.path[1] ?? '');
  if (verbs.length === 0) {
    const nouns = [...new Set(commands.map(({ help }) => help.path[0])), 'help'];
    throw new UsageError(`there is no command ${JSON.stringify(noun)}`, meant(noun, nouns, '', 'see: confsync --help'));
  }
  if (verb === undefined) return { kind: 'group', noun };
  const all = `write one of: ${verbs.map((one) => `${noun} ${one}`).join(', ')}`;
  throw new UsageError(`${noun} has no ${JSON.stringify(verb)}`, meant(verb, verbs, `${noun} `, all));
}

/** The question whether another word was meant, or else what to do without one. */
function meant(typed: string, words: readonly string[], before: string, otherwise: string): string {
  const word = nearest(typed, words);
  return word === undefined ? otherwise : `did you mean: confsync ${before}${word}`;
}

function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands.find(({ help }) => help.path.every((word, index) => words[index] === word));
}

function split(command: Command, words: readonly string[]) {
  const flags = flagsOf(command);
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value }]) => {
      const type: 'string' | 'boolean' = value === undefined ? 'boolean' : 'string';
      return [name, name === 'help' ? { type, short: 'h' } : { type }];
    }),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    const given: Record<string, string | boolean> = {};
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string' || typeof value === 'boolean') given[name] = value;
    }
    return { values: given, positionals };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const [said = text] = text.split(/[.\n]/);
    const page = `confsync ${command.help.path.join(' ')} --help`;
    const unknown = /Unknown option '--([^']*)'/.exec(said)?.[1];
    const flag = unknown === undefined ? undefined : nearest(unknown, Object.keys(flags));
    throw new UsageError(said, flag === undefined ? `see: ${page}` : `did you mean: --${flag} (see: ${page})`);
  }
}
