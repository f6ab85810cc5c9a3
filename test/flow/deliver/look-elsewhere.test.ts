/**
 * A meeting that moves to another calendar of its user while Google loses the news of where it went: on the first it looks deleted, and
 * only a listing of the second shows that its conference is still needed.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { GoogleUnavailable } from '../../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { pauseCalendar } from '../../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { ALICE, BOB, type Item, meeting, ours, tombstone } from '../../domain/build.ts';
import { World } from '../world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TEAM = 'team@group.calendar.google.com';

let world: World;
/** How often each calendar was listed. */
let listed: Map<string, number>;

beforeEach(() => {
  world = new World();
  listed = new Map();
  const { list } = world.services.google;
  Object.assign(world.services.google, {
    list: async (...asked: Parameters<typeof list>) => {
      const [{ calendarId }] = asked;
      listed.set(calendarId, (listed.get(calendarId) ?? 0) + 1);
      return list(...asked);
    },
  });
});

/** Registers a calendar on which we act as Alice. */
async function registerOwn(calendarId: string): Promise<void> {
  await world.clock.runUntilDone(registerCalendar(world.services, calendarId, ALICE));
  await world.work();
}

async function pass(minutes: number): Promise<void> {
  await world.work();
  for (let minute = 0; minute < minutes; minute++) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

/** Alice's event `e` is deleted on her own calendar, and a notification says so. */
async function remove(item: Item = tombstone('e')): Promise<void> {
  world.put(ALICE, item);
  listed.clear();
  await world.notify(ALICE);
}

function on(calendarId: string, conferenceId = 'c'): Item {
  return meeting('e', ours(conferenceId), { organizer: { email: calendarId, self: true } });
}

function told(): string[] {
  return world.told.map(({ change }) => `${change.type} ${change.data.conferenceId} ${change.data.calendarId}`);
}

const CANCELLED = `conference.cancelled c ${ALICE}`;

describe('before a conference ends whose event was deleted', () => {
  beforeEach(async () => {
    world.put(ALICE, on(ALICE));
    await world.register(ALICE);
  });

  test('the other calendar of the user is listed, and the event that has moved there keeps it alive', async () => {
    await registerOwn(TEAM);
    world.put(TEAM, on(TEAM));
    await remove();
    await pass(5);
    expect(told()).not.toContain(CANCELLED);
    expect(await world.conference('c')).toMatchObject({ state: 'live', leader: calendarKeyOf(TEAM), orphan: null });
    expect(listed.get(TEAM)).toBe(1);
    expect(world.lines).toContainEqual(expect.objectContaining({ line: 'look-elsewhere', calendars: 1 }));
    expect(world.lines).toContainEqual(expect.objectContaining({ line: 'conference', outcome: 'looking-elsewhere' }));
  });

  test('it ends all the same where the other calendar does not have it, after one listing', async () => {
    await registerOwn(TEAM);
    await remove();
    await pass(5);
    expect(told()).toContain(CANCELLED);
    expect(listed.get(TEAM)).toBe(1);
  });

  test('a calendar that was listed since is not listed again', async () => {
    await registerOwn(TEAM);
    await remove();
    await world.work();
    await world.clock.runTo(world.clock.now() + 5 * SECOND);
    await world.notify(TEAM);
    await pass(2);
    expect(told()).toContain(CANCELLED);
    expect(world.lines.filter(({ line }) => line === 'look-elsewhere')).toEqual([]);
  });

  test('a calendar that is listed for the events of another is reconciled as often as before', async () => {
    await registerOwn(TEAM);
    await pass(2);
    world.put(TEAM, meeting('other'));
    await world.notify(TEAM);
    await pass(1);
    for (let n = 1; n <= 4; n++) {
      world.put(ALICE, meeting(`m${n}`, ours(`c${n}`)));
      await world.notify(ALICE);
      await pass(1);
      await remove(tombstone(`m${n}`));
      await pass(3);
      expect(listed.get(TEAM)).toBe(1);
    }
    const { quietReconciles, channel, reconcileAt } = await world.calendar(TEAM);
    expect({ quietReconciles, isProven: channel?.provenAt !== null }).toEqual({ quietReconciles: 0, isProven: true });
    expect((reconcileAt ?? Infinity) - world.clock.now()).toBeLessThanOrEqual(6 * 60 * MINUTE);
  });

  test('many that end at once are served by one listing, or by a second that opens while the first runs', async () => {
    await registerOwn(TEAM);
    for (let n = 0; n < 30; n++) world.put(ALICE, meeting(`m${n}`, ours(`c${n}`)));
    await world.notify(ALICE);
    await world.work();
    for (let n = 0; n < 30; n++) world.put(ALICE, tombstone(`m${n}`));
    await remove();
    await world.work();
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew(4);
    await pass(5);
    expect(told().filter((one) => one.startsWith('conference.cancelled'))).toHaveLength(31);
    expect(listed.get(TEAM)).toBeLessThanOrEqual(2);
  });

  test('the calendar of its new organizer is listed, where Google names it', async () => {
    await world.register(BOB);
    world.put(BOB, on(BOB));
    await remove({ ...tombstone('e'), organizer: { email: BOB } });
    await pass(5);
    expect(told()).not.toContain(CANCELLED);
    expect((await world.conference('c')).leader).toBe(calendarKeyOf(BOB));
  });

  test('no calendar of anybody else is listed', async () => {
    await world.register(BOB);
    await remove({ ...tombstone('e'), organizer: { email: 'stranger@example.com' } });
    await pass(5);
    expect(told()).toContain(CANCELLED);
    expect(listed.get(BOB)).toBeUndefined();
  });

  test('a paused calendar is not waited for', async () => {
    await registerOwn(TEAM);
    await pauseCalendar(world.services, calendarKeyOf(TEAM));
    await remove();
    await pass(2);
    expect(told()).toContain(CANCELLED);
  });

  test('no more than twenty others are listed', async () => {
    for (let n = 0; n < 23; n++) await registerOwn(`${n}@group.calendar.google.com`);
    await remove();
    await pass(5);
    expect(told()).toContain(CANCELLED);
    expect([...listed.keys()].filter((id) => id !== ALICE)).toHaveLength(20);
  });

  test('a calendar that cannot be listed is waited for an hour, and asked less and less', async () => {
    await registerOwn(TEAM);
    const { list } = world.services.google;
    Object.assign(world.services.google, {
      list: async (...asked: Parameters<typeof list>) => {
        if (asked[0].calendarId === TEAM) throw new GoogleUnavailable('events.list: status 503');
        return list(...asked);
      },
    });
    await remove();
    await pass(55);
    expect(told()).not.toContain(CANCELLED);
    await pass(80);
    expect(told()).toContain(CANCELLED);
    expect(world.lines.filter(({ line }) => line === 'look-elsewhere').length).toBeLessThan(12);
  });

  test('nothing else is listed where the conference was taken off its event', async () => {
    await registerOwn(TEAM);
    await remove(meeting('e', { etag: '"2"' }));
    await pass(2);
    expect(told()).toContain(CANCELLED);
    expect(listed.get(TEAM)).toBeUndefined();
  });
});
