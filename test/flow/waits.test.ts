/** How long somebody waits behind the work of others; what is measured stands in waits.ts. */
import { expect, test } from '@jest/globals';
import { tripsOfPage, waitsBehindRetries, waitsOfNewLeader } from './waits.ts';

test('a page of 250 series that come, and one of 250 that end and leave their lead to another calendar, take fifteen round trips at the most', async () => {
  const { come, end } = await tripsOfPage(250);
  expect(come).toBeGreaterThan(1);
  expect(come).toBeLessThanOrEqual(15);
  expect(end).toBeLessThanOrEqual(15);
});

test.each([36, 100])(
  'edits beside 1,500 due retries are listed within five seconds, %i workers',
  async (upkeepWorkers) => {
    const waits = await waitsBehindRetries(1_500, upkeepWorkers);
    expect(waits.length).toBeGreaterThan(10);
    expect(Math.max(...waits)).toBeLessThan(5_000);
  },
  120_000,
);

test.each([
  [60, 60_000],
  [500, 120_000],
])(
  '%i events of a new leader are told from the first seconds on',
  async (count, withinMs) => {
    const { firstMs, allMs } = await waitsOfNewLeader(count, withinMs);
    expect(firstMs).toBeLessThan(10_000);
    expect(allMs).toBeLessThanOrEqual(withinMs);
  },
  120_000,
);
