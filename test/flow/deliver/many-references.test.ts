/** One conference that ten thousand events carry: nothing is cut off, whether they come, change their leader or end. */
import { expect, test } from '@jest/globals';
import { ALICE, BOB, BOBS, type Item, meeting, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const REFERENCES = 10_000;
const MINUTE = 60_000;

function ofBob(number: number, ...parts: readonly Item[]): Item {
  return meeting(`b${number}`, ours('c'), { organizer: { email: BOB, self: true } }, ...parts);
}

async function settle(world: World, minutes: number): Promise<void> {
  await world.work();
  for (let n = 0; n < minutes; n++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

test('all of them are told by a new leader, each once, and the conference ends with the last of them', async () => {
  const world = new World();
  world.answerMs = 0;
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  for (let number = 0; number < REFERENCES; number++) world.put(BOB, ofBob(number));
  await world.register(BOB);
  expect(await world.conference('c')).toMatchObject({ liveCount: REFERENCES + 1, leadingCount: 1 });
  world.told.length = 0;

  world.put(ALICE, tombstone('e'));
  await world.notify(ALICE);
  await settle(world, 5);
  expect(world.told).toHaveLength(REFERENCES);
  expect(new Set(world.told.map(({ change }) => change.data.eventId)).size).toBe(REFERENCES);
  expect(await world.conference('c')).toMatchObject({
    leader: BOBS,
    liveCount: REFERENCES,
    leadingCount: REFERENCES,
    owed: null,
    dueAt: null,
  });
  world.told.length = 0;

  for (let number = 0; number < REFERENCES; number++) world.put(BOB, tombstone(`b${number}`));
  await world.notify(BOB);
  await settle(world, 5);
  expect(world.told.map(({ change }) => change.type)).toEqual(['conference.cancelled']);
  expect(await world.conference('c')).toMatchObject({ state: 'cancelled', liveCount: 0 });
}, 300_000);
