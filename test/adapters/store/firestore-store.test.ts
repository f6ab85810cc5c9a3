import { FieldValue, Firestore, Timestamp } from '@google-cloud/firestore';
import { expect, jest, test } from '@jest/globals';
import { createFirestoreStore } from '../../../shared/adapters/firestore/store.ts';
import { RecordUnreadable } from '../../../shared/domain/errors.ts';
import type { StoreTransaction } from '../../../shared/domain/ports.ts';
import { describeWithEmulators, newProjectId } from '../../emulators.ts';
import type { OpenedStore } from './opened-store.ts';
import {
  binding,
  bindingId,
  calendar,
  calendarKey,
  conference,
  conferenceKey,
  NOW,
  pending,
  put,
} from './sample-records.ts';
import { describeStore } from './store-contract.ts';
import { compareWithModel } from './store-model.ts';

jest.setTimeout(60_000);

describeWithEmulators('the Firestore store', ['firestore'], ({ firestore: host }) => {
  const open = (): OpenedStore => {
    const store = createFirestoreStore({
      projectId: newProjectId(),
      host,
      // The emulator breaks a deadlock of locks after two seconds; production lets the oldest go on at once.
      transactionMs: 25_000,
      onUnreadable: (path) => {
        throw new Error(`unreadable: ${path}`);
      },
    });
    return { store, close: () => store.close() };
  };

  /** The documents behind a store, to be written as no store of this release writes them. */
  const documentsOf = (projectId: string): Firestore =>
    new Firestore({ projectId, host, ssl: false, clientOptions: { universe_domain: 'googleapis.com' } });

  describeStore(open);

  test('lets every one of six transactions through that want one record at the same moment', async () => {
    const { store, close } = open();
    try {
      await put(store, { calendars: [calendar('wanted', { generation: 0 })] });
      const raise = () =>
        store.transact(async (tx) => {
          const stored = await tx.calendar(calendarKey('wanted'));
          if (stored !== undefined) tx.putCalendar({ ...stored, generation: stored.generation + 1 });
        });
      await Promise.all(Array.from({ length: 6 }, raise));
      expect((await store.calendar(calendarKey('wanted')))?.generation).toBe(6);
    } finally {
      await close();
    }
  });

  test('shows the same as a plain model after any history', async () => {
    await compareWithModel(open, 12);
  });

  test('finds what a release before has written, however its user is spelled, once it has given it the key of its user', async () => {
    const projectId = newProjectId();
    const store = createFirestoreStore({ projectId, host, onUnreadable: () => undefined });
    const database = documentsOf(projectId);
    try {
      const names = ['a', 'b', 'c'];
      await put(store, {
        calendars: [
          calendar('a', { subject: 'Ann@Example.com' }),
          calendar('b', { subject: 'ANN@example.com', status: 'paused' }),
          calendar('c', { subject: 'ann@example.com' }),
          calendar('d', { subject: 'bob@example.com' }),
        ],
      });
      const before = database.collection('calendars');
      for (const name of names) await before.doc(calendarKey(name)).update({ subjectKey: FieldValue.delete() });
      // Not even its user is known; it must keep nothing from being done.
      await before.doc(calendarKey('e')).set({ calendarId: 'e' });
      const found = async (subject: string) =>
        (await store.calendarsOf(subject, { after: null, limit: 10 })).map(({ key }) => key);
      expect(await found('Ann@Example.com')).toEqual([calendarKey('a')]);
      expect(await store.keySubjects(() => true)).toBe(false);
      expect(await store.keySubjects(() => false)).toBe(true);
      expect(await store.keySubjects(() => true)).toBe(true);
      expect(await found('ann@EXAMPLE.com')).toEqual(names.map(calendarKey).sort());
      expect(await found('bob@example.com')).toEqual([calendarKey('d')]);
    } finally {
      await store.close();
      await database.terminate();
    }
  });

  test('sets unreadable documents aside, says which, and fills its pages without them', async () => {
    const projectId = newProjectId();
    const unreadable: string[] = [];
    const store = createFirestoreStore({ projectId, host, onUnreadable: (path) => unreadable.push(path) });
    const database = documentsOf(projectId);
    try {
      const due = ['a', 'b', 'c', 'd'].map((name, index) => calendar(name, { dueAt: NOW + index, dueShard: 1 }));
      const bindings = [1, 2, 3].map((revision) => binding('a', `e${revision}`, 'c1', { pending: pending(revision) }));
      await put(store, { calendars: due, bindings, conferences: [conference('c1')] });
      await database.doc(`calendars/${calendarKey('a')}`).update({ status: 'of a later version' });
      await database.doc(`calendars/${calendarKey('b')}`).update({ generation: 'seven' });
      await database.doc(`calendars/${calendarKey('a')}/bindings/${bindingId('e1')}`).update({ eventId: 5 });
      await database.doc(`conferences/${conferenceKey('c1')}`).update({ liveCount: null });

      expect(await store.dueCalendars(1, NOW + 9, 2)).toEqual(due.slice(2));
      expect(await store.calendars({ after: null, limit: 4 })).toHaveLength(2);
      expect(await store.calendar(calendarKey('a'))).toBeUndefined();
      expect(await store.conference(conferenceKey('c1'))).toBeUndefined();
      const found = await store.transact((tx) => tx.pendingOf(conferenceKey('c1'), 2));
      expect(found.map(({ eventId }) => eventId)).toEqual(['e2', 'e3']);
      expect(new Set(unreadable)).toEqual(
        new Set([
          `calendars/${calendarKey('a')}`,
          `calendars/${calendarKey('b')}`,
          `calendars/${calendarKey('a')}/bindings/${bindingId('e1')}`,
          `conferences/${conferenceKey('c1')}`,
        ]),
      );
    } finally {
      await Promise.all([store.close(), database.terminate()]);
    }
  });

  test('takes nothing that it cannot read for absent where that could be acted on', async () => {
    const projectId = newProjectId();
    const store = createFirestoreStore({ projectId, host, onUnreadable: () => undefined });
    const database = documentsOf(projectId);
    try {
      const damaged = { conferenceId: 'c1', revision: 'seventeen' };
      await database.doc(`conferences/${conferenceKey('c1')}`).set(damaged);
      await database.doc(`calendars/${calendarKey('a')}`).set({ status: 'of a later version' });
      await database.doc(`calendars/${calendarKey('b')}/bindings/${bindingId('e1')}`).set({ eventId: 5 });
      const reads: readonly ((tx: StoreTransaction) => Promise<unknown>)[] = [
        (tx) => tx.conferences([conferenceKey('c1'), conferenceKey('c2')]),
        (tx) => tx.calendar(calendarKey('a')),
        (tx) => tx.bindings(calendarKey('b'), [bindingId('e1')]),
      ];
      for (const read of reads) {
        const acting = store.transact(async (tx) => {
          await read(tx);
          tx.putConference(conference('c2'));
        });
        await expect(acting).rejects.toBeInstanceOf(RecordUnreadable);
      }
      expect((await database.doc(`conferences/${conferenceKey('c1')}`).get()).data()).toEqual(damaged);
      expect(await store.conference(conferenceKey('c2'))).toBeUndefined();
    } finally {
      await Promise.all([store.close(), database.terminate()]);
    }
  });

  test('keeps what a TTL policy and the commit stamp work on as timestamps, and every other time as a number', async () => {
    const projectId = newProjectId();
    const store = createFirestoreStore({ projectId, host, onUnreadable: () => undefined });
    const database = documentsOf(projectId);
    try {
      await put(store, {
        bindings: [binding('a', 'e1', 'c1', { expireAt: NOW })],
        conferences: [conference('c1', { expireAt: NOW, dueAt: NOW })],
      });
      await store.transact(async (tx) => tx.putCalendarOpened(calendar('a', { coveredUntil: NOW })));
      const stored = async (path: string) => (await database.doc(path).get()).data();
      expect(await stored(`calendars/${calendarKey('a')}/bindings/${bindingId('e1')}`)).toMatchObject({
        expireAt: Timestamp.fromMillis(NOW),
      });
      expect(await stored(`conferences/${conferenceKey('c1')}`)).toMatchObject({
        expireAt: Timestamp.fromMillis(NOW),
        dueAt: NOW,
      });
      expect(await stored(`calendars/${calendarKey('a')}`)).toMatchObject({
        openedAt: expect.any(Timestamp),
        coveredUntil: NOW,
      });
    } finally {
      await Promise.all([store.close(), database.terminate()]);
    }
  });
});
