/** Many changes of one calendar that are due at once: its lease lets one retry through at a time, and the others must not wait a run each. */
import { expect, test } from '@jest/globals';
import { ALICE, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const EVENTS = 12;

test('what an outage has left pending on one calendar is delivered with the second scheduled run after it', async () => {
  const world = new World();
  // Workers that wait for one lease must not wake up together.
  let draws = 0;
  Object.assign(world.services.random, { fraction: () => (++draws * 0.618_034) % 1 });
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  for (let number = 1; number <= EVENTS; number++) world.put(ALICE, meeting(`e${number}`, ours(`c${number}`)));
  await world.register(ALICE);
  await world.clock.runTo(world.clock.now() + 10 * 60_000);

  world.answer = () => ({ kind: 'done' });
  // The first run finds out that the conference system answers again, the second delivers.
  await world.renew(EVENTS);
  await world.clock.runTo(world.clock.now() + 60_000);
  await world.renew(EVENTS);
  const delivered = world.told.filter(({ outcome }) => outcome.kind === 'done');
  expect(new Set(delivered.map(({ change }) => change.data.conferenceId)).size).toBe(EVENTS);
});
