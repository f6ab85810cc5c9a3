/** What every store promises, as test cases: run over the embedded store and over Firestore alike. */
import { describe, expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../../shared/domain/connection/records.ts';
import type { Store, StoreTransaction } from '../../../shared/domain/ports.ts';
import { eventIds, type OpenedStore, withOpened } from './opened-store.ts';
import {
  binding,
  bindingId,
  calendar,
  calendarKey,
  conference,
  conferenceKey,
  connected,
  fullBinding,
  fullCalendar,
  fullConference,
  NOW,
  put,
} from './sample-records.ts';
import { describeQueries } from './store-queries-contract.ts';

/** Declares the suites; each test opens a store of its own. */
export function describeStore(open: () => OpenedStore): void {
  const withStore = withOpened(open);

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
      'of users who have connected come back as they were put, are listed in the order of their keys, and go',
      withStore(async (store) => {
        const records = ['a', 'b', 'c'].map((name) => connected(name));
        const lost: ConnectionRecord = {
          ...connected('d'),
          state: { kind: 'disconnected', reason: 'expired', at: NOW },
        };
        const ordered = [...records, lost].sort((one, two) => (one.key < two.key ? -1 : 1));
        await store.transact(async (tx) => {
          for (const record of ordered) tx.putConnection(record);
        });
        for (const record of ordered) {
          expect(await store.connection(record.key)).toStrictEqual(record);
          expect(await store.transact((tx) => tx.connection(record.key))).toStrictEqual(record);
        }
        expect(await store.connections({ after: null, limit: 3 })).toEqual(ordered.slice(0, 3));
        expect(await store.connections({ after: ordered[2]?.key ?? null, limit: 3 })).toEqual(ordered.slice(3));
        await store.transact(async (tx) => tx.deleteConnection(lost.key));
        expect(await store.connection(lost.key)).toBeUndefined();
        expect(await store.transact((tx) => tx.connection(lost.key))).toBeUndefined();
      }),
    );

    test(
      'of links that are out come back as they were put, and go',
      withStore(async (store) => {
        const record = { id: 'a'.repeat(32), sealed: 'v1.a.b', expireAt: NOW };
        await store.transact(async (tx) => tx.putTicket(record));
        expect(await store.ticket(record.id)).toStrictEqual(record);
        expect(await store.transact((tx) => tx.ticket(record.id))).toStrictEqual(record);
        await store.transact(async (tx) => tx.deleteTicket(record.id));
        expect(await store.ticket(record.id)).toBeUndefined();
        expect(await store.transact((tx) => tx.ticket(record.id))).toBeUndefined();
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

  describeQueries(open);
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
