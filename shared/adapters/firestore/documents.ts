/**
 * Which documents there are, which queries are asked over them, and how their content becomes records. A document that cannot be
 * read is reported and makes no record, so that it stops nothing but itself.
 */
import {
  type CollectionReference,
  type DocumentReference,
  type DocumentSnapshot,
  FieldPath,
  Filter,
  type Firestore,
  type Query,
} from '@google-cloud/firestore';
import type { ConnectionRecord, TicketRecord } from '../../domain/connection/records.ts';
import { RecordUnreadable } from '../../domain/errors.ts';
import {
  type BindingId,
  type CalendarKey,
  type ConferenceKey,
  DUE_SHARDS,
  type SubjectKey,
  subjectKeyOf,
} from '../../domain/ids.ts';
import type { BindingPlace, FailingCalendar, FailingConference } from '../../domain/ports.ts';
import {
  BINDING_STATES,
  type BindingRecord,
  type BindingState,
  type CalendarRecord,
  type CalendarStatus,
  type ConferenceRecord,
  type ConferenceState,
  REFERENCE_STATES,
} from '../../domain/state/records.ts';
import { readBinding } from './read-binding.ts';
import { readCalendar } from './read-calendar.ts';
import { readConference } from './read-conference.ts';
import { readConnection, readTicket } from './read-connection.ts';
import { type Fields, UnreadableDocument } from './read-fields.ts';

/** Values that one `in` compares with: https://firebase.google.com/docs/firestore/query-data/queries#limits_on_or_queries */
export const IN_MAX = 30;

const FAILED: BindingState & ConferenceState = 'failed';

/** The collections of one database. */
export class Documents {
  readonly #database: Firestore;
  readonly #onUnreadable: (path: string) => void;

  /** `onUnreadable` is told the path of each document that was set aside. */
  constructor(database: Firestore, onUnreadable: (path: string) => void) {
    this.#database = database;
    this.#onUnreadable = onUnreadable;
  }

  calendar(key: CalendarKey): DocumentReference {
    return this.#database.collection('calendars').doc(key);
  }

  conference(key: ConferenceKey): DocumentReference {
    return this.#database.collection('conferences').doc(key);
  }

  binding(calendar: CalendarKey, id: BindingId): DocumentReference {
    return this.#bindingsOf(calendar).doc(id);
  }

  connection(key: SubjectKey): DocumentReference {
    return this.#database.collection('connections').doc(key);
  }

