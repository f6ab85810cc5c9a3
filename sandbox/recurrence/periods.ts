/** The periods of a rule whose frequency is a day or longer, one after the other, each with the days that the rule allows in it. */
import { DAY_MS, DAYS_OF_400_YEARS, type Day, dayAt, dayNumber, startOfWeek } from './day.ts';
import { fits } from './fitting-days.ts';
import type { Rule } from './rule.ts';
import type { Work } from './work.ts';

/** The calendar repeats itself: what was in none of so many periods is in none at all. */
const PERIODS_OF_400_YEARS = { YEARLY: 400, MONTHLY: 4_800, WEEKLY: 20_871, DAILY: DAYS_OF_400_YEARS } as const;
/** Times beyond have no text. */
const YEAR_MAX = 9_999;
const LAST_DAY = Date.UTC(YEAR_MAX, 11, 31) / DAY_MS;

/** A frequency whose periods are made of whole days. */
export type DayFrequency = keyof typeof PERIODS_OF_400_YEARS;

/** The allowed days of each period that has any, from the one that holds `firstDay` on; ends where no more can follow. */
export function* periodsOfDays(
  rule: Rule,
  frequency: DayFrequency,
  firstDay: number,
  work: Work,
): Generator<readonly number[]> {
  const start = dayAt(firstDay);
  let emptyPeriods = 0;
  for (let index = 0; emptyPeriods < PERIODS_OF_400_YEARS[frequency]; index++) {
    const [first, next] = spanOf(rule, frequency, firstDay, start, index);
    if (first > LAST_DAY) return;
    const days: number[] = [];
    for (let day = first; day < next; day = nextCandidate(rule, day)) {
      if (!work.goesOn()) return;
      if (fits(rule, day)) days.push(day);
    }
    emptyPeriods = days.length === 0 ? emptyPeriods + 1 : 0;
    if (days.length > 0) yield days;
  }
}

/** The next day; the first of the next month where the whole month is none of those that the rule allows. */
function nextCandidate({ byMonth }: Rule, day: number): number {
  if (byMonth.length === 0) return day + 1;
  const { year, month } = dayAt(day);
  return byMonth.includes(month) ? day + 1 : dayNumber(year, month + 1);
}

/** The first day of a period, and the first after it. */
function spanOf(
  { interval, weekStart }: Rule,
  frequency: DayFrequency,
  firstDay: number,
  { year, month }: Day,
  index: number,
): [number, number] {
  const step = index * interval;
  switch (frequency) {
    case 'YEARLY':
      return [dayNumber(year + step, 1), dayNumber(year + step + 1, 1)];
    case 'MONTHLY':
      return [dayNumber(year, month + step), dayNumber(year, month + step + 1)];
    case 'WEEKLY': {
      const first = startOfWeek(firstDay, weekStart) + 7 * step;
      return [first, first + 7];
    }
    case 'DAILY':
      return [firstDay + step, firstDay + step + 1];
  }
}
