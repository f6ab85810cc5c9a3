/**
 * Takes single values out of a stored document without trusting it: what is missing or of another type becomes null, and what
 * a record cannot do without becomes an `UnreadableDocument`.
 */
import { Timestamp } from '@google-cloud/firestore';

/** A document's, or a map's, content. */
export type Fields = Readonly<Record<string, unknown>>;

/** A document lacks something without which it would be dangerous to act on it. Never leaves this folder. */
export class UnreadableDocument extends Error {
  constructor(field: string) {
    super(`the field ${field} is missing or not of its type`);
    this.name = 'UnreadableDocument';
  }
}

/** The text of a field, or null. */
export function text(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
}

/** The finite number of a field, or null. */
export function number(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Whether a field is exactly true. */
export function isSet(fields: Fields, name: string): boolean {
  return fields[name] === true;
}

/** The map of a field, or null. */
export function map(fields: Fields, name: string): Fields | null {
  const value = fields[name];
  return isFields(value) ? value : null;
}

/** The maps in a list; anything else in it, or in its place, is left out. */
export function maps(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The values of a list that are among the known ones. */
export function knownOnes<Known extends string>(fields: Fields, name: string, known: readonly Known[]): Known[] {
  const value = fields[name];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => known.find((one) => one === item) ?? []);
}

/** The text of a field if it is one of the known ones, or null. */
export function oneOf<Known extends string>(fields: Fields, name: string, known: readonly Known[]): Known | null {
  const value = fields[name];
  return known.find((one) => one === value) ?? null;
}

/** Unix milliseconds, rounded down, of a field that holds a Firestore timestamp (or, leniently, a number), or null. */
export function moment(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (!(value instanceof Timestamp)) return number(fields, name);
  // `toMillis` rounds to the nearest, which could promise to have seen what was not there yet.
  return value.seconds * 1_000 + Math.floor(value.nanoseconds / 1_000_000);
}

/** @throws UnreadableDocument if the value is null */
export function required<Value>(value: Value | null, name: string): Value {
  if (value === null) throw new UnreadableDocument(name);
  return value;
}

/** A part that may be absent, but not be damaged: null only if the field itself is null or missing. */
export function part<Value>(fields: Fields, name: string, read: (fields: Fields) => Value): Value | null {
  const value = fields[name];
  if (value === null || value === undefined) return null;
  return read(required(map(fields, name), name));
}

/** A part that is rather done without than trusted half: null as well if it cannot be read. */
export function dispensablePart<Value>(fields: Fields, name: string, read: (fields: Fields) => Value): Value | null {
  try {
    return part(fields, name, read);
  } catch (error) {
    if (error instanceof UnreadableDocument) return null;
    throw error;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Timestamp);
}
