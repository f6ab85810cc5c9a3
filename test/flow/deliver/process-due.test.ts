/** A conference that is due: what makes it so, what is read for it, and how long it waits where nothing can be done. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccessLost,
  CalendarUnreachable,
  GoogleUnavailable,
  RateLimited,
  RequestRefused,
} from '../../../shared/domain/errors.ts';
import { bindingIdOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { BUSY_RETRY_MS } from '../../../shared/domain/limits.ts';
import type { CalendarRecord, ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { processDue } from '../../../shared/flow/deliver/process-due.ts';
import { retryCancellation } from '../../../shared/flow/deliver/retry-failure.ts';
import { ALICE, ALICES, BOB, BOBS, DAY, HOUR, type Item, meeting, NOW, ours, tombstone } from '../../domain/build.ts';
import { damage } from '../damage.ts';
import { putCalendar } from '../due-records.ts';
import { recordEvents } from '../record-events.ts';
import { World } from '../world.ts';

const CONFERENCE = conferenceKeyOf('c1');
const MINUTE = 60_000;
const UNTIL = NOW + HOUR;
const E1 = meeting('e1', ours('c1'));

let world: World;

beforeEach(async () => {
  world = new World();
  world.answerMs = 0;
  await putCalendar(world, ALICE);
});

/** Puts events on a calendar and on record, and lets the conference be due. */
async function owe(calendarId: string, ...items: readonly Item[]): Promise<void> {
  for (const item of items) world.put(calendarId, item);
  await recordEvents(world, calendarId, ...items);
  await world.changeConference('c1', { retryAt: NOW });
}

/** Settles, and expects the log to tell the same. */
async function settle(): Promise<string> {
  const outcome = await world.clock.runUntilDone(processDue(world.services, CONFERENCE, UNTIL));
  expect(world.lastLine('conference')).toStrictEqual({ line: 'conference', outcome, conference: CONFERENCE });
  return outcome;
}

function told(): string[] {
  return world.told.map(({ change: { type, data } }) => `${type.replace('conference.', '')} ${data.eventId}`);
}

/** What happens while Google reads an event. */
function whileReading(happens: () => Promise<void>): void {
  const { get } = world.services.google;
  Object.assign(world.services.google, {
    get: async (...parts: Parameters<typeof get>) => {
      await happens();
      return get(...parts);
    },
  });
}

const lastEvent = {
  calendar: ALICES,
  calendarId: ALICE,
  eventId: 'e1',
  reason: 'event_deleted',
  seenAt: NOW,
  askedElsewhereAt: null,
} as const;

describe('nothing is due', () => {
  test('where there is no conference', async () => {
    expect(await settle()).toBe('nothing-due');
  });

  test.each<[string, Partial<ConferenceRecord>]>([
    ['with no time at all', {}],
    ['a moment before each of its times', later()],
    ['with a grace that is over and an end that is on its way', ending()],
  ])('for a conference %s', async (_, changes) => {
    await recordEvents(world, ALICE, E1);
    await world.changeConference('c1', { retryAt: null, ...changes });
    const before = await world.conference('c1');
    expect(await settle()).toBe('nothing-due');
    expect(await world.conference('c1')).toEqual(before);
    expect(world.calls.get).toBe(0);
  });

  function later(): Partial<ConferenceRecord> {
    const at = NOW + 1;
    return { retryAt: at, sending: { owner: 'x', until: at }, orphan: { ...lastEvent, readAt: at } };
  }

  function ending(): Partial<ConferenceRecord> {
    return { orphan: { ...lastEvent, readAt: NOW }, cancellation: { ...lastEvent, revision: NOW + 9 } };
  }
});

