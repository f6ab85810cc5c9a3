import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, test } from '@jest/globals';
import { readBinding } from '../../../shared/adapters/firestore/read-binding.ts';
import { readCalendar } from '../../../shared/adapters/firestore/read-calendar.ts';
import { readConference } from '../../../shared/adapters/firestore/read-conference.ts';
import { UnreadableDocument } from '../../../shared/adapters/firestore/read-fields.ts';
import { bindingFields, calendarFields, conferenceFields } from '../../../shared/adapters/firestore/write-record.ts';
import { dueShardOf } from '../../../shared/domain/ids.ts';
import type { CalendarRecord } from '../../../shared/domain/state/records.ts';
import {
  binding,
  bindingId,
  calendar,
  calendarKey,
  conference,
  conferenceKey,
  fullBinding,
  fullCalendar,
  fullConference,
  NOW,
  pending,
} from './sample-records.ts';

const A = calendarKey('a');
const C1 = conferenceKey('c1');
const E1 = bindingId('e1');

describe('a stored document', () => {
  test('reads as the record that was written', () => {
    expect(readCalendar(A, calendarFields(fullCalendar('a')))).toStrictEqual(fullCalendar('a'));
    expect(readConference(C1, conferenceFields(fullConference('c1')))).toStrictEqual(fullConference('c1'));
    expect(readBinding(A, E1, bindingFields(fullBinding('a', 'e1', 'c1')))).toStrictEqual(fullBinding('a', 'e1', 'c1'));
  });

  test('keeps the name of a field that is called otherwise today', () => {
    const stored = calendarFields(fullCalendar('a'));
    expect(stored).toMatchObject({ announced: { at: NOW - 5, nextAt: NOW - 4 } });
    expect(stored).not.toHaveProperty('notified');
    const { orphan } = conferenceFields(fullConference('c1'));
    expect(orphan).toMatchObject({ seenAt: NOW, graceUntil: NOW + 1, askedElsewhereAt: NOW + 4, eventId: 'e' });
    expect(orphan).not.toHaveProperty('readAt');
    const unnotified = { ...pending(3), origin: { kind: 'unnotified' } as const };
    const found = binding('a', 'e1', 'c1', { pending: unnotified });
    expect(bindingFields(found)).toMatchObject({ pending: { revision: 3, origin: { kind: 'unannounced' } } });
    expect(readBinding(A, E1, bindingFields(found))).toStrictEqual(found);
  });

  test('of an older version, with only what it cannot do without, reads with defaults', () => {
    const { calendarId, subject, status, generation, hashKey } = calendar('a');
    expect(readCalendar(A, { calendarId, subject, status, generation, hashKey })).toStrictEqual(
      calendar('a', { reconcileAt: null, pushRetryAt: null, dueAt: null, dueShard: dueShardOf(A) }),
    );
    const { conferenceId, revision, liveCount, leadingCount, state } = conference('c1');
    expect(readConference(C1, { conferenceId, revision, liveCount, leadingCount, state })).toStrictEqual(
      conference('c1'),
    );
    const { eventId, kind, state: bindingState, conference: of } = binding('a', 'e1', 'c1');
    expect(readBinding(A, E1, { eventId, kind, state: bindingState, conference: of })).toStrictEqual(
      binding('a', 'e1', 'c1'),
    );
  });

  test('of a newer version reads without what is not known yet', () => {
    const fields = { ...calendarFields(calendar('a')), later: 1, lease: { owner: 'w', until: NOW, later: 2 } };
    expect(readCalendar(A, fields)).toStrictEqual(calendar('a', { lease: { owner: 'w', until: NOW } }));
    const withHashes = { ...bindingFields(binding('a', 'e1', 'c1')), delivered: { title: 'h1', mood: 'h2', start: 3 } };
    expect(readBinding(A, E1, withHashes).delivered).toStrictEqual({ title: 'h1' });
  });

  test.each<[string, object, Partial<CalendarRecord>]>([
    [
      'workers that died',
      { failure: { reason: 'WorkerDied', at: NOW, count: 3 } },
      { failure: { reason: 'WorkerDied', at: NOW, count: 3 }, deaths: { count: 3, at: NOW } },
    ],
    [
      'channels that were not opened',
      { openingsFailed: 2 },
      { openingFailure: { reason: 'unknown', at: 0, count: 2 } },
    ],
    ['no channel that was not opened', { openingsFailed: 0 }, { openingFailure: null }],
    [
      'a listing that failed',
      { failure: { reason: 'RateLimited', at: NOW, count: 2 } },
      { failure: { reason: 'RateLimited', at: NOW, count: 2 }, deaths: null },
    ],
  ])('knows %s from a calendar that an earlier version wrote', (_case, written, expected) => {
    const { deaths, openingFailure, ...fields } = calendarFields(calendar('a'));
    expect([deaths, openingFailure]).toEqual([null, null]);
    expect(readCalendar(A, { ...fields, ...written })).toStrictEqual(calendar('a', expected));
  });

  test('reads a damaged part that is made again anyway as missing', () => {
    const fields = {
      ...calendarFields(fullCalendar('a')),
      checkpoint: { mode: 'sideways' },
      channel: 'gone',
      strayChannels: [{ id: 'only an id' }, 7, { id: 'i', resourceId: 'r', expiresAt: 1 }],
      wantedAt: 'soon',
    };
    const { checkpoint, channel, strayChannels, wantedAt } = readCalendar(A, fields);
    expect({ checkpoint, channel, wantedAt }).toEqual({ checkpoint: null, channel: null, wantedAt: null });
    expect(strayChannels).toEqual([{ id: 'i', resourceId: 'r', expiresAt: 1 }]);
  });

  test.each([
    ['a calendar with an unknown status', () => readCalendar(A, { ...calendarFields(calendar('a')), status: 'new' })],
    ['a calendar without a generation', () => readCalendar(A, { ...calendarFields(calendar('a')), generation: null })],
    ['a calendar under a name that is no key', () => readCalendar('me@x.org', calendarFields(calendar('a')))],
    [
      'a conference without a count',
      () => readConference(C1, { ...conferenceFields(conference('c1')), liveCount: 'two' }),
    ],
    [
      'a conference without a revision',
      () => readConference(C1, { ...conferenceFields(conference('c1')), revision: Number.NaN }),
    ],
    [
      'a conference with half a cancellation',
      () => readConference(C1, { ...conferenceFields(fullConference('c1')), cancellation: { revision: 1 } }),
    ],
    ['a binding of no event', () => readBinding(A, E1, { ...bindingFields(binding('a', 'e1', 'c1')), eventId: 1 })],
    [
      'a binding with a pending change of no revision',
      () => readBinding(A, E1, { ...bindingFields(binding('a', 'e1', 'c1')), pending: { what: 'updated' } }),
    ],
  ])('is not read if it is %s', (_, read) => {
    expect(read).toThrow(UnreadableDocument);
  });

  test('reads a commit stamp rounded down, never up', () => {
    const openedAt = new Timestamp(1_800_000_000, 123_999_999);
    expect(readCalendar(A, { ...calendarFields(calendar('a')), openedAt }).openedAt).toBe(1_800_000_000_123);
  });
});
