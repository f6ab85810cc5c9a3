/** Which calendars an orphan waits for. */
import { expect, test } from '@jest/globals';
import { unlistedSince } from '../../../shared/domain/plan/look-elsewhere.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import type { CalendarRecord } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, NOW } from '../build.ts';

const UNRECORDED = { count: 0, retryAt: NOW };

test.each<[string, Partial<CalendarRecord>, boolean]>([
  ['was never listed', {}, true],
  ['was listed just before', { coveredUntil: NOW + 499 }, true],
  ['was listed since', { coveredUntil: NOW + 500 }, false],
  [
    'was listed since, with events that could not be recorded',
    { coveredUntil: NOW + 500, unrecorded: UNRECORDED },
    true,
  ],
  ['is paused', { status: 'paused' }, false],
  ['is out of reach', { status: 'disconnected', unrecorded: UNRECORDED }, false],
  ['has no push', { status: 'unsupported-push' }, true],
])('a calendar that %s: %j, is waited for: %s', (_case, changes, isWaitedFor) => {
  const calendar: CalendarRecord = { ...newCalendar(ALICE, ALICE, 'key', NOW), ...changes };
  const waiting = unlistedSince([calendar], {
    calendar: ALICES,
    calendarId: ALICE,
    eventId: 'e',
    reason: 'event_deleted',
    seenAt: NOW,
    readAt: NOW,
    askedElsewhereAt: null,
  });
  expect(waiting).toEqual(isWaitedFor ? [calendar] : []);
});
