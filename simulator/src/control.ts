/**
 * The control API, by which a test decides about the simulator over HTTP. JSON in, JSON out; a refusal is a problem detail (RFC 9457).
 *   GET  /control            the clock, the calendars with their numbers of events, the open channels
 *   POST /control/reset      everything as at the start
 *   POST /control/seed       a seed: its calendars, events and tokens are added
 *   POST /control/clock      {"freeze": DATE or true} | {"advanceMs": N} | {"run": true}
 *   POST /control/tokens     {"TOKEN": "ADDRESS"}
 *   POST /control/oauth      {"revoke": ADDRESS} | {"testing": BOOLEAN} | {"down": BOOLEAN}
 *   GET  /control/requests   what was asked, DELETE forgets it
 *   GET  /control/view       ?user=ADDRESS&calendarId=ID: what he would see
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject } from '../../sandbox/calendar/wire/json.ts';
import { readBody } from '../../sandbox/read-body.ts';
import { splitTarget } from '../../sandbox/split-target.ts';
import { MalformedSeed, readSeed } from './seed.ts';
import type { Simulation } from './simulation.ts';

/** A seed with a hundred thousand events has some fifty megabytes. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;

/** What a control request cannot be answered for; the message is for people. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers a request below `/control` and says true; says false for any other path. It never rejects. */
export function answerControl(
  simulation: Simulation,
  request: IncomingMessage,
  response: ServerResponse,
): false | Promise<true> {
  const { path, search } = splitTarget(request.url ?? '/');
  if (path !== '/control' && !path.startsWith('/control/')) return false;
  return answer(simulation, path, search, request, response);
}

async function answer(
  simulation: Simulation,
  path: string,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<true> {
  try {
    const text = await readBody(request, BODY_BYTES_MAX);
    if (text === undefined) throw new Refused(413, `A body has at most ${BODY_BYTES_MAX} bytes.`);
    const call = `${request.method} ${path.slice('/control'.length)}`;
    send(response, 200, await answerOf(simulation, call, new URLSearchParams(search), text));
  } catch (error) {
    sendProblem(response, error);
  }
  return true;
}

async function answerOf(simulation: Simulation, call: string, query: URLSearchParams, text: string): Promise<unknown> {
  switch (call) {
    case 'GET ':
      break;
    case 'POST /reset':
      await simulation.reset();
      break;
    case 'POST /seed':
      simulation.add(readSeed(parse(text)));
      break;
    case 'POST /clock':
      setClock(simulation, parse(text));
      break;
    case 'POST /tokens':
      for (const [token, user] of tokensOf(parse(text))) simulation.giveToken(token, user);
      break;
    case 'POST /oauth':
      setOAuth(simulation, parse(text));
      break;
    case 'GET /requests':
      return { requests: simulation.log.list() };
    case 'DELETE /requests':
      simulation.log.clear();
      return { requests: [] };
    case 'GET /view': {
      const user = query.get('user');
      if (user === null) throw new Refused(400, 'Say whose view: /control/view?user=alice@example.com');
      return { user, calendars: simulation.viewOf(user, query.get('calendarId') ?? undefined) };
    }
    default:
      throw new Refused(404, `There is no ${call.replace(' ', ' /control')} here; simulator/README.md has the list.`);
  }
  return stateOf(simulation);
}

function stateOf({ clock, calendar, tokens }: Simulation): object {
  return {
    clock: { now: new Date(clock.now()).toISOString(), frozen: clock.isFrozen },
    calendars: calendar.calendarIds().map((id) => ({ id, events: calendar.events(id).length })),
    users: [...new Set(Object.values(tokens))],
    channels: calendar.openChannels(),
  };
}

function setClock({ clock }: Simulation, wish: unknown): void {
  const { freeze, advanceMs, run, ...rest } = isObject(wish) ? wish : { nothing: true };
  if (Object.keys(rest).length > 0) throw new Refused(400, 'A clock takes "freeze", "advanceMs" or "run".');
  if (run === true) clock.run();
  if (freeze === true) clock.freeze();
  else if (typeof freeze === 'string' || typeof freeze === 'number') clock.freeze(freeze);
  if (typeof advanceMs === 'number') clock.advance(advanceMs);
}

/** `testing`: refresh tokens of an app in testing end after seven days. `down`: the endpoints for tokens answer 503. */
function setOAuth({ oauth }: Simulation, wish: unknown): void {
  const { revoke, testing, down, ...rest } = isObject(wish) ? wish : { nothing: true };
  const isUnderstood =
    Object.keys(rest).length === 0 &&
    (revoke === undefined || typeof revoke === 'string') &&
    [testing, down].every((flag) => flag === undefined || typeof flag === 'boolean');
  if (!isUnderstood)
    throw new Refused(400, 'OAuth takes "revoke" with an address, "testing" or "down" with true or false.');
  if (typeof revoke === 'string') oauth.grants.revokeUser(revoke.toLowerCase());
  if (typeof testing === 'boolean') oauth.grants.isTesting = testing;
  if (typeof down === 'boolean') oauth.isDown = down;
}

function tokensOf(value: unknown): readonly (readonly [string, string])[] {
  const entries = isObject(value) ? Object.entries(value) : [];
  return entries.map(([token, user]) => {
    if (typeof user !== 'string' || !user.includes('@')) throw new Refused(400, 'A token belongs to an address.');
    return [token, user];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, 'The body is not JSON.');
  }
}

function sendProblem(response: ServerResponse, error: unknown): void {
  if (error instanceof Refused || error instanceof MalformedSeed || error instanceof RangeError) {
    const status = error instanceof Refused ? error.status : 400;
    send(
      response,
      status,
      { type: 'about:blank', title: 'Refused', status, detail: error.message },
      'application/problem+json',
    );
    return;
  }
  // The caller went away, or the simulator has a bug: better no answer than a wrong one.
  response.destroy();
}

function send(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
