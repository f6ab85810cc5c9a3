/** What a calendar owes for a conference that another leads by now never stands before what the leader has to tell. */
import { beforeEach, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { dropPassed } from '../../../shared/flow/deliver/drop-passed.ts';
import { processDue } from '../../../shared/flow/deliver/process-due.ts';
import { ALICE, ALICES, BOB, BOBS, binding, led, meeting, NOW, organizedBy, ours } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const CONFERENCE = conferenceKeyOf('c');
const MANY = 230;

let world: World;

function owed(revision: number) {
  return { revision, what: 'updated', changed: [], hashes: {}, restored: false, seenAt: NOW } as const;
}

beforeEach(async () => {
  world = new World();
  await putCalendar(world, ALICE, { status: 'unreachable' });
  await putCalendar(world, BOB);
  world.put(BOB, meeting('b', ours('c'), organizedBy(BOB)));
});

/** Puts on record what Alice owes under the lower revisions, and Bob under the next. */
async function owe(leader: typeof ALICES | null): Promise<void> {
  await world.store.transact(async (tx) => {
    for (let n = 0; n < MANY; n++) tx.putBinding(binding(`e${n}`, 'c', { pending: owed(n) }));
    tx.putBinding(binding('b', 'c', { calendar: BOBS, pending: owed(MANY) }));
    tx.putConference({ ...led('c', MANY + 1), leader, leadingCount: 1, retryAt: NOW, dueAt: NOW });
  });
}

test('all of it is dropped batch by batch, and the leader is heard', async () => {
  await owe(BOBS);
  await world.clock.runUntilDone(processDue(world.services, CONFERENCE, NOW + 60_000));
  await world.work();
  expect(world.told.map(({ change }) => change.data.calendarId)).toEqual([BOB]);
  expect(await world.store.transact((tx) => tx.pendingOf(CONFERENCE, 10))).toEqual([]);
});

test.each([
  ['of the leader itself', ALICES],
  ['while nobody leads', null],
])('nothing is dropped %s', async (_, leader) => {
  await owe(leader);
  await dropPassed(world.services, CONFERENCE);
  const left = await world.store.transact((tx) => tx.pendingOf(CONFERENCE, MANY + 1));
  expect(left.filter(({ calendar }) => calendar === ALICES)).toHaveLength(MANY);
});
