/** The embedded store as one worker sees it: each call waits for its turn, and each commit is shown to the judges. */
import type { Store, StoreTransaction } from '../../shared/domain/ports.ts';
import type { Worker } from './scheduler.ts';
import { emptyCommit, noting } from './shadow.ts';
import { judgeLimits, TransactionClock } from './store-limits.ts';
import type { World } from './world.ts';

/** See the file's head. */
export function storePort(world: World, worker: Worker): Store {
  const { scheduler, store } = world;
  const call = <Result>(name: string, effect: () => Promise<Result>): Promise<Result> =>
    scheduler.call(worker, `store.${name}`, effect);
  return {
    transact: (work) => call('transact', () => transact(world, worker, work)),
    calendar: (key) => call('calendar', () => store.calendar(key)),
    conference: (key) => call('conference', () => store.conference(key)),
    bindings: (calendar, ids) => call('bindings', () => store.bindings(calendar, ids)),
    calendars: (range, status) => call('calendars', () => store.calendars(range, status)),
    calendarsOf: (subject, range) => call('calendarsOf', () => store.calendarsOf(subject, range)),
    keySubjects: (isOutOfTime) => call('keySubjects', () => store.keySubjects(isOutOfTime)),
    bindingsOfCalendar: (calendar, range) =>
      call('bindingsOfCalendar', () => store.bindingsOfCalendar(calendar, range)),
    failedBindings: (range) => call('failedBindings', () => store.failedBindings(range)),
    failedConferences: (range) => call('failedConferences', () => store.failedConferences(range)),
    conferencesLeftBy: (calendar, range) => call('conferencesLeftBy', () => store.conferencesLeftBy(calendar, range)),
    failingConferences: (range) => call('failingConferences', () => store.failingConferences(range)),
    failingCalendars: (range) => call('failingCalendars', () => store.failingCalendars(range)),
    // Sixteen shards are asked for each run, and an answer binds nobody: each item is read again before it is touched.
    dueCalendars: (shard, before, limit) => store.dueCalendars(shard, before, limit),
    dueConferences: (shard, before, limit) => store.dueConferences(shard, before, limit),
    connection: (key) => call('connection', () => store.connection(key)),
    connections: (range) => call('connections', () => store.connections(range)),
    ticket: (id) => call('ticket', () => store.ticket(id)),
    countFleet: (question) => store.countFleet(question),
    countChannelsEnding: (before) => store.countChannelsEnding(before),
  };
}

async function transact<Result>(
  world: World,
  worker: Worker,
  work: (tx: StoreTransaction) => Promise<Result>,
): Promise<Result> {
  const { scheduler } = world;
  const clock = new TransactionClock(() => scheduler.now);
  if (world.fates.strikes('storeAborts')) await abort(world, worker, work);
  let commit = emptyCommit();
  // Lets others in between the reads of it.
  const isSplit = world.fates.strikes('splitTransactions');
  const read: Read = (effect) => clock.read(isSplit ? () => scheduler.call(worker, 'store.tx', effect) : effect);
  const result = await world.store.transact(async (tx) => {
    commit = emptyCommit();
    clock.restart();
    const result = await work(noting(reading(tx, read), commit, () => world.databaseNow()));
    clock.requireTime();
    return result;
  });
  const said = judgeLimits(commit, clock.tripsInRow);
  if (said !== undefined) world.judges.violate(`${worker.name}: ${said}`);
  // Whose commit it was counts even if the worker never hears of it.
  world.judges.committed(worker, commit);
  world.forgetting.note(commit);
  return result;
}

class Aborted extends Error {
  override readonly name = 'Aborted';
}

/** An attempt that meets another's lock: all of it happens but its commit, and others go on before the next attempt. */
async function abort(world: World, worker: Worker, work: (tx: StoreTransaction) => Promise<unknown>): Promise<void> {
  const attempt = world.store.transact(async (tx) => {
    await work(tx);
    throw new Aborted('simulated');
  });
  await attempt.catch((error: unknown) => {
    if (!(error instanceof Aborted)) throw error;
  });
  await world.scheduler.call(worker, 'store.again', () => undefined);
}

/** How a read is made. */
type Read = <Result>(effect: () => Promise<Result>) => Promise<Result>;

/** A transaction whose reads are made in this way. */
function reading(tx: StoreTransaction, call: Read): StoreTransaction {
  return {
    calendar: (key) => call(() => tx.calendar(key)),
    conferences: (keys) => call(() => tx.conferences(keys)),
    bindings: (calendar, ids) => call(() => tx.bindings(calendar, ids)),
    pendingOf: (conference, limit) => call(() => tx.pendingOf(conference, limit)),
    doubtfulOf: (conference, limit) => call(() => tx.doubtfulOf(conference, limit)),
    referencesOf: (conference, limit, calendar) => call(() => tx.referencesOf(conference, limit, calendar)),
    bindingsFor: (conference, calendar, kind, range) => call(() => tx.bindingsFor(conference, calendar, kind, range)),
    firstReferenceAfter: (conference, calendar) => call(() => tx.firstReferenceAfter(conference, calendar)),
    countReferences: (conference, calendar) => call(() => tx.countReferences(conference, calendar)),
    occurrencesOf: (calendar, ids, range) => call(() => tx.occurrencesOf(calendar, ids, range)),
    putCalendar: (record) => tx.putCalendar(record),
    putCalendarOpened: (record) => tx.putCalendarOpened(record),
    deleteCalendar: (key) => tx.deleteCalendar(key),
    putConference: (record) => tx.putConference(record),
    putBinding: (record) => tx.putBinding(record),
    deleteBinding: (calendar, id) => tx.deleteBinding(calendar, id),
    connection: (key) => call(() => tx.connection(key)),
    putConnection: (record) => tx.putConnection(record),
    deleteConnection: (key) => tx.deleteConnection(key),
    ticket: (id) => call(() => tx.ticket(id)),
    putTicket: (record) => tx.putTicket(record),
    deleteTicket: (id) => tx.deleteTicket(id),
  };
}
