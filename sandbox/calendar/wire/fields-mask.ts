/**
 * Partial responses: the `fields` parameter of every Google API, `a,b(c,d),e/f` and `*`
 * (https://developers.google.com/workspace/calendar/api/guides/performance#partial-response).
 */
import { invalidParameter } from './api-error.ts';
import { isObject, type JsonObject } from './json.ts';

/** What a mask lets through of an object; `all` is everything. */
export type FieldsMask =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly members: ReadonlyMap<string, FieldsMask> };

const ALL: FieldsMask = { kind: 'all' };
const DEPTH_MAX = 20;
const CACHED_MAX = 100;
const cache = new Map<string, FieldsMask>();

/**
 * Parses a mask.
 * @throws ApiError 400
 */
export function parseFieldsMask(text: string): FieldsMask {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const parser = { text, at: 0 };
  const mask = parseList(parser, 0);
  if (parser.at !== text.length) throw refused(text);
  if (cache.size >= CACHED_MAX) cache.clear();
  cache.set(text, mask);
  return mask;
}

/** The part of a value that the mask lets through; a list is masked item by item. */
export function applyFieldsMask(mask: FieldsMask, value: unknown): unknown {
  if (mask.kind === 'all') return value;
  if (Array.isArray(value)) return value.map((item) => applyFieldsMask(mask, item));
  return isObject(value) ? maskObject(mask.members, value) : value;
}

function maskObject(members: ReadonlyMap<string, FieldsMask>, object: JsonObject): JsonObject {
  const every = members.get('*');
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    const member = members.get(key) ?? every;
    if (member !== undefined && key !== '__proto__') kept[key] = applyFieldsMask(member, value);
  }
  return kept;
}

interface Parser {
  readonly text: string;
  at: number;
}

function parseList(parser: Parser, depth: number): FieldsMask {
  if (depth > DEPTH_MAX) throw refused(parser.text);
  const members = new Map<string, FieldsMask>();
  do {
    const { name, mask } = parseField(parser, depth);
    members.set(name, joined(members.get(name), mask));
  } while (take(parser, ','));
  return { kind: 'some', members };
}

function parseField(parser: Parser, depth: number): { name: string; mask: FieldsMask } {
  const name = /^\s*([A-Za-z0-9_\-$.]+|\*)\s*/.exec(parser.text.slice(parser.at));
  if (name?.[1] === undefined) throw refused(parser.text);
  parser.at += name[0].length;
  if (take(parser, '/')) {
    if (depth > DEPTH_MAX) throw refused(parser.text);
    const inner = parseField(parser, depth + 1);
    return { name: name[1], mask: { kind: 'some', members: new Map([[inner.name, inner.mask]]) } };
  }
  if (!take(parser, '(')) return { name: name[1], mask: ALL };
  const mask = parseList(parser, depth + 1);
  if (!take(parser, ')')) throw refused(parser.text);
  return { name: name[1], mask };
}

/** A field named twice lets through what either naming does. */
function joined(one: FieldsMask | undefined, other: FieldsMask): FieldsMask {
  if (one === undefined) return other;
  if (one.kind === 'all' || other.kind === 'all') return ALL;
  const members = new Map(one.members);
  for (const [name, mask] of other.members) members.set(name, joined(members.get(name), mask));
  return { kind: 'some', members };
}

function take(parser: Parser, character: string): boolean {
  if (parser.text[parser.at] !== character) return false;
  parser.at += 1;
  while (parser.text[parser.at] === ' ') parser.at += 1;
  return true;
}

function refused(text: string): Error {
  return invalidParameter(`Invalid field selection ${text.slice(0, 100)}`, 'fields');
}
