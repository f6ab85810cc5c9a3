/** A store for the length of one test, and how its answers are compared. */
import type { Store } from '../../../shared/domain/ports.ts';
import type { BindingRecord } from '../../../shared/domain/state/records.ts';

/** A store with nothing in it, and how to let go of it. */
export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** Makes test bodies that get a store of their own, opened before and let go of afterwards. */
export function withOpened(open: () => OpenedStore): (body: (store: Store) => Promise<void>) => () => Promise<void> {
  return (body) => async () => {
    const { store, close } = open();
    try {
      await body(store);
    } finally {
      await close();
    }
  };
}

/** The events of the bindings found, in order. */
export async function eventIds(found: Promise<readonly BindingRecord[]>): Promise<string[]> {
  return (await found).map(({ eventId }) => eventId);
}
