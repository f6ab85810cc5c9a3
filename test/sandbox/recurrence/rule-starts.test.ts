/** When rules have things start. Each case was checked against other evaluators, or is one on which they differ. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { BETWEEN_STARTS_MAX, UNITS_MAX } from '../../../sandbox/recurrence/work.ts';
import { sharedMaterial } from '../../shared-material.ts';
import { evaluate, startsOf, wallOf } from './wall.ts';

const JANUARY = '2027-01-04T09:00:00';

describe('a rule yields', () => {
  test.each<[string, string, string, string[]]>([
    [
      'its day each month that has it',
      'FREQ=MONTHLY;COUNT=3',
      '2024-01-31T10:00:00',
      ['2024-01-31T10:00:00', '2024-03-31T10:00:00', '2024-05-31T10:00:00'],
    ],
    ['leap days, and none in 2100', 'FREQ=YEARLY;COUNT=3', '2092-02-29', ['2092-02-29', '2096-02-29', '2104-02-29']],
    [
      'the last day of a month, day by day',
      'FREQ=DAILY;BYMONTHDAY=-1;COUNT=2',
      '2027-01-31',
      ['2027-01-31', '2027-02-28'],
    ],
    ['the n-th weekday of a year', 'FREQ=YEARLY;BYDAY=20MO;COUNT=2', '2027-05-17', ['2027-05-17', '2028-05-15']],
    [
      'the n-th weekday of a month',
      'FREQ=YEARLY;BYMONTH=11;BYDAY=-1TH;COUNT=2',
      '2027-01-01',
      ['2027-11-25', '2028-11-30'],
    ],
    [
      'the weeks of a year across its border',
      'FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3',
      '2024-12-30',
      ['2024-12-30', '2025-12-29', '2027-01-04'],
    ],
    ['the last week of a year', 'FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR;COUNT=2', '2026-01-01', ['2027-01-01', '2027-12-31']],
    ['days of a year from its end', 'FREQ=YEARLY;BYYEARDAY=-366;COUNT=2', '2024-01-01', ['2024-01-01', '2028-01-01']],
    [
      'weeks that begin on another day',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=TU,SU;WKST=SU',
      '1997-08-05',
      ['1997-08-05', '1997-08-17', '1997-08-19'],
    ],
    [
      'one of a set',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2',
      '2027-01-29',
      ['2027-01-29', '2027-02-26'],
    ],
    [
      'times of day, sorted',
      'FREQ=DAILY;BYHOUR=17,9;BYMINUTE=30,0;COUNT=3',
      JANUARY,
      [JANUARY, '2027-01-04T09:30:00', '2027-01-04T17:00:00'],
    ],
    [
      'steps that keep their phase',
      'FREQ=SECONDLY;INTERVAL=29;BYHOUR=9;COUNT=2',
      '2025-01-01T00:30:00',
      ['2025-01-01T09:00:24', '2025-01-01T09:00:53'],
    ],
    [
      'steps on some days only',
      'FREQ=MINUTELY;INTERVAL=13;BYYEARDAY=366;COUNT=2',
      '2027-03-31T10:00:00',
      ['2028-12-31T00:01:00', '2028-12-31T00:14:00'],
    ],
    [
      'hours at several minutes',
      'FREQ=HOURLY;INTERVAL=12;BYMINUTE=45,15;COUNT=3',
      '2027-01-04T09:30:00',
      ['2027-01-04T09:45:00', '2027-01-04T21:15:00', '2027-01-04T21:45:00'],
    ],
    [
      'its end too',
      'FREQ=WEEKLY;UNTIL=20270118T090000',
      JANUARY,
      [JANUARY, '2027-01-11T09:00:00', '2027-01-18T09:00:00'],
    ],
    ['days without times', 'FREQ=DAILY;BYHOUR=9;COUNT=2', '2027-01-04', ['2027-01-04', '2027-01-05']],
    // Other evaluators differ here; RFC 5545 has it so.
    [
      'plain and numbered weekdays side by side',
      'FREQ=MONTHLY;BYDAY=MO,2FR;COUNT=3',
      '2027-01-04',
      ['2027-01-04', '2027-01-08', '2027-01-11'],
    ],
    [
      'in a numbered week the weekday of its start',
      'FREQ=YEARLY;BYWEEKNO=20;COUNT=2',
      '2027-05-17',
      ['2027-05-17', '2028-05-15'],
    ],
    [
      'a place among a whole first week',
      'FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=2',
      '2027-01-20',
      ['2027-01-25', '2027-02-01'],
    ],
    [
      'nothing but what it says, its first start included',
      'FREQ=WEEKLY;COUNT=2;BYDAY=WE',
      JANUARY,
      ['2027-01-06T09:00:00', '2027-01-13T09:00:00'],
    ],
  ])('%s: %s', (_, rule, start, starts) => {
    expect(startsOf({ rule, start })).toEqual(starts);
  });
});

describe('a rule that yields nothing says so at once', () => {
  test.each([
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=3',
    'FREQ=MONTHLY;INTERVAL=12;BYMONTH=5',
    'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2',
    'FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1',
    'FREQ=YEARLY;INTERVAL=1000;BYWEEKNO=53;BYDAY=MO',
    'FREQ=SECONDLY;BYSETPOS=5',
    'FREQ=DAILY;UNTIL=20260101T000000',
  ])('%s', (rule) => {
    const { starts, units } = evaluate({ rule, start: JANUARY });
    expect(starts).toEqual([]);
    // By proof, or because nothing was found for so long.
    expect(units).toBeLessThanOrEqual(BETWEEN_STARTS_MAX + 1);
  });
});

test('a rule that yields without end is left after a bounded amount of work', () => {
  const { starts, units } = evaluate({ rule: 'FREQ=SECONDLY', start: JANUARY, atMost: Infinity });
  expect(starts.length).toBeGreaterThan(100_000);
  expect(units).toBeLessThanOrEqual(UNITS_MAX + 1);
});

/** Of 10,000; `RANDOM_RULES=10000` has all of them tried. The program that does it serves at the shell too. */
const RULES = Number(process.env.RANDOM_RULES ?? 500);

