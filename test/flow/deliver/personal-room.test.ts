/** One conference on very many events, as a personal room is: nobody holds a calendar longer than its lease, and nobody is forgotten. */
import { beforeEach, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { ALICE, ALICES, BOB, BOBS, meeting, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const EVENTS = 250;

let world: World;

beforeEach(() => {
  world = new World();
});

function fill(calendarId: string, count: number, name: string): void {
  for (let number = 0; number < count; number++) world.put(calendarId, meeting(`${name}${number}`, ours('room')));
}

test('a page of its events is told in several turns, each within the lease, and all of it', async () => {
  world.answerMs = 1_000;
  fill(ALICE, EVENTS, 'e');
  const { leaseMs } = world.services.policy;
  await world.register(ALICE);
  expect(new Set(world.told.map(({ change }) => change.data.eventId)).size).toBe(EVENTS);
  const syncs = world.lines.flatMap((line) => (line.line === 'sync' ? [line] : []));
  expect(syncs.map(({ outcome }) => outcome)).not.toContain('lease-lost');
  for (const { ms } of syncs) expect(ms).toBeLessThan(leaseMs);
  expect((await world.calendar(ALICE)).lease).toBeNull();
});

test.each([
  [ALICE, BOB, BOBS],
  [BOB, ALICE, ALICES],
])('when the many of %s end at once, the one of %s leads', async (many, one, leader) => {
  fill(many, EVENTS, 'e');
  await world.register(many);
  fill(one, 1, 'copy');
  await world.register(one);
  for (let number = 0; number < EVENTS; number++) world.put(many, tombstone(`e${number}`));
  await world.notify(many);
  await world.work();
  const room = conferenceKeyOf('room');
  const conferences = await world.store.transact((tx) => tx.conferences([room]));
  expect(conferences.get(room)).toMatchObject({ state: 'live', leader, liveCount: 1, leadingCount: 1 });
  expect(world.told.at(-1)?.change.data).toMatchObject({ calendarId: one, eventId: 'copy0' });
});
