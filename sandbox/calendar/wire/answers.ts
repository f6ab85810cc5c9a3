/** An answer of the simulated Calendar, as data. */
import type { JsonObject } from './json.ts';

/** What the API answers. The body is shared with the simulator and frozen wherever it is part of a calendar. */
export interface CalendarAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; a string only for an HTML page; undefined where there is none. */
  readonly body: unknown;
}

/** A JSON answer, with the resource's etag as a header where it has one. */
export function jsonAnswer(body: JsonObject): CalendarAnswer {
  const { etag } = body;
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8' };
  if (typeof etag === 'string') headers.etag = etag;
  return { status: 200, headers, body };
}

/** An answer without a body. */
export function emptyAnswer(status: 204 | 304): CalendarAnswer {
  return { status, headers: {}, body: undefined };
}
