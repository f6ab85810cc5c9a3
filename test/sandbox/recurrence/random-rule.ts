/** Legal recurrence rules of every kind, most of them nothing that anybody would write. */
import fc from 'fast-check';
import { FREQUENCIES } from '../../../sandbox/recurrence/rule.ts';
import { wallOf } from './wall.ts';

/** A rule with its start and the bounds that it names. */
export interface RandomRule {
  readonly rule: string;
  readonly start: string;
  /** Milliseconds by the clock of the series; Infinity without UNTIL. */
  readonly until: number;
  readonly count: number;
}

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const signed = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: -most, max: most }).filter((value) => value !== 0);
const list = (value: fc.Arbitrary<number | string>): fc.Arbitrary<string> =>
  fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => values.join());
const day = fc.constantFrom(...DAYS);
const numberedDay = fc.tuple(signed(5), day).map(([ordinal, name]) => `${ordinal}${name}`);

const parts = fc.record(
  {
    INTERVAL: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100_000_000 })),
    BYMONTH: list(fc.integer({ min: 1, max: 12 })),
    BYWEEKNO: list(signed(53)),
    BYYEARDAY: list(signed(366)),
    BYMONTHDAY: list(signed(31)),
    BYDAY: list(fc.oneof(day, numberedDay)),
    BYHOUR: list(fc.nat(23)),
    BYMINUTE: list(fc.nat(59)),
    BYSECOND: list(fc.nat(59)),
    BYSETPOS: list(signed(366)),
    WKST: day,
  },
  { requiredKeys: [] },
);
/** More parts at once allow nothing at all, nearly always. */
const fewParts = fc
  .tuple(parts, fc.nat(10), fc.nat(3))
  .map(([all, from, most]) => Object.fromEntries(Object.entries(all).slice(from).slice(0, most)));
const end = fc.oneof(
  fc.constant({}),
  fc.record({ COUNT: fc.integer({ min: 1, max: 1_000_000 }) }),
  fc.record({ UNTIL: fc.constantFrom('20270301T120000', '20280101', '20991231T235959') }),
);
const start = fc.constantFrom(
  '1900-01-01T10:00:00',
  '2024-02-29T10:00:00',
  '2027-01-31T23:30:15',
  '2027-12-31',
  '2024-02-29',
);

/** See the file's head. */
export const randomRule: fc.Arbitrary<RandomRule> = fc
  .tuple(fc.constantFrom(...FREQUENCIES), fewParts, end, start)
  .map(([frequency, by, bound, from]) => {
    const all: Readonly<Record<string, unknown>> = { FREQ: frequency, ...by, ...bound };
    const rule = Object.entries(all).map(([name, value]) => `${name}=${String(value)}`);
    const until =
      'UNTIL' in bound ? wallOf(String(bound.UNTIL)) + ('20280101' === bound.UNTIL ? 86_399_000 : 0) : Infinity;
    return { rule: rule.join(';'), start: from, until, count: 'COUNT' in bound ? Number(bound.COUNT) : Infinity };
  });
