/** The sender of one conference: what it says and writes down, when it may try, and whom it leaves the rest to. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ConferenceChange, Outcome } from '../../../shared/domain/delivery/change.ts';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import type { LiveEvent } from '../../../shared/domain/event/event.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { DELIVERY_GIVE_UP_MS, SENDING_MS } from '../../../shared/domain/limits.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { deliverPending } from '../../../shared/flow/deliver/deliver-pending.ts';
import type { FreshEvents } from '../../../shared/flow/deliver/fresh-events.ts';
import { ALICE, ALICES, HOUR, type Item, meeting, NOW, ours, read } from '../../domain/build.ts';
import { putCalendar } from '../due-records.ts';
import { recordEvents } from '../record-events.ts';
import { World } from '../world.ts';

const CONFERENCE = conferenceKeyOf('c1');
const OTHER = conferenceKeyOf('c2');
const ANSWER_MS = 50;
const FIRST_STEP_MS = 10_000;
/** `updated` of every meeting that says nothing else. */
const UPDATED = Date.UTC(2027, 0, 20, 8, 59);
const LATER = NOW + HOUR;

let world: World;
let now: number;

beforeEach(async () => {
  world = new World({ deliveryRetryMs: [FIRST_STEP_MS, 60_000] });
  world.answerMs = ANSWER_MS;
  await putCalendar(world, ALICE);
  now = NOW;
});

function record(...items: readonly Item[]): Promise<FreshEvents> {
  return recordEvents(world, ALICE, ...items);
}

async function deliver(fresh: FreshEvents | null, until = LATER) {
  const delivery = await world.clock.runUntilDone(deliverPending(world.services, CONFERENCE, fresh, until));
  now = world.clock.now();
  return delivery;
}

/** A cancellation on record, of this revision. */
function cancellation(revision: number): ConferenceRecord['cancellation'] {
  return { revision, calendar: ALICES, calendarId: ALICE, eventId: 'e1', reason: 'event_deleted', seenAt: NOW };
}

/** What happens between the sending of a change and its answer. */
function meanwhile(happens: (change: ConferenceChange) => Promise<Outcome>): void {
  Object.assign(world.services.conferences, { apply: happens });
}

/** How many attempts the breaker lets begin now. */
function roomInBreaker(): number {
  let room = 0;
  while (room < 9 && world.breaker.admit(world.clock.now()) === 'now') room++;
  return room;
}

describe('the line of a delivery', () => {
  const line = (): unknown => world.lastLine('delivery');
  const base = { line: 'delivery', conference: CONFERENCE, type: 'conference.updated', ms: ANSWER_MS };

  test('tells the conference, the calendar, how long it took and how long ago it changed', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    const { revision } = await world.conference('c1');
    await deliver(fresh);
    const unnotifiedMs = now - UPDATED;
    expect(line()).toStrictEqual({ ...base, outcome: 'done', calendar: ALICES, revision, unnotifiedMs });
  });

  test('tells no delay where the event does not say when it changed', async () => {
    const fresh = await record(meeting('e1', ours('c1'), { updated: undefined }));
    const { revision } = await world.conference('c1');
    await deliver(fresh);
    expect(line()).toStrictEqual({ ...base, outcome: 'done', calendar: ALICES, revision });
  });

  test('tells the reason of a failure', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    const { revision } = await world.conference('c1');
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    await deliver(fresh);
    const unnotifiedMs = now - UPDATED;
    expect(line()).toStrictEqual({
      ...base,
      outcome: 'transient',
      calendar: ALICES,
      revision,
      unnotifiedMs,
      reason: 'answered 503',
    });
  });

  test('tells no calendar of a cancellation', async () => {
    await record(meeting('e1', ours('c1')));
    const revision = (await world.conference('c1')).revision - 1;
    await world.changeConference('c1', { cancellation: cancellation(revision) });
    await deliver(null);
    expect(line()).toStrictEqual({ ...base, outcome: 'done', type: 'conference.cancelled', revision });
  });

  test('tells once more, and why, when a change is given up', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { failingSince: NOW - DELIVERY_GIVE_UP_MS });
    const { revision } = await world.conference('c1');
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    expect(await deliver(fresh)).toEqual({ kind: 'all', sent: 0 });
    const reason = 'given up after 3 days: answered 503';
    const unnotifiedMs = now - UPDATED;
    expect(line()).toStrictEqual({ ...base, outcome: 'gave-up', revision, ms: 0, unnotifiedMs, reason });
  });

  test('is not told a second time of what is refused', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
    expect(await deliver(fresh)).toEqual({ kind: 'all', sent: 0 });
    expect(world.lines.filter((one) => one.line === 'delivery').map(({ outcome }) => outcome)).toEqual(['refused']);
  });
});

