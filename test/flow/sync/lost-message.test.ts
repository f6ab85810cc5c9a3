/** A process that dies after a commit and before the message that was to follow it: what is on record brings a worker all the same. */
import { beforeEach, expect, test } from '@jest/globals';
import { requestSync } from '../../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { ALICE, ALICES, meeting, NOW, ours } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;

let world: World;

beforeEach(async () => {
  world = new World();
  world.put(ALICE, meeting('e', ours('c')));
});

/** Does something whose message is lost, and lets three scheduled runs pass. */
async function losingItsMessage(work: () => Promise<unknown>): Promise<void> {
  world.isTopicDown = true;
  await world.clock.runUntilDone(work().catch(() => undefined));
  world.isTopicDown = false;
  for (let minute = 0; minute < 3; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

test('a full listing that a person asked for is made', async () => {
  await world.register(ALICE);
  const told = world.told.length;
  await losingItsMessage(() => requestSync(world.services, ALICES, { full: true, resend: true }));
  expect(world.told.slice(told).map(({ change }) => change.type)).toEqual(['conference.updated']);
});

test('what the person took from a worker is listed by another', async () => {
  await world.register(ALICE);
  world.put(ALICE, meeting('e', ours('c'), { summary: 'Renamed', etag: '"2"' }));
  await world.lease(ALICE);
  await losingItsMessage(() => requestSync(world.services, ALICES, { full: true, resend: false }));
  expect(world.told.at(-1)?.change).toMatchObject({ data: { event: { title: 'Renamed' } } });
});

test.each<[string, () => Promise<unknown>]>([
  ['by a registration', () => registerCalendar(world.services, ALICE, ALICE)],
  ['by a scheduled run', () => world.renew()],
])('what happened before a channel was opened %s is listed', async (_, open) => {
  await putCalendar(world, ALICE, { channel: null, syncToken: '1', lastSyncedAt: NOW, pushRetryAt: NOW });
  await losingItsMessage(open);
  expect((await world.calendar(ALICE)).channel).not.toBeNull();
  expect(world.told.map(({ change }) => change.type)).toEqual(['conference.updated']);
});
