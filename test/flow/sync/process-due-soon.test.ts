/** What is due again within seconds is done by the run that found it out, and what is due later by the next scheduled run. */
import { expect, test } from '@jest/globals';
import { ALICE, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

/** Milliseconds from the first delivery, which fails, to each later one that the same run makes. */
async function retriesOfARun(firstWaitMs: number): Promise<number[]> {
  const world = new World({ deliveryRetryMs: [firstWaitMs, 60_000] });
  world.answer = () => (world.told.length < 2 ? { kind: 'transient', reason: 'answered 503' } : { kind: 'done' });
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  const [first, ...later] = world.told.map(({ at }) => at);
  return later.map((at) => at - (first ?? 0));
}

// As configuration.md says of DELIVERY_RETRY_SECONDS: the jitter adds up to a tenth.
test('a first wait of nine seconds is kept by the run itself', async () => {
  const [waitedMs, ...more] = await retriesOfARun(9_000);
  expect(waitedMs).toBeGreaterThanOrEqual(9_000);
  expect(waitedMs).toBeLessThan(10_000);
  expect(more).toEqual([]);
});

test('a longer one is left to the next scheduled run', async () => {
  expect(await retriesOfARun(10_001)).toEqual([]);
});
