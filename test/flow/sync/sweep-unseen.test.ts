/** Bindings that a full listing did not show: each is read by itself, and ends only if it is really gone. */
import { describe, expect, test } from '@jest/globals';
import { GoogleUnavailable, RequestRefused } from '../../../shared/domain/errors.ts';
import { bindingIdOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { requestSync } from '../../../shared/flow/calendars/command-calendar.ts';
import {
  ALICE,
  ALICES,
  cancelledOccurrence,
  DAY,
  exception,
  type Item,
  meeting,
  ours,
  series,
  tombstone,
} from '../../domain/build.ts';
import { listingOf } from '../due-records.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
/** Several batches, the last of them not full. */
const MANY = 250;

/** Alice's calendar with these events, of which none is listed any more. */
async function unlistedWorld(...items: readonly Item[]): Promise<World> {
  const world = new World();
  for (const item of items) world.put(ALICE, item);
  await world.register(ALICE);
  for (const { id } of items) world.unlisted.add(String(id));
  return world;
}

async function listFully(world: World): Promise<void> {
  await requestSync(world.services, ALICES, { full: true, resend: false });
  await world.work();
}

async function runMinutes(world: World, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

async function stateOf(world: World, conferenceId: string): Promise<string | undefined> {
  return (await world.store.conference(conferenceKeyOf(conferenceId)))?.state;
}

/** The conferences of which the conference system was told that they are over. */
function cancelled(world: World): string[] {
  return world.told
    .flatMap(({ change }) => (change.type === 'conference.cancelled' ? [change.data.conferenceId] : []))
    .sort();
}

test('an event that a full listing does not show, and that is still there, keeps its conference', async () => {
  const world = await unlistedWorld(meeting('e1', ours('c1')));
  const told = world.told.length;
  await listFully(world);
  await runMinutes(world, 5);
  expect(await stateOf(world, 'c1')).toBe('live');
  expect(world.told).toHaveLength(told);
});

test('an event that one try of a pass showed, and that was gone without a trace before the next, loses its conference', async () => {
  const world = await unlistedWorld(meeting('e1', ours('c1')));
  world.put(ALICE, tombstone('e1'));
  const listing = listingOf({ mode: 'full', startToken: null, pass: 2, sweepId: 'the first try' });
  await world.store.transact(async (tx) => {
    const calendar = await world.calendar(ALICE);
    const [binding] = (await tx.bindings(ALICES, [bindingIdOf('e1')])).values();
    if (binding === undefined) throw new Error('it is bound');
    tx.putBinding({ ...binding, lastSeenIn: listing.sweepId });
    tx.putCalendar({ ...calendar, syncToken: null, checkpoint: listing });
  });
  await world.services.queue.publish({ kind: 'sync', calendar: ALICES, cause: 'continuation' }, 'upkeep');
  await world.work();
  await runMinutes(world, 5);
  expect(await stateOf(world, 'c1')).toBe('cancelled');
});

test('an event that Google refuses to show is left as it is, and the sweep ends with all others', async () => {
  const world = await unlistedWorld(meeting('e1', ours('c1')), meeting('e2', ours('c2')));
  world.put(ALICE, tombstone('e2'));
  const { get } = world.services.google;
  world.services.google.get = async (access, id, role) => {
    if (id === 'e1') throw new RequestRefused('events.get: status 400');
    return get(access, id, role);
  };
  await listFully(world);
  await runMinutes(world, 5);
  expect(await world.calendar(ALICE)).toMatchObject({ failure: null, checkpoint: null, syncToken: expect.any(String) });
  expect(await stateOf(world, 'c1')).toBe('live');
  expect(await stateOf(world, 'c2')).toBe('cancelled');
});

test('what has changed of an event that a full listing does not show is told with that listing', async () => {
  const world = await unlistedWorld(meeting('e1', ours('c1')));
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
  await listFully(world);
  expect(world.told.at(-1)?.change).toMatchObject({ data: { eventId: 'e1', event: { title: 'Renamed' } } });
  expect(world.lastLine('sync')).toMatchObject({ outcome: 'synced', mode: 'full', counts: { delivered: 1, left: 0 } });
});

test('of 250 events that a full listing does not show, exactly those end that are really gone', async () => {
  const numbers = Array.from({ length: MANY }, (_, number) => number);
  const world = await unlistedWorld(...numbers.map((number) => meeting(`e${number}`, ours(`c${number}`))));
  const gone = numbers.filter((number) => number % 3 === 0);
  for (const number of gone) world.put(ALICE, tombstone(`e${number}`));
  await listFully(world);
  await runMinutes(world, 5);
  expect(cancelled(world)).toEqual(gone.map((number) => `c${number}`).sort());
  expect(await stateOf(world, 'c1')).toBe('live');
});

test('a sweep that the process cannot finish goes on where it stopped, and reads no event twice', async () => {
  const numbers = Array.from({ length: MANY }, (_, number) => number);
  const world = await unlistedWorld(...numbers.map((number) => meeting(`e${number}`, ours(`c${number}`))));
  for (const number of numbers) world.put(ALICE, tombstone(`e${number}`));
  const { google } = world.services;
  const { get } = google;
  let reads = 0;
  google.get = async (...asked) => {
    if (++reads === MANY / 2) world.isStopping = true;
    return get(...asked);
  };
  await requestSync(world.services, ALICES, { full: true, resend: false });
  const continued = world.queued.length;
  await world.clock.runTo(world.clock.now() + MINUTE);
  // What continues it is for another process.
  const { publish } = world.services.queue;
  const put: Parameters<typeof publish>[] = [];
  world.services.queue.publish = async (...parts) => void put.push(parts);
  await world.work();
  expect(continued).toBe(1);
  expect(reads).toBe(MANY / 2);
  expect((await world.calendar(ALICE)).checkpoint).toMatchObject({ mode: 'full' });

  world.isStopping = false;
  world.services.queue.publish = publish;
  for (const [message, lane] of put) await publish(message, lane);
  await world.work();
  expect(reads).toBe(MANY);
  expect((await world.calendar(ALICE)).checkpoint).toBeNull();
  await runMinutes(world, 5);
  expect(cancelled(world)).toHaveLength(MANY);
});

test.each(['freeBusyReader', 'none'] as const)(
  'with access %s nothing that a full listing hides is taken for gone',
  async (role) => {
    const world = await unlistedWorld(meeting('e1', ours('c1')));
    world.put(ALICE, tombstone('e1'));
    world.accessRole = role;
    await listFully(world);
    await runMinutes(world, 5);
    expect(await stateOf(world, 'c1')).toBe('live');
  },
);

test('the access of the last page counts for whoever takes over the sweep', async () => {
  const world = await unlistedWorld(meeting('e1', ours('c1')));
  world.put(ALICE, tombstone('e1'));
  const listed = await world.calendar(ALICE);
  const narrowed = { mode: 'full', sweepId: 'a sweep', nextSyncToken: '9', accessRole: 'freeBusyReader' } as const;
  const checkpoint = listingOf(narrowed);
  await world.store.transact(async (tx) => tx.putCalendar({ ...listed, accessRole: 'owner', checkpoint }));
  const message = { kind: 'sync', calendar: ALICES, cause: 'continuation' } as const;
  await world.services.queue.publish(message, 'upkeep');
  await world.work();
  expect(world.calls.get).toBe(0);
  expect(await world.calendar(ALICE)).toMatchObject({ accessRole: 'freeBusyReader', checkpoint: null });
});

test('a first listing that begins again days later asks only for what its window could have shown', async () => {
  const world = new World();
  world.pageSize = 3;
  const soon = {
    start: { dateTime: '2027-01-20T10:00:00Z' },
    end: { dateTime: '2027-01-20T11:00:00Z' },
  };
  world.put(ALICE, meeting('over', ours('over'), soon));
  world.put(ALICE, meeting('ahead', ours('ahead')));
  world.put(ALICE, series('endless', ours('endless')));
  world.put(ALICE, meeting('late', ours('late')));
  const { google } = world.services;
  const { list } = google;
  google.list = async (access, query) => {
    if (query.pageToken !== null) throw new GoogleUnavailable('events.list: 503');
    return list(access, query);
  };
  await world.register(ALICE);
  expect((await world.calendar(ALICE)).lastSyncedAt).toBeNull();
  google.list = list;
  for (const id of ['over', 'ahead', 'endless']) {
    world.put(ALICE, tombstone(id));
    world.unlisted.add(id);
  }
  await world.clock.runTo(world.clock.now() + 3 * DAY);
  await listFully(world);
  await runMinutes(world, 5);
  expect(await stateOf(world, 'late')).toBe('live');
  expect(cancelled(world)).toEqual(['ahead', 'endless']);
});

describe('an occurrence that was put back to its series while the token was dead', () => {
  const plain = exception('s', 3, ours('c'), { etag: '"2"' });

  test.each<[string, Item]>([
    ['moved', exception('s', 3, { start: { dateTime: '2027-02-03T15:00:00Z' } }, ours('c'))],
    ['cancelled', cancelledOccurrence('s', 3)],
  ])('was %s, and its conference hears of it', async (_, deviating) => {
    const world = new World();
    world.put(ALICE, series('s', ours('c')));
    world.put(ALICE, deviating);
    await world.register(ALICE);
    const told = world.told.length;
    world.put(ALICE, plain);
    // A plain occurrence is listed nowhere; it can only be read by itself.
    world.unlisted.add(String(plain.id));
    await listFully(world);
    expect(world.told.slice(told).map(({ change }) => change.type)).toEqual(['conference.occurrence_updated']);
    expect(await world.binding(ALICE, String(plain.id))).toMatchObject({ kind: 'occurrence', state: 'live' });
  });

  test('is the only one that is read by itself', async () => {
    const world = new World();
    world.put(ALICE, series('s', ours('c')));
    world.put(ALICE, exception('s', 3, { summary: 'Moved' }, ours('c')));
    world.put(ALICE, exception('s', 4, { summary: 'Moved' }, ours('c')));
    world.put(ALICE, exception('s', 5, ours('other')));
    world.put(ALICE, cancelledOccurrence('s', 6));
    await world.register(ALICE);
    world.put(ALICE, plain);
    world.unlisted.add(String(plain.id));
    await listFully(world);
    expect(world.calls.get).toBe(1);
    await listFully(world);
    expect(world.calls.get).toBe(2);
  });
});

test('a sweep of many slow reads that record nothing keeps its lease to the end', async () => {
  const numbers = Array.from({ length: MANY }, (_, number) => number);
  const world = await unlistedWorld(...numbers.map((number) => meeting(`e${number}`, ours(`c${number}`))));
  // Hidden events prove nothing, so that their reads record nothing.
  world.accessRole = 'reader';
  for (const number of numbers) world.put(ALICE, meeting(`e${number}`, { visibility: 'private', etag: '"2"' }));
  const { google } = world.services;
  const { get } = google;
  google.get = async (...asked) => {
    await world.clock.sleep(1_300);
    return get(...asked);
  };
  await requestSync(world.services, ALICES, { full: true, resend: false });
  const worked = world.work(1);
  const overdrawn: number[] = [];
  for (let part = 0; part < 60; part++) {
    await world.clock.runTo(world.clock.now() + MINUTE / 6);
    const { lease } = await world.calendar(ALICE);
    if (lease !== null && lease.until <= world.clock.now()) overdrawn.push(part);
  }
  await worked;
  expect(overdrawn).toEqual([]);
  expect(world.calls.get).toBe(MANY);
  expect((await world.calendar(ALICE)).syncToken).not.toBeNull();
});
