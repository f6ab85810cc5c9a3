/**
 * The indexes that the queries of this folder need and Firestore does not make by itself. Deployment makes them from its own
 * copy of this list; a test compares the two. A query without its index fails in production with FAILED_PRECONDITION, and
 * not in the emulator, which checks none: https://firebase.google.com/docs/emulator-suite/connect_firestore
 */

/** One field of a composite index; `__name__` always follows as the last one, ascending, and is left out. */
export interface IndexField {
  readonly fieldPath: string;
  readonly order: 'ASCENDING';
}

/** A composite index. */
export interface CompositeIndex {
  readonly collectionGroup: 'calendars' | 'bindings' | 'conferences';
  /** `COLLECTION` for queries within one collection, `COLLECTION_GROUP` for those over all collections of that name. */
  readonly queryScope: 'COLLECTION' | 'COLLECTION_GROUP';
  /** In this order. */
  readonly fields: readonly IndexField[];
}

/** Every composite index that the store's queries need, and no other. */
export const COMPOSITE_INDEXES: readonly CompositeIndex[] = [
  // dueCalendars: dueShard == n, dueAt <= t, in the order of dueAt; countFleet: the same over all shards.
  { collectionGroup: 'calendars', queryScope: 'COLLECTION', fields: ascending('dueShard', 'dueAt') },
  // countFleet: status == 'active', channel.expiresAt <= t. Renewals alone move an entry, so its growing values are no hot spot.
  { collectionGroup: 'calendars', queryScope: 'COLLECTION', fields: ascending('status', 'channel.expiresAt') },
  // failingCalendars: status == 'active', failure.count > 0, in the order of failure.count and of the document ids.
  { collectionGroup: 'calendars', queryScope: 'COLLECTION', fields: ascending('status', 'failure.count') },
  // dueConferences: the same as dueCalendars.
  { collectionGroup: 'conferences', queryScope: 'COLLECTION', fields: ascending('dueShard', 'dueAt') },
  // pendingOf: conference == x, in the order of pending.revision.
  { collectionGroup: 'bindings', queryScope: 'COLLECTION_GROUP', fields: ascending('conference', 'pending.revision') },
  // doubtfulOf: conference == x, in the order of doubt.readAt.
  { collectionGroup: 'bindings', queryScope: 'COLLECTION_GROUP', fields: ascending('conference', 'doubt.readAt') },
  // referencesOf, bindingsFor, firstReferenceAfter and countReferences: conference == x, kind == k, state in [...], calendar == c or in the
  // order of calendar.
  {
    collectionGroup: 'bindings',
    queryScope: 'COLLECTION_GROUP',
    fields: ascending('conference', 'kind', 'state', 'calendar'),
  },
  // failedBindings: state == 'failed', in the order of calendar and of the document ids.
  { collectionGroup: 'bindings', queryScope: 'COLLECTION_GROUP', fields: ascending('state', 'calendar') },
];

/** A field whose automatic single-field index (ascending, within one collection) is used by a query. */
export interface SingleFieldIndex {
  readonly collectionGroup: CompositeIndex['collectionGroup'];
  readonly fieldPath: string;
  readonly queryScope: 'COLLECTION';
  readonly order: 'ASCENDING';
}

/**
 * The single-field indexes in use. All other fields of the three collections can be exempt from automatic indexing, and the times among them
 * should be: an index over an ever-growing value limits the whole collection to 500 writes a second
 * (https://firebase.google.com/docs/firestore/best-practices#high_read_write_and_delete_rates_to_a_narrow_document_range).
 */
export const SINGLE_FIELD_INDEXES: readonly SingleFieldIndex[] = [
  // calendars(range, status): status == s, in the order of the document ids.
  { collectionGroup: 'calendars', fieldPath: 'status', queryScope: 'COLLECTION', order: 'ASCENDING' },
  // calendarsOf: subjectKey == k or subject == s, in the order of the document ids; keySubjects: in the order of subjectKey.
  { collectionGroup: 'calendars', fieldPath: 'subjectKey', queryScope: 'COLLECTION', order: 'ASCENDING' },
  { collectionGroup: 'calendars', fieldPath: 'subject', queryScope: 'COLLECTION', order: 'ASCENDING' },
  // failedConferences: state == 'failed', in the order of the document ids; countFleet: state == s.
  { collectionGroup: 'conferences', fieldPath: 'state', queryScope: 'COLLECTION', order: 'ASCENDING' },
  // conferencesLeftBy: leader == c, liveCount == 0, in the order of the document ids. Equalities alone are answered from both indexes together:
  // https://firebase.google.com/docs/firestore/query-data/index-overview#taking_advantage_of_index_merging
  { collectionGroup: 'conferences', fieldPath: 'leader', queryScope: 'COLLECTION', order: 'ASCENDING' },
  { collectionGroup: 'conferences', fieldPath: 'liveCount', queryScope: 'COLLECTION', order: 'ASCENDING' },
  // failingConferences: attempts > 0, in the order of attempts and of the document ids; countFleet: the same.
  { collectionGroup: 'conferences', fieldPath: 'attempts', queryScope: 'COLLECTION', order: 'ASCENDING' },
  // occurrencesOf: recurringEventId in [...] within one calendar, in the order of the document ids.
  { collectionGroup: 'bindings', fieldPath: 'recurringEventId', queryScope: 'COLLECTION', order: 'ASCENDING' },
];

/** The fields that hold, as a Firestore timestamp, when a document may be removed by a TTL policy. */
export const TTL_FIELDS: readonly {
  readonly collectionGroup: CompositeIndex['collectionGroup'] | 'tickets';
  readonly fieldPath: string;
}[] = [
  { collectionGroup: 'bindings', fieldPath: 'expireAt' },
  { collectionGroup: 'conferences', fieldPath: 'expireAt' },
  { collectionGroup: 'tickets', fieldPath: 'expireAt' },
];

function ascending(...fieldPaths: readonly string[]): readonly IndexField[] {
  return fieldPaths.map((fieldPath) => ({ fieldPath, order: 'ASCENDING' }));
}
