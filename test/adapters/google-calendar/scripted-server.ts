/** An HTTP server on loopback that gives prepared answers in order and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** One prepared answer. `hang`: none at all; `cut`: the connection breaks in the middle of the body. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes go as they are, everything else as JSON. */
  readonly body?: unknown;
  readonly fault?: 'hang' | 'cut';
}

/** What the server was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The running server. */
export interface ScriptedServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Adds an answer to the queue; without one left the server answers 500 `unscripted`. */
  answer(...answers: readonly ScriptedAnswer[]): void;
  /** Answers this path always alike, without touching the queue. */
  always(path: string, answer: ScriptedAnswer): void;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const queue: ScriptedAnswer[] = [];
  const fixed = new Map<string, ScriptedAnswer>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://scripted.test');
      asked.push({
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      const answer = fixed.get(url.pathname) ?? queue.shift() ?? { status: 500, body: 'unscripted' };
      const { status = 200, headers = {}, body = '', fault } = answer;
      if (fault === 'hang') return;
      const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
      const bytes = Buffer.from(isRaw ? body : JSON.stringify(body));
      response.writeHead(status, {
        ...(!isRaw && { 'content-type': 'application/json; charset=UTF-8' }),
        'content-length': String(bytes.length + (fault === 'cut' ? 10 : 0)),
        ...headers,
      });
      response.write(bytes);
      if (fault === 'cut') setImmediate(() => response.destroy());
      else response.end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the scripted server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    answer: (...answers) => void queue.push(...answers),
    always: (path, answer) => void fixed.set(path, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** An error body in Google's shape. */
export function googleError(
  code: number,
  reason: string,
  extra: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  const message = 'A message that nothing may depend on: alice@example.com';
  const body = { error: { errors: [{ domain: 'global', reason, message, ...extra }], code, message } };
  return { status: code, body };
}
