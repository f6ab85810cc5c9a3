/** What a page of a listing puts on record, and what its run then does about it without waiting for the schedule. */
import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import { type ConferenceKey, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { announceConference } from '../../../shared/flow/calendars/announce-conference.ts';
import { recordChanges } from '../../../shared/flow/record/record-changes.ts';
import {
  ALICE,
  ALICES,
  BOB,
  BOBS,
  DAY,
  exception,
  type Item,
  meeting,
  NOW,
  organizedBy,
  ours,
  read,
  series,
  tombstone,
} from '../../domain/build.ts';
import { damage } from '../damage.ts';
import { putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const C = conferenceKeyOf('c');

async function list(world: World, calendarId: string, ...items: readonly Item[]): Promise<void> {
  for (const item of items) world.put(calendarId, item);
  await world.notify(calendarId);
  await world.work();
}

test('three events of one page and one conference each count and are each told under a revision of their own', async () => {
  const world = new World();
  for (const id of ['e1', 'e2', 'e3']) world.put(ALICE, meeting(id, ours('c')));
  await world.register(ALICE);
  expect(await world.store.conference(C)).toMatchObject({ liveCount: 3, leadingCount: 3 });
  const revisions = world.told.map(({ change }) => change.data.revision);
  expect(new Set(revisions).size).toBe(3);
  expect(revisions).toEqual(revisions.toSorted((one, other) => one - other));

  await list(world, ALICE, tombstone('e1'), tombstone('e2'));
  expect(await world.store.conference(C)).toMatchObject({ state: 'live', liveCount: 1 });
  await list(world, ALICE, tombstone('e3'));
  expect(await world.store.conference(C)).toMatchObject({ state: 'orphaned', liveCount: 0 });
});

/** Makes the store fail wherever a transaction writes this conference; the returned function mends it. */
function failOn(world: World, key: ConferenceKey): () => void {
  const { transact } = world.store;
  let isDown = true;
  // `call` forgets that the result is that of the work.
  world.store.transact = (work) =>
    transact.call(world.store, (tx) => {
      const { putConference } = tx;
      tx.putConference = (conference) => {
        if (isDown && conference.key === key) throw new StoreUnavailable('the store is down');
        putConference.call(tx, conference);
      };
      return work(tx);
    }) as ReturnType<typeof work>;
  return () => {
    isDown = false;
  };
}

test('a page that the store cannot take leaves nothing of itself on record, and is told of in whole when it comes again', async () => {
  const world = new World();
  await world.register(ALICE);
  const mend = failOn(world, C);
  const items = Array.from({ length: 30 }, (_, number) => meeting(`e${number}`, ours(`c${number}`)));
  await expect(list(world, ALICE, ...items, meeting('e', ours('c')))).rejects.toThrow(StoreUnavailable);
  expect(await world.store.bindingsOfCalendar(ALICES, { after: null, limit: 9 })).toEqual([]);
  expect(world.told).toEqual([]);

  mend();
  await world.clock.runTo(world.clock.now() + 10 * MINUTE);
  await world.renew();
  expect(new Set(world.told.map(({ change }) => change.data.conferenceId)).size).toBe(31);
  expect(world.told).toHaveLength(31);
});

test('what the store cannot take beside an unreadable record is not passed over like that', async () => {
  const world = new World();
  await world.register(ALICE);
  const mend = failOn(world, C);
  damage(world, conferenceKeyOf('damaged'));
  const items = [meeting('e1', ours('damaged')), meeting('e2', ours('c'))];
  await expect(list(world, ALICE, ...items)).rejects.toThrow(StoreUnavailable);
  mend();
  await world.clock.runTo(world.clock.now() + 10 * MINUTE);
  await world.renew();
  expect(world.told.map(({ change }) => change.data.conferenceId)).toEqual(['c']);
});

/** Alice leads a conference that an event of Bob's carries too. */
async function sharedWorld(): Promise<World> {
  const world = new World();
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  world.put(BOB, meeting('b', ours('c'), { summary: "Bob's", organizer: { email: BOB, self: true } }));
  await world.register(BOB);
  return world;
}

test.each(['all of which can be read', 'of which one record cannot be read'])(
  'a conference whose leading event ends is told at once of the event that leads now, on a page %s',
  async (page) => {
    const world = await sharedWorld();
    expect(world.told.map(({ change }) => change.data.eventId)).toEqual(['e']);
    if (page.includes('cannot')) damage(world, conferenceKeyOf('damaged'));
    await list(world, ALICE, tombstone('e'), meeting('other', ours('damaged')));
    expect(await world.store.conference(C)).toMatchObject({ state: 'live', leader: BOBS, liveCount: 1 });
    const ofC = world.told.filter(({ change }) => change.data.conferenceId === 'c');
    expect(ofC.at(-1)?.change).toMatchObject({ data: { eventId: 'b', event: { title: "Bob's" } } });
    expect(ofC).toHaveLength(2);
  },
);

test('a conference whose announced event never came is led by the calendar that adds an event, and told of it once', async () => {
  const world = new World();
  await world.register(BOB);
  await announceConference(world.services, BOBS, 'never', 'c');
  world.put(ALICE, meeting('e1', ours('c')));
  await world.register(ALICE);
  expect(world.told).toEqual([]);
  await world.clock.runTo(world.clock.now() + 2 * DAY);
  await list(world, ALICE, meeting('e2', ours('c')));
  await world.renew();
  expect(await world.store.conference(C)).toMatchObject({ leader: ALICES, liveCount: 2, leadingCount: 2 });
  expect(world.told.map(({ change }) => change.data.eventId).sort()).toEqual(['e1', 'e2']);

  // What was told of the page that made it lead is known, and no news when it is listed again.
  await list(world, ALICE, meeting('e2', ours('c'), { etag: '"again"' }));
  expect(world.told).toHaveLength(2);
});

test('a page that is put on record renews the lease, for what it has to send', async () => {
  const world = new World({ leaseMs: 60_000 });
  await putCalendar(world, ALICE);
  const held = await world.lease(ALICE);
  await world.clock.runTo(NOW + 20_000);
  const other = await recordChanges(world.services, held, [read(meeting('e1'))], null);
  expect(other).toMatchObject({ count: 0, unreadable: 0 });
  expect((await world.calendar(ALICE)).lease?.until).toBe(NOW + 60_000);
  const mine = await recordChanges(world.services, held, [read(meeting('e1', ours('c'))), read(meeting('e2'))], null);
  expect(mine).toMatchObject({
    count: 1,
    unreadable: 0,
    pending: new Set([C]),
    orphaned: new Set(),
    passed: new Set(),
  });
  expect((await world.calendar(ALICE)).lease?.until).toBe(NOW + 80_000);
});

test('what could not be delivered goes out with the next listing of its event, though nothing of the event has changed', async () => {
  const world = new World();
  world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
  world.put(ALICE, meeting('e', ours('c')));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'done' });
  await list(world, ALICE, meeting('e', ours('c'), { etag: '"again"' }));
  expect(world.told.at(-1)).toMatchObject({ outcome: { kind: 'done' }, change: { data: { eventId: 'e' } } });
  expect((await world.store.conference(C))?.retryAt).toBeNull();
});

