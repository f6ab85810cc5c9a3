/** Requests from other origins, as Google's APIs answer them: from anywhere, with any header, without cookies. */
import type { IncomingHttpHeaders } from 'node:http';
import type { CalendarAnswer } from '../wire/answers.ts';

const EXPOSED = 'Content-Encoding,Content-Length,Date,ETag,Retry-After,Server,Vary';
const METHODS = 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT';

/** Headers of the answer to a request with an origin; none for any other. */
export function corsHeaders({ origin }: IncomingHttpHeaders): Record<string, string> {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
    vary: 'Origin, X-Origin',
  };
}

/** The answer to a browser that asks first. */
export function preflight(headers: IncomingHttpHeaders): CalendarAnswer {
  const asked = headers['access-control-request-headers'];
  const allowed = asked === undefined ? {} : { 'access-control-allow-headers': asked };
  return {
    status: 200,
    headers: { 'access-control-allow-methods': METHODS, 'access-control-max-age': '3600', ...allowed },
    body: undefined,
  };
}
