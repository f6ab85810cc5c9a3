/**
 * The embedded store: everything in memory, nothing kept when the process ends. Used by the sandbox, the simulation, the
 * benchmark and by services of one process. Transactions are optimistic: what was read is looked at again before anything is
 * written, and `work` runs again if it has changed. No timers: a simulation decides what happens when.
 */

import type { ConnectionRecord, TicketRecord } from '../../domain/connection/records.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { BindingId, CalendarKey, ConferenceKey, SubjectKey } from '../../domain/ids.ts';
import type {
  BindingPlace,
  FailingCalendar,
  FailingConference,
  FleetCounts,
  FleetQuestion,
  KeyRange,
  Store,
  StoreTransaction,
} from '../../domain/ports.ts';
import type { BindingRecord, CalendarRecord, CalendarStatus, ConferenceRecord } from '../../domain/state/records.ts';
import { billCount, billQuery, type Operations } from './operations.ts';
import { Tables } from './tables.ts';
import { MemoryTransaction } from './transaction.ts';

const TRANSACTION_ATTEMPTS_MAX = 8;

/** The embedded store, with the operations that Firestore would have billed so far. */
export interface MemoryStore extends Store {
  readonly operations: Readonly<Operations>;
  /**
   * Forgets a conference or a binding in a commit of its own, as a TTL policy of Firestore does; nothing if another version is stored. The store
   * has no timers, so somebody else says when.
   */
  expire(record: ConferenceRecord | BindingRecord): void;
}

/**
 * Makes an empty store. `now` is the database's clock (Unix milliseconds); should it go back, the stamps of commits stand still.
 * Its calls fail only for contention: a transaction that met a change of another eight times in a row.
 */
export function createMemoryStore({ now }: { readonly now: () => number }): MemoryStore {
  return new EmbeddedStore(now);
}

class EmbeddedStore implements MemoryStore {
  readonly operations: Operations = { reads: 0, writes: 0, deletes: 0 };
  readonly #now: () => number;
  readonly #tables = new Tables();
  #lastStamp = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  async transact<Result>(work: (tx: StoreTransaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; attempt <= TRANSACTION_ATTEMPTS_MAX; attempt++) {
      const tx = new MemoryTransaction(this.#tables, this.operations);
      let result: Result;
      try {
        result = await work(tx);
      } catch (error) {
        tx.close();
        // What was read at different moments can contradict itself: an error that came of it is not the caller's.
        if (tx.isCurrent()) throw error;
        continue;
      }
      tx.close();
      if (!tx.isCurrent()) continue;
      this.#lastStamp = Math.max(this.#lastStamp, this.#now());
      tx.apply(this.#lastStamp);
      return result;
    }
    throw new StoreUnavailable(`a transaction met changes of others ${TRANSACTION_ATTEMPTS_MAX} times in a row`);
  }

  expire(record: ConferenceRecord | BindingRecord): void {
    const tables = this.#tables;
    const isBinding = 'eventId' in record;
    const stored = isBinding ? tables.binding(record.calendar, record.id) : tables.conference(record.key);
    if (stored !== record) return;
    if (isBinding) tables.deleteBinding(record.calendar, record.id);
    else tables.deleteConference(record.key);
    tables.version += 1;
    this.operations.deletes += 1;
  }

  async calendar(key: CalendarKey): Promise<CalendarRecord | undefined> {
    this.operations.reads += 1;
    return this.#tables.calendar(key);
  }

  async conference(key: ConferenceKey): Promise<ConferenceRecord | undefined> {
    this.operations.reads += 1;
    return this.#tables.conference(key);
  }

  async bindings(calendar: CalendarKey, ids: readonly BindingId[]): Promise<ReadonlyMap<BindingId, BindingRecord>> {
    const found = new Map<BindingId, BindingRecord>();
    for (const id of new Set(ids)) {
      this.operations.reads += 1;
      const record = this.#tables.binding(calendar, id);
      if (record !== undefined) found.set(id, record);
    }
    return found;
  }

  async calendars(range: KeyRange<CalendarKey>, status?: CalendarStatus): Promise<readonly CalendarRecord[]> {
    return this.#billed(this.#tables.calendars(range, status));
  }

  async calendarsOf(subject: string, range: KeyRange<CalendarKey>): Promise<readonly CalendarRecord[]> {
    return this.#billed(this.#tables.calendarsOf(subject, range));
  }

  /** Here the key is worked out from the record. */
  async keySubjects(): Promise<boolean> {
    return true;
  }

  async bindingsOfCalendar(calendar: CalendarKey, range: KeyRange<BindingId>): Promise<readonly BindingRecord[]> {
    return this.#billed(this.#tables.bindingsOfCalendar(calendar, range));
  }

  async failedBindings(range: KeyRange<BindingPlace>): Promise<readonly BindingRecord[]> {
    return this.#billed(this.#tables.failedBindings(range));
  }

  async failedConferences(range: KeyRange<ConferenceKey>): Promise<readonly ConferenceRecord[]> {
    return this.#billed(this.#tables.failedConferences(range));
  }

  async conferencesLeftBy(calendar: CalendarKey, range: KeyRange<ConferenceKey>): Promise<readonly ConferenceRecord[]> {
    return this.#billed(this.#tables.conferencesLeftBy(calendar, range));
  }

  async failingConferences(range: KeyRange<FailingConference>): Promise<readonly ConferenceRecord[]> {
    return this.#billed(this.#tables.failingConferences(range));
  }

  async failingCalendars(range: KeyRange<FailingCalendar>): Promise<readonly CalendarRecord[]> {
    return this.#billed(this.#tables.failingCalendars(range));
  }

  async dueCalendars(shard: number, before: number, limit: number): Promise<readonly CalendarRecord[]> {
    return this.#billed(this.#tables.dueCalendars(shard, before, limit));
  }

  async dueConferences(shard: number, before: number, limit: number): Promise<readonly ConferenceRecord[]> {
    return this.#billed(this.#tables.dueConferences(shard, before, limit));
  }

  async connection(key: SubjectKey): Promise<ConnectionRecord | undefined> {
    this.operations.reads += 1;
    return this.#tables.connection(key);
  }

  async connections(range: KeyRange<SubjectKey>): Promise<readonly ConnectionRecord[]> {
    return this.#billed(this.#tables.connections(range));
  }

  async ticket(id: string): Promise<TicketRecord | undefined> {
    this.operations.reads += 1;
    return this.#tables.ticket(id);
  }

  async countFleet(question: FleetQuestion): Promise<FleetCounts> {
    const counts = this.#tables.countFleet(question);
    for (const count of Object.values(counts)) billCount(this.operations, count);
    return counts;
  }

  async countChannelsEnding(endingBefore: number): Promise<number> {
    const count = this.#tables.countChannelsEnding(endingBefore);
    billCount(this.operations, count);
    return count;
  }

  #billed<Value>(found: readonly Value[]): readonly Value[] {
    billQuery(this.operations, found.length);
    return found;
  }
}
