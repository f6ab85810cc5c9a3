/**
 * The whole sandbox in one process: the simulated Calendar and conference system and the console behind one server, the five functions
 * behind theirs, store and queue embedded or on the official emulators, and a stand-in for Cloud Scheduler.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { WorkerServices } from '../functions/sync-calendar.ts';
import { createGoogleCalendar } from '../shared/adapters/google-calendar/google-calendar.ts';
import { createShadowBackend } from '../shared/adapters/shadow/shadow-backend.ts';
import { systemClock, systemRandom } from '../shared/adapters/system/clock.ts';
import { type Config, channelTermsOf, type Environment } from '../shared/config/config.ts';
import { Breaker } from '../shared/domain/delivery/breaker.ts';
import type { ConferenceBackend, Log } from '../shared/domain/ports.ts';
import { SandboxAddOn } from './add-on/sandbox-add-on.ts';
import { startPushSender } from './calendar/push/push-sender.ts';
import { calendarListener } from './calendar/serve-calendar.ts';
import { SimulatedCalendar } from './calendar/simulated-calendar.ts';
import { conferenceListener } from './conference/serve-conferences.ts';
import { SimulatedConferences } from './conference/simulated-conferences.ts';
import { createConsole } from './console/serve-console.ts';
import { ConsoleFeed } from './console-feed.ts';
import { consoleWorld } from './console-wiring.ts';
import { openConferenceSide } from './deliveries/open-conference-side.ts';
import { importFile } from './import/import-file.ts';
import { oauthListener } from './oauth/serve-oauth.ts';
import {
  type ConferenceChoice,
  LOOPBACK,
  portsFrom,
  type SandboxPorts,
  sandboxConfig,
  WEBHOOK_SECRET,
} from './sandbox-config.ts';
import { connectionSetup, openOAuth, sandboxTokens } from './sandbox-connections.ts';
import { openState, type SandboxState } from './sandbox-state.ts';
import { serveFunctions } from './serve-functions.ts';
import { startScheduler } from './start-scheduler.ts';
import { WorkerSwitch } from './worker-switch.ts';

/** What to run. */
export interface SandboxOptions {
  /** First port of the block of six. */
  readonly firstPort: number;
  readonly hasEmulators: boolean;
  /** Files to load into the calendar `importInto`. */
  readonly imports: readonly string[];
  /** Who is told of conferences; default: the simulated system. */
  readonly conferences?: ConferenceChoice;
  readonly env: Environment;
  /** Takes each line of the service's log as it is written. */
  readonly log: Log;
}

