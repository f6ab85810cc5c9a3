import { describe, expect, test } from '@jest/globals';
import type { SyncCause, SyncRequest } from '../../../shared/domain/notification/work-message.ts';
import { beginListing } from '../../../shared/domain/plan/listing.ts';
import { countUnnotified, notifiedSince } from '../../../shared/domain/plan/unnotified.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import type { CalendarRecord, Channel } from '../../../shared/domain/state/records.ts';
import { ALICE, ALICES, DAY, HOUR, meeting, NOW, read, tombstone } from '../build.ts';

const CHANNEL: Channel = { id: 'c', resourceId: 'r', expiresAt: NOW + DAY, renewAt: NOW + HOUR, provenAt: NOW - HOUR };

const UNTROUBLED: CalendarRecord = {
  ...newCalendar(ALICE, ALICE, 'hash-key', NOW),
  syncToken: 'token',
  channel: CHANNEL,
};

function asked(cause: SyncCause): SyncRequest {
  return { kind: 'sync', calendar: ALICES, cause };
}

describe('changes ought to have been announced', () => {
  test('since the channel last announced one', () => {
    expect(notifiedSince(UNTROUBLED, asked('reconcile'), 7 * DAY)).toBe(NOW - HOUR);
  });

  test('since the channel was opened, where it has announced nothing yet', () => {
    const calendar = { ...UNTROUBLED, channel: { ...CHANNEL, provenAt: null } };
    expect(notifiedSince(calendar, asked('reconcile'), 7 * DAY)).toBe(NOW - 6 * DAY);
  });

  test('never, as far as a listing that a notification asked for can tell', () => {
    expect(notifiedSince(UNTROUBLED, asked('notification'), 7 * DAY)).toBeNull();
  });

  test.each<[string, Partial<CalendarRecord>]>([
    ['is not synced any more', { status: 'paused' }],
    ['has never been listed to the end', { syncToken: null }],
    ['was wanted in the meantime', { wantedAt: NOW }],
    ['failed the last time', { failure: { reason: 'backend', at: NOW, count: 1 } }],
    ['is in the middle of a listing', { checkpoint: beginListing(UNTROUBLED, 'sweep', NOW, DAY) }],
    ['has no channel', { channel: null }],
  ])('never on a calendar that %s', (_, change) => {
    expect(notifiedSince({ ...UNTROUBLED, ...change }, asked('reconcile'), 7 * DAY)).toBeNull();
  });
});

describe('an event is unnotified', () => {
  const changedAt = (at: number) => read(meeting('e', { updated: new Date(at).toISOString() }));
  const since = NOW - HOUR;

  test.each([
    ['that changed a second after the channel worked', since + 1_000, 1],
    ['that changed while the channel worked', since, 0],
    ['that changed before', since - 1, 0],
    ['whose notification may be on its way', NOW - 60_000, 0],
    ['whose notification is late by a millisecond', NOW - 60_001, 1],
  ])('%s, or not', (_, at, count) => {
    expect(countUnnotified([changedAt(at)], since, NOW)).toBe(count);
  });

  test('never where it does not say when it changed', () => {
    expect(
      countUnnotified(
        [tombstone('e'), meeting('f', { updated: undefined })].map((item) => read(item)),
        since,
        NOW,
      ),
    ).toBe(0);
  });
});