test('the opening of the breaker is told', async () => {
  const fresh = await record(meeting('e1', ours('c1')));
  world.answer = () => ({ kind: 'endpoint-gone' });
  await deliver(fresh);
  expect(world.lines.filter(({ line }) => line === 'breaker')).toStrictEqual([{ line: 'breaker', outcome: 'opened' }]);
});

describe('an attempt that failed', () => {
  test('is due again after the first step, and nobody is sending meanwhile', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    world.answer = () => ({ kind: 'transient', reason: 'answered 503' });
    const retryAt = NOW + ANSWER_MS + FIRST_STEP_MS * 1.05;
    expect(await deliver(fresh)).toEqual({ kind: 'failing', sent: 0, retryAt });
    expect(await world.conference('c1')).toMatchObject({ retryAt, dueAt: retryAt, sending: null, attempts: 1 });
    expect(world.told).toHaveLength(1);
  });
});

describe('a conference that was cancelled there', () => {
  test.each<[string, Outcome]>([
    ['done', { kind: 'done' }],
    ['lost on its way back', { kind: 'transient', reason: 'no answer' }],
  ])('is known to be, if the answer was %s', async (_, outcome) => {
    await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { cancellation: cancellation((await world.conference('c1')).revision - 1) });
    world.answer = () => outcome;
    await deliver(null);
    expect(await world.conference('c1')).toMatchObject({ isCancelledThere: true });
  });

  test.each<[string, Outcome, boolean]>([
    ['accepted', { kind: 'done' }, false],
    ['refused', { kind: 'refused', reason: 'answered 422' }, true],
    ['put off', { kind: 'transient', reason: 'answered 503' }, true],
  ])('and whose restoring is %s', async (_, outcome, isCancelledThere) => {
    const fresh = await restored();
    world.answer = () => outcome;
    await deliver(fresh);
    expect(world.told[0]?.change.data).toMatchObject({ restored: true });
    expect(await world.conference('c1')).toMatchObject({ isCancelledThere });
  });

  test('is not back with a change of one of its occurrences', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { isCancelledThere: true });
    await deliver(fresh);
    expect(world.told[0]?.change.data).not.toHaveProperty('restored');
    expect(await world.conference('c1')).toMatchObject({ isCancelledThere: true });
  });

  test('is not taken for cancelled by an update', async () => {
    await deliver(await record(meeting('e1', ours('c1'))));
    expect(await world.conference('c1')).toMatchObject({ isCancelledThere: false });
  });

  /** The event is on record as one that must be restored. */
  async function restored(): Promise<FreshEvents> {
    const fresh = await record(meeting('e1', ours('c1')));
    const binding = await world.binding(ALICE, 'e1');
    if (binding?.pending == null) throw new Error('nothing is pending');
    const pending = { ...binding.pending, restored: true };
    await world.store.transact(async (tx) => tx.putBinding({ ...binding, pending }));
    await world.changeConference('c1', { isCancelledThere: true });
    return fresh;
  }
});

describe('another sender', () => {
  const owner = 'another';

  test('who is at it is left alone', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { sending: { owner, until: NOW + 1 } });
    const before = await world.conference('c1');
    expect(await deliver(fresh)).toEqual({ kind: 'busy', sent: 0 });
    expect(await world.conference('c1')).toEqual(before);
    expect(world.told).toEqual([]);
  });

  test('whose time is over is replaced', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { sending: { owner, until: NOW } });
    let sending: unknown;
    meanwhile(async () => {
      sending = (await world.conference('c1')).sending;
      return { kind: 'done' };
    });
    expect(await deliver(fresh)).toEqual({ kind: 'all', sent: 1 });
    expect(sending).toEqual({ owner: expect.not.stringContaining(owner), until: NOW + SENDING_MS });
    expect(await world.conference('c1')).toMatchObject({ sending: null });
  });

  test('who took over meanwhile goes on, and what came of our attempt is still put down', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    const theirs = { owner, until: LATER };
    meanwhile(async () => {
      await world.changeConference('c1', { sending: theirs });
      return { kind: 'transient', reason: 'answered 503' };
    });
    expect(await deliver(fresh)).toEqual({ kind: 'busy', sent: 0 });
    expect(await world.conference('c1')).toMatchObject({ sending: theirs, attempts: 1, failingSince: NOW });
  });
});

