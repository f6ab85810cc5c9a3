import { describe, expect, test } from '@jest/globals';
import { withCalendarDue, withConferenceDue } from '../../../shared/domain/state/due.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import type { CalendarRecord, ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, conference, NOW } from '../build.ts';

const CHANNEL = { id: 'i', resourceId: 'r', expiresAt: NOW + 90, renewAt: NOW + 20, provenAt: null };
const ORPHAN = {
  calendar: ALICES,
  calendarId: ALICE,
  eventId: 'm',
  reason: 'event_deleted',
  seenAt: NOW,
  askedElsewhereAt: null,
} as const;

function calendar(changes: Partial<CalendarRecord>): CalendarRecord {
  return {
    ...newCalendar(ALICE, ALICE, 'hash-key', NOW),
    reconcileAt: null,
    pushRetryAt: null,
    dueAt: null,
    ...changes,
  };
}

describe('a calendar is due', () => {
  test.each<[string, Partial<CalendarRecord>, number | null]>([
    ['never, if nothing is wanted', {}, null],
    ['at its next look', { reconcileAt: NOW + 30 }, NOW + 30],
    ['when its channel wants a successor', { reconcileAt: NOW + 30, channel: CHANNEL }, NOW + 20],
    ['when it lacks a channel, at the time for one', { reconcileAt: NOW + 30, pushRetryAt: NOW + 5 }, NOW + 5],
    [
      'when Google offers it none, at the time to ask again',
      { status: 'unsupported-push', channel: CHANNEL, pushRetryAt: NOW + 5 },
      NOW + 5,
    ],
    ['at no time for a channel that it has', { channel: CHANNEL, pushRetryAt: NOW + 5 }, NOW + 20],
    ['for no channel while it is out of reach', { status: 'disconnected', pushRetryAt: NOW + 5 }, null],
    [
      'for no successor of its channel while it is out of reach',
      { status: 'disconnected', reconcileAt: NOW + 30, channel: CHANNEL },
      NOW + 30,
    ],
    ['for no channel while it is paused', { status: 'paused', pushRetryAt: NOW + 5 }, null],
    [
      'when its lease ends',
      { reconcileAt: NOW + 30, channel: CHANNEL, lease: { owner: 'w', until: NOW + 10 } },
      NOW + 10,
    ],
    ['never while it is paused', { status: 'paused', reconcileAt: NOW + 30, channel: CHANNEL }, null],
    [
      'when its lease ends even while it is paused',
      { status: 'paused', lease: { owner: 'w', until: NOW + 10 } },
      NOW + 10,
    ],
    ['while it is being removed', { status: 'paused', isBeingRemoved: true, reconcileAt: NOW + 30 }, NOW + 30],
    ['also while it is unreachable', { status: 'unreachable', reconcileAt: NOW + 30 }, NOW + 30],
  ])('%s', (_, changes, dueAt) => {
    expect(withCalendarDue(calendar(changes)).dueAt).toBe(dueAt);
  });

  test('no more once its wishes are gone', () => {
    expect(withCalendarDue(calendar({ dueAt: NOW })).dueAt).toBeNull();
  });
});

describe('a conference is due', () => {
  test.each<[string, Partial<ConferenceRecord>, number | null]>([
    ['never, if nothing is wanted', {}, null],
    ['at its next attempt', { retryAt: NOW + 30 }, NOW + 30],
    ['when a sender has had its time', { retryAt: NOW + 30, sending: { owner: 'w', until: NOW + 10 } }, NOW + 10],
    ['at no time while its end is refused', { state: 'failed', orphan: { ...ORPHAN, readAt: NOW + 30 } }, null],
    ['at the end of its grace', { orphan: { ...ORPHAN, readAt: NOW + 30 } }, NOW + 30],
    [
      'at its next attempt once the end is decided, whatever the grace was',
      { orphan: { ...ORPHAN, readAt: NOW }, cancellation: { ...ORPHAN, revision: 2 }, retryAt: NOW + 60 },
      NOW + 60,
    ],
    [
      'when the announcement lapses of a calendar that shows no event',
      { liveCount: 1, announcedUntil: NOW + 40 },
      NOW + 40,
    ],
    [
      'never for an announcement whose calendar leads',
      { liveCount: 2, leadingCount: 1, announcedUntil: NOW + 40 },
      null,
    ],
    [
      'at the grace of an announced event, not twice',
      { announcedUntil: NOW + 40, orphan: { ...ORPHAN, readAt: NOW + 40 } },
      NOW + 40,
    ],
  ])('%s', (_, changes, dueAt) => {
    expect(withConferenceDue(conference('c', changes)).dueAt).toBe(dueAt);
  });
});
