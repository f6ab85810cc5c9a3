/**
 * What is deployed: registers the five functions. The one that this process runs reads its configuration and opens its adapters at
 * once, so that a wrong configuration fails the deployment and not the first request.
 */
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { ConfigError, parseConfig } from '../shared/config/config.ts';
import { FUNCTION_NAMES, type FunctionName } from '../shared/config/settings.ts';
import { connectCalendarsHandler } from './connect-calendars.ts';
import { Drain } from './drain.ts';
import { installGate } from './gate.ts';
import { outsideDomain } from './leave-domain.ts';
import { logCrashes } from './log-crashes.ts';
import { manageCalendarsHandler } from './manage-calendars.ts';
import { receiveNotificationHandler } from './receive-notification.ts';
import { renewChannelsHandler } from './renew-channels.ts';
import { syncCalendarHandler } from './sync-calendar.ts';
import { traced } from './trace.ts';
import { wireCalendars, wireConnect, wireLog, wireManagement, wireReceiver, wireWorker } from './wire.ts';

const drain = new Drain();

async function build(name: FunctionName): Promise<HttpFunction> {
  const config = parseConfig(process.env, name);
  const log = wireLog(config);
  logCrashes(log);
  switch (name) {
    case 'receiveNotification':
      return receiveNotificationHandler(await wireReceiver(config, log));
    case 'syncCalendar':
      return syncCalendarHandler(await wireWorker(config, log, drain));
    case 'renewChannels':
      return renewChannelsHandler(await wireCalendars(config, log, drain));
    case 'manageCalendars':
      return manageCalendarsHandler(await wireManagement(config, log, drain));
    case 'connectCalendars':
      return connectCalendarsHandler(await wireConnect(config, log, drain));
  }
}

/** The framework takes its target from the environment or from its command line. */
function targetOfProcess(): FunctionName | undefined {
  const { argv, env } = process;
  const at = argv.findIndex((argument) => argument === '--target' || argument.startsWith('--target='));
  const fromLine = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  return FUNCTION_NAMES.find((name) => name === (fromLine ?? env.FUNCTION_TARGET));
}

const built = new Map<FunctionName, Promise<HttpFunction>>();

function handlerOf(name: FunctionName): Promise<HttpFunction> {
  const known = built.get(name) ?? build(name);
  built.set(name, known);
  return known;
}

function handle(name: FunctionName): HttpFunction {
  return async (request, response) => (await handlerOf(name))(request, response);
}

for (const name of FUNCTION_NAMES) http(name, outsideDomain(traced(handle(name))));

const target = targetOfProcess();
if (target !== undefined) {
  installGate(target, drain);
  handlerOf(target).catch((error: unknown) => {
    const text = error instanceof ConfigError ? error.message : `${target} cannot start: ${String(error)}`;
    process.stderr.write(`${text}\n`);
    process.exit(1);
  });
}
