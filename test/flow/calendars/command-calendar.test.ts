/** Commands of a person: what each changes in the record, what it asks for, and what the log says. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { UnknownCalendar } from '../../../shared/domain/errors.ts';
import type { CalendarRecord, CalendarStatus } from '../../../shared/domain/state/records.ts';
import {
  pauseCalendar,
  requestRenewal,
  requestSync,
  resumeCalendar,
} from '../../../shared/flow/calendars/command-calendar.ts';
import { ALICE, ALICES, BOBS, DAY, HOUR, NOW } from '../../domain/build.ts';
import { channelOf, listingOf, putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

const LEASE = { owner: 'a worker', until: NOW + HOUR };
const FAILURE = { reason: 'GoogleUnavailable', at: NOW - HOUR, count: 1 };

let world: World;

beforeEach(async () => {
  world = new World();
});

/** A calendar in the middle of a listing. */
function busy(changes: Partial<CalendarRecord> = {}): Promise<void> {
  const repairs = { count: 2, lastAt: NOW - HOUR, notBefore: NOW + HOUR };
  return putCalendar(world, ALICE, {
    syncToken: '1',
    lease: LEASE,
    checkpoint: listingOf(),
    repairs,
    failure: FAILURE,
    ...changes,
  });
}

function asksFor(cause: 'resync' | 'resumed'): void {
  const message = { kind: 'sync', calendar: ALICES, cause, force: true };
  expect(world.queued).toEqual([{ message, lane: 'upkeep', publishedAt: NOW }]);
}

test.each([
  ['sync', () => requestSync(world.services, BOBS, { full: false, resend: false })],
  ['full sync', () => requestSync(world.services, BOBS, { full: true, resend: false })],
  ['renewal', () => requestRenewal(world.services, BOBS)],
  ['pause', () => pauseCalendar(world.services, BOBS)],
  ['resume', () => resumeCalendar(world.services, BOBS)],
])('a %s of a calendar that nobody registered is refused', async (_, command) => {
  await busy();
  await expect(command()).rejects.toThrow(UnknownCalendar);
  expect(world.queued).toEqual([]);
});

describe('a sync', () => {
  test('changes nothing of the record', async () => {
    await busy();
    const before = await world.calendar(ALICE);
    expect(await requestSync(world.services, ALICES, { full: false, resend: false })).toEqual(before);
    expect(await world.calendar(ALICE)).toEqual(before);
    asksFor('resync');
  });

  test.each([
    ['full', { full: true, resend: false }, false],
    ['resend', { full: false, resend: true }, true],
  ])('that is to be %s takes the token from whoever works with it', async (_, wish, wantsResend) => {
    await busy();
    const after = await requestSync(world.services, ALICES, wish);
    expect(after).toMatchObject({
      generation: 2,
      lease: null,
      syncToken: null,
      checkpoint: null,
      wantsResend,
      repairs: { count: 2, notBefore: null },
    });
    expect(await world.calendar(ALICE)).toEqual(after);
    asksFor('resync');
  });

  test('that is full does not take back the wish to resend', async () => {
    await busy({ wantsResend: true });
    expect(await requestSync(world.services, ALICES, { full: true, resend: false })).toMatchObject({
      wantsResend: true,
    });
  });
});

describe('a renewal', () => {
  test('makes the channel and the calendar due, and asks Google nothing', async () => {
    await busy({ lease: null, pushRetryAt: NOW + DAY });
    const after = await requestRenewal(world.services, ALICES);
    expect(after).toMatchObject({
      channel: channelOf({ renewAt: NOW }),
      pushRetryAt: NOW,
      reconcileAt: NOW,
      dueAt: NOW,
      generation: 1,
    });
    expect(await world.calendar(ALICE)).toEqual(after);
    expect(world.calls.watch).toBe(0);
    expect(world.queued).toEqual([]);
  });

  test('of a calendar without a channel makes the calendar due', async () => {
    await busy({ lease: null, channel: null });
    expect(await requestRenewal(world.services, ALICES)).toMatchObject({ channel: null, dueAt: NOW });
  });
});

describe('a pause', () => {
  test('takes the lease from whoever works, and the log says so', async () => {
    await busy();
    const after = await pauseCalendar(world.services, ALICES);
    expect(after).toMatchObject({ status: 'paused', generation: 2, lease: null, failure: null, syncToken: '1' });
    expect(await world.calendar(ALICE)).toEqual(after);
    expect(world.lines).toEqual([{ line: 'calendar-status', calendar: ALICES, status: 'paused', reason: 'command' }]);
    expect(world.queued).toEqual([]);
  });

  test('of a paused calendar changes nothing', async () => {
    await busy({ status: 'paused' });
    const before = await world.calendar(ALICE);
    expect(await pauseCalendar(world.services, ALICES)).toEqual(before);
    expect(await world.calendar(ALICE)).toEqual(before);
    expect(world.lines).toEqual([]);
  });
});

describe('a resumption', () => {
  test.each<[CalendarStatus, number]>([
    ['paused', 1],
    ['disconnected', 1],
    ['unreachable', 1],
    ['active', 0],
  ])('of a calendar that is %s makes it due and asks for a sync', async (status, lines) => {
    await busy({ status });
    const after = await resumeCalendar(world.services, ALICES);
    expect(after).toMatchObject({
      status: 'active',
      generation: 2,
      lease: null,
      failure: null,
      reconcileAt: NOW,
      dueAt: NOW,
    });
    expect(await world.calendar(ALICE)).toEqual(after);
    expect(world.lines).toHaveLength(lines);
    asksFor('resumed');
  });
});
