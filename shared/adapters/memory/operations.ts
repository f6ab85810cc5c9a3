/**
 * What the embedded store's work would be billed as by Firestore, so that the cost of a use case can be tested and
 * shown without a database: https://firebase.google.com/docs/firestore/pricing#operations
 */

/** Counts that only grow. */
export interface Operations {
  reads: number;
  writes: number;
  deletes: number;
}

const COUNTED_PER_READ = 1_000;

/** A query is a read for each document returned, and one if it returns none. */
export function billQuery(operations: Operations, returned: number): void {
  operations.reads += Math.max(1, returned);
}

/** A count is a read for each thousand index entries, and one at least. */
export function billCount(operations: Operations, counted: number): void {
  operations.reads += Math.max(1, Math.ceil(counted / COUNTED_PER_READ));
}
