import { beforeEach, describe, expect, test } from '@jest/globals';
import { ChangeLog } from '../../../sandbox/console/change-log.ts';
import { KeyNames } from '../../../sandbox/console/key-names.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { LogLine } from '../../../shared/domain/log-line.ts';
import { at, logged, seenEvent } from './build.ts';

const ALICE = 'alice@example.com';
const calendar = calendarKeyOf(ALICE);
const conference = conferenceKeyOf('c-1');

let log: ChangeLog;

beforeEach(() => {
  const names = new KeyNames();
  names.learnCalendar(ALICE);
  names.learnConference('c-1');
  log = new ChangeLog(names);
});

function edit(time: number, fields = {}): void {
  log.open(time, ALICE, { before: seenEvent(), after: seenEvent({ start: at('11:00'), ...fields }) }, true);
}

function notified(time: number): void {
  log.take(logged(time, { line: 'notification', outcome: 'accepted', calendar }));
}

function queued(time: number, attempt = 1): void {
  const message = { kind: 'sync', calendar, cause: 'notification' } as const;
  log.take({ kind: 'queue', at: time, step: 'delivered', message, lane: 'live', attempt });
}

function synced(time: number, ms: number, fields: Partial<Extract<LogLine, { line: 'sync' }>> = {}): void {
  log.take(
    logged(time, { line: 'sync', outcome: 'synced', calendar, cause: 'notification', lane: 'live', ms, ...fields }),
  );
}

function delivered(time: number, outcome: Extract<LogLine, { line: 'delivery' }>['outcome'], reason?: string): void {
  const line = { line: 'delivery', conference, type: 'conference.updated', revision: 2, ms: 3 } as const;
  log.take(logged(time, { ...line, outcome, ...(reason !== undefined && { reason }) }));
}

describe('the way of a change', () => {
  test('is complete once it was delivered, each stop with its time since the edit', () => {
    edit(1_000);
    notified(1_012);
    queued(1_015);
    delivered(1_060, 'done');
    synced(1_070, 50);
    expect(log.rows()).toMatchObject([
      { edit: 'moved', notifiedMs: 12, queuedMs: 15, syncedMs: 20, deliveredMs: 60, outcome: 'done' },
    ]);
  });

  test('does not take the delivery of an earlier change for its own', () => {
    edit(1_000);
    edit(1_050);
    delivered(1_060, 'done');
    synced(1_070, 60);
    expect(log.rows().map(({ outcome }) => outcome)).toEqual(['done', 'moving']);
  });

  test('ends with the running sync when that has promised to list again', () => {
    edit(1_050);
    synced(1_055, 1, { outcome: 'busy' });
    delivered(2_000, 'done');
    synced(2_010, 1_010);
    expect(log.rows()).toMatchObject([{ syncedMs: 950, deliveredMs: 950, outcome: 'done' }]);
  });

  test('waits while the conference system fails, and ends when a later try succeeds', () => {
    edit(1_000);
    delivered(1_050, 'transient', 'answered-503');
    synced(1_060, 40);
    expect(log.rows()).toMatchObject([{ outcome: 'waiting', reason: 'answered-503' }]);
    expect(log.wayOf('c-1', 600_000)).toMatchObject({ kind: 'moving' });
    delivered(61_000, 'done');
    expect(log.rows()).toMatchObject([{ outcome: 'done', deliveredMs: 60_000, reason: null }]);
  });

  test('is stuck where the change was refused', () => {
    edit(1_000);
    delivered(1_050, 'refused', 'answered-422');
    synced(1_060, 40);
    expect(log.rows()).toMatchObject([{ outcome: 'refused', reason: 'answered-422' }]);
    expect(log.wayOf('c-1', 1_061)).toMatchObject({ kind: 'stuck' });
  });

  test('ends at the sync for an event without a conference', () => {
    log.open(1_000, ALICE, { before: undefined, after: seenEvent({ conferenceId: null }) }, true);
    synced(1_050, 20);
    expect(log.rows()).toMatchObject([{ edit: 'created', outcome: 'nothing-to-send' }]);
  });

  test('ends without a delivery where the conference is in step anyway', () => {
    edit(1_000, { title: 'Plan' });
    synced(1_050, 20);
    log.settle(() => false);
    expect(log.rows()).toMatchObject([{ outcome: 'moving' }]);
    log.settle(() => true);
    expect(log.rows()).toMatchObject([{ outcome: 'nothing-to-send' }]);
  });

  test('does not begin where the calendar is not followed', () => {
    log.open(1_000, ALICE, { before: undefined, after: seenEvent() }, false);
    expect(log.rows()).toMatchObject([{ outcome: 'unfollowed' }]);
  });

  test('begins where it turns out to be followed after all, which the console had yet to be told', () => {
    log.open(1_000, ALICE, { before: undefined, after: seenEvent() }, false);
    queued(1_090);
    notified(1_100);
    delivered(1_150, 'done');
    synced(1_160, 40);
    expect(log.rows()).toMatchObject([{ notifiedMs: 90, queuedMs: 90, outcome: 'done' }]);
  });

  test('does not begin with a notification of long after, which tells of something else', () => {
    log.open(1_000, ALICE, { before: undefined, after: seenEvent() }, false);
    notified(9_000);
    expect(log.rows()).toMatchObject([{ notifiedMs: null, outcome: 'unfollowed' }]);
  });

  test('says that its notification was lost, and what found it instead', () => {
    edit(1_000);
    log.take({ kind: 'notification', at: 1_001, calendarId: ALICE, fate: 'dropped' });
    delivered(5_050, 'done');
    synced(5_060, 40, { cause: 'reconcile' });
    expect(log.rows()).toMatchObject([
      { isNotificationLost: true, notifiedMs: null, cause: 'reconcile', outcome: 'done' },
    ]);
  });

  test('is not under way while nobody has noticed it, and is again once somebody has', () => {
    edit(1_000);
    log.expire(2_000);
    expect(log.rows()).toMatchObject([{ outcome: 'moving' }]);
    log.expire(3_000);
    expect(log.rows()).toMatchObject([{ outcome: 'unnoticed' }]);
    queued(4_000);
    expect(log.rows()).toMatchObject([{ outcome: 'moving', queuedMs: 3_000 }]);
  });

  test('counts how often one message had to be delivered', () => {
    edit(1_000);
    queued(1_010, 1);
    queued(4_010, 2);
    expect(log.rows()).toMatchObject([{ queuedMs: 10, attempts: 2 }]);
  });
});

describe('whether something is on its way', () => {
  test('an edit that nobody notices is not, after a moment', () => {
    edit(1_000);
    expect(log.wayOf('c-1', 1_500)).toMatchObject({ kind: 'moving' });
    expect(log.wayOf('c-1', 3_000)).toMatchObject({ kind: 'stuck' });
  });

  test('a message in a held queue is, however long that takes', () => {
    edit(1_000);
    notified(1_010);
    expect(log.wayOf('c-1', 900_000)).toMatchObject({ kind: 'moving' });
  });

  test('nothing is for a conference that no change concerned', () => {
    edit(1_000);
    expect(log.wayOf('c-2', 1_001)).toEqual({ kind: 'stuck', row: undefined });
  });
});

test('only the last two hundred changes are kept', () => {
  for (let time = 0; time < 250; time++) edit(time);
  expect(log.rows().length).toBe(200);
  expect(log.rows()[0]?.at).toBe(50);
});
