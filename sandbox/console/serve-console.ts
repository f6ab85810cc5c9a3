/**
 * The console over HTTP, as a listener that another node:http server mounts:
 *   GET  /                           the page; its files under /console/page/ and /console/assets/
 *   GET  /console/state              what a page needs when it opens
 *   GET  /console/events?after=ID    server-sent events from there on
 *   POST /console/actions/{name}     fault {id, on}, replay-dead-letter {id}, drop-dead-letter {id},
 *                                    retry-failure {calendarId, eventId}, send-again {id}, revoke {user}, reset
 *   POST /console/add-on/conferences {calendarId, eventId, solutionName} what the add-on puts into the event
 *   GET  /console/deliveries?conferenceId=ID   what was sent of a conference, newest first
 *   GET  /console/deliveries/ID/curl           one of them as a command line, signed now
 *   any  /console/manage/v1/...      the service's manage API
 *   any  /console/calendar/v3/...    the simulated Calendar, past the faults that strike requests
 * Errors are RFC 9457 problem details. Only pages of this server on this machine may use it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { addConference } from './add-conference.ts';
import { Refused, readJson, sendJson, sendProblem } from './answer.ts';
import { askCalendar } from './ask-calendar.ts';
import { ConsoleDesk } from './console-desk.ts';
import type { ConsoleWorld } from './console-world.ts';
import { readServedFile } from './files.ts';
import { passToManage } from './pass-to-manage.ts';
import { runAction } from './run-action.ts';

/** Answers a request for `/` or below `/console` and says true; says false, and touches nothing, for any other path. */
export type ConsoleListener = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** A console at work. */
export interface Console {
  readonly listener: ConsoleListener;
  /** Ends its timers and streams. */
  close(): void;
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** A console over this sandbox. `tickMs`: how often it looks for what no happening announces. */
export function createConsole(options: {
  readonly world: ConsoleWorld;
  readonly solutionNames?: readonly string[];
  readonly tickMs?: number;
}): Console {
  const { world, solutionNames = ['My Web Conference', 'My Recorded Web Conference'], tickMs = 500 } = options;
  const desk = new ConsoleDesk(world, solutionNames, tickMs);
  return {
    listener: (request, response) => {
      const target = request.url ?? '/';
      if (!URL.canParse(target, 'http://console')) return false;
      const url = new URL(target, 'http://console');
      if (url.pathname !== '/' && url.pathname !== '/console' && !url.pathname.startsWith('/console/')) return false;
      return answer(world, desk, url, request, response);
    },
    close: () => desk.close(),
  };
}

async function answer(
  world: ConsoleWorld,
  desk: ConsoleDesk,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<true> {
  try {
    refuseStrangers(request);
    await route(world, desk, url, request, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else if (error instanceof Refused) sendProblem(response, error.status, error.message);
    else sendProblem(response, 500, error instanceof Error ? error.message : 'Something failed.');
  }
  return true;
}

async function route(
  world: ConsoleWorld,
  desk: ConsoleDesk,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = url;
  if (pathname.startsWith('/console/manage/')) {
    return passToManage(
      world.manageOrigin,
      `${pathname.slice('/console/manage'.length)}${url.search}`,
      request,
      response,
    );
  }
  if (pathname.startsWith('/console/calendar/')) {
    const body = await readJson(request);
    const at = world.now();
    const reply = askCalendar(world.calendar, {
      method: request.method ?? 'GET',
      path: pathname.slice('/console'.length),
      query: url.searchParams,
      headers: plainHeaders(request),
      body,
    });
    if (request.method !== 'GET') desk.noteWrite(at);
    response.writeHead(reply.status, reply.headers);
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
    return;
  }
  if (pathname === '/console/add-on/conferences') {
    only('POST', request);
    return sendJson(response, 200, await addConference(world, await readJson(request)));
  }
  const action = /^\/console\/actions\/([a-z-]+)$/.exec(pathname)?.[1];
  if (action !== undefined) {
    only('POST', request);
    await runAction(world, desk, action, await readJson(request));
    return sendJson(response, 204);
  }
  only('GET', request);
  if (pathname === '/console/deliveries') {
    return sendJson(response, 200, world.deliveries.of(url.searchParams.get('conferenceId') ?? ''));
  }
  const delivery = /^\/console\/deliveries\/(\d+)\/curl$/.exec(pathname)?.[1];
  if (delivery !== undefined) {
    const curl = world.deliveries.curl(Number(delivery));
    if (curl === undefined) throw new Refused(404, 'This delivery is no longer known, or went to a module.');
    return sendJson(response, 200, { curl });
  }
  if (pathname === '/console/state') return sendJson(response, 200, await desk.state());
  if (pathname === '/console/events') {
    if (!desk.stream.open(response, readAfter(url, request))) throw new Refused(503, 'Too many pages are open.');
    return;
  }
  const file = await readServedFile(pathname === '/console' ? '/' : pathname);
  if (file === undefined) throw new Refused(404, 'There is nothing at this address.');
  response.writeHead(200, {
    'content-type': file.type,
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(file.content);
}

/** A page of another site must not reach the sandbox through the browser, not even by a name that points to this machine. */
function refuseStrangers(request: IncomingMessage): void {
  const { host = '', origin } = request.headers;
  if (!LOOPBACK.test(host)) throw new Refused(403, 'The sandbox is for this machine alone.');
  if (origin !== undefined && origin !== `http://${host}`) throw new Refused(403, 'Another site may not use this.');
}

function only(method: string, request: IncomingMessage): void {
  if (request.method !== method) throw new Refused(405, `This address knows ${method} alone.`);
}

function readAfter(url: URL, request: IncomingMessage): number | undefined {
  const text = request.headers['last-event-id'] ?? url.searchParams.get('after');
  const after = Number(text ?? Number.NaN);
  return Number.isSafeInteger(after) ? after : undefined;
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name of ['if-match', 'if-none-match', 'content-type', 'authorization']) {
    const value = headers[name];
    if (typeof value === 'string') plain[name] = value;
  }
  return plain;
}
