/** The two parts of a request's target, as `request.url` has it. */
export interface Target {
  /** Percent-encoded. */
  readonly path: string;
  /** What stands behind the first question mark; empty where there is none. */
  readonly search: string;
}

/** Splits a target at its first question mark; a second one belongs to the search (RFC 3986, 3.4). */
export function splitTarget(target: string): Target {
  const end = target.indexOf('?');
  return end < 0 ? { path: target, search: '' } : { path: target.slice(0, end), search: target.slice(end + 1) };
}
