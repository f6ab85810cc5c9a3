/**
 * The body of a request to the manage API: a JSON object with the members that its operation knows and no others, so that a misspelt
 * wish is not taken for none.
 */
import type { Request } from '@google-cloud/functions-framework';
import { BadRequest } from '../../shared/domain/errors.ts';
import { parseJson, repeatedName } from '../json-text.ts';
import { listed, quoted } from './words.ts';

/** A body of a kind that is not read; the message says what kind it should be. */
export class UnsupportedBody extends Error {}

/** The members of a body, none of them looked at yet. */
export type Members = ReadonlyMap<string, unknown>;

const MEDIA_TYPE = 'application/json';
/** A media type and its parameters, https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1; quotes around a value are left out. */
const PARAMETER = /^\s*([\w!#$%&'*+.^`|~-]+)="?([\w!#$%&'*+.^`|~-]*)"?\s*$/;

/**
 * The members of the body; none where there is no body. `known` is null for an operation that takes no body.
 * @throws BadRequest, UnsupportedBody
 */
export function readBody(request: Request, known: readonly string[] | null): Members {
  const bytes = request.rawBody ?? Buffer.alloc(0);
  if (bytes.length === 0) return new Map();
  if (known === null) throw new BadRequest('this operation takes no body: send the request without one');
  checkType(request.headers['content-type']);
  const value = parseJson(bytes);
  if (value === undefined) throw new BadRequest('the body is no JSON text in UTF-8');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadRequest('the body must be a JSON object');
  const repeated = repeatedName(bytes.toString());
  if (repeated !== undefined) throw new BadRequest(`the body has the member ${quoted(repeated)} twice: send it once`);
  const members = new Map<string, unknown>(Object.entries(value));
  for (const name of members.keys()) {
    if (!known.includes(name))
      throw new BadRequest(
        `the body has the member ${quoted(name)}, which is not known here; known are ${listed(known)}`,
      );
  }
  return members;
}

/** A member that must be there. @throws BadRequest */
export function textMember(members: Members, name: string): string {
  const value = members.get(name);
  if (value === undefined) throw new BadRequest(`${name} is missing: the body must be {"${name}": "..."}`);
  if (typeof value !== 'string') throw new BadRequest(`${name} must be text, and is ${kindOf(value)}`);
  return value;
}

/** A member that may be left out; null where it is. @throws BadRequest */
export function textMemberOrNull(members: Members, name: string): string | null {
  return members.has(name) ? textMember(members, name) : null;
}

/** A list of texts; empty where it is not there. @throws BadRequest */
export function textsMember(members: Members, name: string): readonly string[] {
  const value = members.has(name) ? members.get(name) : [];
  if (!Array.isArray(value)) throw new BadRequest(`${name} must be a list of texts, and is ${kindOf(value)}`);
  return value.map((one: unknown) => {
    if (typeof one !== 'string') throw new BadRequest(`${name} must hold texts only, and holds ${kindOf(one)}`);
    return one;
  });
}

/** A member that is false where it is not there. @throws BadRequest */
export function flagMember(members: Members, name: string): boolean {
  const value = members.has(name) ? members.get(name) : false;
  if (typeof value !== 'boolean') throw new BadRequest(`${name} must be true or false, and is ${kindOf(value)}`);
  return value;
}

function checkType(contentType = ''): void {
  const [type = '', ...parameters] = contentType.split(';');
  const given = type.trim().toLowerCase();
  if (given !== MEDIA_TYPE) {
    const said = given === '' ? 'no content type' : `the content type ${quoted(given)}`;
    throw new UnsupportedBody(`The body has ${said}; send it as ${MEDIA_TYPE}.`);
  }
  for (const parameter of parameters) {
    const [, name = '', value = ''] = PARAMETER.exec(parameter) ?? [];
    if (name.toLowerCase() === 'charset' && value.toLowerCase() !== 'utf-8')
      throw new UnsupportedBody(`The body has the charset ${quoted(value)}; JSON is sent as utf-8.`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `of the type ${typeof value}`;
}
