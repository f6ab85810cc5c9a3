/**
 * Records as document data: every field as it is, times as numbers (Unix milliseconds), but for the two that the database itself
 * understands: `expireAt` drives the TTL policy, and `openedAt` is stamped by the commit. A field that was renamed keeps its old name
 * in the documents, so that versions before and after read each other's.
 */
import { FieldValue, Timestamp } from '@google-cloud/firestore';
import type { ConnectionRecord, TicketRecord } from '../../domain/connection/records.ts';
import { subjectKeyOf } from '../../domain/ids.ts';
import type {
  BindingRecord,
  CalendarRecord,
  ConferenceRecord,
  Origin,
  Orphan,
  Pending,
} from '../../domain/state/records.ts';

/** What is stored of a record; undefined never occurs in it. */
export type DocumentFields = { readonly [field: string]: unknown };

/** The document of a calendar. */
export function calendarFields(record: CalendarRecord): DocumentFields {
  return { ...renamed(record), openedAt: timestampOf(record.openedAt) };
}

/** The document of a calendar whose `openedAt` becomes the time of the commit. */
export function openedCalendarFields(record: CalendarRecord): DocumentFields {
  return { ...renamed(record), openedAt: FieldValue.serverTimestamp() };
}

function renamed({ notified, ...record }: CalendarRecord): DocumentFields {
  // By which a user's calendars are found, however his address is spelled.
  return { ...record, announced: notified, subjectKey: subjectKeyOf(record.subject) };
}

/** The document of a conference. */
export function conferenceFields(record: ConferenceRecord): DocumentFields {
  const orphan = record.orphan === null ? null : orphanFields(record.orphan);
  return { ...record, orphan, expireAt: timestampOf(record.expireAt) };
}

function orphanFields({ readAt, ...orphan }: Orphan): DocumentFields {
  return { ...orphan, graceUntil: readAt };
}

/** The document of a binding. */
export function bindingFields(record: BindingRecord): DocumentFields {
  const pending = record.pending === null ? null : pendingFields(record.pending);
  return { ...record, pending, expireAt: timestampOf(record.expireAt) };
}

function pendingFields({ origin, ...pending }: Pending): DocumentFields {
  return origin === undefined ? pending : { ...pending, origin: originFields(origin) };
}

function originFields(origin: Origin): DocumentFields {
  return origin.kind === 'unnotified' ? { kind: 'unannounced' } : { ...origin };
}

/** The document of a connection. */
export function connectionFields(record: ConnectionRecord): DocumentFields {
  return { ...record };
}

/** The document of a ticket. */
export function ticketFields(record: TicketRecord): DocumentFields {
  return { ...record, expireAt: timestampOf(record.expireAt) };
}

function timestampOf(ms: number | null): Timestamp | null {
  return ms === null ? null : Timestamp.fromMillis(ms);
}
