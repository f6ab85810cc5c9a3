/**
 * Answers of the database as records. What cannot be read is left out, and made up for in a query: a caller takes a short page
 * for the last one, and documents that nobody can read must not fill every page of what is due.
 */
import type { DocumentSnapshot, Query, QuerySnapshot } from '@google-cloud/firestore';

/** The records of those snapshots that can be read. */
export function readable<Value>(
  snapshots: readonly DocumentSnapshot[],
  read: (snapshot: DocumentSnapshot) => Value | undefined,
): Value[] {
  return snapshots.flatMap((snapshot) => read(snapshot) ?? []);
}

/** At most `limit` readable records of a query in its order; fewer only if there are no more. */
export async function collect<Value>(
  query: Query,
  limit: number,
  ask: (query: Query) => Promise<QuerySnapshot>,
  read: (snapshot: DocumentSnapshot) => Value | undefined,
): Promise<Value[]> {
  const found: Value[] = [];
  let rest = query;
  while (found.length < limit) {
    const wanted = limit - found.length;
    const { docs } = await ask(rest.limit(wanted));
    found.push(...readable(docs, read));
    const last = docs.at(-1);
    if (last === undefined || docs.length < wanted) break;
    rest = query.startAfter(last);
  }
  return found;
}
