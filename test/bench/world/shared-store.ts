/**
 * A store that lives in one process and is used from another, as Firestore is: what the worker's memory holds, and what its end
 * leaves behind, are then as in a deployment. A transaction is driven from afar; where it must run again, its user is told.
 */
import type { Store, StoreTransaction } from '../../../shared/domain/ports.ts';
import type { Line } from '../processes/line.ts';

type Call = { readonly name: string; readonly args: readonly unknown[] };

/** What the process with the store answers. */
export type StoreAnswers = {
  readonly storeCall: (call: Call) => Promise<unknown>;
  readonly begin: (input: null) => Promise<number>;
  readonly read: (input: { tx: number; call: Call }) => Promise<unknown>;
  /** `again`: something has changed meanwhile; read anew. */
  readonly commit: (input: { tx: number; writes: readonly Call[] }) => Promise<'done' | 'again'>;
  readonly abort: (input: { tx: number }) => void;
};

interface Session {
  tx: StoreTransaction;
  finish(): void;
  abandon(error: Error): void;
  settled(outcome: 'done' | 'again'): void;
}

/** Serves a store to another process. */
export function serveStore(store: Store): StoreAnswers {
  const sessions = new Map<number, Session>();
  let begun = 0;
  const sessionOf = (id: number): Session => {
    const session = sessions.get(id);
    if (session === undefined) throw new Error('there is no such transaction');
    return session;
  };
  return {
    storeCall: ({ name, args }) => callMethod(store, name, args),
    begin() {
      const id = ++begun;
      return new Promise((resolve) => {
        const work = (tx: StoreTransaction): Promise<void> =>
          new Promise((finish, abandon) => {
            const before = sessions.get(id);
            sessions.set(id, { tx, finish, abandon, settled: () => undefined });
            before?.settled('again');
            resolve(id);
          });
        store.transact(work).then(
          () => {
            const session = sessions.get(id);
            sessions.delete(id);
            session?.settled('done');
          },
          () => sessions.delete(id),
        );
      });
    },
    read: ({ tx, call }) => callMethod(sessionOf(tx).tx, call.name, call.args),
    commit({ tx, writes }) {
      const session = sessionOf(tx);
      for (const { name, args } of writes) void callMethod(session.tx, name, args);
      return new Promise((resolve) => {
        session.settled = resolve;
        session.finish();
      });
    },
    abort({ tx }) {
      sessions.get(tx)?.abandon(new Error('abandoned'));
    },
  };
}

/** The same store, seen from the other process. */
export function distantStore(line: Line<StoreAnswers>): Store {
  const transact = async <Result>(work: (tx: StoreTransaction) => Promise<Result>): Promise<Result> => {
    const tx = await line.ask('begin', null);
    for (;;) {
      const writes: Call[] = [];
      let result: Result;
      try {
        result = await work(
          byName((name, args) => {
            if (!/^(put|delete)/.test(name)) return line.ask('read', { tx, call: { name, args } });
            writes.push({ name, args });
            return undefined;
          }),
        );
      } catch (error) {
        await line.ask('abort', { tx });
        throw error;
      }
      if ((await line.ask('commit', { tx, writes })) === 'done') return result;
    }
  };
  const rest = byName<Store>((name, args) => line.ask('storeCall', { name, args }));
  return new Proxy(rest, { get: (target, name) => (name === 'transact' ? transact : Reflect.get(target, name)) });
}

/** An object whose every method is a call by its name. */
function byName<Face extends object>(call: (name: string, args: readonly unknown[]) => unknown): Face {
  const face = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          call(String(name), args),
    },
  );
  // Both ends know the same interface, and the name says which method is meant.
  return face as Face;
}

async function callMethod(target: object, name: string, args: readonly unknown[]): Promise<unknown> {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== 'function') throw new Error(`there is no ${name}`);
  return Reflect.apply(method, target, args);
}
