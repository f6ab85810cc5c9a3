/**
 * Conditions on a request, https://www.rfc-editor.org/rfc/rfc9110#section-13: two back ends that edit one record lose no write. An entity
 * tag names what a caller sees of a record, and nothing else, so that it is the same wherever the record is shown.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BadRequest } from '../../shared/domain/errors.ts';

/** Tags as they came, with quotes and `W/`; `*` stands for anything that is there. */
type Tags = readonly string[] | '*';

/** What must hold for the request to be done. */
export interface Conditions {
  readonly ifMatch: Tags | undefined;
  readonly ifNoneMatch: Tags | undefined;
}

const TAG = /(?:W\/)?"[\x21\x23-\x7e]*"/g;
const TAGS = new RegExp(`^\\s*${TAG.source}(?:\\s*,\\s*${TAG.source})*\\s*$`);

/** The tag of what a caller sees; strong, since the same tag means the same bytes. */
export function entityTagOf(view: Readonly<Record<string, unknown>>): string {
  return `"${createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 27)}"`;
}

/** @throws BadRequest for a header that holds no entity tags */
export function readConditions(headers: IncomingHttpHeaders): Conditions {
  return {
    ifMatch: readTags('If-Match', headers['if-match']),
    ifNoneMatch: readTags('If-None-Match', headers['if-none-match']),
  };
}

/** Whether If-Match holds for what is there now; undefined for nothing. A weak tag never does: it does not say that all is the same. */
export function holdsMatch({ ifMatch }: Conditions, tag: string | undefined): boolean {
  if (ifMatch === undefined) return true;
  return tag !== undefined && (ifMatch === '*' || ifMatch.includes(tag));
}

/** Whether If-None-Match holds; here a weak tag counts like the strong one. */
export function holdsNoneMatch({ ifNoneMatch }: Conditions, tag: string | undefined): boolean {
  if (ifNoneMatch === undefined || tag === undefined) return true;
  return ifNoneMatch !== '*' && !ifNoneMatch.some((known) => known.replace(/^W\//, '') === tag);
}

function readTags(name: string, header: string | undefined): Tags | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  if (!TAGS.test(header))
    throw new BadRequest(`${name} must be * or entity tags in quotes, as the header ETag of an answer has them`);
  return header.match(TAG) ?? [];
}
