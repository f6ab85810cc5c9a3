/** A request to the simulated Calendar, as data: the HTTP listener and in-process callers share it. */
import { badRequest } from './api-error.ts';
import { isObject, type JsonObject } from './json.ts';

/** The query of a request; a repeated parameter is a list. */
export type QueryInput = URLSearchParams | Readonly<Record<string, string | readonly string[] | undefined>>;

/** One call of the REST API. */
export interface CalendarRequest {
  readonly method: string;
  /** Percent-encoded, from `/calendar/v3` on, without the query. */
  readonly path: string;
  readonly query?: QueryInput;
  /** Names in any case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed JSON; undefined where the request has none. */
  readonly body?: unknown;
}

/** The query parameters of a request, by name. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** The query in its one form. */
export function readQuery(input: QueryInput | undefined): Query {
  const query = new Map<string, string[]>();
  if (input === undefined) return query;
  const pairs = input instanceof URLSearchParams ? input : Object.entries(input);
  for (const [name, value] of pairs) {
    if (value === undefined) continue;
    const values = typeof value === 'string' ? [value] : value;
    const known = query.get(name);
    if (known === undefined) query.set(name, [...values]);
    else known.push(...values);
  }
  return query;
}

/** A header by its lower-case name; of several values the first. */
export function headerOf(request: CalendarRequest, name: string): string | undefined {
  const headers = request.headers ?? {};
  const direct = headers[name];
  const found = direct ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' || found === undefined ? found : found[0];
}

/**
 * The body as an object; an absent one is empty.
 * @throws ApiError 400 for any other JSON value
 */
export function bodyOf(request: CalendarRequest): JsonObject {
  const { body } = request;
  if (body === undefined || body === null || body === '') return {};
  if (!isObject(body)) throw badRequest('Invalid JSON payload received.');
  return body;
}
