/** A leader that is out of reach for a day: the other calendars that refer to its conferences lead them from then on. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AccessLost, CalendarUnreachable } from '../../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { handOnLeads } from '../../../shared/flow/record/hand-on-leads.ts';
import { withDelayedCalls } from '../../delayed-calls.ts';
import { ALICE, ALICES, BOB, BOBS, type Item, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CAROL = 'carol@example.com';

let world: World;
/** Calendars that Google shows nobody, and how it says so. */
let closed: Map<string, Error>;

beforeEach(() => {
  world = new World();
  closed = new Map();
  const { google } = world.services;
  const { list, get } = google;
  const assertOpen = (calendarId: string): void => {
    const error = closed.get(calendarId);
    if (error !== undefined) throw error;
  };
  Object.assign(google, {
    list: async (...asked: Parameters<typeof list>) => {
      assertOpen(asked[0].calendarId);
      return list(...asked);
    },
    get: async (...asked: Parameters<typeof get>) => {
      assertOpen(asked[0].calendarId);
      return get(...asked);
    },
  });
});

async function pass(hours: number): Promise<void> {
  for (const end = world.clock.now() + hours * HOUR; world.clock.now() < end; ) {
    await world.clock.runTo(world.clock.now() + 5 * MINUTE);
    await world.renew();
  }
}

function on(email: string, id: string, ...parts: readonly Item[]): Item {
  return meeting(id, ours('c'), { organizer: { email, self: true } }, ...parts);
}

async function change(email: string, item: Item): Promise<void> {
  world.put(email, item);
  await world.notify(email);
  await world.work();
}

/** By whose word the conference was told of something. */
function tellers(): string[] {
  return world.told.map(({ change: { data } }) => data.calendarId);
}

describe.each([
  ['unreachable', new CalendarUnreachable('events.list: status 403', { reason: 'access_narrowed' })],
  ['disconnected', new AccessLost('events.list: status 401')],
])('a leader that is %s', (status, error) => {
  beforeEach(async () => {
    world.put(ALICE, on(ALICE, 'e'));
    await world.register(ALICE);
    world.put(BOB, on(BOB, 'b'));
    await world.register(BOB);
    world.told.length = 0;
    closed.set(ALICE, error);
    await world.notify(ALICE);
    await world.work();
    expect(await world.calendar(ALICE)).toMatchObject({ status, outOfReachSince: world.clock.now() });
  });

  test('leads for a day', async () => {
    await pass(17);
    await change(BOB, on(BOB, 'b', { summary: 'Renamed' }));
    expect(tellers()).toEqual([]);
    expect(await world.conference('c')).toMatchObject({ leader: ALICES });
  });

  test('leads no longer after that: the conference is told of the other event as it is, and of its changes', async () => {
    await change(BOB, on(BOB, 'b', { summary: 'Renamed' }));
    await pass(40);
    expect(tellers()).toEqual([BOB]);
    expect(world.told[0]?.change.data).toMatchObject({ event: { title: 'Renamed' } });
    expect(await world.conference('c')).toMatchObject({ leader: BOBS, leadingCount: 1, liveCount: 2, state: 'live' });
    expect(world.lines).toContainEqual({ line: 'leads-handed-on', calendar: ALICES, conferences: 1 });
    await change(BOB, on(BOB, 'b', { summary: 'Renamed again' }));
    expect(tellers()).toEqual([BOB, BOB]);
  });

  test('keeps nothing from being told that it still owed', async () => {
    closed.clear();
    world.answer = () => ({ kind: 'transient', reason: 'down' });
    for (const hour of [0, 1]) {
      await world.clock.runTo(world.clock.now() + hour * HOUR + 7 * HOUR);
      await change(ALICE, on(ALICE, 'e', { summary: `Owed ${hour}` }));
    }
    expect((await world.binding(ALICE, 'e'))?.pending).not.toBeNull();
    closed.set(ALICE, error);
    world.answer = () => ({ kind: 'done' });
    world.told.length = 0;
    await world.notify(ALICE);
    await world.work();
    await pass(40);
    expect(tellers()).toEqual([BOB]);
    expect((await world.binding(ALICE, 'e'))?.pending).toBeNull();
  });

  test('does not lead again when it comes back, and still keeps the conference alive', async () => {
    await pass(40);
    closed.clear();
    await pass(8);
    world.told.length = 0;
    await change(ALICE, on(ALICE, 'e', { summary: 'Back' }));
    expect(await world.calendar(ALICE)).toMatchObject({ status: 'active', outOfReachSince: null });
    expect(await world.conference('c')).toMatchObject({ leader: BOBS, liveCount: 2 });
    expect(tellers()).toEqual([]);
  });

  test('lets one lead that comes to the conference later', async () => {
    world.put(ALICE, on(ALICE, 'f'));
    await pass(40);
    world.put(CAROL, meeting('k', ours('other'), { organizer: { email: CAROL, self: true } }));
    await world.register(CAROL);
    await change(BOB, meeting('b', { organizer: { email: BOB, self: true }, etag: '"2"' }));
    await change(CAROL, on(CAROL, 'k', { etag: '"2"' }));
    await pass(40);
    expect((await world.conference('c')).leader).toBe(calendarKeyOf(CAROL));
  });
});

