/**
 * Makes up for what releases up to 0.1.0 did not store: the key of a calendar's user. Every write of a calendar stores it; paused ones are
 * written by nobody, and an erasure cannot wait for the others.
 */
import type { Firestore, Query, QueryDocumentSnapshot } from '@google-cloud/firestore';
import { type CalendarKey, subjectKeyOf } from '../../domain/ids.ts';
import type { CalendarStatus } from '../../domain/state/records.ts';
import type { Documents } from './documents.ts';

type Bounded = <Value>(what: string, call: Promise<Value>) => Promise<Value>;

const PAGE = 300;
const GRPC_NOT_FOUND = 5;
const GRPC_FAILED_PRECONDITION = 9;

/** See `Store.keySubjects`. */
export async function keySubjects(
  database: Firestore,
  documents: Documents,
  bounded: Bounded,
  isOutOfTime: () => boolean,
): Promise<boolean> {
  const isDone = (): Promise<boolean> => bounded('counting documents', areAllKeyed(database, documents));
  // Two days after an upgrade all others have been written since.
  const ranges: readonly (CalendarStatus | undefined)[] = ['paused', undefined];
  for (const status of ranges) {
    if (await isDone()) return true;
    for (let after: CalendarKey | null = null; ; ) {
      if (isOutOfTime()) return false;
      const { docs } = await bounded('a query', documents.calendars(after, status).limit(PAGE).get());
      const lacking = docs.filter((one) => one.get('subjectKey') === undefined);
      await bounded('writing documents', Promise.all(lacking.map(giveKey)));
      if (docs.length < PAGE) break;
      // A page is full of documents of this collection.
      after = (docs.at(-1)?.id ?? null) as CalendarKey | null;
    }
  }
  return isDone();
}

/** Both counts are of one instant: else a calendar that is removed between them would hide another. */
function areAllKeyed(database: Firestore, documents: Documents): Promise<boolean> {
  return database.runTransaction(
    async (transaction) => {
      const count = async (query: Query): Promise<number> => (await transaction.get(query.count())).data().count;
      const [all, keyed] = await Promise.all([count(documents.calendars(null)), count(documents.keyedCalendars())]);
      return keyed >= all;
    },
    { readOnly: true },
  );
}

/** Whoever writes the document meanwhile stores the key himself, or is seen by the next count. */
async function giveKey(snapshot: QueryDocumentSnapshot): Promise<void> {
  const subject: unknown = snapshot.get('subject');
  // One that says nothing of its user is unreadable, and nobody's.
  const subjectKey = typeof subject === 'string' ? subjectKeyOf(subject) : null;
  const { ref, updateTime } = snapshot;
  try {
    await ref.update({ subjectKey }, { lastUpdateTime: updateTime });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== GRPC_NOT_FOUND && code !== GRPC_FAILED_PRECONDITION) throw error;
  }
}
