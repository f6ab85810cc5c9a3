import { expect, test } from '@jest/globals';
import { DAY_MS, dayAt, dayNumber, startOfWeek, weekOf } from '../../../sandbox/recurrence/day.ts';

test.each([1899, 1999, 2027, 2099, 2399])(
  'every day of the two years from %i on stands where the platform has it',
  (from) => {
    for (let number = dayNumber(from, 1); number < dayNumber(from + 2, 1); number++) {
      const date = new Date(number * DAY_MS);
      const day = dayAt(number);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      const lastOfMonth = Date.UTC(year, month + 1, 0) / DAY_MS;
      const seen = [day.year, day.month, day.weekday, day.inMonth.fromStart, day.inMonth.fromEnd, day.inYear.fromEnd];
      const wanted = [year, month + 1, (date.getUTCDay() + 6) % 7, date.getUTCDate(), number - lastOfMonth - 1];
      if (seen.join() !== [...wanted, number - Date.UTC(year + 1, 0, 1) / DAY_MS].join()) expect(seen).toEqual(wanted);
    }
  },
);

test('a month beyond twelve belongs to a later year', () => {
  expect(dayNumber(2027, 14)).toBe(dayNumber(2028, 2));
  expect(dayNumber(2027, 12)).toBe(Date.UTC(2027, 11, 1) / DAY_MS);
});

test.each<[string, number, number, number]>([
  ['2027-01-01', 0, 53, -1],
  ['2027-01-04', 0, 1, -52],
  ['2028-12-31', 0, 52, -1],
  ['2027-01-03', 6, 1, -52],
])('%s, with weeks that begin on day %i, lies in week %i', (date, weekStart, fromStart, fromEnd) => {
  expect(weekOf(Date.parse(date) / DAY_MS, weekStart)).toEqual({ fromStart, fromEnd });
});

test('a week begins on the day that it is said to', () => {
  const wednesday = Date.parse('2027-01-06') / DAY_MS;
  expect(startOfWeek(wednesday, 0)).toBe(wednesday - 2);
  expect(startOfWeek(wednesday, 2)).toBe(wednesday);
  expect(startOfWeek(wednesday, 3)).toBe(wednesday - 6);
});