test('a calendar that is out of reach itself is not given the lead', async () => {
  world.put(ALICE, on(ALICE, 'e'));
  await world.register(ALICE);
  for (const email of [BOB, CAROL]) {
    world.put(email, on(email, email.slice(0, 3)));
    await world.register(email);
  }
  const inOrder = [BOB, CAROL].sort((a, b) => (calendarKeyOf(a) < calendarKeyOf(b) ? -1 : 1));
  const [first = BOB, second = CAROL] = inOrder;
  for (const email of [ALICE, first]) {
    closed.set(email, new CalendarUnreachable('events.list: status 403', { reason: 'access_narrowed' }));
    await world.notify(email);
  }
  await world.work();
  await pass(40);
  expect((await world.conference('c')).leader).toBe(calendarKeyOf(second));
});

test('of 44 calendars that are out of reach too, none keeps the one that can lead from being asked', async () => {
  world.put(ALICE, on(ALICE, 'e'));
  await world.register(ALICE);
  const others = Array.from({ length: 45 }, (_, number) => `user${number}@example.com`);
  const inOrder = others.sort((a, b) => (calendarKeyOf(a) < calendarKeyOf(b) ? -1 : 1));
  for (const email of inOrder) {
    world.put(email, on(email, 'b'));
    await world.register(email);
  }
  for (const email of [ALICE, ...inOrder.slice(0, -1)]) {
    closed.set(email, new CalendarUnreachable('events.list: status 403', { reason: 'access_narrowed' }));
    await world.notify(email);
  }
  await world.work();
  await pass(40);
  const last = inOrder.at(-1) ?? '';
  expect(await world.conference('c')).toMatchObject({ leader: calendarKeyOf(last), offeredTo: null });
});

test('and where a look has no time for all of them, the next goes on', async () => {
  world.put(ALICE, on(ALICE, 'e'));
  await world.register(ALICE);
  const others = Array.from({ length: 45 }, (_, number) => calendarKeyOf(`user${number}@example.com`)).sort();
  for (let number = 0; number < 45; number++) {
    const email = `user${number}@example.com`;
    world.put(email, on(email, 'b'));
    await world.register(email);
  }
  closed.set(ALICE, new CalendarUnreachable('events.list: status 403', { reason: 'access_narrowed' }));
  await world.notify(ALICE);
  await world.work();
  const last = others.at(-1);
  await world.store.transact(async (tx) => {
    for (const key of others) {
      const calendar = await tx.calendar(key);
      if (calendar !== undefined && key !== last) tx.putCalendar({ ...calendar, status: 'unreachable' });
    }
  });
  const now = world.clock.now();
  await world.clock.runTo(now + 25 * HOUR);
  // Each transaction takes the time of a whole look.
  const store = withDelayedCalls(
    world.store,
    (name) => name === 'transact',
    () => world.clock.sleep(MINUTE),
  );
  Object.assign(world.services, { store });
  const look = (): Promise<number> =>
    world.clock.runUntilDone(handOnLeads(world.services, ALICES, world.clock.now() + MINUTE));
  expect(await look()).toBe(0);
  expect(await world.conference('c')).toMatchObject({ leader: ALICES, offeredTo: [...others, ALICES].sort()[19] });
  expect([await look(), await look()]).toEqual([0, 1]);
  expect(await world.conference('c')).toMatchObject({ leader: last, offeredTo: null });
});

test('what nobody else refers to is left as it is', async () => {
  world.put(ALICE, on(ALICE, 'e'));
  await world.register(ALICE);
  const before = await world.conference('c');
  closed.set(ALICE, new CalendarUnreachable('events.list: status 403', { reason: 'access_narrowed' }));
  await world.notify(ALICE);
  await world.work();
  await pass(60);
  expect(await world.conference('c')).toEqual(before);
});
