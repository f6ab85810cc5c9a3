/** Passes a call of the page on to the service's manage API, which is served on another port, and its answer back. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refused, readJson } from './answer.ts';

const DEADLINE_MS = 10_000;

/**
 * `path` begins with `/v1/calendars` or `/v1/connections` and carries the query.
 * @throws Refused 404 for another path, 502 if nobody answers
 */
export async function passToManage(
  origin: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!/^\/v1\/(?:calendars|connections)(?:[/?]|$)/.test(path))
    throw new Refused(404, 'The manage API begins at /v1/calendars and /v1/connections.');
  const body = await readJson(request);
  let answer: Response;
  try {
    answer = await fetch(`${origin}${path}`, {
      method: request.method ?? 'GET',
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refused(502, 'The manage API does not answer.');
  }
  const text = await answer.text();
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/json',
    'cache-control': 'no-store',
  });
  response.end(text);
}
