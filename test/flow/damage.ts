/** Makes records of the embedded store unreadable to transactions, as damaged documents are in the Firestore store. */
import { RecordUnreadable } from '../../shared/domain/errors.ts';
import type { StoreTransaction } from '../../shared/domain/ports.ts';
import type { World } from './world.ts';

/** Damages the records of these keys; the returned function mends them. */
export function damage(world: World, ...keys: readonly string[]): () => void {
  const { transact } = world.store;
  const damaged = new Set(keys);
  // `call` forgets that the result is that of the work.
  world.store.transact = (work) =>
    transact.call(world.store, (tx) => work(reading(tx, damaged))) as ReturnType<typeof work>;
  return () => damaged.clear();
}

const READS: ReadonlySet<string> = new Set(['calendar', 'conferences', 'bindings', 'connection']);

function reading(tx: StoreTransaction, damaged: ReadonlySet<string>): StoreTransaction {
  return new Proxy(tx, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (!READS.has(String(name))) return member.bind(target);
      return async (...parts: readonly unknown[]) => {
        for (const part of parts.flat()) {
          if (damaged.has(String(part))) throw new RecordUnreadable(`${part} cannot be read`);
        }
        return Reflect.apply(member, target, parts);
      };
    },
  });
}
