/** A listing that is put by before its end: what was asked for meanwhile is not forgotten with it. */
import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, ALICES, meeting, ours } from '../../domain/build.ts';
import { withTransact } from '../../with-transact.ts';
import { World } from '../world.ts';

test('an edit notified while a listing is under way is told after its continuation, not at the next reconcile', async () => {
  const world = new World();
  await world.register(ALICE);
  await world.clock.runTo(world.clock.now() + 60_000);
  const { google } = world.services;
  let listCalls = 0;
  const services = {
    ...world.services,
    google: {
      ...google,
      async list(...asked: Parameters<typeof google.list>) {
        listCalls++;
        const page = await google.list(...asked);
        if (listCalls === 1) {
          // Long after the listing opened, an event changes on a page that was read already; then the instance goes down.
          await world.clock.sleep(30_000);
          await sync('notification');
          world.isStopping = true;
          return { ...page, next: { kind: 'page' as const, pageToken: 'two' } };
        }
        // The continuation still reads what the listing began with.
        if (listCalls === 2) world.put(ALICE, meeting('e1', ours('c1')));
        return page;
      },
    },
  };
  const sync = (cause: 'notification' | 'continuation') =>
    doWork(services, { kind: 'sync', calendar: ALICES, cause }, { lane: 'live', publishedAt: world.clock.now() });

  await world.clock.runUntilDone(sync('notification'));
  expect(world.lines.flatMap((line) => (line.line === 'sync' ? [line.outcome] : [])).slice(-2)).toEqual([
    'busy',
    'continued',
  ]);
  expect(world.queued.map(({ message, lane }) => ({ ...message, lane }))).toEqual([
    { kind: 'sync', calendar: ALICES, cause: 'continuation', lane: 'upkeep' },
  ]);
  world.isStopping = false;
  await world.clock.runUntilDone(sync('continuation'));
  expect(world.told.map(({ change }) => change.data.conferenceId)).toEqual(['c1']);
  expect((await world.calendar(ALICE)).wantedAt).toBeNull();
});

test('nor is it where the continuation fails, and its message comes again', async () => {
  const world = new World();
  await world.register(ALICE);
  await world.clock.runTo(world.clock.now() + 60_000);
  const { google, store } = world.services;
  let listCalls = 0;
  let isStoreDown = false;
  const services = {
    ...world.services,
    google: {
      ...google,
      async list(...asked: Parameters<typeof google.list>) {
        listCalls++;
        const page = await google.list(...asked);
        if (listCalls === 1) {
          world.isStopping = true;
          return { ...page, next: { kind: 'page' as const, pageToken: 'two' } };
        }
        if (listCalls === 2) {
          // An event changes on the page that was read already, and then the database is gone for a moment.
          await world.clock.sleep(30_000);
          await sync('notification');
          isStoreDown = true;
        }
        // The continuation still reads what the listing began with.
        if (listCalls === 3) world.put(ALICE, meeting('e1', ours('c1')));
        return page;
      },
    },
    store: withTransact(store, async (work) => {
      if (!isStoreDown) return store.transact(work);
      isStoreDown = false;
      throw new StoreUnavailable('for a moment');
    }),
  };
  const sync = (cause: 'notification' | 'continuation') =>
    doWork(services, { kind: 'sync', calendar: ALICES, cause }, { lane: 'live', publishedAt: world.clock.now() });

  await world.clock.runUntilDone(sync('notification'));
  world.isStopping = false;
  await expect(world.clock.runUntilDone(sync('continuation'))).rejects.toThrow(StoreUnavailable);
  expect(world.told).toEqual([]);
  await world.clock.runUntilDone(sync('continuation'));
  expect(world.told.map(({ change }) => change.data.conferenceId)).toEqual(['c1']);
});
