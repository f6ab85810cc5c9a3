/** Which days a rule allows: the parts that name months, weeks and days, with what its start says where they say nothing. */
import { type Day, dayAt, ordinalOf, type Place, weekOf } from './day.ts';
import type { Rule } from './rule.ts';

/** The rule with the parts that it leaves to its start: a yearly rule comes on its day, a weekly one on its weekday. */
export function withDaysOf(rule: Rule, firstDay: number): Rule {
  const { byMonth, byWeekNumber, byYearDay, byMonthDay, byDay } = rule;
  const start = dayAt(firstDay);
  const onWeekday = { ...rule, byDay: [{ weekday: start.weekday, ordinal: 0 }] };
  const onMonthDay = { ...rule, byMonthDay: [start.inMonth.fromStart] };
  if (byYearDay.length + byMonthDay.length + byDay.length > 0) return rule;
  switch (rule.frequency) {
    case 'YEARLY':
      if (byWeekNumber.length > 0) return onWeekday;
      return byMonth.length > 0 ? onMonthDay : { ...onMonthDay, byMonth: [start.month] };
    case 'MONTHLY':
      return byWeekNumber.length > 0 ? rule : onMonthDay;
    case 'WEEKLY':
      return onWeekday;
    case 'DAILY':
    case 'HOURLY':
    case 'MINUTELY':
    case 'SECONDLY':
      return rule;
  }
}

/** Whether the rule allows the day; `rule` has its parts complete. */
export function fits(rule: Rule, number: number): boolean {
  const day = dayAt(number);
  const { byMonth, byWeekNumber, byYearDay, byMonthDay, byDay, weekStart } = rule;
  return (
    (byMonth.length === 0 || byMonth.includes(day.month)) &&
    (byMonthDay.length === 0 || isAmong(day.inMonth, byMonthDay)) &&
    (byYearDay.length === 0 || isAmong(day.inYear, byYearDay)) &&
    (byDay.length === 0 || isOnWeekday(rule, day)) &&
    (byWeekNumber.length === 0 || isAmong(weekOf(number, weekStart), byWeekNumber))
  );
}

function isAmong({ fromStart, fromEnd }: Place, places: readonly number[]): boolean {
  return places.includes(fromStart) || places.includes(fromEnd);
}

/** Plain and numbered days stand side by side: `MO,2FR` is every Monday and the second Friday. */
function isOnWeekday(rule: Rule, day: Day): boolean {
  const row = rowOf(rule, day);
  return rule.byDay.some(
    ({ weekday, ordinal }) =>
      weekday === day.weekday && (ordinal === 0 || row === undefined || isAmong(ordinalOf(row), [ordinal])),
  );
}

/** What the n-th weekday is counted in; undefined where numbers mean nothing. */
function rowOf({ frequency, byMonth }: Rule, { inMonth, inYear }: Day): Place | undefined {
  if (frequency === 'MONTHLY') return inMonth;
  if (frequency === 'YEARLY') return byMonth.length > 0 ? inMonth : inYear;
  return undefined;
}
