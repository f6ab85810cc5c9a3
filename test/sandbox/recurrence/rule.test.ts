import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BrokenRule, readRule } from '../../../sandbox/recurrence/rule.ts';

const read = (text: string) => readRule(text, Number);

describe('a rule is read', () => {
  test('with every part', () => {
    const text =
      'freq=yearly;INTERVAL=2;COUNT=3;WKST=SU;BYMONTH=1,12;BYWEEKNO=-1;BYYEARDAY=366;BYMONTHDAY=+31,-1;BYDAY=MO,-2FR;BYHOUR=0;BYMINUTE=59;BYSECOND=7;BYSETPOS=-366;X-OWN=1;';
    expect(read(text)).toEqual({
      frequency: 'YEARLY',
      interval: 2,
      count: 3,
      until: Infinity,
      byMonth: [1, 12],
      byWeekNumber: [-1],
      byYearDay: [366],
      byMonthDay: [31, -1],
      byDay: [
        { weekday: 0, ordinal: 0 },
        { weekday: 4, ordinal: -2 },
      ],
      byHour: [0],
      byMinute: [59],
      bySecond: [7],
      bySetPosition: [-366],
      weekStart: 6,
    });
  });

  test('with what holds where it says nothing', () => {
    expect(read('FREQ=DAILY;UNTIL=5')).toMatchObject({
      interval: 1,
      count: Infinity,
      until: 5,
      byDay: [],
      weekStart: 0,
    });
  });
});

describe('what is no rule is refused', () => {
  test.each([
    '',
    'FREQ=SOMETIMES',
    'COUNT=1',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;INTERVAL=-1',
    'FREQ=DAILY;INTERVAL=1.5',
    'FREQ=DAILY;BYMONTH=13',
    'FREQ=DAILY;BYMONTHDAY=0',
    'FREQ=DAILY;BYDAY=XX',
    'FREQ=DAILY;BYDAY=0MO',
    'FREQ=DAILY;WKST=1',
    'FREQ=DAILY;BYHOUR=',
    'FREQ=DAILY;EVERY=1',
  ])('%j', (text) => {
    expect(() => read(text)).toThrow(BrokenRule);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => read(text)).toThrow(BrokenRule);
      }),
    );
  });
});
