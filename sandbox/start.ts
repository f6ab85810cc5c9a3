/** `npm start`: reads the command line, runs the sandbox, says where everything is, and stops it all on Ctrl-C. */
import { parseArgs } from 'node:util';
import { createJsonLog } from '../shared/adapters/log/json-log.ts';
import { OWN_CALENDAR, runSandbox, type Sandbox } from './run-sandbox.ts';
import { LOOPBACK, type SandboxPorts } from './sandbox-config.ts';

const HELP = `Usage: npm start -- [options]

Runs the whole service on this machine: the four functions, a simulated Google
Calendar, a simulated conference system, and a page to watch them.

Options:
  --port N        first of five ports (default 8080)
  --import FILE   load an .ics file or a recorded events.list answer (JSON) into
                  the calendar of ${OWN_CALENDAR}; may be repeated
  --emulators     keep state and queue in Google's Firestore and Pub/Sub
                  emulators instead of in this process
  --verbose       print the log of the functions
  --help          print this

Settings such as CANCEL_GRACE_SECONDS are taken from the environment.

Examples:
  npm start
  npm start -- --port 9000 --import calendar.ics
  npm start -- --emulators --verbose
`;

const PORT_MAX = 65_531;

const options = readOptions();
if (options !== undefined) await run(options);

interface Options {
  readonly firstPort: number;
  readonly imports: readonly string[];
  readonly hasEmulators: boolean;
  readonly isVerbose: boolean;
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '8080' },
        import: { type: 'string', multiple: true, default: [] },
        emulators: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return undefined;
    }
    const firstPort = Number(values.port);
    if (!Number.isInteger(firstPort) || firstPort < 1 || firstPort > PORT_MAX) {
      throw new Error(`--port must be a whole number from 1 to ${PORT_MAX}`);
    }
    return { firstPort, imports: values.import, hasEmulators: values.emulators, isVerbose: values.verbose };
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nTry: npm start -- --help\n`);
    process.exitCode = 2;
    return undefined;
  }
}

async function run({ firstPort, imports, hasEmulators, isVerbose }: Options): Promise<void> {
  const print = (text: string): void => void (isVerbose && process.stdout.write(`${text}\n`));
  let sandbox: Sandbox;
  try {
    if (hasEmulators) process.stdout.write('Starting the Firestore and Pub/Sub emulators ...\n');
    sandbox = await runSandbox({ firstPort, imports, hasEmulators, env: process.env, log: createJsonLog({ print }) });
  } catch (error) {
    process.stderr.write(`${explained(error)}\n`);
    process.exitCode = 1;
    return;
  }
  for (const line of sandbox.importReport) process.stdout.write(`${line}\n`);
  process.stdout.write(welcome(sandbox.ports, hasEmulators));
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second Ctrl-C does not wait.
      if (isStopping) process.exit(1);
      isStopping = true;
      process.stdout.write('Stopping ...\n');
      void sandbox.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

function welcome(ports: SandboxPorts, hasEmulators: boolean): string {
  const at = (port: number): string => `http://${LOOPBACK}:${port}`;
  return `
  Console               ${at(ports.console)}
  Simulated Calendar    ${at(ports.console)}/calendar/v3/calendars/${OWN_CALENDAR}/events
  Conference system     ${at(ports.console)}/conference/conferences
  receiveNotification   ${at(ports.receiveNotification)}
  syncCalendar          ${at(ports.syncCalendar)}
  renewChannels         ${at(ports.renewChannels)}   called every second
  manageCalendars       ${at(ports.manageCalendars)}/v1/calendars
  State and queue       ${hasEmulators ? "Google's emulators" : 'in this process, gone when it ends'}

Register a calendar in the console, or with
  curl -X PUT ${at(ports.manageCalendars)}/v1/calendars/${OWN_CALENDAR} -H 'content-type: application/json' -d '{"subject":"${OWN_CALENDAR}"}'

Ctrl-C stops everything.
`;
}

function explained(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${error.port} is taken. Stop what uses it, or choose another block of five: npm start -- --port 9000`;
  }
  return messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
