/**
 * One attempt of a Firestore transaction. Reads go through at once and lock what they read; writes are kept until `work` has returned,
 * because the client refuses a read after a write.
 */
import type { DocumentReference, Query, Transaction } from '@google-cloud/firestore';
import type { ConnectionRecord, TicketRecord } from '../../domain/connection/records.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { BindingId, CalendarKey, ConferenceKey, SubjectKey } from '../../domain/ids.ts';
import type { KeyRange, StoreTransaction } from '../../domain/ports.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord } from '../../domain/state/records.ts';
import type { Calls } from './calls.ts';
import { collect } from './collect.ts';
import { type Documents, found, IN_MAX } from './documents.ts';
import {
  bindingFields,
  calendarFields,
  conferenceFields,
  connectionFields,
  type DocumentFields,
  openedCalendarFields,
  ticketFields,
} from './write-record.ts';

/** What `work` is given. */
export class FirestoreTransaction implements StoreTransaction {
  /** What the first failed read failed with. */
  failure: unknown;
  readonly #transaction: Transaction;
  readonly #documents: Documents;
  readonly #calls: Calls;
  readonly #callMs: number;
  readonly #writes: (() => void)[] = [];
  #state: 'open' | 'closed' | 'abandoned' = 'open';

  constructor(transaction: Transaction, documents: Documents, calls: Calls, callMs: number) {
    this.#transaction = transaction;
    this.#documents = documents;
    this.#calls = calls;
    this.#callMs = callMs;
  }

  get hasWrites(): boolean {
    return this.#writes.length > 0;
  }

