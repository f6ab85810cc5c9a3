/** `npm start`: reads the command line, runs the sandbox, says where everything is, and stops it all on Ctrl-C. */
import { parseArgs } from 'node:util';
import { createJsonLog } from '../shared/adapters/log/json-log.ts';
import { OWN_CALENDAR, runSandbox, type Sandbox } from './run-sandbox.ts';
import { type ConferenceChoice, ignoredSettings, LOOPBACK, WEBHOOK_SECRET } from './sandbox-config.ts';

const HELP = `Usage: npm start -- [options]

Runs the whole service on this machine: the five functions, a simulated Google
Calendar, a simulated conference system, and a page to watch them.

Options:
  --port N        first of six ports (default 8080)
  --import FILE   load an .ics file or a recorded events.list answer (JSON) into
                  the calendar of ${OWN_CALENDAR}; may be repeated
  --webhook URL   tell a receiver of your own of conferences, not the simulated one
  --webhook-secret WHSEC
                  its key (default ${WEBHOOK_SECRET})
  --read-back ADDRESS
                  where it says what it keeps, with {conferenceId} in it
  --module FILE   tell a module of your own
  --emulators     keep state and queue in Google's Firestore and Pub/Sub
                  emulators instead of in this process
  --verbose       print the log of the functions
  --help          print this

Settings such as CANCEL_GRACE_SECONDS are taken from the environment.

Examples:
  npm start
  npm start -- --port 9000 --import calendar.ics
  npm start -- --webhook http://localhost:3000/hooks
  npm start -- --module ./my-backend.ts
  npm start -- --emulators --verbose
`;

const PORT_MAX = 65_530;

const options = readOptions();
if (options !== undefined) await run(options);

interface Options {
  readonly firstPort: number;
  readonly imports: readonly string[];
  readonly conferences: ConferenceChoice;
  readonly hasEmulators: boolean;
  readonly isVerbose: boolean;
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '8080' },
        import: { type: 'string', multiple: true, default: [] },
        webhook: { type: 'string' },
        'webhook-secret': { type: 'string' },
        'read-back': { type: 'string' },
        module: { type: 'string' },
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
    return {
      firstPort,
      imports: values.import,
      conferences: readConferences(values),
      hasEmulators: values.emulators,
      isVerbose: values.verbose,
    };
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nTry: npm start -- --help\n`);
    process.exitCode = 2;
    return undefined;
  }
}

interface ConferenceWords {
  readonly webhook?: string | undefined;
  readonly 'webhook-secret'?: string | undefined;
  readonly 'read-back'?: string | undefined;
  readonly module?: string | undefined;
}

function readConferences(words: ConferenceWords): ConferenceChoice {
  const { webhook: url, module: path, 'webhook-secret': secret = WEBHOOK_SECRET, 'read-back': readBack = null } = words;
  if (url !== undefined && path !== undefined) throw new Error('--webhook and --module exclude each other');
  if (url === undefined && (words['webhook-secret'] ?? words['read-back']) !== undefined) {
    throw new Error('--webhook-secret and --read-back belong to --webhook');
  }
  if (readBack !== null && !(URL.canParse(readBack) && readBack.includes('{conferenceId}'))) {
    throw new Error('--read-back is an address with {conferenceId} in it');
  }
  if (path !== undefined) return { kind: 'module', path };
  return url === undefined ? { kind: 'simulated' } : { kind: 'webhook', url, secret, readBack };
}

async function run({ firstPort, imports, conferences, hasEmulators, isVerbose }: Options): Promise<void> {
  const print = (text: string): void => void (isVerbose && process.stdout.write(`${text}\n`));
  let sandbox: Sandbox;
  try {
    if (hasEmulators) process.stdout.write('Starting the Firestore and Pub/Sub emulators ...\n');
    sandbox = await runSandbox({
      firstPort,
      imports,
      conferences,
      hasEmulators,
      env: process.env,
      log: createJsonLog({ print }),
    });
  } catch (error) {
    process.stderr.write(`${explained(error)}\n`);
    process.exitCode = 1;
    return;
  }
  for (const line of sandbox.importReport) process.stdout.write(`${line}\n`);
  const ignored = ignoredSettings(process.env);
  if (ignored.length > 0) {
    process.stdout.write(
      `Ignored, since the sandbox sets them itself (see --webhook and --module): ${ignored.join(', ')}\n`,
    );
  }
  process.stdout.write(welcome(sandbox, conferences));
  if (sandbox.receiverTrouble !== null) process.stdout.write(`${sandbox.receiverTrouble}\n\n`);
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

function welcome({ ports, operating }: Sandbox, conferences: ConferenceChoice): string {
  const at = (port: number): string => `http://${LOOPBACK}:${port}`;
  return `
  Console               ${at(ports.console)}
  Simulated Calendar    ${at(ports.console)}/calendar/v3/calendars/${OWN_CALENDAR}/events
  Conference system     ${conferencesWord(conferences, at(ports.console))}
  receiveNotification   ${at(ports.receiveNotification)}
  syncCalendar          ${at(ports.syncCalendar)}
  renewChannels         ${at(ports.renewChannels)}   called every second
  manageCalendars       ${at(ports.manageCalendars)}/v1/calendars
  connectCalendars      ${at(ports.connectCalendars)}   where POST /v1/connections of the one above leads
  State and queue       ${operating === null ? 'in this process, gone when it ends' : "Google's emulators"}

Register a calendar in the console, or with
  curl -X PUT ${at(ports.manageCalendars)}/v1/calendars/${OWN_CALENDAR} -H 'content-type: application/json' -d '{"subject":"${OWN_CALENDAR}"}'
${operating === null ? '' : `\nLook after it as operators do, here with status:\n  ${confsyncLine(operating)}\n`}
Ctrl-C stops everything.
`;
}

/** One line to copy; `npx node` is the Node that the project brings, which runs the sources. */
function confsyncLine(variables: Readonly<Record<string, string>>): string {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return [...assignments, 'npx node ops/confsync.ts status'].join(' ');
}

function conferencesWord(conferences: ConferenceChoice, root: string): string {
  switch (conferences.kind) {
    case 'simulated':
      return `${root}/conference/conferences`;
    case 'webhook':
      return `your receiver ${conferences.url}, signed with ${conferences.secret === WEBHOOK_SECRET ? WEBHOOK_SECRET : 'your key'}`;
    case 'module':
      return `your module ${conferences.path}`;
  }
}

function explained(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${error.port} is taken. Stop what uses it, or choose another block of six: npm start -- --port 9000`;
  }
  return messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
