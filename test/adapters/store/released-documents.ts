/**
 * What a release has left in the database and on the topic: the documents of records whose every field holds something, and a message of each
 * kind. `node test/adapters/store/released-documents.ts 0.3.0` puts those of the code as it is into released-documents.json, under that version.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Timestamp } from '@google-cloud/firestore';
import {
  bindingFields,
  calendarFields,
  conferenceFields,
  connectionFields,
  ticketFields,
} from '../../../shared/adapters/firestore/write-record.ts';
import { encodeWork, type WorkMessage } from '../../../shared/domain/notification/work-message.ts';
import {
  calendarKey,
  conferenceKey,
  connected,
  fullBinding,
  fullCalendar,
  fullConference,
  NOW,
} from './sample-records.ts';

/** A document, its times of the database's own as `{"timestamp": Unix milliseconds}`. */
export type PlainDocument = Readonly<Record<string, unknown>>;

/** What one release has left. */
export interface Release {
  readonly calendar: PlainDocument;
  readonly conference: PlainDocument;
  readonly binding: PlainDocument;
  readonly connection: PlainDocument;
  readonly ticket: PlainDocument;
  readonly messages: readonly string[];
}

/** By version. */
export type Releases = Readonly<Record<string, Release>>;

const FILE = join(import.meta.dirname, 'released-documents.json');
const CHANNEL = { id: 'channel', resourceId: 'resource' };
const MESSAGES: readonly WorkMessage[] = [
  { kind: 'sync', calendar: calendarKey('a'), cause: 'notification', channel: CHANNEL },
  { kind: 'sync', calendar: calendarKey('a'), cause: 'resync', force: true },
  { kind: 'channel-proof', calendar: calendarKey('a'), channel: CHANNEL },
  { kind: 'conference', conference: conferenceKey('c1') },
  { kind: 'notice', calendar: calendarKey('a') },
];

/** What is kept of all releases. */
export function readReleases(): Releases {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** A document as it is kept in the file. */
export function plain(fields: object): PlainDocument {
  return JSON.parse(
    JSON.stringify(
      Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          value instanceof Timestamp ? { timestamp: value.toMillis() } : value,
        ]),
      ),
    ),
  );
}

/** A document as the database gives it. */
export function stored(document: PlainDocument): PlainDocument {
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => {
      const ms: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'timestamp') : undefined;
      return [name, typeof ms === 'number' ? Timestamp.fromMillis(ms) : value];
    }),
  );
}

/** What the code as it is leaves. */
function release(): Release {
  return {
    calendar: plain(calendarFields(fullCalendar('a'))),
    conference: plain(conferenceFields(fullConference('c1'))),
    binding: plain(bindingFields(fullBinding('a', 'e1', 'c1'))),
    connection: plain(connectionFields(connected('a'))),
    ticket: plain(ticketFields({ id: 'ticket', sealed: 'v1.a.b', expireAt: NOW })),
    messages: MESSAGES.map(encodeWork),
  };
}

const [, program = '', version] = process.argv;
if (resolve(program) === import.meta.filename && version !== undefined)
  writeFileSync(FILE, `${JSON.stringify({ ...readReleases(), [version]: release() }, null, 2)}\n`);
