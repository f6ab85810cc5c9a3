/** Query parameters, read one by one: each is what it should be, absent, or a 400 in Google's words. */
import { badRequest, invalid, invalidParameter, required } from './api-error.ts';
import type { Query } from './requests.ts';

/** Parameters that every method knows (https://developers.google.com/workspace/calendar/api/v3/reference). */
const STANDARD: ReadonlySet<string> = new Set([
  '$.xgafv',
  'access_token',
  'alt',
  'callback',
  'fields',
  'key',
  'oauth_token',
  'prettyPrint',
  'quotaUser',
  'uploadType',
  'upload_protocol',
  'userIp',
]);

/**
 * Refuses a parameter that the method does not know.
 * @throws ApiError 400
 */
export function refuseUnknown(query: Query, known: ReadonlySet<string>): void {
  for (const name of query.keys()) {
    if (STANDARD.has(name) || known.has(name)) continue;
    throw badRequest(
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
    );
  }
}

/** The parameter's text; of several the last. */
export function textParameter(query: Query, name: string): string | undefined {
  return query.get(name)?.at(-1);
}

/**
 * The text of a parameter that the method cannot do without.
 * @throws ApiError 400
 */
export function requiredParameter(query: Query, name: string): string {
  const text = textParameter(query, name);
  if (text === undefined || text === '') throw required(`Required parameter: ${name}`);
  return text;
}

/** One of a few words. */
export function choiceParameter(query: Query, name: string, choices: readonly string[]): string | undefined {
  const text = textParameter(query, name);
  if (text === undefined || choices.includes(text)) return text;
  throw invalidParameter(`Invalid value '${text}'. Allowed values: [${choices.join(', ')}]`, name);
}

/** `true` or `false`. */
export function flagParameter(query: Query, name: string): boolean | undefined {
  const text = textParameter(query, name);
  if (text === undefined) return undefined;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw invalidParameter(`Invalid boolean value: '${text}'.`, name);
}

/** A whole number from 1 on; a larger one than `max` counts as `max`. */
export function countParameter(query: Query, name: string, defaultValue: number, max: number): number {
  const text = textParameter(query, name);
  if (text === undefined) return defaultValue;
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) {
    throw invalidParameter(`Invalid value '${text}'. Values must be within the range: [1, ${max}]`, name);
  }
  return Math.min(Number(text), max);
}

/** An RFC 3339 instant with its offset, in Unix milliseconds. */
export function instantParameter(query: Query, name: string): number | undefined {
  const text = textParameter(query, name);
  if (text === undefined) return undefined;
  const instantMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(instantMs)) throw badRequest();
  return instantMs;
}

/** `name=value` pairs, as property filters have them. */
export function pairsParameter(query: Query, name: string): readonly (readonly [string, string])[] {
  return (query.get(name) ?? []).map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw invalid('Invalid Value', name);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}
