/** Google need not forget a sync token because we see more than before, and its next listing shows only what has changed since. */
import { describe, expect, test } from '@jest/globals';
import type { AccessRole } from '../../../shared/domain/event/event.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { ALICE, BOB, meeting, NOW, ours } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE_MS = 60_000;

/** A calendar that was listed when a meeting on it was shown without its conference; `show` shows that, and changes nothing. */
async function listedBlindly(accessRole: AccessRole): Promise<{ readonly world: World; show(now: AccessRole): void }> {
  const world = new World();
  world.accessRole = accessRole;
  const item = meeting('e1', { visibility: 'private', summary: 'busy' });
  world.put(ALICE, item);
  await world.register(ALICE);
  expect(world.told).toEqual([]);
  return {
    world,
    show(now) {
      world.accessRole = now;
      Object.assign(item, ours('c1'), { summary: 'Planning' });
    },
  };
}

/** Counts the full listings from now on. */
function fullListings(world: World): () => number {
  let count = 0;
  const { google } = world.services;
  const list = google.list.bind(google);
  google.list = (access, query) => {
    if (query.syncToken === null) count++;
    return list(access, query);
  };
  return () => count;
}

/** A notification, and what the scheduled run of the next minute makes of what it has left. */
async function notified(world: World): Promise<void> {
  await world.clock.runTo(world.clock.now() + MINUTE_MS);
  await world.notify(ALICE);
  await world.work();
  await world.clock.runTo(world.clock.now() + MINUTE_MS);
  await world.renew();
}

describe('access that shows more than before', () => {
  test.each<[AccessRole, AccessRole]>([
    ['none', 'reader'],
    ['freeBusyReader', 'reader'],
    ['freeBusyReader', 'owner'],
    ['reader', 'writer'],
    ['writerWithoutPrivateAccess', 'owner'],
  ])('from %s to %s lets everything be listed once more, and once only', async (before, now) => {
    const { world, show } = await listedBlindly(before);
    const count = fullListings(world);
    show(now);
    await notified(world);
    expect(world.told).toMatchObject([{ change: { data: { conferenceId: 'c1', event: { title: 'Planning' } } } }]);
    expect(await world.calendar(ALICE)).toMatchObject({ accessRole: now, unrecorded: null });
    await notified(world);
    expect(count()).toBe(1);
  });

  test.each<[AccessRole, AccessRole]>([
    ['owner', 'reader'],
    ['owner', 'writer'],
    ['writer', 'owner'],
    ['reader', 'writerWithoutPrivateAccess'],
  ])('from %s to %s is none', async (before, now) => {
    const { world } = await listedBlindly(before);
    const count = fullListings(world);
    world.accessRole = now;
    await notified(world);
    expect(count()).toBe(0);
    expect(await world.calendar(ALICE)).toMatchObject({ accessRole: now, unrecorded: null });
  });

  test('is noticed where an earlier release has listed no more than busy times', async () => {
    const world = new World();
    const shown = meeting('e1', ours('c1'));
    world.put(ALICE, shown);
    await putCalendar(world, ALICE, { accessRole: 'freeBusyReader', syncToken: '9', lastSyncedAt: NOW });
    await notified(world);
    expect(world.told).toMatchObject([{ change: { data: { conferenceId: 'c1' } } }]);
  });

  test('keeps no edit waiting for that', async () => {
    const { world } = await listedBlindly('reader');
    world.accessRole = 'owner';
    world.put(ALICE, meeting('e2', ours('c2')));
    await world.notify(ALICE);
    await world.work();
    expect(world.told).toMatchObject([{ change: { data: { conferenceId: 'c2' } } }]);
  });

  test('in the middle of a full listing lets it be read once more from its beginning', async () => {
    const world = new World();
    world.pageSize = 1;
    world.accessRole = 'reader';
    const item = meeting('e1', { visibility: 'private', summary: 'busy' });
    world.put(ALICE, item);
    world.put(ALICE, meeting('e2'));
    const { google } = world.services;
    const list = google.list.bind(google);
    google.list = async (access, query) => {
      const page = await list(access, query);
      world.accessRole = 'owner';
      Object.assign(item, ours('c1'));
      return page;
    };
    await world.register(ALICE);
    expect(world.told).toMatchObject([{ change: { data: { conferenceId: 'c1' } } }]);
  });
});

test('a calendar that another user shall be asked for, who sees more, is listed as he sees it', async () => {
  const { world, show } = await listedBlindly('reader');
  show('owner');
  await world.clock.runUntilDone(registerCalendar(world.services, ALICE, BOB));
  await world.work();
  await world.clock.runTo(world.clock.now() + MINUTE_MS);
  await world.renew();
  expect(world.told).toMatchObject([{ change: { data: { conferenceId: 'c1' } } }]);
});
