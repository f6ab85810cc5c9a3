/** Whoever upgrades has a database and a topic that an earlier release has written: nothing of it may be lost, and a rollback finds it as it was. */
import { describe, expect, test } from '@jest/globals';
import { readBinding } from '../../../shared/adapters/firestore/read-binding.ts';
import { readCalendar } from '../../../shared/adapters/firestore/read-calendar.ts';
import { readConference } from '../../../shared/adapters/firestore/read-conference.ts';
import { readConnection, readTicket } from '../../../shared/adapters/firestore/read-connection.ts';
import {
  bindingFields,
  calendarFields,
  conferenceFields,
  connectionFields,
  ticketFields,
} from '../../../shared/adapters/firestore/write-record.ts';
import { decodeWork, encodeWork } from '../../../shared/domain/notification/work-message.ts';
import { type PlainDocument, plain, readReleases, stored } from './released-documents.ts';
import { bindingId, calendarKey, conferenceKey, connected } from './sample-records.ts';

const A = calendarKey('a');

type Kind = 'calendar' | 'conference' | 'binding' | 'connection' | 'ticket';

/** Reads a document, and writes what was read. */
const KINDS: Readonly<Record<Kind, (document: PlainDocument) => object>> = {
  calendar: (document) => calendarFields(readCalendar(A, document)),
  conference: (document) => conferenceFields(readConference(conferenceKey('c1'), document)),
  binding: (document) => bindingFields(readBinding(A, bindingId('e1'), document)),
  connection: (document) => connectionFields(readConnection(connected('a').key, document)),
  ticket: (document) => ticketFields(readTicket('ticket', document)),
};

describe.each(Object.entries(readReleases()))('what version %s has left', (_version, release) => {
  test.each(Object.entries(KINDS))('a %s is read in full, and written again as it was', (kind, rewrite) => {
    // Every name of KINDS is one of a release.
    const document = release[kind as Kind];
    expect(plain(rewrite(stored(document)))).toMatchObject(document);
  });

  test.each(release.messages)('a message is understood: %s', (text) => {
    expect(JSON.parse(encodeWork(decodeWork(text)))).toEqual(JSON.parse(text));
  });
});