/** A running sandbox. */
export interface Sandbox {
  readonly ports: SandboxPorts;
  /** What was imported, and what of it could not be read; one sentence each. */
  readonly importReport: readonly string[];
  /** What is wrong with the receiver at start, in a sentence; null for nothing. */
  readonly receiverTrouble: string | null;
  /** The variables with which confsync looks after it; null where its state is embedded, and nobody else can. */
  readonly operating: Readonly<Record<string, string>> | null;
  /** Stops everything that was started; resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** The calendar of the user whom the sandbox is seen as. */
export const OWN_CALENDAR = 'alice@example.com';

/**
 * Starts it all.
 * @throws Error in words for people: a port that is taken, a file that cannot be imported, emulators that do not start
 */
export async function runSandbox(options: SandboxOptions): Promise<Sandbox> {
  const ports = portsFrom(options.firstPort);
  const choice = options.conferences ?? { kind: 'simulated' };
  const config = sandboxConfig(ports, options.env, options.hasEmulators, choice);
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    // In reverse order: who depends on others goes first.
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const oauth = openOAuth(ports, OWN_CALENDAR);
    const calendar = new SimulatedCalendar({
      now: Date.now,
      autoCreate: true,
      defaultUser: OWN_CALENDAR,
      userOfToken: (token) => oauth.userOf(token),
      scopesOfToken: (token) => oauth.grants.accessOf(token)?.scopes,
    });
    calendar.addCalendar(OWN_CALENDAR);
    const conferences = new SimulatedConferences({ secrets: [WEBHOOK_SECRET], now: Date.now });
    const importReport = await loadFiles(calendar, options.imports);

    const feed = new ConsoleFeed(options.log);
    const worker = new WorkerSwitch();
    const state = await openState(config, ports, worker, feed);
    closers.push(() => state.close());
    const side = await openConferenceSide({
      choice,
      backend: config.backend,
      simulated: conferences,
      onNews: (conferenceId) => feed.tell({ kind: 'delivery', at: Date.now(), conferenceId }),
      onNotice: (calendarId) => feed.tell({ kind: 'notice', at: Date.now(), calendarId }),
    });
    closers.push(() => side.close());
    const connections = connectionSetup(config);
    const services = wireServices(config, state, worker, feed, side.backend, closers);

    const addOn = openAddOn(calendar, ports);
    const world = consoleWorld({ calendar, oauth, conferences, side, addOn, worker, feed, state, services, ports });
    const console = createConsole({ world });
    closers.push(() => console.close());
    feed.watch(calendar);
    const listeners = [
      calendarListener(calendar),
      oauthListener(oauth),
      conferenceListener(conferences),
      console.listener,
    ];
    closers.push(closerOf(await listen(ports.console, listeners)));
    for await (const server of serveFunctions(services, connections, worker, ports)) closers.push(closerOf(server));

    const pushes = startPushSender(calendar);
    closers.push(() => pushes.close());
    const scheduler = startScheduler(`http://${LOOPBACK}:${ports.renewChannels}`);
    closers.push(() => scheduler.close());
    const operating = state.emulated === null ? null : { ...state.emulated, ...reachedFromOutside(config) };
    return { ports, importReport, receiverTrouble: side.receiver().trouble, operating, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function reachedFromOutside(config: Config): Readonly<Record<string, string>> {
  const { receiverUrl } = channelTermsOf(config);
  return { CALENDAR_AUTH: 'none', CALENDAR_API_ROOT: config.calendarApiRoot, RECEIVER_URL: receiverUrl };
}

function wireServices(
  config: Config,
  state: SandboxState,
  worker: WorkerSwitch,
  feed: ConsoleFeed,
  conferences: ConferenceBackend,
  closers: (() => void)[],
): WorkerServices {
  const base = { clock: systemClock, random: systemRandom, store: state.store, log: feed.log };
  const google = createGoogleCalendar({ auth: sandboxTokens(config, base), rootUrl: config.calendarApiRoot });
  closers.push(() => google.close());
  return {
    ...base,
    google: worker.overCalendar(google),
    queue: state.queue,
    deadLetters: state.deadLetters,
    conferences: config.delivery === 'shadow' ? createShadowBackend(feed.log) : conferences,
    breaker: new Breaker(),
    policy: config.policy,
    channels: channelTermsOf(config),
    isStopping: () => false,
  };
}

/** People's Calendar shows the add-on what they see themselves. */
function openAddOn(calendar: SimulatedCalendar, ports: SandboxPorts): SandboxAddOn {
  return new SandboxAddOn({
    manageOrigin: `http://${LOOPBACK}:${ports.manageCalendars}`,
    readEvent(calendarId, eventId) {
      const path = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events/${encodeURIComponent(eventId)}`;
      const { status, body } = calendar.handle({ method: 'GET', path });
      if (status !== 200) throw new Error(`the Calendar API answered ${status}`);
      return body;
    },
    now: Date.now,
  });
}

async function loadFiles(calendar: SimulatedCalendar, paths: readonly string[]): Promise<string[]> {
  const report: string[] = [];
  for (const path of paths) {
    const { events, problems } = await importFile(path, { owner: OWN_CALENDAR });
    const { loaded, skipped } = calendar.load(OWN_CALENDAR, events);
    report.push(
      `${path}: ${loaded} events in ${OWN_CALENDAR}${skipped > 0 ? `, ${skipped} without an id left out` : ''}`,
    );
    for (const problem of problems) report.push(`  ${problem}`);
  }
  return report;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

async function listen(port: number, listeners: readonly Listener[]): Promise<Server> {
  const server = createServer((request, response) => void answer(listeners, request, response));
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  return server;
}

async function answer(
  listeners: readonly Listener[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url === '/healthz') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
    return;
  }
  for (const listener of listeners) if (await listener(request, response)) return;
  const problem = { type: 'about:blank', title: 'Not found', status: 404, detail: 'There is nothing at this address.' };
  response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
}

function closerOf(server: Server): () => Promise<void> {
  return async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
}
