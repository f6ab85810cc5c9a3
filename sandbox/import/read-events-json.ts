/**
 * Reads recorded Calendar API traffic: whole `events.list` answers, bare arrays of events, single events, the same in
 * a `{method, status, headers, body}` wrapping, and arrays of all of these (the pages of one listing). Events are
 * taken as they are, odd shapes included, because odd shapes are what recordings are good for.
 */
import { type EventResource, type ImportedEvents, NotImportable } from './imported-events.ts';
import { ProblemList } from './problem-list.ts';

/** Names that turn a careless merge of two objects into a change of every object. */
const POLLUTING = new Set(['__proto__', 'constructor', 'prototype']);
/** Wrappings and pages within each other, far beyond what a recording holds. */
const NESTING_MAX = 8;

/** The events of a recording, and the access role that its (last) list answer names. */
export interface RecordedEvents extends ImportedEvents {
  readonly accessRole?: string;
}

interface Found {
  readonly events: Map<string, EventResource>;
  readonly problems: ProblemList;
  accessRole: string | undefined;
  /** Something that can hold events was seen, be it an empty list. */
  recognised: boolean;
}

/**
 * Reads the events of a recording. Of two events with one id the later stays, as in the pages of a listing.
 * @throws NotImportable for text that is not JSON or holds nothing that looks like events
 */
export function readEventsJson(text: string): RecordedEvents {
  const found: Found = { events: new Map(), problems: new ProblemList(), accessRole: undefined, recognised: false };
  take(parse(text, found.problems), 'the file', 0, found);
  if (!found.recognised) {
    const first = found.problems.list()[0];
    throw new NotImportable(`The JSON holds no Calendar events.${first === undefined ? '' : ` ${first}`}`);
  }
  return {
    events: [...found.events.values()],
    problems: found.problems.list(),
    ...(found.accessRole === undefined ? {} : { accessRole: found.accessRole }),
  };
}

function parse(text: string, problems: ProblemList): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''), (key, value: unknown) => {
      if (!POLLUTING.has(key)) return value;
      problems.add(`A field named "${key}" was left out.`);
      return undefined;
    });
  } catch (cause) {
    if (cause instanceof RangeError) throw new NotImportable('The JSON is nested too deeply.', { cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NotImportable(`The file is not JSON: ${why}`, { cause });
  }
}

function take(json: unknown, place: string, depth: number, found: Found): void {
  if (depth > NESTING_MAX) {
    found.problems.add(`${place}: skipped, wrapped more than ${NESTING_MAX} times.`);
    return;
  }
  if (Array.isArray(json)) {
    if (json.length === 0) found.recognised = true;
    json.forEach((item: unknown, index) => {
      take(item, `${place}, item ${index + 1}`, depth + 1, found);
    });
    return;
  }
  if (!isRecord(json)) {
    found.problems.add(`${place}: skipped, ${json === null ? 'null' : `a ${typeof json}`} is no event.`);
    return;
  }
  if (isRecord(json.error)) takeError(json.error, place, depth, found);
  else if (json.kind === 'calendar#events' || 'items' in json) takeListAnswer(json, place, depth, found);
  else if ('body' in json && !('id' in json)) takeBody(json.body, place, depth, found);
  else takeEvent(json, place, found);
}

/** An answer without `items` is an empty page: recorded answers leave empty lists out. */
function takeListAnswer(answer: Record<string, unknown>, place: string, depth: number, found: Found): void {
  const items = answer.items ?? [];
  if (!Array.isArray(items)) {
    found.problems.add(`${place}: skipped, its items are no list.`);
    return;
  }
  found.recognised = true;
  if (typeof answer.accessRole === 'string') found.accessRole = answer.accessRole;
  take(items, place, depth + 1, found);
}

function takeBody(body: unknown, place: string, depth: number, found: Found): void {
  if (typeof body !== 'string') {
    take(body, place, depth + 1, found);
    return;
  }
  let json: unknown;
  try {
    json = parse(body, found.problems);
  } catch (error) {
    if (!(error instanceof NotImportable)) throw error;
    found.problems.add(`${place}: skipped, its body is not JSON.`);
    return;
  }
  take(json, place, depth + 1, found);
}

function takeError(error: Record<string, unknown>, place: string, depth: number, found: Found): void {
  const text = `an error answer (${textOf(error.code)} ${textOf(error.message)})`;
  if (depth === 0) throw new NotImportable(`The file holds ${text}, no events.`);
  found.problems.add(`${place}: skipped, ${text}.`);
}

function takeEvent(item: Record<string, unknown>, place: string, found: Found): void {
  const { id, kind } = item;
  if ('address' in item || 'resourceId' in item) {
    found.problems.add(`${place}: skipped, it is a channel, no event.`);
    return;
  }
  if (kind !== undefined && kind !== 'calendar#event') {
    found.problems.add(`${place}: skipped, a ${textOf(kind)} is no event.`);
    return;
  }
  if (typeof id !== 'string' || id === '') {
    found.problems.add(`${place}: skipped, it has no id.`);
    return;
  }
  found.recognised = true;
  if (found.events.delete(id)) found.problems.add(`Event ${id} comes more than once; the last was taken.`);
  found.events.set(id, { ...item, id });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Foreign JSON in a sentence; an object can carry a `toString` that is none, so it is written as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
