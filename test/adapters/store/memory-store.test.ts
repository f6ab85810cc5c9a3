import { describe, expect, test } from '@jest/globals';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import type { OpenedStore } from './opened-store.ts';
import { binding, bindingId, calendar, calendarKey, conference, conferenceKey, NOW, put } from './sample-records.ts';
import { describeStore } from './store-contract.ts';
import { compareWithModel } from './store-model.ts';

function open(): OpenedStore {
  return { store: createMemoryStore({ now: Date.now }), close: async () => undefined };
}

describe('the embedded store', () => {
  describeStore(open);

  test('shows the same as a plain model after any history', async () => {
    await compareWithModel(open, 300);
  });

  test('stamps with a clock that goes back as if it stood still', async () => {
    let time = NOW;
    const store = createMemoryStore({ now: () => time });
    const stamp = async () => {
      await store.transact(async (tx) => tx.putCalendarOpened(calendar('a')));
      return (await store.calendar(calendarKey('a')))?.openedAt;
    };
    expect(await stamp()).toBe(NOW);
    time = NOW - 5_000;
    expect(await stamp()).toBe(NOW);
    time = NOW + 1;
    expect(await stamp()).toBe(NOW + 1);
  });

  test('gives up a transaction that met changes of others eight times in a row', async () => {
    const store = createMemoryStore({ now: () => NOW });
    let runs = 0;
    const outcome = store.transact(async (tx) => {
      runs += 1;
      await tx.calendar(calendarKey('a'));
      await put(store, { calendars: [calendar('a', { generation: runs })] });
      tx.putCalendar(calendar('a', { generation: -1 }));
    });
    await expect(outcome).rejects.toThrow(StoreUnavailable);
    expect(runs).toBe(8);
    expect((await store.calendar(calendarKey('a')))?.generation).toBe(8);
  });

  test('forgets what it is told to, unless it was written since, and a transaction that has read it runs again', async () => {
    const store = createMemoryStore({ now: () => NOW });
    const [old, one] = [conference('c1', { revision: 1 }), conference('c1', { revision: 2 })];
    const gone = binding('a', 'e1', 'c1', { state: 'gone', expireAt: NOW });
    await put(store, { conferences: [old], bindings: [gone] });
    await put(store, { conferences: [one] });
    store.expire(old);
    expect(await store.conference(one.key)).toBe(one);
    const seen: unknown[] = [];
    await store.transact(async (tx) => {
      seen.push((await tx.conferences([one.key])).get(one.key), (await tx.bindings(gone.calendar, [gone.id])).size);
      store.expire(one);
      store.expire(gone);
    });
    expect(seen).toEqual([one, 1, undefined, 0]);
    expect(store.operations.deletes).toBe(2);
  });

  test('does not repeat a transaction for changes of records it has not read', async () => {
    const store = createMemoryStore({ now: () => NOW });
    let runs = 0;
    await store.transact(async (tx) => {
      runs += 1;
      await tx.calendar(calendarKey('a'));
      await tx.referencesOf(conferenceKey('c1'), 10);
      await put(store, { calendars: [calendar('b')], bindings: [binding('a', 'e1', 'c2')] });
      tx.putCalendar(calendar('a'));
    });
    expect(runs).toBe(1);
  });

  test('does not let out an error that came of readings which contradict each other', async () => {
    const store = createMemoryStore({ now: () => NOW });
    const both = (revision: number) => ['c1', 'c2'].map((id) => conference(id, { revision }));
    await put(store, { conferences: both(1) });
    let runs = 0;
    const revision = await store.transact(async (tx) => {
      runs += 1;
      const first = (await tx.conferences([conferenceKey('c1')])).get(conferenceKey('c1'));
      if (runs === 1) await put(store, { conferences: both(2) });
      const second = (await tx.conferences([conferenceKey('c2')])).get(conferenceKey('c2'));
      if (first?.revision !== second?.revision) throw new Error('impossible');
      return first?.revision;
    });
    expect(revision).toBe(2);
  });

  test('never answers within the turn of the call', async () => {
    const store = createMemoryStore({ now: () => NOW });
    const order: string[] = [];
    const asked = store.calendar(calendarKey('a')).then(() => order.push('answer'));
    order.push('call');
    await asked;
    expect(order).toEqual(['call', 'answer']);
  });
});

describe('the operations that Firestore would bill', () => {
  test('are one read for each record asked for, found or not', async () => {
    const store = createMemoryStore({ now: () => NOW });
    await store.calendar(calendarKey('a'));
    await store.conference(conferenceKey('c1'));
    await store.bindings(calendarKey('a'), [bindingId('e1'), bindingId('e2'), bindingId('e2')]);
    expect(store.operations).toEqual({ reads: 4, writes: 0, deletes: 0 });
    await store.transact(async (tx) => {
      await tx.calendar(calendarKey('a'));
      await tx.conferences([conferenceKey('c1'), conferenceKey('c2')]);
      await tx.bindings(calendarKey('a'), []);
    });
    expect(store.operations).toEqual({ reads: 7, writes: 0, deletes: 0 });
  });

  test('are one read for each record that a query returns, and one for a query that returns none', async () => {
    const store = createMemoryStore({ now: () => NOW });
    await put(store, { bindings: ['e1', 'e2', 'e3'].map((id) => binding('a', id, 'c1')) });
    const before = store.operations.reads;
    await store.bindingsOfCalendar(calendarKey('a'), { after: null, limit: 2 });
    await store.bindingsOfCalendar(calendarKey('b'), { after: null, limit: 2 });
    await store.dueConferences(0, NOW, 10);
    expect(store.operations.reads - before).toBe(4);
  });

  test('are one read for each thousand that are counted', async () => {
    const store = createMemoryStore({ now: () => NOW });
    const count = async () => {
      const before = store.operations.reads;
      await store.transact((tx) => tx.countReferences(conferenceKey('c1'), calendarKey('a')));
      return store.operations.reads - before;
    };
    expect(await count()).toBe(1);
    await put(store, { bindings: Array.from({ length: 1_000 }, (_, index) => binding('a', `e${index}`, 'c1')) });
    expect(await count()).toBe(1);
    await put(store, { bindings: [binding('a', 'one more', 'c1')] });
    expect(await count()).toBe(2);
  });

  test('are one write or delete for each that was committed, and none for a transaction that threw', async () => {
    const store = createMemoryStore({ now: () => NOW });
    await put(store, { calendars: [calendar('a')], bindings: [binding('a', 'e1', 'c1')] });
    await store.transact(async (tx) => {
      tx.deleteCalendar(calendarKey('a'));
      tx.deleteBinding(calendarKey('a'), bindingId('e1'));
      tx.putConference(conference('c1'));
    });
    const failing = store.transact(async (tx) => {
      tx.putConference(conference('c2'));
      throw new Error('wanted');
    });
    await expect(failing).rejects.toThrow('wanted');
    expect(store.operations).toEqual({ reads: 0, writes: 3, deletes: 2 });
  });
});
