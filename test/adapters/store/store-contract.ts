/** What every store promises, as test cases: run over the embedded store and over Firestore alike. */
import { describe, expect, test } from '@jest/globals';
import type { Store, StoreTransaction } from '../../../shared/domain/ports.ts';
import type { BindingRecord } from '../../../shared/domain/records.ts';
import {
  binding,
  bindingId,
  calendar,
  calendarKey,
  conference,
  conferenceKey,
  fullBinding,
  fullCalendar,
  fullConference,
  NOW,
  pending,
  put,
} from './sample-records.ts';

/** A store with nothing in it, and how to let go of it. */
export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** Declares the suites; each test opens a store of its own. */
export function describeStore(open: () => OpenedStore): void {
  const withStore = (body: (store: Store) => Promise<void>) => async () => {
    const { store, close } = open();
    try {
      await body(store);
    } finally {
      await close();
    }
  };

  describe('records', () => {
    test(
      'come back as they were put, with every field',
      withStore(async (store) => {
        const calendars = [fullCalendar('a')];
        const conferences = [fullConference('c1')];
        const bindings = [fullBinding('a', 'e1', 'c1')];
        await put(store, { calendars, conferences, bindings });
        expect(await store.calendar(calendarKey('a'))).toEqual(calendars[0]);
        expect(await store.conference(conferenceKey('c1'))).toEqual(conferences[0]);
        expect([...(await store.bindings(calendarKey('a'), [bindingId('e1')])).values()]).toEqual(bindings);
      }),
    );

    test(
      'come back with their null fields null',
      withStore(async (store) => {
        await put(store, {
          calendars: [calendar('a')],
          conferences: [conference('c1')],
          bindings: [binding('a', 'e1', 'c1')],
        });
        expect(await store.calendar(calendarKey('a'))).toStrictEqual(calendar('a'));
        expect(await store.conference(conferenceKey('c1'))).toStrictEqual(conference('c1'));
        const found = await store.bindings(calendarKey('a'), [bindingId('e1')]);
        expect(found.get(bindingId('e1'))).toStrictEqual(binding('a', 'e1', 'c1'));
      }),
    );

    test(
      'that do not exist are undefined, or missing from the map',
      withStore(async (store) => {
        expect(await store.calendar(calendarKey('a'))).toBeUndefined();
        expect(await store.conference(conferenceKey('c1'))).toBeUndefined();
        expect(await store.bindings(calendarKey('a'), [bindingId('e1')])).toEqual(new Map());
        expect(await store.bindings(calendarKey('a'), [])).toEqual(new Map());
        await store.transact(async (tx) => {
          expect(await tx.calendar(calendarKey('a'))).toBeUndefined();
          expect(await tx.conferences([conferenceKey('c1')])).toEqual(new Map());
          expect(await tx.conferences([])).toEqual(new Map());
          expect(await tx.bindings(calendarKey('a'), [bindingId('e1')])).toEqual(new Map());
        });
      }),
    );

    test(
      'are gone once deleted, and a calendar leaves its bindings behind',
      withStore(async (store) => {
        const bindings = [binding('a', 'e1', 'c1'), binding('a', 'e2', 'c1')];
        await put(store, { calendars: [calendar('a')], bindings });
        await store.transact(async (tx) => {
          tx.deleteCalendar(calendarKey('a'));
          tx.deleteBinding(calendarKey('a'), bindingId('e1'));
          tx.deleteBinding(calendarKey('b'), bindingId('never there'));
        });
        expect(await store.calendar(calendarKey('a'))).toBeUndefined();
        expect(await store.calendars({ after: null, limit: 10 })).toEqual([]);
        expect(await eventIds(store.bindingsOfCalendar(calendarKey('a'), { after: null, limit: 10 }))).toEqual(['e2']);
      }),
    );

    test(
      'of 300 ids asked for at once are all found, also when an id is asked for twice',
      withStore(async (store) => {
        const ids = Array.from({ length: 300 }, (_, index) => bindingId(`e${index}`));
        await put(store, { bindings: [0, 150, 299].map((index) => binding('a', `e${index}`, 'c1')) });
        const found = await store.bindings(calendarKey('a'), [...ids, ...ids]);
        expect([...found.keys()].sort()).toEqual([ids[0], ids[150], ids[299]].sort());
        const foundInside = await store.transact((tx) => tx.bindings(calendarKey('a'), ids));
        expect(foundInside).toEqual(found);
      }),
    );
  });

  describe('a transaction', () => {
    test(
      'shows its reader the state before it, also after its own writes',
      withStore(async (store) => {
        await put(store, { calendars: [calendar('a', { generation: 1 })], bindings: [binding('a', 'e1', 'c1')] });
        await store.transact(async (tx) => {
          tx.putCalendar(calendar('a', { generation: 2 }));
          tx.putBinding(binding('a', 'e2', 'c1'));
          tx.deleteBinding(calendarKey('a'), bindingId('e1'));
          expect((await tx.calendar(calendarKey('a')))?.generation).toBe(1);
          expect(await eventIds(tx.referencesOf(conferenceKey('c1'), 10))).toEqual(['e1']);
          expect((await store.calendar(calendarKey('a')))?.generation).toBe(1);
        });
        expect((await store.calendar(calendarKey('a')))?.generation).toBe(2);
        expect(await eventIds(store.bindingsOfCalendar(calendarKey('a'), { after: null, limit: 10 }))).toEqual(['e2']);
      }),
    );

    test(
      'that throws writes nothing, and its error comes out as it was after one run, whatever code it bears',
      withStore(async (store) => {
        await put(store, { calendars: [calendar('a', { generation: 1 })] });
        const error = Object.assign(new Error('of the caller'), { code: 10 });
        let runs = 0;
        const outcome = store.transact(async (tx) => {
          runs += 1;
          await tx.calendar(calendarKey('a'));
          tx.putCalendar(calendar('a', { generation: 2 }));
          throw error;
        });
        await expect(outcome).rejects.toBe(error);
        expect(runs).toBe(1);
        expect((await store.calendar(calendarKey('a')))?.generation).toBe(1);
      }),
    );

    test(
      'returns what its work returns, reading only or writing only',
      withStore(async (store) => {
        expect(
          await store.transact(async (tx) => {
            tx.putCalendar(calendar('a'));
            return 'written';
          }),
        ).toBe('written');
        expect(await store.transact(async (tx) => (await tx.calendar(calendarKey('a')))?.generation)).toBe(1);
        expect(await store.transact(async () => 'neither')).toBe('neither');
      }),
    );

    test(
      'keeps the last of several writes to one record',
      withStore(async (store) => {
        await store.transact(async (tx) => {
          tx.putBinding(binding('a', 'e1', 'c1'));
          tx.deleteBinding(calendarKey('a'), bindingId('e1'));
          tx.putBinding(binding('a', 'e1', 'c2'));
        });
        const found = await store.bindings(calendarKey('a'), [bindingId('e1')]);
        expect(found.get(bindingId('e1'))?.conference).toBe(conferenceKey('c2'));
      }),
    );

    test(
      'that goes on after its work has returned is told so',
      withStore(async (store) => {
        const leaked = await store.transact(async (tx) => ({ tx }));
        expect(() => leaked.tx.putCalendar(calendar('a'))).toThrow('after its work had returned');
        await expect(leaked.tx.calendar(calendarKey('a'))).rejects.toThrow('after its work had returned');
      }),
    );
  });

  describe('two transactions at once', () => {
    test(
      'on one record lose no update',
      withStore(async (store) => {
        await put(store, { conferences: [conference('c1', { revision: 0 })] });
        await bothAtOnce(store, async (tx, meet) => {
          const record = (await tx.conferences([conferenceKey('c1')])).get(conferenceKey('c1'));
          await meet();
          tx.putConference(conference('c1', { revision: (record?.revision ?? 0) + 1 }));
        });
        expect((await store.conference(conferenceKey('c1')))?.revision).toBe(2);
      }),
    );

    test(
      'that both find a record missing do not both create it',
      withStore(async (store) => {
        let created = 0;
        await bothAtOnce(store, async (tx, meet, who) => {
          const known = await tx.calendar(calendarKey('a'));
          await meet();
          if (known === undefined) tx.putCalendar(calendar('a', { hashKey: `of ${who}` }));
          return known === undefined;
        }).then((outcomes) => {
          created = outcomes.filter((isCreator) => isCreator).length;
        });
        expect(created).toBe(1);
      }),
    );

    test(
      'that read two records and write one each cannot both act on what they read',
      withStore(async (store) => {
        await put(store, { conferences: [conference('c0'), conference('c1')] });
        await bothAtOnce(store, async (tx, meet, who) => {
          const found = await tx.conferences([conferenceKey('c0'), conferenceKey('c1')]);
          await meet();
          const live = [...found.values()].filter(({ state }) => state === 'live');
          if (live.length === 2) tx.putConference(conference(`c${who}`, { state: 'cancelled' }));
        });
        const states = await Promise.all(['c0', 'c1'].map((id) => store.conference(conferenceKey(id))));
        expect(states.map((record) => record?.state).sort()).toEqual(['cancelled', 'live']);
      }),
    );

    test(
      'that count nothing cannot both add the first',
      withStore(async (store) => {
        await bothAtOnce(store, async (tx, meet, who) => {
          const count = await tx.countReferences(conferenceKey('c1'), calendarKey('a'));
          await meet();
          if (count === 0) tx.putBinding(binding('a', `e${who}`, 'c1'));
        });
        expect(await store.bindingsOfCalendar(calendarKey('a'), { after: null, limit: 10 })).toHaveLength(1);
      }),
    );

    test(
      'that find the last reference of a conference cannot both let go of one and still see another',
      withStore(async (store) => {
        await put(store, { bindings: [binding('a', 'e0', 'c1'), binding('b', 'e1', 'c1')] });
        await bothAtOnce(store, async (tx, meet, who) => {
          const references = await tx.referencesOf(conferenceKey('c1'), 10);
          await meet();
          if (references.length === 2) tx.deleteBinding(calendarKey(who === 0 ? 'a' : 'b'), bindingId(`e${who}`));
        });
        const left = await store.transact((tx) => tx.referencesOf(conferenceKey('c1'), 10));
        expect(left).toHaveLength(1);
      }),
    );
  });

  describe('the stamp of an opened listing', () => {
    test(
      'is the time of the commit, and never goes back',
      withStore(async (store) => {
        const stamps: number[] = [];
        for (let round = 0; round < 3; round++) {
          await store.transact(async (tx) => tx.putCalendarOpened(calendar('a', { openedAt: 1 })));
          const record = await store.calendar(calendarKey('a'));
          if (typeof record?.openedAt === 'number') stamps.push(record.openedAt);
        }
        expect(stamps).toHaveLength(3);
        expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
        expect(Math.abs((stamps[0] ?? 0) - Date.now())).toBeLessThan(60_000);
        expect(stamps.every(Number.isInteger)).toBe(true);
      }),
    );

    test(
      'stays when the calendar is put again as it is',
      withStore(async (store) => {
        await store.transact(async (tx) => tx.putCalendarOpened(calendar('a')));
        const opened = await store.calendar(calendarKey('a'));
        if (opened === undefined) throw new Error('the calendar is not there');
        await put(store, { calendars: [{ ...opened, generation: 2 }] });
        expect(await store.calendar(calendarKey('a'))).toEqual({ ...opened, generation: 2 });
      }),
    );
  });

  describe('queries', () => {
    test(
      'page through all calendars in the order of their keys, or through those of one status',
      withStore(async (store) => {
        const records = ['a', 'b', 'c', 'd', 'e'].map((name, index) =>
          calendar(name, { status: index % 2 === 0 ? 'active' : 'paused' }),
        );
        await put(store, { calendars: records });
        const keys = records.map(({ key }) => key).sort();
        const first = await store.calendars({ after: null, limit: 3 });
        expect(first.map(({ key }) => key)).toEqual(keys.slice(0, 3));
        const rest = await store.calendars({ after: keys[2] ?? null, limit: 3 });
        expect(rest.map(({ key }) => key)).toEqual(keys.slice(3));
        const paused = await store.calendars({ after: null, limit: 10 }, 'paused');
        expect(paused.map(({ key }) => key)).toEqual([calendarKey('b'), calendarKey('d')].sort());
        expect(await store.calendars({ after: paused[0]?.key ?? null, limit: 10 }, 'paused')).toEqual([paused[1]]);
        expect(await store.calendars({ after: null, limit: 10 }, 'unreachable')).toEqual([]);
      }),
    );

    test(
      "page through one calendar's bindings and no other's",
      withStore(async (store) => {
        const events = ['e1', 'e2', 'e3', 'e4'];
        await put(store, {
          bindings: [...events.map((id) => binding('a', id, 'c1')), binding('b', 'e1', 'c1')],
        });
        const ids = events.map(bindingId).sort();
        const first = await store.bindingsOfCalendar(calendarKey('a'), { after: null, limit: 3 });
        expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 3));
        const rest = await store.bindingsOfCalendar(calendarKey('a'), { after: ids[2] ?? null, limit: 3 });
        expect(rest.map(({ id, calendar }) => [calendar, id])).toEqual([[calendarKey('a'), ids[3]]]);
      }),
    );

    test(
      'find what is due in one shard up to a moment, the longest due first, and nothing that is never due',
      withStore(async (store) => {
        await put(store, {
          calendars: [
            calendar('a', { dueAt: NOW - 1, dueShard: 5 }),
            calendar('b', { dueAt: NOW - 2, dueShard: 5 }),
            calendar('c', { dueAt: NOW, dueShard: 5 }),
            calendar('d', { dueAt: NOW + 1, dueShard: 5 }),
            calendar('e', { dueAt: null, dueShard: 5 }),
            calendar('f', { dueAt: NOW - 9, dueShard: 6 }),
          ],
          conferences: [
            conference('c1', { dueAt: NOW, dueShard: 5 }),
            conference('c2', { dueAt: NOW - 3, dueShard: 5 }),
            conference('c3', { dueAt: NOW + 1, dueShard: 5 }),
            conference('c4', { dueAt: null, dueShard: 5 }),
            conference('c5', { dueAt: NOW - 9, dueShard: 6 }),
          ],
        });
        const due = await store.dueCalendars(5, NOW, 10);
        expect(due.map(({ key }) => key)).toEqual(['b', 'a', 'c'].map(calendarKey));
        expect(await store.dueCalendars(5, NOW, 2)).toEqual(due.slice(0, 2));
        const conferences = await store.dueConferences(5, NOW, 10);
        expect(conferences.map(({ conferenceId }) => conferenceId)).toEqual(['c2', 'c1']);
        expect(await store.dueConferences(5, NOW, 1)).toEqual(conferences.slice(0, 1));
        expect(await store.dueConferences(7, NOW, 10)).toEqual([]);
      }),
    );

    test(
      'follow a calendar whose due time, shard or status changes',
      withStore(async (store) => {
        await put(store, { calendars: [calendar('a', { dueAt: NOW, dueShard: 1 })] });
        await put(store, { calendars: [calendar('a', { dueAt: NOW + 5, dueShard: 2, status: 'paused' })] });
        expect(await store.dueCalendars(1, NOW + 9, 10)).toEqual([]);
        expect(await store.dueCalendars(2, NOW, 10)).toEqual([]);
        expect(await store.dueCalendars(2, NOW + 5, 10)).toHaveLength(1);
        expect(await store.calendars({ after: null, limit: 10 }, 'active')).toEqual([]);
        await put(store, { calendars: [calendar('a', { dueAt: null, dueShard: 2 })] });
        expect(await store.dueCalendars(2, NOW + 9, 10)).toEqual([]);
      }),
    );

    test(
      'find the pending changes of a conference in the order of their revisions',
      withStore(async (store) => {
        await put(store, {
          bindings: [
            binding('a', 'e1', 'c1', { pending: pending(10) }),
            binding('b', 'e2', 'c1', { pending: pending(9) }),
            binding('a', 'e3', 'c1', { pending: pending(100), kind: 'occurrence', state: 'gone' }),
            binding('a', 'e4', 'c1'),
            binding('a', 'e5', 'c2', { pending: pending(1) }),
          ],
        });
        const found = (limit: number) => store.transact((tx) => eventIds(tx.pendingOf(conferenceKey('c1'), limit)));
        expect(await found(10)).toEqual(['e2', 'e1', 'e3']);
        expect(await found(2)).toEqual(['e2', 'e1']);
        await put(store, { bindings: [binding('b', 'e2', 'c1'), binding('a', 'e1', 'c1', { pending: pending(101) })] });
        expect(await found(10)).toEqual(['e3', 'e1']);
      }),
    );

    test(
      'find the bindings that keep a conference alive: events that are live or failed, by calendar',
      withStore(async (store) => {
        const inOrder = [calendarKey('a'), calendarKey('b')].sort();
        await put(store, {
          bindings: [
            binding('a', 'live', 'c1'),
            binding('b', 'failed', 'c1', { state: 'failed' }),
            binding('b', 'live', 'c1'),
            binding('a', 'announced', 'c1', { state: 'announced' }),
            binding('a', 'gone', 'c1', { state: 'gone' }),
            binding('a', 'occurrence', 'c1', { kind: 'occurrence' }),
            binding('a', 'other', 'c2'),
          ],
        });
        await store.transact(async (tx) => {
          const all = await tx.referencesOf(conferenceKey('c1'), 10);
          expect(all.map(({ eventId }) => eventId).sort()).toEqual(['failed', 'live', 'live']);
          expect([...new Set(all.map(({ calendar }) => calendar))]).toEqual(inOrder);
          expect(await tx.referencesOf(conferenceKey('c1'), 1)).toEqual(all.slice(0, 1));
          const ofB = await tx.referencesOf(conferenceKey('c1'), 10, calendarKey('b'));
          expect(ofB.map(({ eventId }) => eventId).sort()).toEqual(['failed', 'live']);
          expect(await tx.referencesOf(conferenceKey('c1'), 1, calendarKey('b'))).toHaveLength(1);
          expect(await tx.countReferences(conferenceKey('c1'), calendarKey('a'))).toBe(1);
          expect(await tx.countReferences(conferenceKey('c1'), calendarKey('b'))).toBe(2);
          expect(await tx.countReferences(conferenceKey('c1'), calendarKey('z'))).toBe(0);
        });
      }),
    );

    test(
      'find the occurrences of a series within its calendar',
      withStore(async (store) => {
        const ofSeries = { kind: 'occurrence', recurringEventId: 'series' } as const;
        await put(store, {
          bindings: [
            binding('a', 'e1', 'c1', ofSeries),
            binding('a', 'e2', 'c2', { ...ofSeries, kind: 'event' }),
            binding('a', 'e3', 'c1', { ...ofSeries, recurringEventId: 'series2' }),
            binding('b', 'e4', 'c1', ofSeries),
            binding('a', 'series', 'c1'),
          ],
        });
        await store.transact(async (tx) => {
          const found = await tx.occurrencesOf(calendarKey('a'), 'series', 10);
          expect(found.map(({ id }) => id)).toEqual(['e1', 'e2'].map(bindingId).sort());
          expect(await tx.occurrencesOf(calendarKey('a'), 'series', 1)).toEqual(found.slice(0, 1));
          expect(await tx.occurrencesOf(calendarKey('c'), 'series', 10)).toEqual([]);
        });
      }),
    );
  });
}

type Meet = () => Promise<void>;

/**
 * Runs two transactions so that both have read before either writes, if the store lets them; a store that makes the second wait for
 * the first is let go after a moment.
 */
async function bothAtOnce<Result>(
  store: Store,
  work: (tx: StoreTransaction, meet: Meet, who: number) => Promise<Result>,
): Promise<Result[]> {
  let arrived = 0;
  let open: () => void = () => undefined;
  const bothHere = new Promise<void>((resolve) => {
    open = resolve;
  });
  const meet = async () => {
    arrived += 1;
    if (arrived >= 2) open();
    await Promise.race([bothHere, new Promise((resolve) => setTimeout(resolve, 100))]);
  };
  return Promise.all([0, 1].map((who) => store.transact((tx) => work(tx, meet, who))));
}

async function eventIds(found: Promise<readonly BindingRecord[]>): Promise<string[]> {
  return (await found).map(({ eventId }) => eventId);
}
