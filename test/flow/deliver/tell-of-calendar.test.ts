/** The conference system hears once of each change of a calendar's standing, in order, whatever happens on the way. */
import { describe, expect, test } from '@jest/globals';
import type { CalendarNotice } from '../../../shared/domain/delivery/change.ts';
import { AccessLost, CalendarUnreachable, GoogleUnavailable, StoreUnavailable } from '../../../shared/domain/errors.ts';
import { SENDING_MS } from '../../../shared/domain/limits.ts';
import type { Policy } from '../../../shared/domain/policy.ts';
import { pauseCalendar, resumeCalendar } from '../../../shared/flow/calendars/command-calendar.ts';
import { removeCalendar } from '../../../shared/flow/calendars/remove-calendar.ts';
import { tellOfCalendar } from '../../../shared/flow/deliver/tell-of-calendar.ts';
import { doWork } from '../../../shared/flow/do-work.ts';
import { ALICE, ALICES, meeting, ours } from '../../domain/build.ts';
import { World } from '../world.ts';

const MINUTE = 60_000;
const ON: Partial<Policy> = { tellsOfCalendars: true };

async function followed(changes: Partial<Policy> = ON): Promise<World> {
  const world = new World(changes);
  await world.register(ALICE);
  return world;
}

/** The next look at the calendar, as a notification brings it. */
async function look(world: World): Promise<void> {
  await world.clock.runTo(world.clock.now() + 2 * MINUTE);
  await world.notify(ALICE);
  await world.work();
}

/** Google gives another answer from now on, and somebody looks. */
async function turn(world: World, trouble: Error | null): Promise<void> {
  world.troubles.clear();
  if (trouble !== null) world.troubles.set('list', trouble);
  await look(world);
}

async function runFor(world: World, ms: number): Promise<void> {
  const end = world.clock.now() + ms;
  while (world.clock.now() < end) {
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.renew();
  }
}

function wordsOf({ type, data }: CalendarNotice): string {
  return 'reason' in data ? `${type} ${data.reason}` : type;
}

/** What was taken, in the order in which it was. */
function heard(world: World): string[] {
  return world.noticed.filter(({ outcome }) => outcome.kind === 'done').map(({ notice }) => wordsOf(notice));
}

const REVOKED = new AccessLost('access token: status 400 invalid_grant');

