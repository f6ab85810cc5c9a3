/**
 * The rules of a series: RRULE, EXRULE, RDATE and EXDATE lines, evaluated on the wall clock of the event's zone, so that
 * a meeting at nine stays at nine when clocks change.
 */
import { instantOfWall, isZone, offsetMsAt } from '../../import/zoned-time.ts';
import { type Rule, readRule } from '../../recurrence/rule.ts';
import { ruleStarts } from '../../recurrence/rule-starts.ts';
import { DAY_MS, type Moment, momentAtWall } from './event-time.ts';

/** The lines cannot be a recurrence. */
export class BrokenRecurrence extends Error {
  override readonly name = 'BrokenRecurrence';
}

/** The rules of one series, parsed. */
export interface Recurrence {
  readonly start: Moment;
  readonly rules: readonly Rule[];
  readonly excludedRules: readonly Rule[];
  readonly dates: readonly number[];
  readonly excludedDates: ReadonlySet<number>;
}

/**
 * Parses the lines of a series that starts at `start`.
 * @throws BrokenRecurrence
 */
export function parseRecurrence(lines: readonly string[], start: Moment): Recurrence {
  const rules: Rule[] = [];
  const excludedRules: Rule[] = [];
  const dates: number[] = [];
  const excludedDates = new Set<number>();
  for (const line of lines) {
    const { name, zone, value } = splitLine(line, start.zone);
    switch (name) {
      case 'RRULE':
        rules.push(parseRule(value, start));
        break;
      case 'EXRULE':
        excludedRules.push(parseRule(value, start));
        break;
      case 'RDATE':
        dates.push(...value.split(',').map((text) => wallOf(text, zone, start)));
        break;
      case 'EXDATE':
        for (const text of value.split(',')) excludedDates.add(wallOf(text, zone, start));
        break;
      default:
        throw new BrokenRecurrence(`unknown line ${name}`);
    }
  }
  return { start, rules, excludedRules, dates, excludedDates };
}

/** The starts of the occurrences in order, up to and including `untilMs`; each wall clock reading comes once. */
export function* occurrences(recurrence: Recurrence, untilMs: number): Generator<Moment> {
  const { start } = recurrence;
  // A wall clock runs at most a day ahead of or behind any other.
  const untilWallMs = untilMs + DAY_MS;
  const isExcluded = exclusionOf(recurrence, untilWallMs);
  const sources: Iterator<number>[] = recurrence.rules.map((rule) => steps(rule, start, untilWallMs));
  const fixed = startsWithItself(recurrence) ? [start.wallMs, ...recurrence.dates] : [...recurrence.dates];
  sources.push(fixed.toSorted((left, right) => left - right).values());
  let last: number | undefined;
  for (const wallMs of merged(sources)) {
    if (wallMs === last || isExcluded(wallMs)) continue;
    last = wallMs;
    const moment = momentAtWall(wallMs, start);
    if (moment.instantMs > untilMs) continue;
    yield moment;
  }
}

/** Whether a reading is taken away; must be asked in their order. */
function exclusionOf({ start, excludedRules, excludedDates }: Recurrence, untilWallMs: number) {
  const excluded = merged(excludedRules.map((rule) => steps(rule, start, untilWallMs)));
  let next = excluded.next();
  return (wallMs: number): boolean => {
    while (next.done !== true && next.value < wallMs) next = excluded.next();
    return excludedDates.has(wallMs) || (next.done !== true && next.value === wallMs);
  };
}

/** Whether a rule goes on for ever. */
export function isEndless({ rules }: Recurrence): boolean {
  return rules.some(({ until, count }) => !Number.isFinite(until) && !Number.isFinite(count));
}

/** Google shows the start of a series whether or not its rule yields it, unless the rule was over by then; COUNT leaves it out. */
function startsWithItself({ start, rules }: Recurrence): boolean {
  return rules.length === 0 || rules.some(({ until }) => until >= start.wallMs);
}

