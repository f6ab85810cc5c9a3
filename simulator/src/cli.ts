#!/usr/bin/env node
/** `calendar-simulator`: reads the command line, runs the simulator, says where it is, and stops on Ctrl-C. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { MalformedSeed, readSeed, type Seed } from './seed.ts';
import { type Simulator, type StartOptions, start } from './start.ts';

const HELP = `Usage: calendar-simulator [options]

Serves a simulated Google Calendar on this machine.

Options:
  --port N        default 8085; 0 takes any that is free
  --host NAME     default 127.0.0.1, which nobody else reaches
  --user ADDRESS  whose calendar is there (default alice@example.com)
  --seed FILE     JSON: calendars, events, tokens, OAuth clients
  --import FILE   an .ics file or a recorded events.list answer, for the
                  calendar of --user; may be repeated
  --clock DATE    stand still at this moment, such as 2027-01-20T09:00:00Z
  --latency MS    how long each answer of the API takes at least
  --help          print this

Examples:
  calendar-simulator
  calendar-simulator --port 0 --seed world.json --clock 2027-01-20T09:00:00Z
  calendar-simulator --import team.ics --latency 80
`;

const PORT_MAX = 65_535;

const options = await readOptions();
if (options !== undefined) await run(options);

async function readOptions(): Promise<StartOptions | undefined> {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '8085' },
        host: { type: 'string', default: '127.0.0.1' },
        user: { type: 'string', default: 'alice@example.com' },
        seed: { type: 'string' },
        import: { type: 'string', multiple: true, default: [] },
        clock: { type: 'string' },
        latency: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return undefined;
    }
    if (!values.user.includes('@')) throw new Error('--user has to be an address');
    return {
      port: numberOf(values.port, '--port', PORT_MAX),
      host: values.host,
      user: values.user,
      imports: values.import,
      latencyMs: numberOf(values.latency, '--latency', 600_000),
      clock: values.clock,
      seed: values.seed === undefined ? undefined : await seedOf(values.seed),
    };
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nTry: calendar-simulator --help\n`);
    process.exitCode = 2;
    return undefined;
  }
}

function numberOf(text: string, name: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= max) return number;
  throw new Error(`${name} has to be a whole number from 0 to ${max}`);
}

async function seedOf(path: string): Promise<Seed> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`--seed ${path} cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    return readSeed(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof MalformedSeed ? cause.message : `it is not JSON: ${messageOf(cause)}`;
    throw new Error(`--seed ${path}: ${why}`, { cause });
  }
}

async function run(chosen: StartOptions): Promise<void> {
  let simulator: Simulator;
  try {
    simulator = await start(chosen);
  } catch (error) {
    process.stderr.write(`${explained(error, chosen)}\n`);
    process.exitCode = 1;
    return;
  }
  for (const line of simulator.importReport) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `Calendar API  ${simulator.url}/calendar/v3/\nControl API   ${simulator.url}/control\nConsent page  ${simulator.url}/o/oauth2/v2/auth\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void simulator.close().then(() => process.exit(0));
    });
  }
}

function explained(error: unknown, { port }: StartOptions): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `Port ${port} is taken. Stop what uses it, or choose another: --port 0 takes any that is free`;
  }
  return messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
