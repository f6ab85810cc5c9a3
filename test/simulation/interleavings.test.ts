import { describe, expect, test } from '@jest/globals';
import { explore } from './explore.ts';
import { MEETINGS } from './meetings.ts';

describe('in every order of their calls, with a crash at every one', () => {
  test.each(MEETINGS.map((scenario) => [scenario.name, scenario] as const))(
    '%s, and comes right',
    async (name, scenario) => {
      const { interleavings, states, crashes, violation } = await explore(scenario);
      expect(violation).toBeUndefined();
      process.stdout.write(`${name}: ${interleavings} interleavings in ${states} states, ${crashes} crashes\n`);
      expect(interleavings).toBeGreaterThan(10n);
    },
    120_000,
  );
});
