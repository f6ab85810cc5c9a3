/**
 * What an error answer of Google's says, in the shapes that were seen: `{error: {errors: [{reason}]}}`, the same
 * without the outer object, `{error: "invalid_grant"}` of the token endpoint, and `{error: {details: [{reason}]}}`.
 * Message texts are not read, as they can hold addresses, and nothing is decided by them; but for one that no other word tells.
 */

/** An error body, reduced to what can be decided on. */
export interface ErrorBody {
  /** Google's own word, such as `rateLimitExceeded`; null where it gives none. */
  readonly reason: string | null;
  /** A second word that says more: of the token endpoint such as `invalid_rapt`, in details such as `CONSUMER_SUSPENDED`. */
  readonly subtype: string | null;
  /** The parameter or header at fault, where it is named. */
  readonly location: string | null;
}

/** Our word for an assertion of ours that the token endpoint does not accept. */
export const INVALID_JWT = 'invalid_jwt';

const SILENT: ErrorBody = { reason: null, subtype: null, location: null };

/** Reads the text of an error answer; undefined if it is something else than JSON, such as an HTML page. */
export function readErrorBody(text: string): ErrorBody | undefined {
  if (text.trim() === '') return SILENT;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const outer = field(body, 'error');
  if (typeof outer === 'string') return { ...SILENT, reason: word(outer), subtype: subtypeOf(body) };
  const error = outer ?? body;
  const first = firstOf(field(error, 'errors'));
  const reason = word(field(first, 'reason'));
  const details = field(error, 'details');
  const detailed = Array.isArray(details) ? details.map((detail) => word(field(detail, 'reason'))) : [];
  const detail = detailed.find((found) => found !== null) ?? null;
  if (reason === null) return { ...SILENT, reason: detail };
  // Both can be there, and `forbidden` alone is said of a calendar and of our whole project.
  return { reason, subtype: detail, location: word(field(first, 'location')) };
}

/**
 * The token endpoint says `invalid_grant` of a user's grant and of our own assertion alike: its signature, or its times, where our clock is wrong. Only its
 * description tells them apart: https://developers.google.com/identity/protocols/oauth2/service-account#error-codes.
 */
function subtypeOf(body: unknown): string | null {
  const description = field(body, 'error_description');
  if (typeof description === 'string' && description.startsWith('Invalid JWT')) return INVALID_JWT;
  return word(field(body, 'error_subtype'));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

/** Only an identifier is passed on to messages and logs, never free text. */
function word(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : null;
}