describe('something is due', () => {
  test.each<[string, Partial<ConferenceRecord>]>([
    ['at the time of a retry', { retryAt: NOW }],
    ['when whoever was sending must be dead', { sending: { owner: 'dead', until: NOW } }],
    ['when a grace is over', { state: 'orphaned', orphan: { ...lastEvent, readAt: NOW } }],
  ])('%s', async (_, changes) => {
    await owe(ALICE, E1);
    await world.changeConference('c1', { retryAt: null, ...changes });
    expect(await settle()).toBe('settled');
    expect(told()).toEqual(['updated e1']);
  });

  test('when nobody leads a conference that lives, and its lead passes on first', async () => {
    await putCalendar(world, BOB);
    await owe(ALICE, E1);
    await settle();
    await owe(BOB, meeting('e2', ours('c1')));
    await world.changeConference('c1', { leader: ALICES, leadingCount: 0, liveCount: 1, retryAt: null });
    await world.store.transact(async (tx) => tx.deleteBinding(ALICES, bindingIdOf('e1')));
    world.told.length = 0;
    expect(await settle()).toBe('settled');
    expect(await world.conference('c1')).toMatchObject({ leader: BOBS, leadingCount: 1, liveCount: 1 });
    await world.clock.runUntilDone(processDue(world.services, CONFERENCE, UNTIL));
    expect(told()).toEqual(['updated e2']);
  });

  test('but not while the conference system is spared: then nothing is read', async () => {
    await owe(ALICE, E1);
    world.breaker.admit(NOW);
    world.breaker.settle(CONFERENCE, 'endpoint-gone', NOW);
    expect(await settle()).toBe('held-back');
    expect(world.calls.get).toBe(0);
  });
});

describe('what is read', () => {
  test('is nothing where a cancellation comes first', async () => {
    await owe(ALICE, E1);
    await world.changeConference('c1', {
      cancellation: { ...lastEvent, revision: (await world.conference('c1')).revision - 1 },
    });
    expect(await settle()).toBe('settled');
    expect(told()).toEqual(['cancelled e1']);
    expect(world.calls.get).toBe(0);
  });

  test('is nothing where only a cancellation is pending', async () => {
    await owe(ALICE, E1);
    await settle();
    await world.changeConference('c1', {
      retryAt: NOW,
      cancellation: { ...lastEvent, revision: (await world.conference('c1')).revision + 1 },
    });
    world.calls.get = 0;
    expect(await settle()).toBe('settled');
    expect(told()).toEqual(['updated e1', 'cancelled e1']);
    expect(world.calls.get).toBe(0);
  });

  test('is nothing where nothing is pending', async () => {
    await owe(ALICE, E1);
    await settle();
    await world.changeConference('c1', { retryAt: NOW });
    world.calls.get = 0;
    expect(await settle()).toBe('settled');
    expect(await world.conference('c1')).toMatchObject({ retryAt: null, dueAt: null });
    expect(world.calls.get).toBe(0);
  });

  test('is the event that is pending, though a cancellation follows', async () => {
    await owe(ALICE, E1);
    await world.changeConference('c1', {
      cancellation: { ...lastEvent, revision: (await world.conference('c1')).revision + 1 },
    });
    expect(await settle()).toBe('settled');
    expect(told()).toEqual(['updated e1', 'cancelled e1']);
    expect(world.calls.get).toBe(1);
  });

  test('are the events of the leading calendar; what another one still owed is dropped first, by a message of its own', async () => {
    await putCalendar(world, BOB);
    await owe(ALICE, E1, meeting('e2', ours('c1')));
    const binding = await world.binding(ALICE, 'e2');
    if (binding === undefined) throw new Error('not on record');
    await world.store.transact(async (tx) => {
      tx.deleteBinding(ALICES, binding.id);
      tx.putBinding({ ...binding, calendar: BOBS });
    });
    expect(await settle()).toBe('settled');
    expect([world.calls.get, told()]).toEqual([0, []]);
    expect(world.queued).toEqual([
      { message: { kind: 'conference', conference: CONFERENCE }, lane: 'upkeep', publishedAt: NOW },
    ]);
    expect(await settle()).toBe('settled');
    expect([world.calls.get, told()]).toEqual([1, ['updated e1']]);
  });

  test('is the last event of an orphan, whose end it confirms', async () => {
    await owe(ALICE, E1);
    await settle();
    world.put(ALICE, tombstone('e1'));
    await recordEvents(world, ALICE, tombstone('e1'));
    await world.clock.runTo(NOW + MINUTE);
    expect(await settle()).toBe('settled');
    expect(told()).toEqual(['updated e1', 'cancelled e1']);
    expect(await world.conference('c1')).toMatchObject({ state: 'cancelled', dueAt: null });
  });
});