describe('who wants to hear of calendars', () => {
  test('hears of one when it has been listed for the first time, and not again', async () => {
    const world = await followed();
    await look(world);
    await look(world);
    expect(world.noticed.map(({ notice }) => notice)).toEqual([
      {
        id: `msg_${ALICES}_${world.noticed[0]?.notice.data.revision}`,
        timestamp: expect.stringMatching(/^2027-01-20T09:0\d:\d\d/),
        type: 'calendar.connected',
        data: { calendarId: ALICE, subject: ALICE, revision: expect.any(Number) },
      },
    ]);
    expect((await world.calendar(ALICE)).notice?.telling).toBeNull();
  });

  test.each([
    ['a grant that is over', REVOKED, 'revoked'],
    ['a grant whose time is over', new AccessLost('x', { reason: 'expired' }), 'expired'],
    ['an administrator who does not allow it', new AccessLost('x', { reason: 'admin_policy' }), 'admin_policy'],
    ['a grant without the calendar', new AccessLost('x', { reason: 'access_narrowed' }), 'access_narrowed'],
    ['a calendar that is gone', new CalendarUnreachable('events.list: status 404'), 'calendar_gone'],
    ['too little access', new CalendarUnreachable('x', { reason: 'access_narrowed' }), 'access_narrowed'],
  ])('hears of %s', async (_, trouble, reason) => {
    const world = await followed();
    await turn(world, trouble);
    await look(world);
    expect(heard(world)).toEqual(['calendar.connected', `calendar.disconnected ${reason}`]);
  });

  test('hears again when the reason is another one, and when it is over', async () => {
    const world = await followed();
    await turn(world, REVOKED);
    await turn(world, new CalendarUnreachable('events.list: status 404'));
    await turn(world, null);
    expect(heard(world).slice(1)).toEqual([
      'calendar.disconnected revoked',
      'calendar.disconnected calendar_gone',
      'calendar.connected',
    ]);
    const revisions = world.noticed.map(({ notice }) => notice.data.revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  test('hears nothing of an outage, a pause, or a removal', async () => {
    const world = await followed();
    await turn(world, new GoogleUnavailable('events.list: status 503'));
    await turn(world, null);
    await pauseCalendar(world.services, ALICES);
    await runFor(world, 5 * MINUTE);
    await resumeCalendar(world.services, ALICES);
    await world.work();
    await removeCalendar(world.services, ALICES, world.clock.now() + 3_600_000);
    await runFor(world, 5 * MINUTE);
    expect(heard(world)).toEqual(['calendar.connected']);
  });

  test('hears that a channel could not be opened for want of access', async () => {
    const world = new World(ON);
    world.troubles.set('watch', REVOKED).set('list', REVOKED);
    await world.register(ALICE);
    await runFor(world, 2 * MINUTE);
    expect(heard(world)).toEqual(['calendar.disconnected revoked']);
  });

  test('hears of a calendar that is registered anew under a higher revision', async () => {
    const world = await followed();
    await removeCalendar(world.services, ALICES, world.clock.now() + 3_600_000);
    await world.clock.runTo(world.clock.now() + MINUTE);
    await world.register(ALICE);
    const [first, second] = world.noticed.map(({ notice }) => notice.data.revision);
    expect(second).toBeGreaterThan(first ?? Number.POSITIVE_INFINITY);
  });
});

test('who does not want to hears nothing, and nothing is kept for him', async () => {
  const world = await followed({});
  await turn(world, REVOKED);
  await runFor(world, 5 * MINUTE);
  expect(world.noticed).toEqual([]);
  expect((await world.calendar(ALICE)).notice).toBeNull();
});

describe('what could not be told', () => {
  test('is tried again at the times of deliveries, under the same id', async () => {
    const world = await followed();
    world.heed = () => ({ kind: 'transient', reason: 'answered 503' });
    await turn(world, REVOKED);
    await runFor(world, 10 * MINUTE);
    world.heed = () => ({ kind: 'done' });
    await runFor(world, 20 * MINUTE);
    const ids = world.noticed.slice(1).map(({ notice }) => notice.id);
    expect(new Set(ids).size).toBe(1);
    expect(ids.length).toBeGreaterThan(3);
    expect(ids.length).toBeLessThan(10);
    expect(heard(world)).toEqual(['calendar.connected', 'calendar.disconnected revoked']);
    expect((await world.calendar(ALICE)).notice?.telling).toBeNull();
  });

  test('is overtaken by what is true by then', async () => {
    const world = await followed();
    world.heed = () => ({ kind: 'transient', reason: 'answered 503' });
    await turn(world, REVOKED);
    await turn(world, null);
    world.heed = () => ({ kind: 'done' });
    await runFor(world, 20 * MINUTE);
    expect(heard(world)).toEqual(['calendar.connected', 'calendar.connected']);
    expect(world.noticed.at(-1)?.notice.type).toBe('calendar.connected');
  });

  test('is tried every hour for as long as it takes, and told when the system is there again', async () => {
    const world = await followed();
    world.heed = () => ({ kind: 'transient', reason: 'answered 503' });
    await turn(world, REVOKED);
    const pass = async (hours: number): Promise<void> => {
      for (let hour = 0; hour < hours; hour++) {
        await world.clock.runTo(world.clock.now() + 66 * MINUTE);
        await world.renew();
        await world.work();
      }
    };
    await pass(100);
    const before = world.noticed.length;
    await pass(1);
    expect(world.noticed).toHaveLength(before + 1);
    world.heed = () => ({ kind: 'done' });
    await pass(1);
    expect(heard(world)).toEqual(['calendar.connected', 'calendar.disconnected revoked']);
    expect((await world.calendar(ALICE)).notice?.telling).toBeNull();
  });

  test('is not tried again where it was refused', async () => {
    const world = await followed();
    world.heed = () => ({ kind: 'refused', reason: 'answered 422' });
    await turn(world, REVOKED);
    await runFor(world, 10 * MINUTE);
    expect(world.noticed).toHaveLength(2);
  });

  test('goes out after its sender has died in the middle', async () => {
    const world = await followed();
    // It arrives, and whoever sent it never comes back.
    world.services.conferences.tell = async (notice) => {
      world.noticed.push({ at: world.clock.now(), notice, outcome: { kind: 'transient', reason: 'nobody waits' } });
      return new Promise(() => undefined);
    };
    world.troubles.set('list', REVOKED);
    const arrival = { lane: 'live', publishedAt: world.clock.now() } as const;
    void doWork(world.services, { kind: 'sync', calendar: ALICES, cause: 'notification' }, arrival);
    await world.clock.runTo(world.clock.now() + MINUTE);
    expect(world.noticed.at(-1)?.notice.type).toBe('calendar.disconnected');
    world.services.conferences.tell = async (notice) => {
      world.noticed.push({ at: world.clock.now(), notice, outcome: { kind: 'done' } });
      return { kind: 'done' };
    };
    await runFor(world, 5 * MINUTE);
    expect(heard(world).at(-1)).toBe('calendar.disconnected revoked');
    const [sent, again] = world.noticed.slice(-2).map(({ notice }) => notice.id);
    expect(again).toBe(sent);
  });

  test('is on record with the state itself, should the process die right after', async () => {
    const world = await followed();
    world.heed = () => {
      throw new StoreUnavailable('the process died');
    };
    world.troubles.set('list', REVOKED);
    await world.notify(ALICE);
    await expect(world.work()).rejects.toThrow('the process died');
    expect(await world.calendar(ALICE)).toMatchObject({ status: 'disconnected', notice: { standing: 'revoked' } });
    world.heed = () => ({ kind: 'done' });
    await runFor(world, 5 * MINUTE);
    expect(heard(world).at(-1)).toBe('calendar.disconnected revoked');
  });

  test('is not sent by two at once', async () => {
    const world = await followed();
    world.troubles.set('list', REVOKED);
    world.answerMs = 5_000;
    await world.notify(ALICE);
    const work = world.work();
    await world.clock.runTo(world.clock.now() + 2_000);
    expect(await tellOfCalendar(world.services, ALICES)).toBeNull();
    await work;
    expect(world.noticed).toHaveLength(2);
  });

  test('is left to its next sender by one who took too long', async () => {
    const world = await followed();
    await turn(world, REVOKED);
    const { notice } = await world.calendar(ALICE);
    if (notice === null) throw new Error('there is no notice');
    const telling = { attempts: 0, retryAt: world.clock.now(), sending: null };
    await world.store.transact(async (tx) => {
      const calendar = await tx.calendar(ALICES);
      if (calendar !== undefined) tx.putCalendar({ ...calendar, notice: { ...notice, telling } });
    });
    const from = world.noticed.length;
    world.heed = () => ({ kind: 'transient', reason: 'answered 503' });
    world.answerMs = SENDING_MS + 10_000;
    const slow = tellOfCalendar(world.services, ALICES);
    await world.clock.runTo(world.clock.now() + SENDING_MS + 1_000);
    world.answerMs = 30_000;
    const next = tellOfCalendar(world.services, ALICES);
    // The first has come back, and the second waits for its answer.
    await world.clock.runTo(world.clock.now() + 20_000);
    expect(world.noticed.length - from).toBe(1);
    expect(await tellOfCalendar(world.services, ALICES)).toBeNull();
    await world.clock.runUntilDone(Promise.all([slow, next]));
    expect(world.noticed.length - from).toBe(2);
    expect((await world.calendar(ALICE)).notice?.telling).toMatchObject({ attempts: 1, sending: null });
  });

  test('waits without attempts while the conference system fails throughout', async () => {
    const world = await followed();
    for (let number = 1; number <= 6; number++) world.put(ALICE, meeting(`e${number}`, ours(`c${number}`)));
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    world.heed = () => ({ kind: 'transient', reason: 'answered 503' });
    await look(world);
    expect(world.breaker.refuses(world.clock.now())).toBe(true);
    const openedAt = world.clock.now();
    await turn(world, REVOKED);
    const tries = [...world.told, ...world.noticed].map(({ at }) => at).filter((at) => at >= openedAt);
    for (const [index, at] of tries.sort((a, b) => a - b).entries())
      expect(at - (tries[index - 1] ?? 0)).toBeGreaterThanOrEqual(10_000);
    world.answer = () => ({ kind: 'done' });
    world.heed = () => ({ kind: 'done' });
    await runFor(world, 70 * MINUTE);
    expect(heard(world)).toEqual(['calendar.connected', 'calendar.disconnected revoked']);
  });
});

test('what waits is dropped where nobody wants to hear of calendars any more', async () => {
  const world = await followed();
  world.heed = () => ({ kind: 'transient', reason: 'answered 503' });
  await turn(world, REVOKED);
  const before = world.noticed.length;
  Object.assign(world.services.policy, { tellsOfCalendars: false });
  await runFor(world, 30 * MINUTE);
  expect(world.noticed).toHaveLength(before);
  expect((await world.calendar(ALICE)).notice?.telling).toBeNull();
});
