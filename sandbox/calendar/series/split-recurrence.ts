/**
 * The rules of a series, cut in two at one of its occurrences, as Google Calendar does for "this and following events".
 */
import { DAY_MS, isoOf, type Moment, momentAtWall } from './event-time.ts';
import { parseRecurrence, type Recurrence, splitLine, steps, wallOf } from './recurrence.ts';

/** The recurrence lines of the part before the cut and of the part from it on. */
export interface CutRecurrence {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Cuts the lines of a series that starts at `start` before the occurrence at `cut`. */
export function cutRecurrence(lines: readonly string[], start: Moment, cut: Moment): CutRecurrence {
  const before: string[] = [];
  const after: string[] = [];
  for (const line of lines) {
    const { name, prefix, zone, value } = splitLine(line, start.zone);
    if (name === 'RRULE' || name === 'EXRULE') {
      if (!reaches(line, start, cut)) {
        // It was over before the cut, and stays as it is.
        before.push(line);
        continue;
      }
      before.push(`${prefix}${endedRule(value, line, start, cut)}`);
      after.push(`${prefix}${continuedRule(value, line, start, cut)}`);
      continue;
    }
    const texts = value.split(',');
    const early = texts.filter((text) => wallOf(text, zone, start) < cut.wallMs);
    const late = texts.filter((text) => wallOf(text, zone, start) >= cut.wallMs);
    if (early.length > 0) before.push(`${prefix}${early.join(',')}`);
    if (late.length > 0) after.push(`${prefix}${late.join(',')}`);
  }
  return { before, after };
}

/** Whether the rule has a step at the cut or after it. */
function reaches(line: string, start: Moment, cut: Moment): boolean {
  return rulesOf(line, start).some((rule) => {
    for (const wallMs of steps(rule, start, Number.POSITIVE_INFINITY)) if (wallMs >= cut.wallMs) return true;
    return false;
  });
}

function endedRule(rule: string, line: string, start: Moment, cut: Moment): string {
  const endless = rule.replaceAll(/;?(?:UNTIL|COUNT)=[^;]*/gi, '').replace(/^;/, '');
  return `${endless};UNTIL=${untilBefore(line, start, cut)}`;
}

/** The end of the day before the cut (recorded), or the second before it where an occurrence lies between the two. */
function untilBefore(line: string, start: Moment, cut: Moment): string {
  const midnightMs = Math.floor(cut.wallMs / DAY_MS) * DAY_MS;
  if (cut.allDay) return stamp(midnightMs - DAY_MS).slice(0, 8);
  const last = stepsBefore(line, start, cut).at(-1) ?? 0;
  const untilWallMs = last < midnightMs ? midnightMs - 1000 : cut.wallMs - 1000;
  return `${stamp(momentAtWall(untilWallMs, cut).instantMs)}Z`;
}

/** A count goes on counting where it was cut; an end stays. */
function continuedRule(rule: string, line: string, start: Moment, cut: Moment): string {
  const count = /COUNT=(\d+)/i.exec(rule)?.[1];
  if (count === undefined) return rule;
  return rule.replace(/COUNT=\d+/i, `COUNT=${Math.max(1, Number(count) - stepsBefore(line, start, cut).length)}`);
}

function stepsBefore(line: string, start: Moment, cut: Moment): readonly number[] {
  return rulesOf(line, start).flatMap((rule) => [...steps(rule, start, cut.wallMs - 1)]);
}

function rulesOf(line: string, start: Moment): Recurrence['rules'] {
  const { rules, excludedRules } = parseRecurrence([line], start);
  return [...rules, ...excludedRules];
}

function stamp(ms: number): string {
  return isoOf(ms).slice(0, 19).replaceAll(/[-:]/g, '');
}
