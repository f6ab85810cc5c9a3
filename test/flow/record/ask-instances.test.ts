/** Whether a series still takes place is Google's to say: nothing ends on arithmetic of ours. */
import { describe, expect, test } from '@jest/globals';
import { GoogleUnavailable, RateLimited, RequestRefused } from '../../../shared/domain/errors.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import {
  ALICE,
  ALICES,
  at,
  BOB,
  cancelledOccurrence,
  exception,
  type Item,
  meeting,
  occurrenceId,
  organizedBy,
  ours,
  read,
  series,
} from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;

/** A calendar on which these events were when it was registered. */
async function started(...items: readonly Item[]): Promise<World> {
  const world = new World();
  for (const item of items) world.put(ALICE, item);
  await world.register(ALICE);
  return world;
}

/** Changes events, and lets the worker and the scheduled run see to it for some minutes. */
async function change(world: World, ...items: readonly Item[]): Promise<void> {
  for (const item of items) world.put(ALICE, item);
  await world.notify(ALICE);
  await world.work();
  for (let minute = 0; minute < 5; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

function told(world: World): string[] {
  return world.told.map(({ change: { type, data } }) => `${type.replace('conference.', '')} ${data.conferenceId}`);
}

function rule(...recurrence: readonly string[]): Item {
  return { recurrence, etag: `"${recurrence.join()}"` };
}

const WEDNESDAYS_UNTIL_TUESDAY = rule('RRULE:FREQ=WEEKLY;UNTIL=20270202T225959Z;BYDAY=WE');
const OVER_BEFORE_ITS_START = rule('RRULE:FREQ=DAILY;UNTIL=20270131T225959Z');

describe('a start outside its rule is an occurrence', () => {
  test('of a new series, which is bound', async () => {
    expect(told(await started(series('s', ours('c'), WEDNESDAYS_UNTIL_TUESDAY)))).toEqual(['updated c']);
  });

  test('of a series that is cut after it, which goes on', async () => {
    const world = await started(series('s', ours('c'), rule('RRULE:FREQ=WEEKLY;BYDAY=WE')));
    await change(world, series('s', ours('c'), WEDNESDAYS_UNTIL_TUESDAY));
    expect(told(world)).not.toContain('cancelled c');
  });
});

describe('a moved occurrence outlives what it was moved from', () => {
  const moved = exception('s', 5, ours('c'), at(25, 14));

  test.each([
    ['listed again', [{ ...moved, etag: '"2"' }]],
    ['not listed again', []],
  ])('where it is %s', async (_, again) => {
    const world = await started(series('s', ours('c')), moved);
    await change(world, ...again, series('s', ours('c'), OVER_BEFORE_ITS_START));
    expect(told(world)).not.toContain('cancelled c');
  });

  test('where Google does not count it among the instances: it is read by itself', async () => {
    const world = await started(series('s', ours('c')), moved);
    Object.assign(world.services.google, { hasInstances: async () => false });
    await change(world, series('s', ours('c'), OVER_BEFORE_ITS_START));
    expect(told(world)).not.toContain('cancelled c');
    // Once it is cancelled too, nothing is left.
    await change(world, cancelledOccurrence('s', 5));
    expect(told(world).at(-1)).toBe('cancelled c');
  });

  test('but not where the series was split, and Google shows it under its old id as one of the rest', async () => {
    const world = await started(series('s', ours('c')), moved);
    const { get } = world.services.google;
    Object.assign(world.services.google, {
      hasInstances: async () => false,
      get: async (...asked: Parameters<typeof get>) =>
        asked[1] === moved.id ? read({ ...moved, recurringEventId: 's_R20270203T090000' }) : get(...asked),
    });
    await change(world, series('s', ours('c'), OVER_BEFORE_ITS_START));
    expect(told(world).at(-1)).toBe('cancelled c');
  });

  test('where all the others are then cancelled one by one', async () => {
    const world = await started(series('s', ours('c')), moved);
    await change(world, series('s', ours('c'), rule('RRULE:FREQ=DAILY;UNTIL=20270202T225959Z')));
    await change(world, cancelledOccurrence('s', 1), cancelledOccurrence('s', 2));
    expect(told(world)).not.toContain('cancelled c');
  });

  test('and is not asked for, where it has a conference of its own and is gone', async () => {
    const world = await started(series('s', ours('c')), exception('s', 5, ours('d')));
    world.put(ALICE, cancelledOccurrence('s', 5));
    world.unlisted.add(occurrenceId('s', 5));
    await change(world, series('s', ours('c'), OVER_BEFORE_ITS_START));
    expect(told(world)).toEqual(expect.arrayContaining(['cancelled c', 'cancelled d']));
  });
});

test('a series that becomes a single event goes on, though its occurrences are listed as gone before it', async () => {
  const world = await started(series('s', ours('c')), exception('s', 5, ours('c'), at(25, 14)));
  world.put(BOB, meeting('b', ours('c'), organizedBy(BOB)));
  await world.register(BOB);
  world.pageSize = 1;
  Object.assign(world.services.google, { hasInstances: async () => false });
  await change(world, cancelledOccurrence('s', 5), meeting('s', ours('c'), { etag: '"2"' }));
  expect(await world.conference('c')).toMatchObject({ liveCount: 2, leader: ALICES });
});

describe('a series ends', () => {
  test('when all its occurrences are cancelled one by one, on one page or on several', async () => {
    const world = await started(series('s', ours('c'), rule('RRULE:FREQ=DAILY;COUNT=3')));
    await change(world, cancelledOccurrence('s', 1), cancelledOccurrence('s', 2));
    expect(told(world)).not.toContain('cancelled c');
    await change(world, cancelledOccurrence('s', 3));
    expect(told(world).at(-1)).toBe('cancelled c');
  });

  test('when its rule ends before its start', async () => {
    const world = await started(series('s', ours('c')));
    await change(world, series('s', ours('c'), OVER_BEFORE_ITS_START));
    expect(told(world).at(-1)).toBe('cancelled c');
  });

  test('and not if Google shows an instance again by the time of the confirming read', async () => {
    const world = await started(series('s', ours('c')));
    world.put(ALICE, series('s', ours('c'), OVER_BEFORE_ITS_START));
    await world.notify(ALICE);
    await world.work();
    expect((await world.conference('c')).state).toBe('orphaned');
    Object.assign(world.services.google, { hasInstances: async () => true });
    await change(world);
    expect(told(world)).not.toContain('cancelled c');
    expect((await world.conference('c')).liveCount).toBe(1);
  });

  test('not before Google has answered', async () => {
    const world = await started(series('s', ours('c')));
    world.troubles.set('instances', new GoogleUnavailable('events.instances: status 503'));
    await change(world, series('s', ours('c'), OVER_BEFORE_ITS_START));
    expect((await world.conference('c')).state).toBe('live');
    world.troubles.clear();
    await change(world);
    expect(told(world).at(-1)).toBe('cancelled c');
  });
});

describe('what is asked', () => {
  test('nothing about single events, series without end and moved occurrences', async () => {
    const world = await started(meeting('m', ours('m')), series('s', ours('c')));
    await change(world, exception('s', 5, ours('c')), meeting('m', ours('m'), { summary: 'New', etag: '"2"' }));
    expect(world.calls.instances).toBe(0);
  });

  test('once about a series, however many of its occurrences are cancelled on the page', async () => {
    const world = await started(series('s', ours('c')));
    await change(world, cancelledOccurrence('s', 1), cancelledOccurrence('s', 2), cancelledOccurrence('s', 3));
    expect(world.calls.instances).toBe(1);
  });

  test('nothing where the page shows an occurrence that takes place', async () => {
    const world = await started(series('s', ours('c')));
    await change(world, cancelledOccurrence('s', 1), exception('s', 2, ours('c')));
    expect(world.calls.instances).toBe(0);
  });
});

describe('what Google refuses to say', () => {
  test('of a series means that it takes place, and stops nothing else of the page', async () => {
    const world = await started(series('s', ours('c')), meeting('e', ours('d')));
    world.troubles.set('instances', new RequestRefused('events.instances: status 400'));
    await change(world, series('s', ours('c'), OVER_BEFORE_ITS_START), meeting('e', ours('d'), { etag: '"2"' }));
    expect(await world.calendar(ALICE)).toMatchObject({ failure: null });
    await change(world, meeting('e', ours('d'), { summary: 'Renamed', etag: '"3"' }));
    expect(told(world).at(-1)).toBe('updated d');
    expect(told(world)).not.toContain('cancelled c');
    world.troubles.delete('instances');
    await change(world, series('s', ours('c'), { ...OVER_BEFORE_ITS_START, etag: '"4"' }));
    expect(told(world).at(-1)).toBe('cancelled c');
  });

  test('of a moved occurrence, or of a series that only its occurrences bring up, ends neither', async () => {
    const moved = exception('s', 5, ours('c'), at(25, 14));
    const world = await started(series('s', ours('c')), moved);
    Object.assign(world.services.google, { hasInstances: async () => false });
    world.troubles.set('get', new RequestRefused('events.get: status 400'));
    await change(world, cancelledOccurrence('s', 6));
    expect(await world.calendar(ALICE)).toMatchObject({ failure: null });
    expect(told(world)).not.toContain('cancelled c');
  });
});

test('a series with many changed occurrences is given up with the first of them that cannot be read', async () => {
  const changed = Array.from({ length: 25 }, (_, day) => exception('s', day + 1, ours('c'), at(day + 1, 14)));
  const world = await started(series('s', ours('c')), ...changed);
  Object.assign(world.services.google, { hasInstances: async () => false });
  world.troubles.set('get', new RateLimited('events.get: status 429'));
  world.put(ALICE, series('s', ours('c'), OVER_BEFORE_ITS_START));
  await world.notify(ALICE);
  await world.work();
  expect(world.calls.get).toBeLessThanOrEqual(8 * 5);
});

describe('a page with hundreds of series to ask about', () => {
  const many = Array.from({ length: 240 }, (_, index) =>
    series(`s${index}`, ours(`c${index}`), rule('RRULE:FREQ=DAILY;COUNT=5')),
  );

  test.each([
    ['asks for fewer requests', new RateLimited('events.instances: status 429')],
    ['is out of order', new GoogleUnavailable('events.instances: status 503')],
  ])('is given up with the first question that fails while Google %s', async (_, trouble) => {
    const world = new World();
    for (const item of many) world.put(ALICE, item);
    world.troubles.set('instances', trouble);
    const { clock } = world;
    const startedAt = clock.now();
    await world.register(ALICE);
    expect(world.calls.instances).toBeLessThanOrEqual(8 * 5);
    expect(clock.now() - startedAt).toBeLessThan(world.services.policy.leaseMs / 2);
    expect(await world.calendar(ALICE)).toMatchObject({ lease: null, failure: { reason: trouble.name, count: 1 } });
  });

  test('is recorded under the lease that it was listed under, however slow Google is', async () => {
    const world = new World();
    for (const item of many) world.put(ALICE, item);
    world.services.google.hasInstances = async () => {
      await world.clock.sleep(9_000);
      return true;
    };
    await world.clock.runUntilDone(registerCalendar(world.services, ALICE, ALICE));
    const working = world.work();
    for (let minute = 0; minute < 10; minute++) {
      await world.clock.runTo(world.clock.now() + MINUTE);
      await world.renew();
    }
    await working;
    expect(world.told).toHaveLength(many.length);
    const outcomes = new Set(world.lines.flatMap((line) => (line.line === 'sync' ? [line.outcome] : [])));
    expect(outcomes).toEqual(new Set(['busy', 'synced']));
    expect((await world.calendar(ALICE)).deaths).toBeNull();
  });
});
