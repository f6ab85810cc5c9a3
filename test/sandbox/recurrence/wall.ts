/** Times of recurrence tests: wall clock readings as text, and as the milliseconds that the evaluator counts in. */
import { readRule } from '../../../sandbox/recurrence/rule.ts';
import { ruleStarts } from '../../../sandbox/recurrence/rule-starts.ts';
import { Work } from '../../../sandbox/recurrence/work.ts';

const STAMP = /^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)Z?)?$/;

/** Milliseconds of `2027-02-01`, `2027-02-01T10:00:00` or the same without punctuation. */
export function wallOf(text: string): number {
  const [, year, month, day, hour = 0, minute = 0, second = 0] = STAMP.exec(text) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** What to evaluate. A day as UNTIL is a whole one. */
export interface Question {
  readonly rule: string;
  readonly start: string;
  /** UNTIL by the clock of the series, where its text says it in another zone. */
  readonly until?: string;
  /** Both ends belong to it. */
  readonly window?: readonly [string, string];
  readonly atMost?: number;
}

/** The starts of a rule, and what finding them cost. */
export function evaluate({ rule: text, start, until, window, atMost = 1_000 }: Question): {
  readonly starts: readonly number[];
  readonly units: number;
} {
  const rule = readRule(text, (end) => {
    if (until !== undefined) return wallOf(until);
    return wallOf(end) + (end.includes('T') ? 0 : 86_399_000);
  });
  const [from, to] = [wallOf(window?.[0] ?? start), window === undefined ? Infinity : wallOf(window[1])];
  const starts: number[] = [];
  const work = new Work();
  for (const wallMs of ruleStarts(rule, { wallMs: wallOf(start), allDay: !start.includes('T') }, work)) {
    if (starts.length === atMost || wallMs > to) break;
    if (wallMs >= from) starts.push(wallMs);
  }
  return { starts, units: work.units };
}

/** The starts of a rule as text like that of its first one. */
export function startsOf(question: Question): string[] {
  const length = question.start.length;
  return evaluate(question).starts.map((wallMs) => new Date(wallMs).toISOString().slice(0, length));
}
