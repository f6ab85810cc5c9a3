/** A copy of everything that the store holds, kept up with each commit, for judges who must not ask the store itself. */
import type { StoreTransaction } from '../../shared/domain/ports.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';

/** What one transaction wrote; null for a deletion. */
export interface Commit {
  readonly calendars: Map<string, CalendarRecord | null>;
  readonly conferences: Map<string, ConferenceRecord>;
  readonly bindings: Map<string, BindingRecord | null>;
}

/** A commit without anything in it. */
export function emptyCommit(): Commit {
  return { calendars: new Map(), conferences: new Map(), bindings: new Map() };
}

/** See the file's head. */
export class Shadow {
  readonly calendars = new Map<string, CalendarRecord>();
  readonly conferences = new Map<string, ConferenceRecord>();
  readonly bindings = new Map<string, BindingRecord>();

  apply({ calendars, conferences, bindings }: Commit): void {
    for (const [key, record] of calendars) keep(this.calendars, key, record);
    for (const [key, record] of conferences) keep(this.conferences, key, record);
    for (const [key, record] of bindings) keep(this.bindings, key, record);
  }

  /** The database has forgotten it. */
  forget(record: ConferenceRecord | BindingRecord): void {
    if ('eventId' in record) this.bindings.delete(`${record.calendar}/${record.id}`);
    else this.conferences.delete(record.key);
  }
}

function keep<Record>(map: Map<string, Record>, key: string, record: Record | null): void {
  if (record === null) map.delete(key);
  else map.set(key, record);
}

/** A transaction that notes in `commit` what is written through it; `stamp` is the time that a commit now would have. */
export function noting(tx: StoreTransaction, commit: Commit, stamp: () => number): StoreTransaction {
  return {
    calendar: (key) => tx.calendar(key),
    conferences: (keys) => tx.conferences(keys),
    bindings: (calendar, ids) => tx.bindings(calendar, ids),
    pendingOf: (conference, limit) => tx.pendingOf(conference, limit),
    doubtfulOf: (conference, limit) => tx.doubtfulOf(conference, limit),
    referencesOf: (conference, limit, calendar) => tx.referencesOf(conference, limit, calendar),
    bindingsFor: (conference, calendar, kind, range) => tx.bindingsFor(conference, calendar, kind, range),
    firstReferenceAfter: (conference, calendar) => tx.firstReferenceAfter(conference, calendar),
    countReferences: (conference, calendar) => tx.countReferences(conference, calendar),
    occurrencesOf: (calendar, ids, range) => tx.occurrencesOf(calendar, ids, range),
    putCalendar(record) {
      commit.calendars.set(record.key, record);
      tx.putCalendar(record);
    },
    putCalendarOpened(record) {
      commit.calendars.set(record.key, { ...record, openedAt: stamp() });
      tx.putCalendarOpened(record);
    },
    deleteCalendar(key) {
      commit.calendars.set(key, null);
      tx.deleteCalendar(key);
    },
    putConference(record) {
      commit.conferences.set(record.key, record);
      tx.putConference(record);
    },
    putBinding(record) {
      commit.bindings.set(`${record.calendar}/${record.id}`, record);
      tx.putBinding(record);
    },
    deleteBinding(calendar, id) {
      commit.bindings.set(`${calendar}/${id}`, null);
      tx.deleteBinding(calendar, id);
    },
    connection: (key) => tx.connection(key),
    putConnection: (record) => tx.putConnection(record),
    deleteConnection: (key) => tx.deleteConnection(key),
    ticket: (id) => tx.ticket(id),
    putTicket: (record) => tx.putTicket(record),
    deleteTicket: (id) => tx.deleteTicket(id),
  };
}
