/**
 * The store over Firestore. Every call has a deadline, and whatever goes wrong with the database comes out as `StoreUnavailable`.
 */
import type { DocumentReference, DocumentSnapshot, Firestore, Query } from '@google-cloud/firestore';
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
import { Calls } from './calls.ts';
import { collect, readable } from './collect.ts';
import { countFleet } from './count-fleet.ts';
import { Documents, found } from './documents.ts';
import { keySubjects } from './key-subjects.ts';
import { type DatabaseAddress, openDatabase } from './open-database.ts';
import { runTransaction } from './run-transaction.ts';
import { FirestoreTransaction } from './transaction.ts';

/** What a Firestore store is made of. */
export interface FirestoreStoreOptions extends DatabaseAddress {
  /** Told the path of each document that could not be read. */
  readonly onUnreadable: (path: string) => void;
  /** Limit of one call, in milliseconds; default 10,000. */
  readonly callMs?: number;
  /** Limit of a transaction with all its attempts, in milliseconds; default 10,000. */
  readonly transactionMs?: number;
  /** Default 5. */
  readonly attemptsMax?: number;
}

/** The store, and the end of its connections. */
export interface FirestoreStore extends Store {
  /**
   * Waits for running calls, then closes the connections; nothing can be asked afterwards. With a database that does not answer, calls that
   * were given up can run for several times `callMs`.
   */
  close(): Promise<void>;
}

/** Opens no connection before the first call. */
export function createFirestoreStore(options: FirestoreStoreOptions): FirestoreStore {
  return new CloudStore(options);
}

class CloudStore implements FirestoreStore {
  readonly #database: Firestore;
  readonly #documents: Documents;
  readonly #calls = new Calls();
  readonly #limits: { readonly callMs: number; readonly transactionMs: number; readonly attemptsMax: number };

  constructor(options: FirestoreStoreOptions) {
    const { callMs = 10_000, transactionMs = 10_000, attemptsMax = 5 } = options;
    this.#limits = { callMs, transactionMs, attemptsMax };
    this.#database = openDatabase(options, callMs);
    this.#documents = new Documents(this.#database, options.onUnreadable);
  }

  async close(): Promise<void> {
    // The client retries in the background; if it is ended meanwhile, its retry fails as an unhandled rejection.
    await this.#calls.settled();
    await this.#database.terminate();
  }