describe('a delivery', () => {
  test.each([
    ['that fails', 'failing', { kind: 'transient', reason: 'answered 503' } as const],
    ['that is refused', 'settled', { kind: 'refused', reason: 'answered 422' } as const],
  ])('%s ends as %s', async (_, outcome, answer) => {
    await owe(ALICE, E1);
    world.answer = () => answer;
    expect(await settle()).toBe(outcome);
    expect(await world.calendar(ALICE)).toMatchObject({ lease: null });
  });

  test('that another is at ends as busy', async () => {
    await owe(ALICE, E1);
    await world.changeConference('c1', { sending: { owner: 'another', until: NOW + HOUR } });
    expect(await settle()).toBe('busy');
  });
});

describe('a calendar that is held', () => {
  const held = (until: number): Promise<void> => putCalendar(world, ALICE, { lease: { owner: 'another', until } });

  test('is asked for four times, and then the conference is put off', async () => {
    await owe(ALICE, E1);
    await held(NOW + HOUR);
    expect(await settle()).toBe('busy');
    expect(world.clock.now()).toBe(NOW + 3_500);
    const retryAt = NOW + 3_500 + BUSY_RETRY_MS;
    expect(await world.conference('c1')).toMatchObject({ retryAt, dueAt: retryAt });
  });

  test('and given back meanwhile is taken', async () => {
    await owe(ALICE, E1);
    await held(NOW + 1_200);
    expect(await settle()).toBe('settled');
    expect(world.told[0]?.at).toBe(NOW + 1_500);
  });

  test('is not waited for by a process that goes down', async () => {
    await owe(ALICE, E1);
    await held(NOW + HOUR);
    world.isStopping = true;
    expect(await settle()).toBe('busy');
    expect(world.clock.now()).toBe(NOW);
  });
});

describe('a calendar that nobody may look into', () => {
  test.each<[string, Partial<CalendarRecord>]>([
    ['is paused', { status: 'paused' }],
    ['is disconnected', { status: 'disconnected' }],
    ['is unreachable', { status: 'unreachable' }],
  ])('because it %s puts the conference off for an hour', async (_, changes) => {
    await owe(ALICE, E1);
    await putCalendar(world, ALICE, changes);
    expect(await settle()).toBe('unconfirmed');
    expect(await world.conference('c1')).toMatchObject({ retryAt: NOW + HOUR, dueAt: NOW + HOUR });
    expect(world.calls.get).toBe(0);
  });

  test('puts it off no longer than until the calendar itself is looked at', async () => {
    world = new World({ reconcileMs: 20 * MINUTE });
    await putCalendar(world, ALICE);
    await owe(ALICE, E1);
    await putCalendar(world, ALICE, { status: 'paused' });
    expect(await settle()).toBe('unconfirmed');
    expect(await world.conference('c1')).toMatchObject({ retryAt: NOW + 20 * MINUTE });
  });

  test('because its record cannot be read puts the conference off', async () => {
    await owe(ALICE, E1);
    damage(world, ALICES);
    expect(await settle()).toBe('unconfirmed');
    expect(await world.conference('c1')).toMatchObject({ retryAt: NOW + HOUR });
  });

  test('because it was removed lets the conference go', async () => {
    await owe(ALICE, E1);
    await world.changeConference('c1', {
      liveCount: 0,
      leadingCount: 0,
      state: 'orphaned',
      orphan: { ...lastEvent, readAt: NOW },
    });
    await world.store.transact(async (tx) => tx.deleteCalendar(ALICES));
    expect(await settle()).toBe('settled');
    expect(await world.conference('c1')).toMatchObject({ state: 'live', orphan: null, leader: null, retryAt: null });
    expect(world.told).toEqual([]);
  });
});

