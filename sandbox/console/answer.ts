/** Answers and bodies of the console's own HTTP interface. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../read-body.ts';

/** The request cannot be understood or may not be made; `detail` is for the person on the page. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

const BODY_BYTES_MAX = 1_048_576;

/** Sends JSON; without a body where there is nothing to say. */
export function sendJson(response: ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) {
    response.writeHead(status, { 'cache-control': 'no-store' }).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Sends an error as RFC 9457 problem details. */
export function sendProblem(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify({ type: 'about:blank', status, title: TITLES.get(status) ?? 'Error', detail }));
}

const TITLES: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [413, 'Content Too Large'],
  [422, 'Unprocessable Content'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
]);

/**
 * The body as parsed JSON; undefined for an empty one.
 * @throws Refused 400, 413
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) throw new Refused(413, `Bodies may have up to ${BODY_BYTES_MAX} bytes.`);
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused(400, 'The body is not JSON.');
  }
}