describe('a conference system that does not know the conference', () => {
  beforeEach(() => {
    world.answer = () => ({ kind: 'unknown-conference' });
  });

  test('has refused a change of it', async () => {
    await deliver(await record(meeting('e1', ours('c1'))));
    expect(await world.binding(ALICE, 'e1')).toMatchObject({ state: 'failed', pending: null });
  });

  test('need not be told again that it has ended', async () => {
    await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { cancellation: cancellation((await world.conference('c1')).revision - 1) });
    await deliver(null);
    expect(await world.conference('c1')).toMatchObject({ state: 'cancelled', cancellation: null });
  });
});

describe('the order', () => {
  test('is that of the revisions: a cancellation that is older goes first', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { cancellation: cancellation((await world.conference('c1')).revision - 1) });
    expect(await deliver(fresh)).toEqual({ kind: 'all', sent: 2 });
    expect(world.told.map(({ change: { type } }) => type)).toEqual(['conference.cancelled', 'conference.updated']);
  });

  test('is that of the revisions: a cancellation that is newer waits for what is pending', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    await world.changeConference('c1', { cancellation: cancellation((await world.conference('c1')).revision + 1) });
    expect(await deliver(null)).toEqual({ kind: 'left', sent: 0 });
    expect(await world.conference('c1')).toMatchObject({ retryAt: NOW, dueAt: NOW });
    expect(await deliver(fresh)).toEqual({ kind: 'all', sent: 2 });
    expect(world.told.map(({ change: { type } }) => type)).toEqual(['conference.updated', 'conference.cancelled']);
  });

  test('is that of the revisions: what is refused does not hold up what follows', async () => {
    const fresh = await record(meeting('e1', ours('c1')), meeting('e2', ours('c1')));
    world.answer = ({ data }) =>
      data.eventId === 'e1' ? { kind: 'refused', reason: 'answered 422' } : { kind: 'done' };
    expect(await deliver(fresh)).toEqual({ kind: 'all', sent: 1 });
    expect(world.told.map(({ change: { data } }) => data.eventId)).toEqual(['e1', 'e2']);
    expect([(await world.binding(ALICE, 'e1'))?.state, (await world.binding(ALICE, 'e2'))?.state]).toEqual([
      'failed',
      'live',
    ]);
  });
});

describe('what is not at hand', () => {
  test.each<[string, (fresh: FreshEvents) => FreshEvents]>([
    ['an event that was not read', (fresh) => ({ ...fresh, events: new Map() })],
    [
      'an event that has changed since',
      (fresh) => ({
        ...fresh,
        events: new Map([['e1', read(meeting('e1', ours('c1'), { summary: 'Renamed' })) as LiveEvent]]),
      }),
    ],
    [
      'an event of another calendar',
      (fresh) => ({
        ...fresh,
        calendar: { ...fresh.calendar, key: conferenceKeyOf('x') as unknown as typeof ALICES },
      }),
    ],
  ])('%s is left, and due at once', async (_, spoil) => {
    const fresh = await record(meeting('e1', ours('c1')));
    expect(await deliver(spoil(fresh))).toEqual({ kind: 'left', sent: 0 });
    expect(await world.conference('c1')).toMatchObject({ retryAt: NOW, dueAt: NOW });
    expect(world.told).toEqual([]);
  });
});

describe('the time', () => {
  test('that is up lets no second change begin', async () => {
    const fresh = await record(meeting('e1', ours('c1')), meeting('e2', ours('c1')));
    const until = NOW + ANSWER_MS;
    expect(await deliver(fresh, until)).toEqual({ kind: 'left', sent: 1 });
    expect(await world.conference('c1')).toMatchObject({ retryAt: until, dueAt: until, sending: null });
    expect(await deliver(fresh, until)).toEqual({ kind: 'all', sent: 1 });
  });

  test('that is not up yet does', async () => {
    const fresh = await record(meeting('e1', ours('c1')), meeting('e2', ours('c1')));
    expect(await deliver(fresh, NOW + ANSWER_MS + 1)).toEqual({ kind: 'all', sent: 2 });
  });
});

