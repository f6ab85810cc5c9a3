/** Events that do not clearly say whether they still carry their conference are read again before anything ends. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pauseCalendar } from '../../../shared/flow/calendars/command-calendar.ts';
import { ALICE, BOB, exception, type Item, meeting, ours, series } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const UNCLEAR: Item = { conferenceData: { conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' } } };

let world: World;

beforeEach(() => {
  world = new World();
});

async function change(item: Item, email = ALICE): Promise<void> {
  world.put(email, item);
  await world.notify(email);
  await world.work();
}

async function pass(minutes: number): Promise<void> {
  for (let n = 0; n < minutes; n++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

/** What the conference system was told since the last time. */
function told(): string[] {
  return world.told.splice(0).map(({ change: { type, data } }) => `${type} ${data.conferenceId}`);
}

describe('a meeting', () => {
  beforeEach(async () => {
    world.put(ALICE, meeting('e', ours('c')));
    await world.register(ALICE);
    told();
  });

  test('is read at the end of the grace and after an hour; then its conference ends', async () => {
    await change(meeting('e', UNCLEAR, { etag: '"2"' }));
    const { get } = world.calls;
    await pass(5);
    expect(world.calls.get).toBe(get + 1);
    await pass(50);
    expect(world.calls.get).toBe(get + 1);
    expect(told()).toEqual([]);
    await pass(10);
    expect(told()).toEqual(['conference.cancelled c']);
    expect(await world.conference('c')).toMatchObject({ state: 'cancelled', doubtAt: null, dueAt: null });
  });

  test('whose conference is put back within the hour has lost nothing', async () => {
    await change(meeting('e', UNCLEAR, { etag: '"2"' }));
    await pass(30);
    await change(meeting('e', ours('c'), { etag: '"3"' }));
    await pass(120);
    expect(told()).toEqual([]);
    expect(await world.conference('c')).toMatchObject({ state: 'live', liveCount: 1, doubtAt: null, dueAt: null });
  });

  test('whose news of that is lost is found by the reading', async () => {
    await change(meeting('e', UNCLEAR, { etag: '"2"' }));
    world.put(ALICE, meeting('e', ours('c'), { summary: 'Renamed', etag: '"3"' }));
    await pass(5);
    expect(told()).toEqual(['conference.updated c']);
    expect(await world.conference('c')).toMatchObject({ state: 'live', doubtAt: null, dueAt: null });
  });

  test('that another calendar has too is read where it is in doubt, and updates go on meanwhile', async () => {
    world.put(BOB, meeting('b', ours('c'), { organizer: { email: BOB, self: true } }));
    await world.register(BOB);
    await change(meeting('b', UNCLEAR, { organizer: { email: BOB, self: true }, etag: '"2"' }), BOB);
    await change(meeting('e', ours('c'), { summary: 'Renamed', etag: '"2"' }));
    expect(told()).toEqual(['conference.updated c']);
    expect((await world.conference('c')).liveCount).toBe(2);
    await pass(70);
    expect(told()).toEqual([]);
    expect(await world.conference('c')).toMatchObject({ state: 'live', liveCount: 1, doubtAt: null, dueAt: null });
  });

  test('that is in doubt on a paused calendar keeps no other calendar from being told of', async () => {
    const ofBob = { organizer: { email: BOB, self: true } };
    world.put(BOB, meeting('b', ours('c'), ofBob));
    const bobs = await world.register(BOB);
    await change(meeting('b', UNCLEAR, ofBob, { etag: '"2"' }), BOB);
    await world.clock.runUntilDone(pauseCalendar(world.services, bobs));
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    await change(meeting('e', ours('c'), { summary: 'Renamed', etag: '"2"' }));
    await pass(1);
    world.answer = () => ({ kind: 'done' });
    told();
    await pass(15);
    expect(told()).toEqual(['conference.updated c']);
    expect((await world.conference('c')).doubtAt).not.toBeNull();
  });

  test('that our access hides meanwhile stays in doubt', async () => {
    await change(meeting('e', UNCLEAR, { etag: '"2"' }));
    const { get } = world.services.google;
    const hiddenGet: typeof get = async (...asked) => {
      const event = await get(...asked);
      return event?.kind === 'live' ? { ...event, conference: null, hidden: true } : event;
    };
    Object.assign(world.services.google, { get: hiddenGet });
    const before = world.calls.get;
    await pass(180);
    expect(told()).toEqual([]);
    expect((await world.conference('c')).state).toBe('live');
    expect(world.calls.get - before).toBeLessThan(20);
    Object.assign(world.services.google, { get });
    await pass(20);
    expect(told()).toEqual(['conference.cancelled c']);
  });
});

test('28 occurrences of a series that are in doubt are all read, and told to be cancelled after an hour', async () => {
  world.put(ALICE, series('s', ours('c')));
  await world.register(ALICE);
  told();
  for (let day = 1; day <= 28; day++) world.put(ALICE, exception('s', day, UNCLEAR, { etag: '"2"' }));
  await world.notify(ALICE);
  await world.work();
  expect(told()).toEqual(Array.from({ length: 28 }, () => 'conference.occurrence_updated c'));
  await pass(55);
  expect(told()).toEqual([]);
  await pass(15);
  expect(told()).toEqual(Array.from({ length: 28 }, () => 'conference.occurrence_cancelled c'));
  expect(await world.conference('c')).toMatchObject({ doubtAt: null, dueAt: null });
});
