/**
 * Turns what was typed into a command and what it was given. Pure. Flags may stand anywhere behind the words that name the command; those that
 * all commands of an installation take, in front of them too.
 */
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
  config: { value: 'FILE', help: 'a file of NAME=VALUE lines with all of these; the environment wins over it' },
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
  const { named, front, rest, isHelpWanted } = takeFront(words, commands);
  const command = findCommand(named, commands);
  if (isHelpWanted || command === undefined) return helpFor(named, commands);
  const { values, positionals } = split(command, [...front, ...rest]);
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

/** Flags that may stand in front of a command's words. */
const FRONT_FLAGS: Readonly<Record<string, Flag>> = {
  ...INSTALLATION_FLAGS,
  ...COMMON_FLAGS,
  version: { help: 'the version of this program' },
};

interface Front {
  /** The words that name a command, or as many as there are. */
  readonly named: readonly string[];
  /** Flags that stood in front of them or between them, with their values. */
  readonly front: readonly string[];
  /** All that stands behind the name. */
  readonly rest: readonly string[];
  readonly isHelpWanted: boolean;
}

/** @throws UsageError for a flag that no command takes in this place */
function takeFront(words: readonly string[], commands: readonly Command[]): Front {
  const named: string[] = [];
  const front: string[] = [];
  let isHelpWanted = false;
  let at = 0;
  while (at < words.length && findCommand(named, commands) === undefined) {
    const word = words[at++] ?? '';
    if (word === '-h' || word === '--help' || word === 'help') isHelpWanted = true;
    else if (!word.startsWith('-')) named.push(word);
    else if (word === '--version' && named.length === 0) named.push('version');
    else {
      const { name, value } = frontFlag(word, words[at], commands);
      front.push(`--${name}${value === undefined ? '' : `=${value}`}`);
      if (value !== undefined && !word.includes('=')) at++;
    }
  }
  return { named, front, rest: words.slice(at), isHelpWanted };
}

/** @throws UsageError */
function frontFlag(word: string, next: string | undefined, commands: readonly Command[]) {
  const [, name = '', given] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const flag = Object.hasOwn(FRONT_FLAGS, name) ? FRONT_FLAGS[name] : undefined;
  if (flag === undefined || name === 'version') {
    const isOfCommands = commands.some((command) => Object.hasOwn(flagsOf(command), name));
    const near = isOfCommands ? undefined : nearest(name, Object.keys(FRONT_FLAGS));
    const behind = `write it behind the command's own words: confsync COMMAND --${name}`;
    throw new UsageError(
      `there is no flag ${JSON.stringify(word)} in front of a command`,
      isOfCommands ? behind : near === undefined ? 'see: confsync --help' : `did you mean: --${near}`,
    );
  }
  if (flag.value === undefined) return { name, value: given };
  const value = given ?? (next?.startsWith('-') === true ? undefined : next);
  if (value === undefined) throw new UsageError(`--${name} lacks its ${flag.value}`, `write --${name} ${flag.value}`);
  return { name, value };
}

/** Help for a command, for a group of them (`confsync calendars`), or for all. @throws UsageError for a word that begins none */
function helpFor(words: readonly string[], commands: readonly Command[]): Line {
  const [noun, verb] = words;
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
