import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { createFirestoreStore, type FirestoreStoreOptions } from '../../../shared/adapters/firestore/store.ts';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import { describeWithEmulators, newProjectId } from '../../emulators.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { calendar, calendarKey, put } from './sample-records.ts';

jest.setTimeout(30_000);

function openStore(host: string, limits: Partial<FirestoreStoreOptions> = {}) {
  return createFirestoreStore({ projectId: newProjectId(), host, onUnreadable: () => undefined, ...limits });
}

describe('a database that accepts connections and never answers', () => {
  test('is unavailable once the deadline is over, for every kind of call', async () => {
    const proxy = await startFaultyProxy();
    try {
      // In a process of its own: the client goes on retrying in the background for seconds.
      const program = fileURLToPath(new URL('ask-silent-database.ts', import.meta.url));
      const { FIRESTORE_EMULATOR_HOST: _, ...env } = process.env;
      const { stdout } = await promisify(execFile)(process.execPath, [program, proxy.host], { env });
      expect(JSON.parse(stdout)).toEqual({
        outcomes: Array.from({ length: 6 }, () => ({ name: 'StoreUnavailable', hasCause: true })),
        isInTime: true,
      });
    } finally {
      await proxy.close();
    }
  });
});

describeWithEmulators('a database that fails for a moment', ['firestore'], ({ firestore: host }) => {
  const withoutEmulatorVariable = async (body: () => Promise<void>) => {
    delete process.env.FIRESTORE_EMULATOR_HOST;
    try {
      await body();
    } finally {
      process.env.FIRESTORE_EMULATOR_HOST = host;
    }
  };

  test('is asked again when the connection breaks before a read is answered', () =>
    withoutEmulatorVariable(async () => {
      const proxy = await startFaultyProxy(host);
      const store = openStore(proxy.host);
      try {
        await put(store, { calendars: [calendar('a', { generation: 1 })] });
        let isFirst = true;
        await store.transact(async (tx) => {
          const reading = tx.calendar(calendarKey('a'));
          if (isFirst) proxy.cut();
          isFirst = false;
          const record = await reading;
          tx.putCalendar(calendar('a', { generation: (record?.generation ?? 0) + 1 }));
        });
        expect((await store.calendar(calendarKey('a')))?.generation).toBe(2);
      } finally {
        await store.close();
        await proxy.close();
      }
    }));

  test('is not asked to do twice what it may have done: a commit whose answer is lost ends as unavailable', () =>
    withoutEmulatorVariable(async () => {
      const projectId = newProjectId();
      const proxy = await startFaultyProxy(host);
      const direct = openStore(host, { projectId });
      const store = openStore(proxy.host, { projectId, callMs: 500, transactionMs: 3_000 });
      try {
        await put(direct, { calendars: [calendar('a', { generation: 1 })] });
        let runs = 0;
        const outcome = store.transact(async (tx) => {
          runs += 1;
          const record = await tx.calendar(calendarKey('a'));
          tx.putCalendar(calendar('a', { generation: (record?.generation ?? 0) + 1 }));
          proxy.loseAnswers();
        });
        await expect(outcome).rejects.toThrow(StoreUnavailable);
        expect(runs).toBe(1);
        expect((await direct.calendar(calendarKey('a')))?.generation).toBe(2);
      } finally {
        await proxy.close();
        await Promise.all([store.close(), direct.close()]);
      }
    }));

  test('changes nothing any more once the caller was told that a transaction ran out of time', () =>
    withoutEmulatorVariable(async () => {
      const store = openStore(host, { transactionMs: 200 });
      try {
        await put(store, { calendars: [calendar('a', { generation: 1 })] });
        let finish: () => void = () => undefined;
        const finished = new Promise<void>((resolve) => {
          finish = resolve;
        });
        const outcome = store.transact(async (tx) => {
          await tx.calendar(calendarKey('a'));
          await finished;
          tx.putCalendar(calendar('a', { generation: 2 }));
        });
        await expect(outcome).rejects.toThrow(StoreUnavailable);
        finish();
        expect((await store.calendar(calendarKey('a')))?.generation).toBe(1);
      } finally {
        await store.close();
      }
    }));
});