describe('trouble while an event is read', () => {
  test.each([
    ['an outage', new GoogleUnavailable('events.get: 503'), MINUTE],
    ['a rate limit', new RateLimited('events.get: 429'), MINUTE],
    ['lost access', new AccessLost('events.get: 401'), HOUR],
    ['a calendar that is gone', new CalendarUnreachable('events.get: 404'), HOUR],
  ])('that is %s puts the conference off and gives the lease back', async (_, error, waitMs) => {
    await owe(ALICE, E1);
    world.troubles.set('get', error);
    expect(await settle()).toBe('unconfirmed');
    expect(await world.conference('c1')).toMatchObject({ retryAt: world.clock.now() + waitMs });
    expect(await world.calendar(ALICE)).toMatchObject({ lease: null });
    expect(world.told).toEqual([]);
  });

  test('that is a lease taken away puts it off for moments', async () => {
    await owe(ALICE, E1);
    const lease = { owner: 'another', until: NOW + DAY };
    whileReading(() => putCalendar(world, ALICE, { lease }));
    expect(await settle()).toBe('unconfirmed');
    expect(await world.conference('c1')).toMatchObject({ retryAt: NOW + BUSY_RETRY_MS });
    expect(await world.calendar(ALICE)).toMatchObject({ lease });
  });

  test('that is a bug comes out, and gives the lease back', async () => {
    await owe(ALICE, E1);
    whileReading(async () => {
      throw new TypeError('a bug');
    });
    await expect(settle()).rejects.toThrow('a bug');
    expect(await world.calendar(ALICE)).toMatchObject({ lease: null });
    expect(await world.conference('c1')).toMatchObject({ retryAt: NOW });
  });
});