  connections(after: SubjectKey | null): Query {
    return inOrder(this.#database.collection('connections'), after);
  }

  ticket(id: string): DocumentReference {
    return this.#database.collection('tickets').doc(id);
  }

  calendars(after: CalendarKey | null, status?: CalendarStatus): Query {
    const calendars = this.#database.collection('calendars');
    return inOrder(status === undefined ? calendars : calendars.where('status', '==', status), after);
  }

  calendarsOf(subject: string, after: CalendarKey | null): Query {
    const isHis = Filter.or(
      Filter.where('subjectKey', '==', subjectKeyOf(subject)),
      // As long as there may be documents without a key.
      Filter.where('subject', '==', subject),
    );
    return inOrder(this.#database.collection('calendars').where(isHis), after);
  }

  /** Calendars that have the key of their user, or say that it cannot be known. */
  keyedCalendars(): Query {
    return this.#database.collection('calendars').orderBy('subjectKey');
  }

  bindingsOfCalendar(calendar: CalendarKey, after: BindingId | null): Query {
    return inOrder(this.#bindingsOf(calendar), after);
  }

  /** In the order of the calendars, then of the ids; the path of a binding begins with its calendar. */
  failedBindings(after: BindingPlace | null): Query {
    const failed = this.#database.collectionGroup('bindings').where('state', '==', FAILED).orderBy('calendar');
    const ordered = failed.orderBy(FieldPath.documentId());
    return after === null ? ordered : ordered.startAfter(after.calendar, this.binding(after.calendar, after.id).path);
  }

  failedConferences(after: ConferenceKey | null): Query {
    return inOrder(this.#database.collection('conferences').where('state', '==', FAILED), after);
  }

  conferencesLeftBy(calendar: CalendarKey, after: ConferenceKey | null): Query {
    const left = this.#database.collection('conferences').where('leader', '==', calendar).where('liveCount', '==', 0);
    return inOrder(left, after);
  }

  due(collection: 'calendars' | 'conferences', shard: number, before: number): Query {
    return this.#database
      .collection(collection)
      .where('dueShard', '==', shard)
      .where('dueAt', '<=', before)
      .orderBy('dueAt');
  }

  /** Due at any time in a range, over all shards at once; for counting only, since it finds them in no useful order. */
  dueAnywhere(collection: 'calendars' | 'conferences', before: number): Query {
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
    return this.#database.collection(collection).where('dueShard', 'in', shards).where('dueAt', '<=', before);
  }

  /** Active calendars that have a channel, or one that ends by then. */
  watched(endsBefore: number): Query {
    return this.#database
      .collection('calendars')
      .where('status', '==', 'active' satisfies CalendarStatus)
      .where('channel.expiresAt', '<=', endsBefore);
  }

  conferencesOf(state: ConferenceState): Query {
    return this.#database.collection('conferences').where('state', '==', state);
  }

  failingConferences(after: FailingConference | null): Query {
    const failing = this.#database.collection('conferences').where('attempts', '>', 0).orderBy('attempts');
    const ordered = failing.orderBy(FieldPath.documentId());
    return after === null ? ordered : ordered.startAfter(after.attempts, after.key);
  }

  failingCalendars(after: FailingCalendar | null): Query {
    const failing = this.#database
      .collection('calendars')
      .where('status', '==', 'active' satisfies CalendarStatus)
      .where('failure.count', '>', 0)
      .orderBy('failure.count')
      .orderBy(FieldPath.documentId());
    return after === null ? failing : failing.startAfter(after.failure?.count ?? 0, after.key);
  }

  pendingOf(conference: ConferenceKey): Query {
    return this.#database.collectionGroup('bindings').where('conference', '==', conference).orderBy('pending.revision');
  }

  doubtfulOf(conference: ConferenceKey): Query {
    return this.#database.collectionGroup('bindings').where('conference', '==', conference).orderBy('doubt.readAt');
  }

  /** References of all calendars in the order of the calendars, or all those of one calendar. */
  referencesOf(conference: ConferenceKey, calendar: CalendarKey | undefined): Query {
    const references = this.#database
      .collectionGroup('bindings')
      .where('conference', '==', conference)
      .where('kind', '==', 'event')
      .where('state', 'in', REFERENCE_STATES);
    return calendar === undefined ? references.orderBy('calendar') : references.where('calendar', '==', calendar);
  }

  /** In the order of their ids. */
  bindingsFor(
    conference: ConferenceKey,
    calendar: CalendarKey,
    kind: BindingRecord['kind'],
    after: BindingId | null,
  ): Query {
    const bindings = this.#database
      .collectionGroup('bindings')
      .where('conference', '==', conference)
      .where('kind', '==', kind)
      // Naming all states lets the index of the references answer for occurrences, too.
      .where('state', 'in', kind === 'event' ? REFERENCE_STATES : BINDING_STATES)
      .where('calendar', '==', calendar);
    return inOrder(bindings, after === null ? null : this.binding(calendar, after).path);
  }

  referencesAfter(conference: ConferenceKey, calendar: CalendarKey | null): Query {
    const references = this.referencesOf(conference, undefined);
    return calendar === null ? references : references.startAfter(calendar);
  }

  /** Of at most `IN_MAX` series. */
  occurrencesOf(calendar: CalendarKey, seriesIds: readonly string[], after: BindingId | null): Query {
    return inOrder(this.#bindingsOf(calendar).where('recurringEventId', 'in', seriesIds), after);
  }

  readCalendar(snapshot: DocumentSnapshot): CalendarRecord | undefined {
    return this.#read(snapshot, (fields) => readCalendar(snapshot.id, fields));
  }

  readConference(snapshot: DocumentSnapshot): ConferenceRecord | undefined {
    return this.#read(snapshot, (fields) => readConference(snapshot.id, fields));
  }

  readBinding(snapshot: DocumentSnapshot): BindingRecord | undefined {
    const calendar = snapshot.ref.parent.parent?.id ?? '';
    return this.#read(snapshot, (fields) => readBinding(calendar, snapshot.id, fields));
  }

  readConnection(snapshot: DocumentSnapshot): ConnectionRecord | undefined {
    return this.#read(snapshot, (fields) => readConnection(snapshot.id, fields));
  }

  readTicket(snapshot: DocumentSnapshot): TicketRecord | undefined {
    return this.#read(snapshot, (fields) => readTicket(snapshot.id, fields));
  }

  #bindingsOf(calendar: CalendarKey): CollectionReference {
    return this.calendar(calendar).collection('bindings');
  }

  #read<Value>(snapshot: DocumentSnapshot, read: (fields: Fields) => Value): Value | undefined {
    const fields = snapshot.data();
    if (fields === undefined) return undefined;
    try {
      return read(fields);
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error;
      this.#onUnreadable(snapshot.ref.path);
      return undefined;
    }
  }
}

function inOrder(query: Query, after: string | null): Query {
  const ordered = query.orderBy(FieldPath.documentId());
  return after === null ? ordered : ordered.startAfter(after);
}

/** @throws RecordUnreadable for a document that is there and makes no record: whoever took it for absent would act on that */
export function found<Value>({ exists, ref }: DocumentSnapshot, record: Value | undefined): Value | undefined {
  if (exists && record === undefined) throw new RecordUnreadable(`${ref.path} cannot be read`);
  return record;
}
