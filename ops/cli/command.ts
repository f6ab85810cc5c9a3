/** What a command is: how it is called, how its words become options, and what it does with them. */

import type { OpsServices } from '../ports.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Paint } from './paint.ts';
import type { Screen } from './screen.ts';

/** One flag; `value` is the placeholder of what follows it, absent for a switch. */
export interface Flag {
  readonly value?: string;
  readonly help: string;
  /** The words that the value can be, for completion. */
  readonly choices?: readonly string[];
}

/** How a command is called. */
export interface Help {
  readonly path: readonly [string, ...string[]];
  /** One line, for lists of commands. */
  readonly summary: string;
  /** Placeholders of what follows the path, such as `CALENDAR [EVENT]`. */
  readonly parameters?: string;
  readonly flags?: Readonly<Record<string, Flag>>;
  /** More to know, in whole sentences. */
  readonly more?: string;
  /** A command line and what it is good for. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Changes something: takes `--dry-run` and `--yes`, and asks before it acts. */
  readonly isChanging?: boolean;
}

/** What was typed after the path. */
export interface Given {
  readonly parameters: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean>>;
  /** Unix milliseconds. */
  readonly now: number;
}

/** What a command found or did: for programs, for people, for scripts. */
export interface Report {
  /** Becomes the JSON of `--json`. */
  readonly data: unknown;
  readonly text: (paint: Paint) => readonly string[];
  /** Default: fine. */
  readonly exit?: ExitCode;
}

/** What a command file exports. */
export interface CommandParts<Options> {
  readonly help: Help;
  /** @throws UsageError */
  parse(given: Given): Options;
  run(services: OpsServices, options: Options, screen: Screen): Promise<Report>;
}

/** A command whose options are its own business. `offline`: needs no configuration and no services. */
export type Command =
  | {
      readonly kind: 'online';
      readonly help: Help;
      /** @throws UsageError */
      prepare(given: Given): (services: OpsServices, screen: Screen) => Promise<Report>;
    }
  | {
      readonly kind: 'offline';
      readonly help: Help;
      /** @throws UsageError */
      prepare(given: Given): (screen: Screen) => Report | Promise<Report>;
    };

/** What a command file exports that needs no services. */
export interface OfflineParts<Options> {
  readonly help: Help;
  /** @throws UsageError */
  parse(given: Given): Options;
  run(options: Options, screen: Screen): Report | Promise<Report>;
}

/** Seals a command file. */
export function command<Options>({ help, parse, run }: CommandParts<Options>): Command {
  return {
    kind: 'online',
    help,
    prepare(given) {
      const options = parse(given);
      return (services, screen) => run(services, options, screen);
    },
  };
}

/** Seals a command file that needs no services. */
export function offlineCommand<Options>({ help, parse, run }: OfflineParts<Options>): Command {
  return {
    kind: 'offline',
    help,
    prepare(given) {
      const options = parse(given);
      return (screen) => run(options, screen);
    },
  };
}