/** An occurrence without the conference of its series, which is on a later page. */
const WITHOUT = exception('s', 3, { summary: 'Without' });

test.each(['all of which can be read', 'of which one record cannot be read'])(
  'an occurrence without the conference is told as cancelled though its series comes on a later page, %s',
  async (page) => {
    const world = new World();
    world.pageSize = 3;
    if (page.includes('cannot')) damage(world, conferenceKeyOf('damaged'));
    world.put(ALICE, WITHOUT);
    for (const id of ['e1', 'e2']) world.put(ALICE, meeting(id, ours(id)));
    world.put(ALICE, series('s', ours('c')));
    world.put(ALICE, meeting('e3', ours('damaged')));
    world.put(ALICE, meeting('e4', ours('e4')));
    await world.register(ALICE);
    const ofC = world.told.filter(({ change }) => change.data.conferenceId === 'c');
    expect(ofC.map(({ change }) => change.type)).toEqual(['conference.updated', 'conference.occurrence_cancelled']);
  },
);

test('an occurrence of a series that has come to another conference is told to that one, though it stands on an earlier page', async () => {
  const world = new World();
  world.put(ALICE, series('s', ours('c')));
  await world.register(ALICE);
  world.pageSize = 1;
  await list(world, ALICE, WITHOUT, series('s', ours('d'), { etag: '"2"' }));
  const ofD = world.told.filter(({ change }) => change.data.conferenceId === 'd');
  expect(ofD.map(({ change }) => change.type).sort()).toEqual([
    'conference.occurrence_cancelled',
    'conference.updated',
  ]);
});

test.each([
  ['a series that was known', 's', series('s', ours('c'), { etag: '"2"', summary: 'Renamed' })],
  ['a series of somebody else', 'x', series('x', ours('x'), organizedBy(BOB))],
  ['a series without a conference', 'x', series('x')],
  ['a single event', 'x', meeting('x', ours('x'))],
  ['the end of a series', 's', tombstone('s')],
])('pages that end with %s are read once', async (_, id, item) => {
  const world = new World();
  world.put(ALICE, series('s', ours('c')));
  await world.register(ALICE);
  world.pageSize = 1;
  world.calls.list = 0;
  await list(world, ALICE, meeting('e1', ours('c1')), { ...item, id });
  expect(world.calls.list).toBe(2);
});
