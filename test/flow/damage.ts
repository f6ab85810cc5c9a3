/**
 * Makes records of the embedded store unreadable, as damaged documents are in the Firestore store: transactions refuse them, plain reads
 * leave them out, but for tickets. Calendars and conferences are left out of nothing, as tests look by plain reads for what has become of them.
 */
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
  const { connection, ticket } = world.store;
  world.store.connection = async (key) => (damaged.has(key) ? undefined : connection.call(world.store, key));
  world.store.ticket = async (id) => {
    if (damaged.has(id)) throw new RecordUnreadable(`${id} cannot be read`);
    return ticket.call(world.store, id);
  };
  return () => damaged.clear();
}

const READS: ReadonlySet<string> = new Set(['calendar', 'conferences', 'bindings', 'connection', 'ticket']);

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
