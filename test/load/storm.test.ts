/** A storm of notifications on many calendars, scaled to a test; in full: `npm run chaos -- --storm`. */
import { expect, test } from '@jest/globals';
import { runStorm } from './run-storm.ts';

test('ten thousand notifications on a hundred calendars lose nothing and cost at most one list call a second and calendar', async () => {
  const { text, violations } = await runStorm({ notifications: 10_000, calendars: 100 });
  process.stdout.write(`load: ${text}\n`);
  expect(violations).toEqual([]);
}, 60_000);