test(`${RULES} random legal rules: each ends within the bound, and yields what is in order and inside its bounds`, async () => {
  const program = join(import.meta.dirname, 'try-rules.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(RULES)]);
  expect(stdout).toContain(`${RULES} rules tried`);
  process.stdout.write(stdout);
}, 1_200_000);

const material = sharedMaterial('findings/recurrence-cases.json');

/** A case as other evaluators answered it. */
interface Case {
  readonly rule: string;
  readonly start: string;
  readonly starts: readonly string[];
}

interface NastyCase {
  readonly name: string;
  readonly rule: string;
  readonly start: string;
  readonly untilWall: string | null;
  readonly window: readonly [string, string];
  readonly expectedWall: readonly string[];
  readonly allDay: boolean;
}

/** The other evaluator takes the set of a first week from the start on; RFC 5545, libical and this one take the whole week. */
const DISPUTED = 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,TH,WE;BYSETPOS=2;UNTIL=20271231T235959Z';

if (material !== undefined) {
  const recorded: { [Kind in 'cases' | 'never' | 'nothing']: Case[] } & { nasty: { cases: NastyCase[] } } = JSON.parse(
    readFileSync(material, 'utf8'),
  );
  const plain = [...recorded.cases, ...recorded.never, ...recorded.nothing].filter(({ rule }) => rule !== DISPUTED);
  test.each(plain)('as others answer: $rule from $start', ({ rule, start, starts }) => {
    const found = startsOf({ rule: rule.replace('RRULE:', ''), start, window: [start, '2060-01-01'], atMost: 12 });
    expect(found).toEqual(starts);
  });
  test.each(recorded.nasty.cases)('as others answer: $name', ({ rule, start, untilWall, window, expectedWall }) => {
    const found = startsOf({ rule, start, window, atMost: 100_000, ...(untilWall !== null && { until: untilWall }) });
    expect(found.map(wallOf)).toEqual(expectedWall.map(wallOf));
  });
}
