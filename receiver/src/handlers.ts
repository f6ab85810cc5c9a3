/** The receiver in the frameworks of Node and in everything that speaks the Fetch API. Nothing of them is imported. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Receiver, type Reply, refusal } from './receiver.ts';

/**
 * For `http.createServer(nodeHandler(receiver))`, and for Express: `app.post('/hooks', nodeHandler(receiver))`. In Express it stands before
 * `express.json()`, since the signature is over the raw bytes; where `express.raw()` or a cloud's framework has kept those, they are taken.
 */
export function nodeHandler(receiver: Receiver): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void answer(receiver, request).then((reply) => {
      if (reply === undefined) return response.destroy();
      // What was not read of a body must not be taken for the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      return response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
    });
  };
}

/** What `fastifyPlugin` uses of Fastify. */
export interface FastifyLike {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    parser: (request: unknown, body: Buffer, done: (error: null, body: Buffer) => void) => void,
  ): void;
  post(
    path: string,
    handler: (
      request: { headers: IncomingMessage['headers']; body: unknown },
      reply: { code(status: number): { headers(headers: Record<string, string>): { send(body: string): unknown } } },
    ) => Promise<unknown>,
  ): void;
}

/** For `fastify.register(fastifyPlugin(receiver, '/hooks'))`; the parsers of your other routes stay as they are. */
export function fastifyPlugin(receiver: Receiver, path: string): (fastify: FastifyLike) => Promise<void> {
  return async (fastify) => {
    fastify.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: receiver.bodyBytesMax } as const;
    fastify.addContentTypeParser('*', options, (_, body, done) => done(null, body));
    fastify.post(path, async ({ headers, body }, response) => {
      const reply = await receiver.receive(headers, body instanceof Uint8Array ? body : new Uint8Array());
      return response.code(reply.status).headers(reply.headers).send(reply.body);
    });
  };
}

/** `Request` in, `Response` out: Hono, Next.js, Deno, Bun, Cloudflare Workers. */
export function fetchHandler(receiver: Receiver): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'POST') return toResponse(notPost);
    const body = await read(receiver, request.body ?? []).catch(() => undefined);
    if (body === undefined) return toResponse(refusal(400, 'the body did not arrive'));
    if ('status' in body) return toResponse(body);
    return toResponse(await receiver.receive(Object.fromEntries(request.headers), body));
  };
}

const notPost: Reply = { ...refusal(405, 'deliveries come by POST'), headers: { allow: 'POST' } };

/** Undefined where the sender has gone away. */
async function answer(receiver: Receiver, request: IncomingMessage): Promise<Reply | undefined> {
  if (request.method !== 'POST') return notPost;
  const kept = keptBytes(request);
  if (kept !== undefined) return receiver.receive(request.headers, kept);
  if (request.readableEnded) return refusal(500, 'the body was parsed before it was verified: put the receiver first');
  const body = await read(receiver, request.iterator({ destroyOnReturn: false })).catch(() => undefined);
  if (body === undefined || 'status' in body) return body;
  return receiver.receive(request.headers, body);
}

function keptBytes(request: IncomingMessage & { rawBody?: unknown; body?: unknown }): Uint8Array | undefined {
  return [request.rawBody, request.body].find((kept) => kept instanceof Uint8Array);
}

/** The bytes of a body, within the bounds of size and time; or what to answer instead. Rejects where the sender goes away. */
async function read(
  { bodyBytesMax, timeoutMs }: Receiver,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Uint8Array | Reply> {
  const late = AbortSignal.timeout(timeoutMs);
  const tooLate = new Promise<Reply>((resolve) => {
    late.addEventListener('abort', () => resolve(refusal(408, 'the body took too long')), { once: true });
  });
  const whole = async (): Promise<Uint8Array | Reply> => {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of body) {
      length += part.length;
      if (length > bodyBytesMax) return refusal(413, `bodies may have up to ${bodyBytesMax} bytes`);
      parts.push(part);
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };
  return Promise.race([whole(), tooLate]);
}

function toResponse({ status, headers, body }: Reply): Response {
  return new Response(body === '' ? null : body, { status, headers: { ...headers } });
}
