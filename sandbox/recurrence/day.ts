/** Days of the Gregorian calendar by their number, counted from 1970-01-01, and where each stands in its month and year. */

/** One day in milliseconds. */
export const DAY_MS = 86_400_000;

/** Where a day stands. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 0 for Monday. */
  readonly weekday: number;
  readonly inMonth: Place;
  readonly inYear: Place;
}

/** A place in a row of days: 1 for the first; `fromEnd` is -1 for the last. */
export interface Place {
  readonly fromStart: number;
  readonly fromEnd: number;
}

/** The calendar repeats itself after 400 years, which are so many days. */
export const DAYS_OF_400_YEARS = 146_097;
/** Days from the first of March of the year 0 to 1970-01-01: years that begin in March have their leap day at the end. */
const EPOCH = 719_468;

/** The day of this number. Arithmetic alone: some rules look at a hundred thousand days. */
export function dayAt(number: number): Day {
  const cycle = Math.floor((number + EPOCH) / DAYS_OF_400_YEARS);
  const inCycle = number + EPOCH - cycle * DAYS_OF_400_YEARS;
  const leapDays = Math.floor(inCycle / 1_460) - Math.floor(inCycle / 36_524) + Math.floor(inCycle / 146_096);
  const yearOfCycle = Math.floor((inCycle - leapDays) / 365);
  const sinceMarch = inCycle - daysBefore(yearOfCycle);
  const monthFromMarch = Math.floor((5 * sinceMarch + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0);
  const inMonth = sinceMarch - daysBeforeMonth(monthFromMarch) + 1;
  const inYear = number - dayNumber(year, 1) + 1;
  return {
    year,
    month,
    weekday: weekdayOf(number),
    inMonth: { fromStart: inMonth, fromEnd: inMonth - lengthOf(year, month) - 1 },
    inYear: { fromStart: inYear, fromEnd: inYear - (isLeap(year) ? 366 : 365) - 1 },
  };
}

/** The number of the first day of a month; months beyond 12 are those of later years. */
export function dayNumber(year: number, month: number): number {
  const monthFromMarch = (month + 9) % 12;
  const yearFromMarch = year + Math.floor((month - 3) / 12);
  return daysBefore(yearFromMarch) + daysBeforeMonth(monthFromMarch) - EPOCH;
}

/** Days before a year, of years that begin in March. */
function daysBefore(year: number): number {
  return 365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}

/** Days before a month of such a year; from March on, lengths come as 31, 30, 31, 30, 31 and again. */
function daysBeforeMonth(monthFromMarch: number): number {
  return Math.floor((153 * monthFromMarch + 2) / 5);
}

function lengthOf(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** 0 for Monday; the first of January 1970 was a Thursday. */
export function weekdayOf(number: number): number {
  return (((number + 3) % 7) + 7) % 7;
}

/** The first day of the week that the day lies in. */
export function startOfWeek(number: number, weekStart: number): number {
  return number - ((weekdayOf(number) - weekStart + 7) % 7);
}

/** The how-manieth of its weekday a day in this place is, from the start and from the end. */
export function ordinalOf({ fromStart, fromEnd }: Place): Place {
  return { fromStart: Math.ceil(fromStart / 7), fromEnd: Math.floor(fromEnd / 7) };
}

/** The number of the day's week. A week belongs to the year in which its fourth day lies, so that it is the n-th of those days. */
export function weekOf(number: number, weekStart: number): Place {
  return ordinalOf(dayAt(startOfWeek(number, weekStart) + 3).inYear);
}