  transact<Result>(work: (tx: StoreTransaction) => Promise<Result>): Promise<Result> {
    const { callMs } = this.#limits;
    return runTransaction(
      this.#database,
      this.#calls,
      this.#limits,
      (transaction) => new FirestoreTransaction(transaction, this.#documents, this.#calls, callMs),
      work,
    );
  }

  async calendar(key: CalendarKey): Promise<CalendarRecord | undefined> {
    const [snapshot] = await this.#getAll([this.#documents.calendar(key)]);
    return snapshot && this.#documents.readCalendar(snapshot);
  }

  async conference(key: ConferenceKey): Promise<ConferenceRecord | undefined> {
    const [snapshot] = await this.#getAll([this.#documents.conference(key)]);
    return snapshot && this.#documents.readConference(snapshot);
  }

  async bindings(calendar: CalendarKey, ids: readonly BindingId[]): Promise<ReadonlyMap<BindingId, BindingRecord>> {
    const snapshots = await this.#getAll([...new Set(ids)].map((id) => this.#documents.binding(calendar, id)));
    const found = readable(snapshots, (snapshot) => this.#documents.readBinding(snapshot));
    return new Map(found.map((record) => [record.id, record]));
  }

  calendars({ after, limit }: KeyRange<CalendarKey>, status?: CalendarStatus): Promise<readonly CalendarRecord[]> {
    return this.#find(this.#documents.calendars(after, status), limit, (one) => this.#documents.readCalendar(one));
  }

  calendarsOf(subject: string, { after, limit }: KeyRange<CalendarKey>): Promise<readonly CalendarRecord[]> {
    return this.#find(this.#documents.calendarsOf(subject, after), limit, (one) => this.#documents.readCalendar(one));
  }

  keySubjects(isOutOfTime: () => boolean): Promise<boolean> {
    return keySubjects(this.#database, this.#documents, (what, call) => this.#bounded(what, call), isOutOfTime);
  }

  bindingsOfCalendar(calendar: CalendarKey, { after, limit }: KeyRange<BindingId>): Promise<readonly BindingRecord[]> {
    const query = this.#documents.bindingsOfCalendar(calendar, after);
    return this.#find(query, limit, (one) => this.#documents.readBinding(one));
  }

  failedBindings({ after, limit }: KeyRange<BindingPlace>): Promise<readonly BindingRecord[]> {
    return this.#find(this.#documents.failedBindings(after), limit, (one) => this.#documents.readBinding(one));
  }

  failedConferences({ after, limit }: KeyRange<ConferenceKey>): Promise<readonly ConferenceRecord[]> {
    return this.#find(this.#documents.failedConferences(after), limit, (one) => this.#documents.readConference(one));
  }

  conferencesLeftBy(
    calendar: CalendarKey,
    { after, limit }: KeyRange<ConferenceKey>,
  ): Promise<readonly ConferenceRecord[]> {
    const query = this.#documents.conferencesLeftBy(calendar, after);
    return this.#find(query, limit, (one) => this.#documents.readConference(one));
  }

  failingConferences({ after, limit }: KeyRange<FailingConference>): Promise<readonly ConferenceRecord[]> {
    return this.#find(this.#documents.failingConferences(after), limit, (one) => this.#documents.readConference(one));
  }

  failingCalendars({ after, limit }: KeyRange<FailingCalendar>): Promise<readonly CalendarRecord[]> {
    return this.#find(this.#documents.failingCalendars(after), limit, (one) => this.#documents.readCalendar(one));
  }

  dueCalendars(shard: number, before: number, limit: number): Promise<readonly CalendarRecord[]> {
    const query = this.#documents.due('calendars', shard, before);
    return this.#find(query, limit, (one) => this.#documents.readCalendar(one));
  }

  dueConferences(shard: number, before: number, limit: number): Promise<readonly ConferenceRecord[]> {
    const query = this.#documents.due('conferences', shard, before);
    return this.#find(query, limit, (one) => this.#documents.readConference(one));
  }

  async connection(key: SubjectKey): Promise<ConnectionRecord | undefined> {
    const [snapshot] = await this.#getAll([this.#documents.connection(key)]);
    return snapshot && this.#documents.readConnection(snapshot);
  }

  connections({ after, limit }: KeyRange<SubjectKey>): Promise<readonly ConnectionRecord[]> {
    return this.#find(this.#documents.connections(after), limit, (one) => this.#documents.readConnection(one));
  }

  async ticket(id: string): Promise<TicketRecord | undefined> {
    const [snapshot] = await this.#getAll([this.#documents.ticket(id)]);
    return snapshot && found(snapshot, this.#documents.readTicket(snapshot));
  }

  countFleet(question: FleetQuestion): Promise<FleetCounts> {
    return countFleet(this.#documents, question, (query) => this.#count(query));
  }

  countChannelsEnding(endingBefore: number): Promise<number> {
    return this.#count(this.#documents.watched(endingBefore));
  }

  async #count(query: Query): Promise<number> {
    const snapshot = await this.#bounded('counting documents', query.count().get());
    return snapshot.data().count;
  }

  #find<Value>(query: Query, limit: number, read: (snapshot: DocumentSnapshot) => Value | undefined): Promise<Value[]> {
    return collect(query, limit, (part) => this.#bounded('a query', part.get()), read);
  }

  async #getAll(references: readonly DocumentReference[]) {
    if (references.length === 0) return [];
    return this.#bounded('reading documents', this.#database.getAll(...references));
  }

  async #bounded<Value>(what: string, call: Promise<Value>): Promise<Value> {
    try {
      return await this.#calls.within(this.#limits.callMs, what, call);
    } catch (error) {
      throw new StoreUnavailable(`${what} failed`, { cause: error });
    }
  }
}
