/**
 * Stands before the functions framework and takes each request's body itself. The framework takes bodies up to 1 GiB, unpacks what is
 * compressed, and answers what it cannot read with a page that names files and lines of the code, logging pieces of the body; a
 * receiver that is open to everybody can afford none of it. Here a body has a bound in size and time, is never unpacked, and what is
 * wrong with a request is told by a bare status; the callers of the manage API, who are known, get a sentence with it.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Drain } from './drain.ts';
import { isJson, parseJson } from './json-text.ts';
import { PROBLEM_TYPE, problemText } from './problem.ts';

/** Longest bodies; bytes. A push holds up to 10 MB of message in base64, all others hold next to nothing. */
export const BODY_BYTES_MAX = {
  receiveNotification: 64 * 1_024,
  syncCalendar: 16 * 1_024 * 1_024,
  renewChannels: 64 * 1_024,
  manageCalendars: 64 * 1_024,
  connectCalendars: 64 * 1_024,
};
type FunctionName = keyof typeof BODY_BYTES_MAX;
/**
 * A body that takes longer belongs to somebody who means to hold the connection. Below the timeout of each function: what Cloud Run has to end
 * itself is a 504, which is taken for a failure of ours.
 */
export const BODY_MS_MAX = 8_000;

/** What a request is refused with before a function sees it. */
type Refusal = 400 | 408 | 413 | 415;
const WORDS: Readonly<Record<Refusal, { readonly title: string; readonly detail: string }>> = {
  400: {
    title: 'Bad request',
    detail:
      'The address holds a % that is no escape of UTF-8 text, or the request ended too soon. Encode each ID with encodeURIComponent.',
  },
  408: {
    title: 'Request timeout',
    detail: `The body took longer than ${BODY_MS_MAX / 1_000} seconds. Send the request again.`,
  },
  413: {
    title: 'Content too large',
    detail: `The body has more than ${BODY_BYTES_MAX.manageCalendars} bytes. No operation needs that many.`,
  },
  415: {
    title: 'Unsupported media type',
    detail: 'The body is compressed, which is not read. Send it without Content-Encoding.',
  },
};

/** Published before the server's own listeners are called: https://nodejs.org/api/diagnostics_channel.html#http. */
const STARTED = 'http.server.request.start';

/** A request whose body was read here, marked so that the framework's parsers leave it alone. */
interface TakenRequest extends IncomingMessage {
  body?: unknown;
  rawBody?: Buffer;
  /**
   * body-parser 1 (framework 3, which Google's buildpack puts in where the archive asks for none) goes by this mark and would wait for
   * ever without it; body-parser 2 (framework 4 and 5) sees by itself that the request was read to its end.
   */
  _body?: boolean;
}

/**
 * Puts the gate before the framework's server as its first request arrives; nothing of the framework runs before. From the first byte on,
 * each request is one that `drain`, if there is one, waits for. The returned function lets later servers alone.
 */
export function installGate(target: FunctionName, drain?: Drain): () => void {
  const guarded = new WeakSet<Server>();
  const onStart = (message: unknown): void => {
    const server: unknown =
      typeof message === 'object' && message !== null ? Reflect.get(message, 'server') : undefined;
    if (!(server instanceof Server) || guarded.has(server)) return;
    guarded.add(server);
    drain?.watch(server);
    guard(server, target, drain);
  };
  subscribe(STARTED, onStart);
  return () => unsubscribe(STARTED, onStart);
}

/** Puts the gate before a server of the framework that is at hand and serves this function. */
export function guard(server: Server, target: FunctionName, drain?: Drain): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    drain?.waitFor(response);
    admit(request, response, target, () => {
      for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
    });
  });
}

/** Hands the request on with its body read, or answers it. */
function admit(request: TakenRequest, response: ServerResponse, target: FunctionName, handOn: () => void): void {
  const bytesMax = BODY_BYTES_MAX[target];
  const refuse = target === 'manageCalendars' ? refuseInWords : refuseBarely;
  const refusal = refusalOf(request, bytesMax);
  if (refusal !== undefined) {
    refuse(response, refusal);
    return;
  }
  if (!hasBody(request)) {
    // No body is waited for where none was declared. The framework's parsers would take even a length of 0 for a body.
    request.headers['content-length'] = undefined;
    handOn();
    return;
  }
  read(request, bytesMax, (body) => {
    if (typeof body === 'number') {
      refuse(response, body);
      return;
    }
    // A body without end can turn out to be none; its parsers then find it read.
    if (body.length > 0) {
      request._body = true;
      request.rawBody = body;
      request.body = parsed(body, request.headers['content-type']);
    }
    handOn();
  });
}

/** What the request's head is refused with, if it is. */
function refusalOf(request: IncomingMessage, bytesMax: number): Refusal | undefined {
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = request.headers;
  if (!isReadable(request.url)) return 400;
  if (Number(length ?? 0) > bytesMax) return 413;
  return hasBody(request) && encoding.toLowerCase() !== 'identity' ? 415 : undefined;
}

/** The framework's router fails on an address that is none. */
function isReadable(url = ''): boolean {
  if (!url.startsWith('/')) return false;
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Gives the body, once, or the status that tells why there is none. */
function read(request: IncomingMessage, bytesMax: number, give: (result: Buffer | Refusal) => void): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  const timer = setTimeout(() => end(408), BODY_MS_MAX);
  const end = (result: Buffer | Refusal): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    give(result);
  };
  request
    .on('data', (piece: Buffer) => {
      bytes += piece.length;
      // The rest runs past unkept until the answer has closed the connection.
      if (bytes > bytesMax) end(413);
      else pieces.push(piece);
    })
    .once('end', () => end(Buffer.concat(pieces)))
    .once('error', () => end(400))
    .once('close', () => end(400));
}

/** JSON where it is said to be and is; else the bytes, which no function takes for an object. */
function parsed(body: Buffer, contentType: string | undefined): unknown {
  return isJson(contentType) ? (parseJson(body) ?? body) : body;
}

/** The rest of the request is not read: the answer is the last on its connection. */
function refuseBarely(response: ServerResponse, status: Refusal): void {
  response.writeHead(status, { connection: 'close', 'content-length': '0' }).end();
}

/** The same for callers who are known, as all of the manage API are: they are told what is wrong. */
function refuseInWords(response: ServerResponse, status: Refusal): void {
  const text = problemText({ status, ...WORDS[status] });
  const headers = { 'content-type': PROBLEM_TYPE, 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { connection: 'close', ...headers }).end(text);
}
