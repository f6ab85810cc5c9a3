/** A recurrence rule (RFC 5545, 3.3.10) as data, and how its text is read. */

/** How often a period comes, the coarsest first. */
export const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const;
/** See FREQUENCIES. */
export type Frequency = (typeof FREQUENCIES)[number];

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A day of the week, 0 for Monday; with an ordinal, the n-th one of the month or year, from the end if it is negative. */
export interface ByDay {
  readonly weekday: number;
  /** 0: every one. */
  readonly ordinal: number;
}

/** A rule; an empty list is a part that is not there. */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  /** How many starts it yields at most; Infinity where it does not say. */
  readonly count: number;
  /** Its end, which belongs to it, by the clock of the series (see `ruleStarts`); Infinity where it has none. */
  readonly until: number;
  readonly byMonth: readonly number[];
  readonly byWeekNumber: readonly number[];
  readonly byYearDay: readonly number[];
  readonly byMonthDay: readonly number[];
  readonly byDay: readonly ByDay[];
  readonly byHour: readonly number[];
  readonly byMinute: readonly number[];
  readonly bySecond: readonly number[];
  readonly bySetPosition: readonly number[];
  /** On which day a week begins, 0 for Monday. */
  readonly weekStart: number;
}

/** The text is no rule. */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule';
}

/** Whether the periods of one frequency are longer than those of another. */
export function isCoarser(frequency: Frequency, than: Frequency): boolean {
  return FREQUENCIES.indexOf(frequency) < FREQUENCIES.indexOf(than);
}

/**
 * Reads `FREQ=...;...`. What UNTIL means depends on the zone of the series: `untilOf` says it.
 * @throws BrokenRule, and what `untilOf` throws
 */
export function readRule(text: string, untilOf: (until: string) => number): Rule {
  const parts = partsOf(text);
  const numbers = (name: string, least: number, most: number): readonly number[] =>
    listOf(parts, name).map((value) => numberIn(name, value, least, most));
  const signed = (name: string, most: number): readonly number[] =>
    numbers(name, -most, most).map((value) => (value === 0 ? refuse(name, '0') : value));
  const single = (name: string, otherwise: number): number => {
    const value = parts.get(name);
    return value === undefined ? otherwise : numberIn(name, value, 1, Number.MAX_SAFE_INTEGER);
  };
  const until = parts.get('UNTIL');
  return {
    frequency: frequencyOf(parts.get('FREQ') ?? ''),
    interval: single('INTERVAL', 1),
    count: single('COUNT', Number.POSITIVE_INFINITY),
    until: until === undefined ? Number.POSITIVE_INFINITY : untilOf(until),
    byMonth: numbers('BYMONTH', 1, 12),
    byWeekNumber: signed('BYWEEKNO', 53),
    byYearDay: signed('BYYEARDAY', 366),
    byMonthDay: signed('BYMONTHDAY', 31),
    byDay: listOf(parts, 'BYDAY').map(dayOf),
    byHour: numbers('BYHOUR', 0, 23),
    byMinute: numbers('BYMINUTE', 0, 59),
    bySecond: numbers('BYSECOND', 0, 59),
    bySetPosition: signed('BYSETPOS', 366),
    weekStart: weekdayOf('WKST', parts.get('WKST') ?? 'MO'),
  };
}

const PARTS = new Set([
  ...['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYMONTH', 'BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY', 'BYDAY'],
  ...['BYHOUR', 'BYMINUTE', 'BYSECOND', 'BYSETPOS'],
]);

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.toUpperCase().split(';')) {
    const [, name = '', value = ''] = /^([A-Z-]+)=(.+)$/.exec(part.trim()) ?? [];
    if (part.trim() === '' || name.startsWith('X-')) continue;
    if (!PARTS.has(name)) refuse('part', part);
    parts.set(name, value);
  }
  return parts;
}

function frequencyOf(text: string): Frequency {
  return FREQUENCIES.find((name) => name === text) ?? refuse('FREQ', text);
}

function listOf(parts: ReadonlyMap<string, string>, name: string): readonly string[] {
  return parts.get(name)?.split(',') ?? [];
}

function numberIn(name: string, text: string, least: number, most: number): number {
  const value = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : refuse(name, text);
}

function dayOf(text: string): ByDay {
  const [, ordinal, weekday = ''] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  const isZero = ordinal !== undefined && Number(ordinal) === 0;
  if (isZero) refuse('BYDAY', text);
  return { weekday: weekdayOf('BYDAY', weekday), ordinal: Number(ordinal ?? 0) };
}

function weekdayOf(name: string, text: string): number {
  const weekday = WEEKDAYS.indexOf(text);
  return weekday < 0 ? refuse(name, text) : weekday;
}

function refuse(name: string, text: string): never {
  throw new BrokenRule(`${name} cannot be "${text.slice(0, 40)}"`);
}