/** Whether the series has an occurrence that starts at exactly this instant. */
export function occursAt(recurrence: Recurrence, instantMs: number): boolean {
  for (const moment of occurrences(recurrence, instantMs)) if (moment.instantMs === instantMs) return true;
  return false;
}

/** An instant after which no occurrence starts; Infinity for a rule without an end. Cheap, and never too early. */
export function lastStartMs(recurrence: Recurrence): number {
  let last = recurrence.start.instantMs;
  for (const wallMs of recurrence.dates) last = Math.max(last, wallMs + DAY_MS);
  for (const rule of recurrence.rules) {
    if (Number.isFinite(rule.until)) last = Math.max(last, rule.until + 2 * DAY_MS);
    else if (!Number.isFinite(rule.count)) return Number.POSITIVE_INFINITY;
    else
      for (const wallMs of steps(rule, recurrence.start, Number.POSITIVE_INFINITY))
        last = Math.max(last, wallMs + DAY_MS);
  }
  return last;
}

/** A recurrence line in its parts; `prefix` is all before the value. */
export interface RecurrenceLine {
  readonly name: string;
  readonly prefix: string;
  readonly zone: string;
  readonly value: string;
}

/**
 * Takes a line apart. Dates without a zone of their own stand in `defaultZone`.
 * @throws BrokenRecurrence
 */
export function splitLine(line: string, defaultZone: string): RecurrenceLine {
  const match = /^([A-Za-z-]+)((?:;[^:;]+)*):(.+)$/.exec(line);
  if (match === null) throw new BrokenRecurrence(`not a recurrence line: ${line.slice(0, 80)}`);
  const [, name = '', parameters = '', value = ''] = match;
  const tzid = /;TZID=([^;]+)/i.exec(parameters)?.[1]?.replaceAll('"', '');
  const prefix = `${name}${parameters}:`;
  return { name: name.toUpperCase(), prefix, zone: tzid !== undefined && isZone(tzid) ? tzid : defaultZone, value };
}

function parseRule(text: string, start: Moment): Rule {
  try {
    return readRule(text, (until) => untilOnWall(until, start));
  } catch (cause) {
    throw new BrokenRecurrence(`not a rule: ${text.slice(0, 80)}`, { cause });
  }
}

/** A day as the end of a timed series is a whole one. */
function untilOnWall(until: string, start: Moment): number {
  const wallMs = wallOf(until, start.zone, start);
  return until.includes('T') || start.allDay ? wallMs : wallMs + DAY_MS - 1_000;
}

/** The steps of one rule as wall clock readings, those that EXDATE takes away included. */
export function* steps(rule: Rule, start: Moment, untilWallMs: number): Generator<number> {
  for (const wallMs of ruleStarts(rule, start)) {
    if (wallMs > untilWallMs) return;
    yield wallMs;
  }
}

function* merged(sources: readonly Iterator<number>[]): Generator<number> {
  const heads = sources.map((source) => ({ source, head: source.next() }));
  for (;;) {
    let first: { source: Iterator<number>; head: IteratorResult<number> } | undefined;
    for (const candidate of heads) {
      if (candidate.head.done === true) continue;
      if (first === undefined || candidate.head.value < first.head.value) first = candidate;
    }
    if (first === undefined) return;
    yield first.head.value;
    first.head = first.source.next();
  }
}

/**
 * The wall clock reading, in the series' zone, of one date of an RDATE or EXDATE line that stands in `zone`.
 * @throws BrokenRecurrence
 */
export function wallOf(text: string, zone: string, start: Moment): number {
  const match = /^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)(Z)?)?/.exec(text.trim());
  if (match === null) throw new BrokenRecurrence(`not a date: ${text.slice(0, 80)}`);
  const [, year, month, day, hour, minute, second, utc] = match;
  const wallMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  if (hour === undefined || start.allDay) return Math.floor(wallMs / DAY_MS) * DAY_MS;
  if (utc !== undefined) return wallMs + offsetMsAt(start.zone, wallMs);
  if (zone === start.zone) return wallMs;
  const instantMs = instantOfWall(zone, wallMs);
  return instantMs + offsetMsAt(start.zone, instantMs);
}
