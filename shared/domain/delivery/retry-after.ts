/** The Retry-After header (RFC 9110, 10.2.3): seconds or an HTTP date. Nobody promises it; it is honoured if it comes. */

/** Whoever asks for a longer wait is asked again after this; milliseconds. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

/** How long to wait, RETRY_AFTER_MAX_MS at most, in milliseconds from `now` (Unix milliseconds); undefined without a readable header. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, RETRY_AFTER_MAX_MS);
  // An HTTP date begins with the name of a day; Date.parse alone would take far more.
  const at = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - now), RETRY_AFTER_MAX_MS);
}
