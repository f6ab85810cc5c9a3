/** A program for a test: asks everything of a database that never answers (its address is the argument), and prints what came of it. */
import { createFirestoreStore } from '../../../shared/adapters/firestore/store.ts';
import { calendar, calendarKey, conferenceKey } from './sample-records.ts';

const TRANSACTION_MS = 300;

const store = createFirestoreStore({
  projectId: 'test',
  host: process.argv[2],
  callMs: 200,
  transactionMs: TRANSACTION_MS,
  onUnreadable: () => undefined,
});
const start = Date.now();
const outcomes = await Promise.allSettled([
  store.calendar(calendarKey('a')),
  store.dueConferences(0, 0, 1),
  store.transact((tx) => tx.calendar(calendarKey('a'))),
  store.transact((tx) => tx.referencesOf(conferenceKey('c1'), 1)),
  store.transact((tx) => tx.countReferences(conferenceKey('c1'), calendarKey('a'))),
  store.transact(async (tx) => tx.putCalendar(calendar('a'))),
]);
const answer = {
  outcomes: outcomes.map((outcome) =>
    outcome.status === 'rejected'
      ? { name: outcome.reason.name, hasCause: outcome.reason.cause instanceof Error }
      : { name: 'answered', hasCause: false },
  ),
  // The client is loaded within the first call.
  isInTime: Date.now() - start < TRANSACTION_MS + 2_000,
};
process.stdout.write(JSON.stringify(answer), () => process.exit());
