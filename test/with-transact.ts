/** A store whose transactions somebody else makes. */
import type { Store } from '../shared/domain/ports.ts';

/** The same store, but for its transactions: those are made by `transact`. */
export function withTransact<Whole extends Store>(store: Whole, transact: Store['transact']): Whole {
  return new Proxy(store, {
    get(_, name) {
      if (name === 'transact') return transact;
      const member: unknown = Reflect.get(store, name, store);
      return typeof member === 'function' ? member.bind(store) : member;
    },
  });
}
