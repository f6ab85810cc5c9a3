/** What the scheduled run says of the fleet, and what deliveries and channels that come to nothing say of themselves. */
import { expect, test } from '@jest/globals';
import { GoogleUnavailable } from '../../../shared/domain/errors.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { wakeDue } from '../../../shared/flow/wake/wake-due.ts';
import { ALICE, BOB, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('one run of ten counts the fleet', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  await world.register(ALICE);
  await world.register(BOB);
  const counted: boolean[] = [];
  for (let minute = 0; minute < 20; minute++) {
    await world.renew();
    counted.push(world.lastLine('renewal-run').calendars !== undefined);
    await world.clock.runTo(world.clock.now() + MINUTE);
  }
  expect(counted.filter((isCounted) => isCounted)).toHaveLength(2);
  const line = world.lines.findLast((one) => one.line === 'renewal-run' && one.calendars !== undefined);
  expect(line).toMatchObject({
    calendars: 2,
    channelless: 0,
    overdueCalendars: 0,
    refused: 1,
    failing: 0,
    orphaned: 0,
  });
});

test('of runs that take minutes, one after the other, none leaves the counting to another', async () => {
  const world = new World();
  await world.register(ALICE);
  const dueCalendars = world.store.dueCalendars.bind(world.store);
  world.store.dueCalendars = async (...asked) => {
    await world.clock.sleep(10_000);
    return dueCalendars(...asked);
  };
  const counted: number[] = [];
  const began = world.clock.now();
  while (world.clock.now() < began + HOUR) {
    await world.clock.runUntilDone(wakeDue(world.services, world.clock.now() + 150_000));
    if (world.lastLine('renewal-run').calendars !== undefined) counted.push(world.clock.now());
  }
  const gaps = counted.slice(1).map((at, index) => at - (counted[index] ?? 0));
  expect(counted.length).toBeGreaterThan(4);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(13 * MINUTE);
});

test('a run that is out of time before it has begun counts the fleet all the same, and says that it is not complete', async () => {
  const world = new World();
  await world.register(ALICE);
  const until = world.clock.now() + 1;
  const dueCalendars = world.store.dueCalendars.bind(world.store);
  world.store.dueCalendars = async (...asked) => {
    await world.clock.sleep(10);
    return dueCalendars(...asked);
  };
  await world.clock.runUntilDone(wakeDue(world.services, until));
  expect(world.lastLine('renewal-run')).toMatchObject({ isComplete: false, calendars: 1 });
});

test('a fleet that cannot be counted does not fail the run', async () => {
  const world = new World();
  await world.register(ALICE);
  world.store.countFleet = async () => {
    throw new Error('an index is missing');
  };
  await world.renew();
  expect(world.lastLine('failure').where).toBe('count the fleet');
  expect(world.lastLine('renewal-run')).toMatchObject({ isComplete: true, failed: 1 });
});

test('a delivery that has failed for three days is given up, in a line of its own', async () => {
  const world = new World({ reconcileMs: 30 * 24 * HOUR, reconcileUnprovenMs: 30 * 24 * HOUR });
  world.put(ALICE, meeting('e1', ours('c1')));
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  await world.register(ALICE);
  for (let hour = 0; hour < 76; hour++) {
    await world.clock.runTo(world.clock.now() + HOUR);
    await world.renew();
  }
  const given = world.lines.filter((line) => line.line === 'delivery' && line.outcome === 'gave-up');
  expect(given).toMatchObject([{ conference: conferenceKeyOf('c1'), type: 'conference.updated' }]);
  expect(await world.store.failedBindings({ after: null, limit: 10 })).toHaveLength(1);
});

test('a channel that cannot be stopped is told apart from one that cannot be opened', async () => {
  const world = new World({ channelTtlMs: 2 * HOUR, channelRenewalMarginMs: HOUR });
  await world.register(ALICE);
  world.troubles.set('stop', new GoogleUnavailable('channels.stop: status 503'));
  await world.clock.runTo(world.clock.now() + 1.5 * HOUR);
  await world.renew();
  const outcomes = world.lines.flatMap((line) => (line.line === 'channel' ? [line.outcome] : []));
  expect(outcomes).toEqual(['opened', 'opened', 'stop-failed']);
});
