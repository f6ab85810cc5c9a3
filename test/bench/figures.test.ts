/** What the benchmark makes of its measurements: goals, the table and the statistics. */
import { describe, expect, test } from '@jest/globals';
import { plot } from './plot.ts';
import { type Figure, goalOf, isReached } from './row.ts';
import { median, percentile } from './statistics.ts';
import { markdownTable, printedTable } from './table.ts';

const figure: Figure = { id: 'calls', title: 'calls', value: 3, unit: 'calls', baseline: 1_000, bound: { atMost: 3 } };

describe('a figure', () => {
  test('reaches its goal at the very bound, and misses it beyond', () => {
    expect(isReached(figure)).toBe(true);
    expect(isReached({ ...figure, value: 4 })).toBe(false);
    expect(isReached({ ...figure, bound: { atLeast: 4 } })).toBe(false);
  });

  test('without a bound has no goal to reach or to miss', () => {
    expect(isReached({ ...figure, bound: null })).toBeNull();
    expect(goalOf({ ...figure, bound: null })).toBeNull();
  });

  test('that is no number reaches no goal', () => {
    expect(isReached({ ...figure, value: Number.NaN })).toBe(false);
  });
});

describe('the table', () => {
  test('shows a missed goal in capitals beside its bound', () => {
    expect(printedTable([{ ...figure, value: 4 }])).toMatch(/calls +4 +calls +1,000 +<= 3 +NO$/);
  });

  test('keeps a note with its figure', () => {
    expect(markdownTable([{ ...figure, note: 'a note' }])).toContain('| calls<br><small>a note</small> | 3 |');
  });
});

describe('statistics', () => {
  test('the median of an even number of values is one that was measured', () => {
    expect(median([4, 1, 3, 2])).toBe(2);
  });

  test('the 99th percentile of a hundred values is the last but one', () => {
    expect(
      percentile(
        Array.from({ length: 100 }, (_, index) => index + 1),
        0.99,
      ),
    ).toBe(99);
  });

  test('of nothing there is no median', () => {
    expect(() => median([])).toThrow('nothing was measured');
  });
});

describe('a plot', () => {
  test('of a single point still has numbers for places', () => {
    const picture = plot({ id: 'one', title: 'One', x: 'x', y: 'y', lines: [{ name: 'a', points: [[5, 0]] }] });
    expect(picture).not.toMatch(/NaN|Infinity/);
  });
});
