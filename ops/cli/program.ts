/**
 * The program without its process: words in, an exit code out. Opens the services of a command only when it is to run, and turns
 * whatever goes wrong into what happened, to what, and what to do now.
 */
import { ConfigError } from '../../shared/config/config.ts';
import {
  BadRequest,
  GoogleTrouble,
  QueueUnavailable,
  RecordUnreadable,
  StoreUnavailable,
  UnknownCalendar,
  UnknownConnection,
} from '../../shared/domain/errors.ts';
import type { OpsServices } from '../ports.ts';
import type { Command, Report } from './command.ts';
import { CommandFailed, UsageError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { groupPage, overview, page } from './help.ts';
import type { Paint } from './paint.ts';
import type { Place } from './places.ts';
import { type Line, readCommandLine } from './read-command-line.ts';
import { type Mode, Screen, type Terminal } from './screen.ts';

/** The world of the program. */
export interface ProgramWorld {
  readonly commands: readonly Command[];
  /** Unix milliseconds. */
  now(): number;
  /** Standard output. */
  print(text: string): void;
  readonly terminal: Terminal;
  readonly paint: { readonly stdout: Paint; readonly stderr: Paint };
  /** @throws ConfigError, UsageError */
  open(place: Place, screen: Screen): Promise<{ services: OpsServices; close(): Promise<void> }>;
}

/** Runs one command line. Never throws. */
export async function runProgram(words: readonly string[], world: ProgramWorld): Promise<ExitCode> {
  try {
    return await perform(readCommandLine(words, world.commands, world.now()), world);
  } catch (error) {
    return refuse(error, world);
  }
}

async function perform(line: Line, world: ProgramWorld): Promise<ExitCode> {
  switch (line.kind) {
    case 'overview':
      world.print(overview(world.commands));
      return EXIT.fine;
    case 'group':
      world.print(groupPage(line.noun, world.commands));
      return EXIT.fine;
    case 'help':
      world.print(page(line.command));
      return EXIT.fine;
    case 'run': {
      const { command, given } = line;
      const screen = new Screen(world.terminal, line.mode, world.paint.stderr);
      if (command.kind === 'offline') {
        const report = await command.prepare(given)(screen);
        screen.clear();
        return show(report, line.mode, world);
      }
      const run = command.prepare(given);
      const { services, close } = await world.open(line.place, screen);
      try {
        const report = await run(services, screen);
        screen.clear();
        return show(report, line.mode, world);
      } finally {
        await close();
      }
    }
  }
}

function show(report: Report, mode: Mode, { print, paint }: ProgramWorld): ExitCode {
  print(mode.isJson ? `${JSON.stringify(report.data, null, 2)}\n` : inLines(report, paint.stdout));
  return report.exit ?? EXIT.fine;
}

function inLines({ text }: Report, paint: Paint): string {
  return text(paint)
    .map((line) => `${line}\n`)
    .join('');
}

function refuse(error: unknown, { terminal, paint }: ProgramWorld): ExitCode {
  const { what, doThis, exit } = explain(error);
  terminal.write(`${paint.stderr('bad', 'error:')} ${what}\n${doThis === '' ? '' : `  ${doThis}\n`}`);
  return exit;
}

interface Explanation {
  readonly what: string;
  readonly doThis: string;
  readonly exit: ExitCode;
}

const CREDENTIALS = 'Check GOOGLE_CLOUD_PROJECT, and who you are: gcloud auth application-default login';

/** What a person is told about an error. */
export function explain(error: unknown): Explanation {
  if (error instanceof UsageError) return { what: error.message, doThis: error.hint, exit: EXIT.usage };
  if (error instanceof ConfigError) {
    return {
      what: error.message,
      doThis: 'Set these variables as the functions have them, or name their file with --config.',
      exit: EXIT.usage,
    };
  }
  if (error instanceof CommandFailed) return { what: error.message, doThis: error.doThis, exit: EXIT.failed };
  if (error instanceof UnknownCalendar) {
    return {
      what: 'the calendar is not registered',
      doThis: 'See which are: confsync calendars list',
      exit: EXIT.failed,
    };
  }
  if (error instanceof UnknownConnection) {
    return {
      what: 'this user has never connected',
      doThis: 'See who has: confsync connections list',
      exit: EXIT.failed,
    };
  }
  if (error instanceof BadRequest) return { what: error.message, doThis: '', exit: EXIT.usage };
  if (error instanceof RecordUnreadable) {
    return {
      what: `a stored record cannot be read, so it was not written over: ${error.message}`,
      doThis: 'Nothing was changed. See docs/runbook.md, section unreadable-records.',
      exit: EXIT.failed,
    };
  }
  if (error instanceof StoreUnavailable) {
    return {
      what: `the database could not be asked: ${causeOf(error)}`,
      doThis: `Nothing is half done: repeat the command. ${CREDENTIALS}; and FIRESTORE_DATABASE.`,
      exit: EXIT.failed,
    };
  }
  if (error instanceof QueueUnavailable) {
    return {
      what: `Pub/Sub could not be asked: ${causeOf(error)}`,
      doThis: `Repeat the command: sending twice does no harm. ${CREDENTIALS}; and WORK_TOPIC.`,
      exit: EXIT.failed,
    };
  }
  if (error instanceof GoogleTrouble) {
    return {
      what: `Google Calendar refused (${error.name}): ${error.message}`,
      doThis: 'See: confsync doctor',
      exit: EXIT.failed,
    };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    what: `this is a bug of confsync\n${text}`,
    doThis: 'Please report it with the text above.',
    exit: EXIT.failed,
  };
}

function causeOf(error: Error): string {
  const { cause } = error;
  const text = cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
  return text.split('\n')[0]?.slice(0, 300) ?? error.message;
}
