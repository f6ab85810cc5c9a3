/** A request as it came over a connection or in a batch, and what it asks of the API. */
import { splitTarget } from '../../split-target.ts';
import { ApiError } from '../wire/api-error.ts';
import type { CalendarRequest } from '../wire/requests.ts';

/** See the head of this file. */
export interface RawRequest {
  readonly method: string;
  /** Percent-encoded path with its query. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/**
 * The call that a request makes. A POST may name another method in `X-HTTP-Method-Override`; where that is GET, a form in its body is its
 * query, as clients send queries that are too long for an address.
 * @throws ApiError 400 for a body that is no JSON
 */
export function callOf({ method, target, headers, text }: RawRequest): CalendarRequest {
  const { path, search } = splitTarget(target);
  const override = headers['x-http-method-override'];
  const verb = method === 'POST' && typeof override === 'string' ? override.toUpperCase() : method;
  const isForm = String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
  const query = new URLSearchParams(isForm && verb === 'GET' ? `${search}&${text}` : search);
  const body = isForm && verb === 'GET' ? undefined : parse(text);
  return { method: verb, path, query, headers, body };
}

function parse(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'global', 'parseError', 'Parse Error');
  }
}
