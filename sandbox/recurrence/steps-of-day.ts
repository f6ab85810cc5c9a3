/** The periods of an hourly, minutely or secondly rule: its steps from the start on, without those that no part allows. */
import { fits } from './fitting-days.ts';
import type { Rule } from './rule.ts';
import type { Work } from './work.ts';

const DAY_S = 86_400;
const LAST_SECOND = Date.UTC(10_000, 0, 1) / 1_000;

/** How long a period is; seconds. */
const SECONDS = { HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1 } as const;

/** A frequency whose periods are parts of a day. */
export type StepFrequency = keyof typeof SECONDS;

/** The beginning of each allowed period, in seconds of the clock; ends where no more can follow. `firstSecond` is the start of the series. */
export function* stepsOfDay(rule: Rule, frequency: StepFrequency, firstSecond: number, work: Work): Generator<number> {
  const unit = SECONDS[frequency];
  const width = unit * rule.interval;
  const origin = Math.floor(firstSecond / unit) * unit;
  if (!isEverAllowed(rule, unit, width, origin)) return;
  const stepFrom = (second: number): number => origin + Math.ceil((second - origin) / width) * width;
  let step = origin;
  while (step < LAST_SECOND) {
    if (!work.goesOn()) return;
    const day = Math.floor(step / DAY_S);
    const skipTo = fits(rule, day) ? refusedUntil(rule, unit, step) : (day + 1) * DAY_S;
    if (skipTo === null) yield step;
    step = skipTo === null ? step + width : stepFrom(skipTo);
  }
}

/** The end of the hour, minute or second that the parts for times do not allow; null where they allow this step. */
function refusedUntil({ byHour, byMinute, bySecond }: Rule, unit: number, step: number): number | null {
  const within = (length: number): number => (Math.floor(step / length) + 1) * length;
  const isRefused = (allowed: readonly number[], value: number): boolean =>
    allowed.length > 0 && !allowed.includes(value);
  const second = ((step % DAY_S) + DAY_S) % DAY_S;
  if (isRefused(byHour, Math.floor(second / 3_600))) return within(3_600);
  if (unit <= 60 && isRefused(byMinute, Math.floor(second / 60) % 60)) return within(60);
  if (unit === 1 && isRefused(bySecond, second % 60)) return step + 1;
  return null;
}

/** Steps reach only the times of day that lie a multiple of their common divisor with the day from the first one. */
function isEverAllowed(rule: Rule, unit: number, width: number, origin: number): boolean {
  const stride = greatestCommonDivisor(width, DAY_S);
  const first = ((origin % stride) + stride) % stride;
  for (let second = first; second < DAY_S; second += stride) {
    if (refusedUntil(rule, unit, second) === null) return true;
  }
  return false;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
