/** The query of a request to the manage API: each parameter that its operation knows at most once, and no others. */
import { BadRequest } from '../../shared/domain/errors.ts';
import { listed, quoted } from './words.ts';

/** The parameters that were given, decoded. */
export type Query = ReadonlyMap<string, string>;

/** @param url address and query as they came. @throws BadRequest */
export function readQuery(url: string, known: readonly string[]): Query {
  const start = url.indexOf('?');
  const pieces =
    start < 0
      ? []
      : url
          .slice(start + 1)
          .split('&')
          .filter((piece) => piece !== '');
  const query = new Map<string, string>();
  for (const piece of pieces) {
    const equals = piece.indexOf('=');
    const name = decoded(equals < 0 ? piece : piece.slice(0, equals));
    if (!known.includes(name))
      throw new BadRequest(
        `the query has the parameter ${quoted(name)}, which is not known here; known are ${listed(known)}`,
      );
    if (query.has(name)) throw new BadRequest(`the query has the parameter ${name} twice; give it once`);
    query.set(name, equals < 0 ? '' : decoded(piece.slice(equals + 1)));
  }
  return query;
}

/** A whole number in decimal digits, from 1 to `most`. @throws BadRequest */
export function countParameter(query: Query, name: string, most: number, otherwise: number): number {
  const text = query.get(name);
  if (text === undefined) return otherwise;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most)
    throw new BadRequest(`${name} must be a whole number from 1 to ${most} in decimal digits, and is ${quoted(text)}`);
  return count;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new BadRequest(
      'the query holds a % that is no escape of UTF-8 text; encode each value with encodeURIComponent',
    );
  }
}
