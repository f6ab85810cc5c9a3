/**
 * The transport below the generated client. Its own (node-fetch under several copies of the options) allows about
 * half of the calls per second; this one keeps connections alive, reads the answer once and leaves its text unparsed.
 * It makes no retries and follows no redirects, and every answer has a bound.
 */
import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/index.js';
import { untilAborted } from './deadline.ts';

/** The hook of the generated client that makes the HTTP request. */
type Adapter = NonNullable<calendar_v3.Options['adapter']>;

/** What came back, whatever its status. */
export class HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
  constructor(status: number, retryAfter: string | undefined, text: string) {
    this.status = status;
    this.retryAfter = retryAfter;
    this.text = text;
  }
}

/** Nothing came back, or not all of it. */
export class HttpFailure {
  /** In our words, or the system's code such as ECONNREFUSED. */
  readonly reason: string;
  readonly cause: unknown;
  constructor(reason: string, cause: unknown) {
    this.reason = reason;
    this.cause = cause;
  }
}

/** Connections of one client, kept alive between calls. */
export interface HttpExchange {
  /** Resolves in any case, with an HttpAnswer or an HttpFailure as `data`. */
  readonly adapter: Adapter;
  /** Closes idle connections. */
  close(): void;
}

/** A page of 250 events, each with a description and guests of a hundred kilobytes. */
const ANSWER_BYTES_MAX = 32 * 1_024 * 1_024;
/**
 * Only one answer that is longer than this is read at a time. While it is read it lies in memory several times over, as pieces, as bytes,
 * as text: a dozen such answers at once are more than an instance has.
 */
const SMALL_BYTES_MAX = 1_024 * 1_024;
/** Connections per host; calls beyond wait, within their deadline. */
const SOCKETS_MAX = 256;
/** Idle connections are given up before the other side does so, which could strike a call that is just leaving. */
const IDLE_MS = 60_000;

const unzip = promisify(gunzip);

/** Makes the transport. Proxies are taken from the environment, as other clients do, for https only. */
export function createHttpExchange(): HttpExchange {
  const settings = { keepAlive: true, maxSockets: SOCKETS_MAX, timeout: IDLE_MS };
  const plain = new http.Agent(settings);
  const secure = new https.Agent({ ...settings, proxyEnv: process.env });
  const turns = new Turns();

  const adapter: Adapter = async (config) => {
    const headers: Record<string, string> = {};
    config.headers.forEach((value, name) => {
      headers[name] = value;
    });
    const isSecure = config.url.protocol === 'https:';
    const options = { method: config.method ?? 'GET', headers, agent: isSecure ? secure : plain };
    const request = isSecure ? https.request(config.url, options) : http.request(config.url, options);
    const body = typeof config.body === 'string' ? config.body : undefined;
    const data = await exchange(request, body, config.signal ?? new AbortController().signal, turns);
    const status = data instanceof HttpAnswer ? data.status : 0;
    // The client only passes this on; a real Response would be made to be thrown away.
    return { config, data, headers: {}, status } as never;
  };

  return {
    adapter,
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

async function exchange(
  request: http.ClientRequest,
  body: string | undefined,
  signal: AbortSignal,
  turns: Turns,
): Promise<HttpAnswer | HttpFailure> {
  const turn = new Turn(turns, signal);
  const abort = () => request.destroy(new DeadlineOver());
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    request.end(body);
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject);
    });
    const bytes = await readAll(response, turn);
    const isZipped = response.headers['content-encoding'] === 'gzip';
    const text = isZipped ? await unzipAll(bytes, turn) : bytes;
    return new HttpAnswer(response.statusCode ?? 0, response.headers['retry-after'], text.toString());
  } catch (cause) {
    return new HttpFailure(signal.aborted ? 'no answer in time' : reasonOf(cause), cause);
  } finally {
    signal.removeEventListener('abort', abort);
    turn.end();
  }
}

function readAll(response: http.IncomingMessage, turn: Turn): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > ANSWER_BYTES_MAX) response.destroy(new TooLarge());
      else chunks.push(chunk);
      if (length <= SMALL_BYTES_MAX || turn.isAskedFor) return;
      response.pause();
      turn.begin().then(() => response.resume(), reject);
    });
    response.once('end', () => {
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    response.once('error', reject);
  });
}

/** How long it becomes is seen only then: it is unpacked as a short answer first. */
async function unzipAll(bytes: Buffer, turn: Turn): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: turn.isAskedFor ? ANSWER_BYTES_MAX : SMALL_BYTES_MAX });
  } catch (error) {
    if (!isTooLong(error)) throw error;
    if (turn.isAskedFor) throw new TooLarge();
  }
  await turn.begin();
  return unzipAll(bytes, turn);
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/** Long answers are read one after the other, in the order in which they ask for it. */
class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when all before have ended; `ended` is the end of this one. */
  async take(ended: Promise<void>): Promise<void> {
    const before = this.#last;
    this.#last = before.then(() => ended);
    await before;
  }
}

/** The turn of one exchange, which it may never need. It has to be ended in any case, since those behind wait for that. */
class Turn {
  readonly #turns: Turns;
  readonly #signal: AbortSignal;
  readonly #ended = Promise.withResolvers<void>();
  isAskedFor = false;

  constructor(turns: Turns, signal: AbortSignal) {
    this.#turns = turns;
    this.#signal = signal;
  }

  /** Returns when it has come. @throws GoogleUnavailable after the signal */
  begin(): Promise<void> {
    this.isAskedFor = true;
    return untilAborted(this.#turns.take(this.#ended.promise), this.#signal, 'turn to read a long answer');
  }

  end(): void {
    this.#ended.resolve();
  }
}

class DeadlineOver extends Error {}
class TooLarge extends Error {}

function reasonOf(cause: unknown): string {
  if (cause instanceof TooLarge) return 'answer too large';
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'connection failed';
}
