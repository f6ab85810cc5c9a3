/** The scheduled run while Google does not answer for channels: what is asked of nobody but us must not wait behind them. */
import { beforeEach, expect, test } from '@jest/globals';
import { GoogleUnavailable } from '../../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { NOW } from '../../domain/build.ts';
import {
  addressesIn,
  asked,
  channelOf,
  conferencesIn,
  FIRST_SHARD,
  LAST_SHARD,
  putCalendar,
  putConference,
  run,
} from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
/** What a run that asked Google for each of them could not get through. */
const CHANNELS_DUE = 400;
const GOOGLE_DEADLINE_MS = 10_000;
/** An opening that takes longer is slow. */
const SLOW_MS = 5_000;
/** Channels that a run opens at once. */
const WIDTH = 16;

let world: World;

beforeEach(async () => {
  world = new World();
  // No minute in which the fleet is counted.
  await world.clock.runTo(NOW + MINUTE);
});

test('listings and conferences of every shard are woken by one run', async () => {
  for (const address of addressesIn(FIRST_SHARD, CHANNELS_DUE))
    await putCalendar(world, address, { channel: channelOf({ renewAt: NOW }) });
  const [address = ''] = addressesIn(LAST_SHARD, 1);
  const [near = '', far = ''] = [FIRST_SHARD, LAST_SHARD].flatMap((shard) => conferencesIn(shard, 1));
  await putCalendar(world, address, { reconcileAt: NOW });
  for (const id of [near, far]) await putConference(world, id, NOW);
  world.beforeWatchAnswer = async () => {
    await world.clock.sleep(GOOGLE_DEADLINE_MS);
    throw new GoogleUnavailable('events.watch: no answer in time');
  };
  await run(world);
  expect(asked(world)).toEqual([calendarKeyOf(address), ...[near, far].map(conferenceKeyOf)].sort());
});

test.each([
  ['fails for', true],
  ['opens', false],
])('a run stops asking where Google keeps it waiting for each channel, and %s it in the end', async (_said, isLost) => {
  for (const address of addressesIn(FIRST_SHARD, CHANNELS_DUE))
    await putCalendar(world, address, { channel: channelOf({ renewAt: NOW }) });
  world.beforeWatchAnswer = async () => {
    await world.clock.sleep(GOOGLE_DEADLINE_MS);
    if (isLost) throw new GoogleUnavailable('events.watch: no answer in time');
  };
  expect(await run(world)).toMatchObject({ failed: 0, isComplete: false });
  // Who comes to his end first begins another while the rest of the first ones still wait.
  expect(world.calls.watch).toBeLessThan(3 * WIDTH);
  // All others have been put off by two minutes; then Google is well.
  world.beforeWatchAnswer = undefined;
  await world.clock.runTo(world.clock.now() + 2 * MINUTE);
  expect(await run(world)).toMatchObject({ isComplete: true });
  for (const address of addressesIn(FIRST_SHARD, CHANNELS_DUE))
    expect((await world.calendar(address)).channel?.id).not.toBe('old');
});

test('a single channel that comes soon is the sign that Google answers', async () => {
  for (const address of addressesIn(FIRST_SHARD, CHANNELS_DUE))
    await putCalendar(world, address, { channel: channelOf({ renewAt: NOW }) });
  let watches = 0;
  world.beforeWatchAnswer = async () => {
    if (++watches % 8 !== 0) await world.clock.sleep(SLOW_MS + 1);
  };
  expect(await run(world)).toMatchObject({ renewed: CHANNELS_DUE, isComplete: true });
});
