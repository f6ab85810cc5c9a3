/**
 * The simulated conference system over HTTP, as a listener that another node:http server mounts:
 *   POST   /conference/webhook             one signed delivery
 *   GET    /conference/conferences         all conferences, a JSON array
 *   DELETE /conference/conferences         forgets all of them (restored from an old backup)
 *   GET    /conference/conferences/{id}    one
 *   GET    /conference/calendars           the last that was told of each calendar itself, a JSON array
 *   GET    /conference/behaviour           {"rules": [...]}
 *   PUT    /conference/behaviour           one rule, a list, or {"rules": [...]}; [] is ordinary behaviour
 * Errors are RFC 9457 problem details. Answers held back end with their connection, so nothing outlives the server.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../read-body.ts';
import { type ConferenceAnswer, jsonAnswer, problemAnswer } from './answers.ts';
import { MalformedBehaviour, readBehaviour } from './read-behaviour.ts';
import type { SimulatedConferences } from './simulated-conferences.ts';

/** Answers a request below `/conference` and says true; says false, and touches nothing, for any other path. */
export type ConferenceListener = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

type Route = (request: IncomingMessage) => ConferenceAnswer | Promise<ConferenceAnswer>;

/** Standard Webhooks asks for bodies below 20 kB; a description of a meeting may hold 8 kB of HTML. */
const BODY_BYTES_MAX = 1_048_576;

/** The listener over the given conference system. It never rejects. */
export function conferenceListener(conferences: SimulatedConferences): ConferenceListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (path !== '/conference' && !path.startsWith('/conference/')) return false;
    return answerRequest(conferences, path.slice('/conference'.length), request, response);
  };
}

async function answerRequest(
  conferences: SimulatedConferences,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<true> {
  const routes = routesAt(conferences, path);
  const route = routes?.get(request.method ?? '');
  let answer: ConferenceAnswer;
  if (routes === undefined) {
    answer = problemAnswer(404, 'Not Found');
  } else if (route === undefined) {
    const refusal = problemAnswer(405, 'Method Not Allowed');
    answer = { ...refusal, headers: { ...refusal.headers, allow: [...routes.keys()].join(', ') } };
  } else {
    try {
      answer = await route(request);
    } catch {
      // Reading failed because the caller went away: there is nobody left to answer.
      response.destroy();
      return true;
    }
  }
  send(answer, response);
  return true;
}

function routesAt(conferences: SimulatedConferences, path: string): ReadonlyMap<string, Route> | undefined {
  switch (path) {
    case '/webhook':
      return new Map([['POST', (request) => receive(conferences, request)]]);
    case '/conferences':
      return new Map<string, Route>([
        ['GET', () => jsonAnswer(200, conferences.list())],
        ['DELETE', () => forgetAll(conferences)],
      ]);
    case '/calendars':
      return new Map<string, Route>([['GET', () => jsonAnswer(200, conferences.calendars())]]);
    case '/behaviour':
      return new Map<string, Route>([
        ['GET', () => jsonAnswer(200, { rules: conferences.behaviour() })],
        ['PUT', (request) => setBehaviour(conferences, request)],
      ]);
    default: {
      const id = /^\/conferences\/([^/]+)$/.exec(path)?.[1];
      return id === undefined ? undefined : new Map([['GET', () => showOne(conferences, id)]]);
    }
  }
}

async function receive(conferences: SimulatedConferences, request: IncomingMessage): Promise<ConferenceAnswer> {
  const body = await readBody(request, BODY_BYTES_MAX);
  return body === undefined ? tooLarge() : conferences.receive({ headers: request.headers, body });
}

function forgetAll(conferences: SimulatedConferences): ConferenceAnswer {
  conferences.forgetAll();
  return { status: 204, headers: {}, body: '', delivery: { kind: 'at_once' } };
}

function showOne(conferences: SimulatedConferences, encodedId: string): ConferenceAnswer {
  let id: string;
  try {
    id = decodeURIComponent(encodedId);
  } catch {
    return problemAnswer(400, 'Bad Request', 'The conference id is not valid percent-encoding.');
  }
  const conference = conferences.get(id);
  return conference === undefined
    ? problemAnswer(404, 'Not Found', 'No such conference is known here.')
    : jsonAnswer(200, conference);
}

async function setBehaviour(conferences: SimulatedConferences, request: IncomingMessage): Promise<ConferenceAnswer> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) return tooLarge();
  try {
    conferences.setBehaviour(readBehaviour(JSON.parse(body)));
  } catch (error) {
    if (error instanceof MalformedBehaviour) return problemAnswer(400, 'Bad Request', `${error.message}.`);
    if (error instanceof SyntaxError) return problemAnswer(400, 'Bad Request', 'The body is not JSON.');
    throw error;
  }
  return jsonAnswer(200, { rules: conferences.behaviour() });
}

/** The answer closes the connection, because the rest of the body is not read. */
function tooLarge(): ConferenceAnswer {
  const answer = problemAnswer(413, 'Content Too Large', `Bodies may have up to ${BODY_BYTES_MAX} bytes.`);
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

function send(answer: ConferenceAnswer, response: ServerResponse): void {
  const { delivery } = answer;
  switch (delivery.kind) {
    case 'at_once':
      write(answer, response);
      return;
    case 'late': {
      const timer = setTimeout(() => write(answer, response), delivery.delayMs);
      response.once('close', () => clearTimeout(timer));
      return;
    }
    case 'never':
      return;
  }
}

function write({ status, headers, body }: ConferenceAnswer, response: ServerResponse): void {
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}
