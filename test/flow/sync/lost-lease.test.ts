/** A worker whose lease is gone by the time that its listing ends: it says of the calendar nothing that it could not write down. */
import { beforeEach, expect, test } from '@jest/globals';
import {
  AccessLost,
  CalendarUnreachable,
  GoogleUnavailable,
  OwnAccountRefused,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
import type { EventPage } from '../../../shared/domain/ports.ts';
import { resumeCalendar } from '../../../shared/flow/calendars/command-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, ALICES, HOUR } from '../../domain/build.ts';
import { World } from '../world.ts';

let world: World;

beforeEach(async () => {
  world = new World();
  await world.register(ALICE);
  await world.notify(ALICE);
  await world.work();
  await world.clock.runTo(world.clock.now() + HOUR);
  world.lines.length = 0;
  world.queued.length = 0;
});

/** Lists, while a user who has connected again has the calendar taken up again; `end` is how the listing goes on then. */
async function listOverLostLease(end: (page: EventPage) => EventPage): Promise<string> {
  const { list } = world.services.google;
  world.services.google.list = async (...asked) => {
    const page = await list(...asked);
    await resumeCalendar(world.services, ALICES);
    return end(page);
  };
  const arrival = { lane: 'live', publishedAt: world.clock.now() } as const;
  await world.clock.runUntilDone(
    doWork(world.services, { kind: 'sync', calendar: ALICES, cause: 'reconcile' }, arrival),
  );
  return world.lastLine('sync').outcome;
}

test.each([
  new AccessLost('revoked'),
  new CalendarUnreachable('events.list: 404'),
  new GoogleUnavailable('events.list: 503'),
  new RequestRefused('events.list: 400'),
  new OwnAccountRefused('events.list: 403'),
])('%s is not what the calendar suffers from any more', async (error) => {
  const outcome = await listOverLostLease(() => {
    throw error;
  });
  expect(outcome).toBe('lease-lost');
  expect(world.lines.filter(({ line }) => line === 'calendar-status')).toEqual([]);
  expect(await world.calendar(ALICE)).toMatchObject({ status: 'active', failure: null });
});

test('a listing that cannot be put by is not asked to be continued', async () => {
  const outcome = await listOverLostLease((page) => {
    world.isStopping = true;
    return { ...page, next: { kind: 'page', pageToken: 'two' } };
  });
  expect(outcome).toBe('lease-lost');
  expect(world.queued.map(({ message }) => message)).toEqual([
    { kind: 'sync', calendar: ALICES, cause: 'resumed', force: true },
  ]);
});