describe('an event that Google refuses to show', () => {
  const REASON = 'Google refuses to show the event';
  let refused: Set<string>;

  beforeEach(() => {
    refused = new Set(['e1']);
    const { get } = world.services.google;
    Object.assign(world.services.google, {
      get: async (...parts: Parameters<typeof get>) => {
        const event = await get(...parts);
        if (refused.has(parts[1])) throw new RequestRefused('events.get: 400');
        return event;
      },
    });
  });

  /** Settles whatever falls due, until nothing does any more or the days are over. */
  async function settleFor(days: number): Promise<void> {
    const end = world.clock.now() + days * DAY;
    for (;;) {
      const dueAt = (await world.conference('c1')).dueAt ?? Infinity;
      if (dueAt > end) return;
      await world.clock.runTo(Math.max(dueAt, world.clock.now()));
      await settle();
    }
  }

  test('is tried once an hour, and counts as a delivery that fails', async () => {
    await owe(ALICE, E1);
    expect(await settle()).toBe('unconfirmed');
    expect(await world.conference('c1')).toMatchObject({
      retryAt: NOW + HOUR,
      attempts: 1,
      failingSince: NOW,
      failure: { reason: REASON, at: NOW, count: 1 },
    });
    await settleFor(1);
    expect(world.calls.get).toBeLessThanOrEqual(25);
    refused.clear();
    await settleFor(1);
    expect(told()).toEqual(['updated e1']);
    expect(await world.conference('c1')).toMatchObject({ attempts: 0, failingSince: null, failure: null, dueAt: null });
  });

  test('has its change refused after three days, and what is pending behind it is told then', async () => {
    await owe(ALICE, E1, meeting('e2', ours('c1')));
    await settleFor(2.9);
    expect(told()).toEqual([]);
    await settleFor(0.2);
    await world.work();
    expect(told()).toEqual(['updated e2']);
    const reason = `given up after 3 days: ${REASON}`;
    expect(await world.binding(ALICE, 'e1')).toMatchObject({ state: 'failed', pending: null, failure: { reason } });
    expect(await world.binding(ALICE, 'e2')).toMatchObject({ state: 'live', pending: null });
    expect(await world.conference('c1')).toMatchObject({ attempts: 0, failingSince: null, dueAt: null });
    expect(world.lines.filter((line) => line.line === 'delivery' && line.outcome === 'gave-up')).toEqual([
      expect.objectContaining({ type: 'conference.updated', reason }),
    ]);
  });

  test('hides no other event: what comes before it is told', async () => {
    await owe(ALICE, meeting('e0', ours('c1')), E1);
    expect(await settle()).toBe('settled');
    await world.work();
    expect(told()).toEqual(['updated e0']);
    expect(await world.conference('c1')).toMatchObject({ attempts: 1, failure: { reason: REASON } });
  });

  test('has the end of its conference refused after three days, which a person can have tried again', async () => {
    await owe(ALICE, E1);
    refused.clear();
    await settle();
    world.put(ALICE, tombstone('e1'));
    await recordEvents(world, ALICE, tombstone('e1'));
    const { dueAt: graceEnd } = await world.conference('c1');
    await world.clock.runTo(graceEnd ?? 0);
    refused.add('e1');
    expect(await settle()).toBe('unconfirmed');
    expect(await world.conference('c1')).toMatchObject({ attempts: 0, dueAt: (graceEnd ?? 0) + HOUR });
    await settleFor(2.9);
    expect(await world.conference('c1')).toMatchObject({ state: 'orphaned' });
    await settleFor(0.2);
    const reason = `given up after 3 days: ${REASON}`;
    expect(await world.conference('c1')).toMatchObject({
      state: 'failed',
      failure: { reason },
      orphan: { eventId: 'e1' },
      dueAt: null,
    });
    expect(world.lastLine('delivery')).toMatchObject({ outcome: 'gave-up', type: 'conference.cancelled', reason });
    refused.clear();
    expect(await retryCancellation(world.services, CONFERENCE)).toBe('due');
    await world.work();
    expect(told()).toEqual(['updated e1', 'cancelled e1']);
  });

  test('is left to whoever is sending', async () => {
    await owe(ALICE, E1);
    whileReading(() => world.changeConference('c1', { sending: { owner: 'x', until: NOW + HOUR } }));
    await settle();
    expect(await world.conference('c1')).toMatchObject({ attempts: 0, failure: null, sending: { owner: 'x' } });
  });

  test('and that was in doubt is read again in an hour, while what else is pending is told', async () => {
    await owe(ALICE, E1);
    refused.clear();
    await settle();
    const binding = await world.binding(ALICE, 'e1');
    if (binding === undefined) throw new Error('not on record');
    await world.store.transact(async (tx) => tx.putBinding({ ...binding, doubt: { since: NOW, readAt: NOW } }));
    await owe(ALICE, meeting('e2', ours('c1')));
    await world.changeConference('c1', { doubtAt: NOW, retryAt: NOW });
    refused.add('e1');
    expect(await settle()).toBe('settled');
    expect(told()).toEqual(['updated e1', 'updated e2']);
    expect(await world.conference('c1')).toMatchObject({ attempts: 0, doubtAt: NOW + HOUR, dueAt: NOW + HOUR });
  });
});

test('an event that changed since is sent as it is now', async () => {
  await owe(ALICE, E1);
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
  expect(await settle()).toBe('settled');
  expect(world.told[0]?.change).toMatchObject({ data: { event: { title: 'Renamed' } } });
});
