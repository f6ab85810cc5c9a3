/**
 * One attempt of a transaction of the embedded store: notes what was read, keeps what is to be written, and can say whether
 * everything it has read is still so. Records are values, so the same record means that nothing has happened to it.
 */
import type { ConnectionRecord, TicketRecord } from '../../domain/connection/records.ts';
import type { BindingId, CalendarKey, ConferenceKey, SubjectKey } from '../../domain/ids.ts';
import type { KeyRange, StoreTransaction } from '../../domain/ports.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord } from '../../domain/state/records.ts';
import { billCount, billQuery, type Operations } from './operations.ts';
import type { Tables } from './tables.ts';

/** Applies one write; `stamp` is the time of the commit. */
type Write = (tables: Tables, stamp: number) => void;

/** What `work` is given. */
export class MemoryTransaction implements StoreTransaction {
  readonly #tables: Tables;
  readonly #operations: Operations;
  readonly #startVersion: number;
  readonly #checks: (() => boolean)[] = [];
  readonly #writes: Write[] = [];
  #written = 0;
  #deleted = 0;
  #isOver = false;

  constructor(tables: Tables, operations: Operations) {
    this.#tables = tables;
    this.#operations = operations;
    this.#startVersion = tables.version;
  }

  /** Lets `work` go on no further: what it does after it has returned would otherwise be lost in silence. */
  close(): void {
    this.#isOver = true;
  }

  /** Whether every record and every query result is as it was when it was read. */
  isCurrent(): boolean {
    return this.#tables.version === this.#startVersion || this.#checks.every((isSame) => isSame());
  }

  /** Writes everything at once. */
  apply(stamp: number): void {
    if (this.#writes.length === 0) return;
    for (const write of this.#writes) write(this.#tables, stamp);
    this.#tables.version += 1;
    this.#operations.writes += this.#written;
    this.#operations.deletes += this.#deleted;
  }

  async calendar(key: CalendarKey): Promise<CalendarRecord | undefined> {
    return this.#readOne(() => this.#tables.calendar(key));
  }

  async conferences(keys: readonly ConferenceKey[]): Promise<ReadonlyMap<ConferenceKey, ConferenceRecord>> {
    const found = new Map<ConferenceKey, ConferenceRecord>();
    for (const key of new Set(keys)) {
      const record = this.#readOne(() => this.#tables.conference(key));
      if (record !== undefined) found.set(key, record);
    }
    return found;
  }

  async bindings(calendar: CalendarKey, ids: readonly BindingId[]): Promise<ReadonlyMap<BindingId, BindingRecord>> {
    const found = new Map<BindingId, BindingRecord>();
    for (const id of new Set(ids)) {
      const record = this.#readOne(() => this.#tables.binding(calendar, id));
      if (record !== undefined) found.set(id, record);
    }
    return found;
  }

  async pendingOf(conference: ConferenceKey, limit: number): Promise<readonly BindingRecord[]> {
    return this.#query(() => this.#tables.pendingOf(conference, limit));
  }

  async doubtfulOf(conference: ConferenceKey, limit: number): Promise<readonly BindingRecord[]> {
    return this.#query(() => this.#tables.doubtfulOf(conference, limit));
  }

  async referencesOf(
    conference: ConferenceKey,
    limit: number,
    calendar?: CalendarKey,
  ): Promise<readonly BindingRecord[]> {
    return this.#query(() => this.#tables.referencesOf(conference, limit, calendar));
  }

  async bindingsFor(
    conference: ConferenceKey,
    calendar: CalendarKey,
    kind: BindingRecord['kind'],
    range: KeyRange<BindingId>,
  ): Promise<readonly BindingRecord[]> {
    return this.#query(() => this.#tables.bindingsFor(conference, calendar, kind, range));
  }

  async firstReferenceAfter(
    conference: ConferenceKey,
    calendar: CalendarKey | null,
  ): Promise<BindingRecord | undefined> {
    return this.#query(() => this.#tables.firstReferenceAfter(conference, calendar))[0];
  }

  async countReferences(conference: ConferenceKey, calendar: CalendarKey): Promise<number> {
    const count = this.#read(() => this.#tables.countReferences(conference, calendar));
    billCount(this.#operations, count);
    return count;
  }

  async occurrencesOf(
    calendar: CalendarKey,
    seriesIds: readonly string[],
    range: KeyRange<BindingId>,
  ): Promise<readonly BindingRecord[]> {
    return this.#query(() => this.#tables.occurrencesOf(calendar, seriesIds, range));
  }

  putCalendar(record: CalendarRecord): void {
    this.#write((tables) => tables.putCalendar(record));
  }

  putCalendarOpened(record: CalendarRecord): void {
    this.#write((tables, stamp) => tables.putCalendar({ ...record, openedAt: stamp }));
  }

  deleteCalendar(key: CalendarKey): void {
    this.#delete((tables) => tables.deleteCalendar(key));
  }

  putConference(record: ConferenceRecord): void {
    this.#write((tables) => tables.putConference(record));
  }

  putBinding(record: BindingRecord): void {
    this.#write((tables) => tables.putBinding(record));
  }

  deleteBinding(calendar: CalendarKey, id: BindingId): void {
    this.#delete((tables) => tables.deleteBinding(calendar, id));
  }

  async connection(key: SubjectKey): Promise<ConnectionRecord | undefined> {
    return this.#readOne(() => this.#tables.connection(key));
  }

  putConnection(record: ConnectionRecord): void {
    this.#write((tables) => tables.putConnection(record));
  }

  deleteConnection(key: SubjectKey): void {
    this.#delete((tables) => tables.deleteConnection(key));
  }

  async ticket(id: string): Promise<TicketRecord | undefined> {
    return this.#readOne(() => this.#tables.ticket(id));
  }

  putTicket(record: TicketRecord): void {
    this.#write((tables) => tables.putTicket(record));
  }

  deleteTicket(id: string): void {
    this.#delete((tables) => tables.deleteTicket(id));
  }

  #readOne<Value>(read: () => Value): Value {
    this.#operations.reads += 1;
    return this.#read(read);
  }

  #read<Value>(read: () => Value): Value {
    this.#assertOpen();
    const seen = read();
    this.#checks.push(() => read() === seen);
    return seen;
  }

  #query(read: () => readonly BindingRecord[]): readonly BindingRecord[] {
    this.#assertOpen();
    const seen = read();
    this.#checks.push(() => isSameList(read(), seen));
    billQuery(this.#operations, seen.length);
    return seen;
  }

  #write(write: Write): void {
    this.#assertOpen();
    this.#writes.push(write);
    this.#written += 1;
  }

  #delete(write: Write): void {
    this.#assertOpen();
    this.#writes.push(write);
    this.#deleted += 1;
  }

  #assertOpen(): void {
    if (this.#isOver) throw new Error('a transaction was used after its work had returned');
  }
}

function isSameList(now: readonly unknown[], seen: readonly unknown[]): boolean {
  return now.length === seen.length && now.every((value, index) => value === seen[index]);
}
