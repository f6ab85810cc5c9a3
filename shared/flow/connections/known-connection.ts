/** The connection of a user who was named, and so must be there. */
import type { ConnectionRecord } from '../../domain/connection/records.ts';
import { UnknownConnection } from '../../domain/errors.ts';
import { subjectKeyOf } from '../../domain/ids.ts';
import type { Store } from '../../domain/ports.ts';

/** Only a transaction tells a record that cannot be read from one that is not there. @throws UnknownConnection, RecordUnreadable, StoreUnavailable */
export async function knownConnection(store: Store, subject: string): Promise<ConnectionRecord> {
  const connection = await store.transact((tx) => tx.connection(subjectKeyOf(subject)));
  if (connection === undefined) throw new UnknownConnection('no such user has connected');
  return connection;
}
