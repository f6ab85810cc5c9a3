/** A short run of `npm run chaos`, with a seed of its own each time; a failure names the seed. */
import { expect, test } from '@jest/globals';
import { describeWithEmulators } from '../emulators.ts';
import { freshSeed, runChaos } from './run-chaos.ts';

describeWithEmulators('the built functions in a hostile world', ['firestore', 'pubsub'], (hosts) => {
  test('keep every promise while processes are killed, networks cut and clocks apart, and come to rest after one reconcile', async () => {
    const seed = Number(process.env.CHAOS_SEED ?? freshSeed());
    const tally = await runChaos({ seed, ms: 8_000, hosts, say: () => undefined });
    process.stdout.write(`chaos: seed ${seed}: ${tally.text()}\n`);
    const { violations, evidence } = tally;
    expect({ seed, violations, evidence }).toEqual({ seed, violations: [], evidence: '' });
    expect(tally.kills).toBeGreaterThan(0);
    expect(tally.edits).toBeGreaterThan(5);
  }, 400_000);
});