describe('records that are gone', () => {
  test('a conference leaves nothing to do', async () => {
    expect(await deliver(null)).toEqual({ kind: 'all', sent: 0 });
    expect(await world.store.conference(CONFERENCE)).toBeUndefined();
  });

  test('a binding that went while its change was under way', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    meanwhile(async () => {
      const binding = await world.binding(ALICE, 'e1');
      if (binding !== undefined) await world.store.transact(async (tx) => tx.deleteBinding(ALICES, binding.id));
      return { kind: 'done' };
    });
    expect(await deliver(fresh)).toEqual({ kind: 'all', sent: 1 });
    expect(await world.binding(ALICE, 'e1')).toBeUndefined();
  });
});

describe('the breaker', () => {
  /** Of a process that has made no attempt yet. */
  const ROOM = 4;

  test('has as much room as before after deliveries of nothing', async () => {
    for (let count = 0; count <= ROOM; count++) await deliver(null);
    expect(roomInBreaker()).toBe(ROOM);
  });

  test('has as much room as before after a store that fails', async () => {
    const { transact } = world.store;
    Object.assign(world.services, {
      store: { ...world.store, transact: async () => Promise.reject(new StoreUnavailable('down')) },
    });
    for (let count = 0; count <= ROOM; count++) await expect(deliver(null)).rejects.toThrow(StoreUnavailable);
    Object.assign(world.services, { store: { ...world.store, transact } });
    expect(roomInBreaker()).toBe(ROOM);
  });

  test.each([
    ['is put down', false],
    ['cannot be put down', true],
  ])('has the room that a failure leaves, once that %s', async (_, isLost) => {
    const fresh = await record(meeting('e1', ours('c1')));
    meanwhile(async () => {
      if (isLost)
        Object.assign(world.services, {
          store: { transact: async () => Promise.reject(new StoreUnavailable('down')) },
        });
      return { kind: 'transient', reason: 'answered 503' };
    });
    await deliver(fresh).catch(() => undefined);
    expect(roomInBreaker()).toBe(ROOM - 1);
  });

  test('that refuses is left alone', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    world.breaker.admit(NOW);
    world.breaker.settle(OTHER, 'endpoint-gone', NOW);
    expect(await deliver(fresh)).toEqual({ kind: 'held-back', sent: 0 });
    expect(world.told).toEqual([]);
    expect(now).toBe(NOW);
  });

  test('that opens between two changes puts the second off', async () => {
    const fresh = await record(meeting('e1', ours('c1')), meeting('e2', ours('c1')));
    const { write } = world.services.log;
    const log: typeof world.services.log = {
      write(line) {
        write(line);
        if (line.line !== 'delivery') return;
        world.breaker.admit(world.clock.now());
        world.breaker.settle(OTHER, 'endpoint-gone', world.clock.now());
      },
    };
    Object.assign(world.services, { log });
    const retryAt = NOW + ANSWER_MS + 10_000;
    expect(await deliver(fresh)).toEqual({ kind: 'failing', sent: 1, retryAt });
    expect(await world.conference('c1')).toMatchObject({ retryAt, dueAt: retryAt, sending: null });
  });

  test('that is about to know is waited for', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    while (world.breaker.admit(NOW) === 'now');
    const delivering = deliverPending(world.services, CONFERENCE, fresh, LATER);
    await world.clock.runTo(NOW + 600);
    expect(world.told).toEqual([]);
    world.breaker.settle(OTHER, 'done', world.clock.now());
    expect(await world.clock.runUntilDone(delivering)).toEqual({ kind: 'all', sent: 1 });
    expect(world.told[0]?.at).toBe(NOW + 750);
  });

  test('that does not come to know is not waited for longer than twenty seconds', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    while (world.breaker.admit(NOW) === 'now');
    expect(await deliver(fresh)).toEqual({ kind: 'held-back', sent: 0 });
    expect(now).toBe(NOW + 20_000);
  });

  test('is not waited for by a process that goes down', async () => {
    const fresh = await record(meeting('e1', ours('c1')));
    while (world.breaker.admit(NOW) === 'now');
    const delivering = deliverPending(world.services, CONFERENCE, fresh, LATER);
    await world.clock.runTo(NOW + 100);
    world.isStopping = true;
    expect(await world.clock.runUntilDone(delivering)).toEqual({ kind: 'held-back', sent: 0 });
    expect(world.clock.now()).toBe(NOW + 250);
  });
});

test('a process that goes down begins nothing', async () => {
  const fresh = await record(meeting('e1', ours('c1')));
  world.isStopping = true;
  expect(await deliver(fresh)).toEqual({ kind: 'held-back', sent: 0 });
  expect(world.told).toEqual([]);
  expect(roomInBreaker()).toBe(4);
});
