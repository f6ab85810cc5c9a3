/** Starts the simulator as a server of this process. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { calendarListener } from '../../sandbox/calendar/serve-calendar.ts';
import type { SimulatedCalendar } from '../../sandbox/calendar/simulated-calendar.ts';
import { oauthListener } from '../../sandbox/oauth/serve-oauth.ts';
import type { SimulatedOAuth } from '../../sandbox/oauth/simulated-oauth.ts';
import type { Clock } from './clock.ts';
import { answerControl } from './control.ts';
import type { LoggedRequest } from './request-log.ts';
import { readSeed, type Seed } from './seed.ts';
import { type SeenCalendar, Simulation } from './simulation.ts';

/** What to start. */
export interface StartOptions {
  /** Default: any that is free. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1, so that nobody else reaches it. */
  readonly host?: string | undefined;
  /** Whose `primary` is meant by a token that is nobody's. Default `alice@example.com`. */
  readonly user?: string | undefined;
  /** What is there at the start. */
  readonly seed?: Seed | undefined;
  /** Files, iCalendar or recorded JSON, whose events go into the user's calendar. */
  readonly imports?: readonly string[] | undefined;
  /** Where the clock stands still, such as `2027-01-20T09:00:00Z`. Default: it runs with the machine's. */
  readonly clock?: string | undefined;
  /** How long each answer of the API takes at least. Default 0. */
  readonly latencyMs?: number | undefined;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`; a client of Google's takes it as its root, with a slash behind. */
  readonly url: string;
  readonly port: number;
  readonly clock: Clock;
  /** What became of the imported files, a sentence each. */
  readonly importReport: readonly string[];
  /** The Calendar itself, for what the API does not offer: faults, splits of series, expiry of tokens. A reset makes a new one. */
  readonly calendar: SimulatedCalendar;
  /** Google's OAuth endpoints, for what they do not offer themselves: grants that a user takes back, an outage, an app in testing. */
  readonly oauth: SimulatedOAuth;
  /** What was asked and answered, the last thousand calls of the API. */
  requests(): readonly LoggedRequest[];
  /** Adds calendars, events and tokens. @throws MalformedSeed */
  seed(seed: Seed): void;
  /** What the user would see. */
  view(user: string, calendarId?: string): readonly SeenCalendar[];
  /** Everything as at the start. */
  reset(): Promise<void>;
  /** Stops it; when it resolves, nothing of it runs any more. */
  close(): Promise<void>;
}

/** A client may keep a connection longer than Node's five seconds. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts a simulator and resolves when it answers.
 * @throws Error in words for people: a port that is taken, a seed or a file that cannot be read
 */
export async function start(options: StartOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', user = 'alice@example.com', imports = [], latencyMs = 0 } = options;
  const { imported, report } = await readImports(imports, user);
  const seed = readSeed(options.seed ?? {});
  const simulation = new Simulation({ user: user.toLowerCase(), seed, imported, clock: options.clock });
  const listenForConsents = oauthListener(simulation.oauth);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (request, response) => {
    if (!(await listenForConsents(request, response))) await answer(simulation, latencyMs, request, response);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const actualPort = portOf(server);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    port: actualPort,
    clock: simulation.clock,
    importReport: report,
    get calendar() {
      return simulation.calendar;
    },
    oauth: simulation.oauth,
    requests: () => simulation.log.list(),
    seed: (more) => simulation.add(readSeed(more)),
    view: (who, calendarId) => simulation.viewOf(who, calendarId),
    reset: () => simulation.reset(),
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all([once(server, 'close'), simulation.close()]);
    },
  };
}

async function answer(
  simulation: Simulation,
  latencyMs: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (await answerControl(simulation, request, response)) return;
  if (latencyMs > 0) await wait(latencyMs);
  // The Calendar of this moment: a reset in between makes a new one.
  const listen = calendarListener(simulation.calendar, ({ method, target }, body, { status, body: answered }) => {
    simulation.log.add(simulation.clock.now(), { method, target, body, status, reason: reasonOf(answered) });
  });
  if (await listen(request, response)) return;
  const detail =
    'Nothing is served here: the API is below /calendar/v3/, the control API below /control, and README.md has the OAuth endpoints.';
  const problem = { type: 'about:blank', title: 'Not found', status: 404, detail };
  response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
}

function reasonOf(body: unknown): string | null {
  const reason: unknown = Object(Object(Object(body).error).errors)[0]?.reason;
  return typeof reason === 'string' ? reason : null;
}

/** iCalendar files need a parser that no other start has to wait for. */
async function readImports(
  paths: readonly string[],
  owner: string,
): Promise<{ imported: unknown[]; report: string[] }> {
  if (paths.length === 0) return { imported: [], report: [] };
  const { importFile } = await import('../../sandbox/import/import-file.ts');
  const imported: unknown[] = [];
  const report: string[] = [];
  for (const path of paths) {
    const { events, problems } = await importFile(path, { owner });
    imported.push(...events);
    report.push(`${path}: ${events.length} events for ${owner}`, ...problems.map((problem) => `  ${problem}`));
  }
  return { imported, report };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
