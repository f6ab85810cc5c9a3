#!/usr/bin/env node
/**
 * confsync: what on-call staff type at night. This is the process around the program: its words, its environment, its terminal, its
 * exit code.
 */
import { readFileSync } from 'node:fs';
import { askLine } from './cli/ask-line.ts';
import { overriddenText, readConfigFile } from './cli/config-file.ts';
import { UsageError } from './cli/errors.ts';
import { paintFor } from './cli/paint.ts';
import type { Place } from './cli/places.ts';
import { type ProgramWorld, runProgram } from './cli/program.ts';
import type { Screen, Terminal } from './cli/screen.ts';
import { COMMANDS } from './commands.ts';

const { argv, env, stdin, stdout, stderr } = process;

const terminal: Terminal = {
  canDraw: stderr.isTTY === true,
  canAsk: stdin.isTTY === true && stderr.isTTY === true,
  write: (text) => void stderr.write(text),
  onInterrupt(tell) {
    process.once('SIGINT', tell);
    return () => void process.off('SIGINT', tell);
  },
  ask: (question) => askLine(question, stdin, stderr),
};

/** Google's clients read the environment by themselves, so what was typed becomes part of it. @throws UsageError */
function putIntoEnvironment({ configFile, variables }: Place, screen: Screen): void {
  const shell = { ...process.env };
  if (configFile !== undefined) {
    const file = readConfigFile(configFile, textOf(configFile));
    const overridden = overriddenText(configFile, file, shell, variables);
    if (overridden !== undefined) screen.note(overridden);
    Object.assign(process.env, file);
  }
  Object.assign(process.env, shell, variables);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new UsageError(`${path} cannot be read${code}`, '--config names a file of NAME=VALUE lines');
  }
}

const world: ProgramWorld = {
  commands: COMMANDS,
  now: Date.now,
  print: (text) => void stdout.write(text),
  terminal,
  paint: { stdout: paintFor(stdout.isTTY === true, env), stderr: paintFor(stderr.isTTY === true, env) },
  async open(place, screen) {
    putIntoEnvironment(place, screen);
    // Loaded only when needed: help and completion must not wait for Google's clients.
    const { openServices } = await import('./open-services.ts');
    return openServices(process.env, screen);
  },
};

// Whoever has no credentials is told so in a sentence; what Google's library warns of on the way to it is noise below that.
process.removeAllListeners('warning').on('warning', ({ name, message }) => {
  if (name !== 'MetadataLookupWarning') terminal.write(`${name}: ${message}\n`);
});

// A reader that has seen enough, such as `head`, is no failure.
stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1));
void runProgram(argv.slice(2), world).then((code) => {
  // Connections that linger must not hold the terminal; what was written must be out first.
  stdout.write('', () => stderr.write('', () => process.exit(code)));
});