  /** Lets `work` go on no further: what it does after it has returned would otherwise be lost in silence. */
  close(): void {
    if (this.#state === 'open') this.#state = 'closed';
  }

  /** Lets nothing more happen, because nobody waits for this attempt any longer. */
  abandon(): void {
    this.#state = 'abandoned';
  }

  /**
   * Hands the writes to the client, which commits them next.
   * @throws StoreUnavailable if the attempt was abandoned
   */
  stage(): void {
    if (this.#state === 'abandoned') throw abandonment();
    for (const write of this.#writes) write();
  }

  async calendar(key: CalendarKey): Promise<CalendarRecord | undefined> {
    const [snapshot] = await this.#getAll([this.#documents.calendar(key)]);
    return snapshot && found(snapshot, this.#documents.readCalendar(snapshot));
  }

  async conferences(keys: readonly ConferenceKey[]): Promise<ReadonlyMap<ConferenceKey, ConferenceRecord>> {
    const snapshots = await this.#getAll([...new Set(keys)].map((key) => this.#documents.conference(key)));
    const records = snapshots.flatMap((one) => found(one, this.#documents.readConference(one)) ?? []);
    return new Map(records.map((record) => [record.key, record]));
  }

  async bindings(calendar: CalendarKey, ids: readonly BindingId[]): Promise<ReadonlyMap<BindingId, BindingRecord>> {
    const snapshots = await this.#getAll([...new Set(ids)].map((id) => this.#documents.binding(calendar, id)));
    const records = snapshots.flatMap((one) => found(one, this.#documents.readBinding(one)) ?? []);
    return new Map(records.map((record) => [record.id, record]));
  }

  async pendingOf(conference: ConferenceKey, limit: number): Promise<readonly BindingRecord[]> {
    return this.#bindingsIn(this.#documents.pendingOf(conference), limit);
  }

  async doubtfulOf(conference: ConferenceKey, limit: number): Promise<readonly BindingRecord[]> {
    return this.#bindingsIn(this.#documents.doubtfulOf(conference), limit);
  }

  async referencesOf(
    conference: ConferenceKey,
    limit: number,
    calendar?: CalendarKey,
  ): Promise<readonly BindingRecord[]> {
    return this.#bindingsIn(this.#documents.referencesOf(conference, calendar), limit);
  }

  async bindingsFor(
    conference: ConferenceKey,
    calendar: CalendarKey,
    kind: BindingRecord['kind'],
    { after, limit }: KeyRange<BindingId>,
  ): Promise<readonly BindingRecord[]> {
    return this.#bindingsIn(this.#documents.bindingsFor(conference, calendar, kind, after), limit);
  }

  async firstReferenceAfter(
    conference: ConferenceKey,
    calendar: CalendarKey | null,
  ): Promise<BindingRecord | undefined> {
    const [first] = await this.#bindingsIn(this.#documents.referencesAfter(conference, calendar), 1);
    return first;
  }

  async countReferences(conference: ConferenceKey, calendar: CalendarKey): Promise<number> {
    const query = this.#documents.referencesOf(conference, calendar).count();
    const snapshot = await this.#read('counting documents', () => this.#transaction.get(query));
    return snapshot.data().count;
  }

  async occurrencesOf(
    calendar: CalendarKey,
    seriesIds: readonly string[],
    { after, limit }: KeyRange<BindingId>,
  ): Promise<readonly BindingRecord[]> {
    const queries: Promise<readonly BindingRecord[]>[] = [];
    for (let from = 0; from < seriesIds.length; from += IN_MAX) {
      const some = seriesIds.slice(from, from + IN_MAX);
      queries.push(this.#bindingsIn(this.#documents.occurrencesOf(calendar, some, after), limit));
    }
    const found = (await Promise.all(queries)).flat();
    return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
  }

  putCalendar(record: CalendarRecord): void {
    this.#put(this.#documents.calendar(record.key), calendarFields(record));
  }

  putCalendarOpened(record: CalendarRecord): void {
    this.#put(this.#documents.calendar(record.key), openedCalendarFields(record));
  }

  deleteCalendar(key: CalendarKey): void {
    this.#delete(this.#documents.calendar(key));
  }

  putConference(record: ConferenceRecord): void {
    this.#put(this.#documents.conference(record.key), conferenceFields(record));
  }

  putBinding(record: BindingRecord): void {
    this.#put(this.#documents.binding(record.calendar, record.id), bindingFields(record));
  }

  deleteBinding(calendar: CalendarKey, id: BindingId): void {
    this.#delete(this.#documents.binding(calendar, id));
  }

  async connection(key: SubjectKey): Promise<ConnectionRecord | undefined> {
    const [snapshot] = await this.#getAll([this.#documents.connection(key)]);
    return snapshot && found(snapshot, this.#documents.readConnection(snapshot));
  }

  putConnection(record: ConnectionRecord): void {
    this.#put(this.#documents.connection(record.key), connectionFields(record));
  }

  deleteConnection(key: SubjectKey): void {
    this.#delete(this.#documents.connection(key));
  }

  async ticket(id: string): Promise<TicketRecord | undefined> {
    const [snapshot] = await this.#getAll([this.#documents.ticket(id)]);
    return snapshot && found(snapshot, this.#documents.readTicket(snapshot));
  }

  putTicket(record: TicketRecord): void {
    this.#put(this.#documents.ticket(record.id), ticketFields(record));
  }

  deleteTicket(id: string): void {
    this.#delete(this.#documents.ticket(id));
  }

  async #getAll(references: readonly DocumentReference[]) {
    if (references.length === 0) return [];
    return this.#read('reading documents', () => this.#transaction.getAll(...references));
  }

  #bindingsIn(query: Query, limit: number): Promise<readonly BindingRecord[]> {
    return collect(
      query,
      limit,
      (part) => this.#read('a query', () => this.#transaction.get(part)),
      (snapshot) => this.#documents.readBinding(snapshot),
    );
  }

  async #read<Value>(what: string, call: () => Promise<Value>): Promise<Value> {
    this.#assertOpen();
    try {
      return await this.#calls.within(this.#callMs, what, call());
    } catch (error) {
      this.failure ??= error;
      throw new StoreUnavailable(`${what} failed`, { cause: error });
    }
  }

  #put(reference: DocumentReference, fields: DocumentFields): void {
    this.#assertOpen();
    this.#writes.push(() => this.#transaction.set(reference, fields));
  }

  #delete(reference: DocumentReference): void {
    this.#assertOpen();
    this.#writes.push(() => this.#transaction.delete(reference));
  }

  #assertOpen(): void {
    if (this.#state === 'abandoned') throw abandonment();
    if (this.#state === 'closed') throw new Error('a transaction was used after its work had returned');
  }
}

function abandonment(): StoreUnavailable {
  return new StoreUnavailable('the transaction ran out of time and was given up');
}
