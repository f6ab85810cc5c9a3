/**
 * What differs between two answers to one request: the status, the members, their types, and the values that a request decides. Values
 * that belong to people or to one side (names, addresses, ids, etags) are compared by their type alone and never shown.
 */

/** An answer, as far as it is compared. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown;
}

/** One difference: where, and how each side has it. */
export interface Difference {
  /** `status`, or a place in the body such as `items[].start.dateTime`. */
  readonly place: string;
  readonly google: string;
  readonly simulator: string;
}

/** Members whose values the request decides, or the API, and not the person whose calendar it is. */
const SHOWN: ReadonlySet<string> = new Set([
  'accessRole',
  'code',
  'date',
  'dateTime',
  'domain',
  'eventType',
  'kind',
  'location',
  'locationType',
  'message',
  'reason',
  'recurrence',
  'sequence',
  'status',
  'timeZone',
  'transparency',
]);

/** All differences, each once. */
export function differencesOf(google: Answer, simulator: Answer): readonly Difference[] {
  const found: Difference[] = [];
  if (google.status !== simulator.status)
    found.push({ place: 'status', google: String(google.status), simulator: String(simulator.status) });
  // Bodies of different outcomes have nothing in common.
  else compare('', google.body, simulator.body, found);
  const seen = new Set<string>();
  return found.filter((difference) => {
    const text = JSON.stringify(difference);
    return !seen.has(text) && seen.add(text);
  });
}

function compare(place: string, google: unknown, simulator: unknown, found: Difference[]): void {
  const [there, here] = [typeOf(google), typeOf(simulator)];
  if (there !== here) {
    found.push({ place: place || 'body', google: there, simulator: here });
  } else if (Array.isArray(google) && Array.isArray(simulator)) {
    if (google.length !== simulator.length)
      found.push({ place, google: `${google.length} of them`, simulator: `${simulator.length} of them` });
    else for (const [at, item] of google.entries()) compare(`${place}[]`, item, simulator[at], found);
  } else if (isRecord(google) && isRecord(simulator)) {
    for (const key of new Set([...Object.keys(google), ...Object.keys(simulator)]))
      compare(place === '' ? nameOf(key) : `${place}.${nameOf(key)}`, google[key], simulator[key], found);
  } else if (google !== simulator && isShown(place)) {
    found.push({ place, google: String(google), simulator: String(simulator) });
  }
}

/** A member's name; one that is an address or an id is somebody's. */
function nameOf(key: string): string {
  return /^[A-Za-z]+$/.test(key) ? key : '*';
}

function isShown(place: string): boolean {
  const [last = ''] = place.split('.').slice(-1);
  return SHOWN.has(last.replace('[]', ''));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
