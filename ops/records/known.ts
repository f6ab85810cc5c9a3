/** Records of what a person has named on the command line, which must be there. Only a transaction tells one that cannot be read from one that is not. */
import type { ConnectionRecord } from '../../shared/domain/connection/records.ts';
import { UnknownCalendar, UnknownConnection } from '../../shared/domain/errors.ts';
import { type CalendarKey, subjectKeyOf } from '../../shared/domain/ids.ts';
import type { Store } from '../../shared/domain/ports.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';

/** @throws UnknownCalendar, RecordUnreadable, StoreUnavailable */
export async function knownCalendar(store: Store, key: CalendarKey): Promise<CalendarRecord> {
  const calendar = await store.transact((tx) => tx.calendar(key));
  if (calendar === undefined) throw new UnknownCalendar('no such calendar is registered');
  return calendar;
}

/** @throws UnknownConnection, RecordUnreadable, StoreUnavailable */
export async function knownConnection(store: Store, user: string): Promise<ConnectionRecord> {
  const connection = await store.transact((tx) => tx.connection(subjectKeyOf(user)));
  if (connection === undefined) throw new UnknownConnection('no such user has connected');
  return connection;
}
