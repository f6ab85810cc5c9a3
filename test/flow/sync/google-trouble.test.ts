/**
 * What each of Google's errors means for a calendar, over HTTP through the whole sync: the message is done with, the calendar says
 * what is wrong and when it is looked at again, its conferences are left alone, and it heals by itself.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CalendarStatus } from '../../../shared/domain/state/records.ts';
import {
  googleError,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from '../../adapters/google-calendar/scripted-server.ts';
import { ALICE, meeting, ours } from '../../domain/build.ts';
import { OverHttp } from '../over-http.ts';

const LIST = `/calendar/v3/calendars/${encodeURIComponent(ALICE)}/events`;
const MINUTE = 60_000;
const LONG = 6 * 60 * MINUTE;
const PAGE = { accessRole: 'owner', items: [meeting('e1', ours('c1'))], nextSyncToken: 'first' };
const EMPTY = { accessRole: 'owner', items: [], nextSyncToken: 'second' };

let server: ScriptedServer;
let world: OverHttp;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  world = new OverHttp(server.url);
  server.always(LIST, { status: 200, body: PAGE });
  await world.register();
  expect(await world.sync()).toBe('synced');
  server.always(LIST, { status: 200, body: EMPTY });
});
afterEach(() => world.close());

/** When the calendar is looked at again, from now. */
async function nextLook(): Promise<number> {
  const { reconcileAt, dueAt } = await world.calendar();
  expect(dueAt).toBe(reconcileAt);
  return (reconcileAt ?? Infinity) - world.now();
}

const DENIED = {
  status: 403,
  body: {
    error: {
      code: 403,
      message: 'Quota exceeded',
      status: 'PERMISSION_DENIED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED' }],
    },
  },
};
const HTML = { status: 502, body: '<!DOCTYPE html><title>Error 502</title>' };

const LATER: readonly (readonly [string, ScriptedAnswer, string])[] = [
  ['403 rateLimitExceeded', googleError(403, 'rateLimitExceeded'), 'RateLimited'],
  ['403 userRateLimitExceeded', googleError(403, 'userRateLimitExceeded'), 'RateLimited'],
  ['403 quotaExceeded', googleError(403, 'quotaExceeded'), 'RateLimited'],
  ['403 with details only', DENIED, 'RateLimited'],
  ['429', googleError(429, 'rateLimitExceeded'), 'RateLimited'],
  ['500 backendError', googleError(500, 'backendError'), 'GoogleUnavailable'],
  ['503', googleError(503, 'serviceNotAvailable'), 'GoogleUnavailable'],
  ['an HTML page', HTML, 'GoogleUnavailable'],
  ['a connection that breaks', { status: 200, body: 'x', fault: 'cut' }, 'GoogleUnavailable'],
  ['a last page without a sync token', { status: 200, body: { accessRole: 'owner', items: [] } }, 'GoogleUnavailable'],
];

describe('what passes by itself', () => {
  test.each(LATER)(
    '%s is tried again inside the run, then later, with the status as it was',
    async (_, answer, reason) => {
      server.always(LIST, answer);
      const asked = server.asked.length;
      expect(await world.sync()).toBe('postponed');
      expect(server.asked.length - asked).toBe(5);
      expect(world.sleptMs).toBeGreaterThan(5_000);
      expect(await world.calendar()).toMatchObject({
        status: 'active',
        syncToken: 'first',
        lease: null,
        failure: { reason, count: 1 },
      });
      expect(await nextLook()).toBeLessThanOrEqual(1.25 * MINUTE);

      await world.sync();
      expect((await world.calendar()).failure).toMatchObject({ count: 2 });
      expect(await nextLook()).toBeGreaterThan(1.4 * MINUTE);

      server.always(LIST, { status: 200, body: EMPTY });
      expect(await world.sync()).toBe('synced');
      expect(await world.calendar()).toMatchObject({ status: 'active', syncToken: 'second', failure: null });
    },
  );

  test.each([
    ['429', googleError(429, 'rateLimitExceeded')],
    ['503', googleError(503, 'serviceNotAvailable')],
    ['an HTML page', HTML],
  ])('Retry-After of %s is waited for, and not asked again before', async (_, answer) => {
    server.always(LIST, { ...answer, headers: { 'retry-after': '600' } });
    const asked = server.asked.length;
    expect(await world.sync()).toBe('postponed');
    expect(server.asked.length - asked).toBe(1);
    expect(await nextLook()).toBeGreaterThanOrEqual(600_000);
    expect(await nextLook()).toBeLessThanOrEqual(660_000);
  });
});

const PARKED: readonly (readonly [string, ScriptedAnswer, CalendarStatus])[] = [
  ['401 authError', googleError(401, 'authError'), 'disconnected'],
  ['403 insufficientPermissions', googleError(403, 'insufficientPermissions'), 'disconnected'],
  ['403 requiredAccessLevel', googleError(403, 'requiredAccessLevel'), 'unreachable'],
];

/** What may be the word of a moment: asked again for two minutes before it is believed. */
const NOT_FOUND: readonly (readonly [string, ScriptedAnswer])[] = [
  ['403 notACalendarUser', googleError(403, 'notACalendarUser')],
  ['404 notFound', googleError(404, 'notFound')],
];

test('an API that is switched off in our own project blames no calendar: each is tried again, and somebody is woken', async () => {
  server.always(LIST, googleError(403, 'accessNotConfigured'));
  const asked = server.asked.length;
  expect(await world.sync()).toBe('postponed');
  expect(server.asked.length - asked).toBe(1);
  expect(await world.calendar()).toMatchObject({
    status: 'active',
    failure: { reason: 'OwnAccountRefused', count: 1 },
  });
  expect(await nextLook()).toBeLessThanOrEqual(1.25 * MINUTE);
  expect(world.lines).toContainEqual(expect.objectContaining({ line: 'failure', where: 'act as a user' }));
  server.always(LIST, { status: 200, body: EMPTY });
  expect(await world.sync()).toBe('synced');
});

test.each(NOT_FOUND)('%s parks the calendar when it is answered for two minutes', async (_, answer) => {
  server.always(LIST, answer);
  expect(await world.sync('notification')).toBe('postponed');
  expect(await world.calendar()).toMatchObject({ status: 'active', syncToken: 'first', lease: null });
  expect(await nextLook()).toBeLessThanOrEqual(1.25 * MINUTE);
  world.sleptMs += MINUTE;
  expect(await world.sync()).toBe('postponed');
  expect(await nextLook()).toBeLessThanOrEqual(1.25 * MINUTE);
  world.sleptMs += 1.25 * MINUTE;
  expect(await world.sync()).toBe('parked');
  expect(await world.calendar()).toMatchObject({ status: 'unreachable', syncToken: 'first', lease: null });
  expect(await nextLook()).toBeGreaterThan(LONG / 2);
});

describe('what a person must mend', () => {
  test.each(PARKED)('%s parks the calendar and ends no conference', async (_, answer, status) => {
    const told = world.told.length;
    server.always(LIST, answer);
    expect(await world.sync('notification')).toBe('parked');
    expect(await world.calendar()).toMatchObject({ status, syncToken: 'first', lease: null, failure: { count: 1 } });
    expect(world.lines.at(-2)).toMatchObject({ line: 'calendar-status', status });
    expect(await nextLook()).toBeGreaterThan(LONG / 2);
    expect(world.told.length).toBe(told);

    server.always(LIST, { status: 200, body: EMPTY });
    expect(await world.sync()).toBe('synced');
    expect(await world.calendar()).toMatchObject({ status: 'active', failure: null });
    expect(world.lines).toContainEqual(expect.objectContaining({ line: 'calendar-status', status: 'active' }));
  });
});

const DEAD_TOKENS: readonly (readonly [string, ScriptedAnswer])[] = [
  ['410 fullSyncRequired', googleError(410, 'fullSyncRequired', { location: 'syncToken' })],
  ['410 updatedMinTooLongAgo', googleError(410, 'updatedMinTooLongAgo')],
  ['410 without a reason', { status: 410, body: { error: { code: 410, message: 'Gone' } } }],
  ['400 invalid', googleError(400, 'invalid')],
];

describe('a sync token that Google does not take any more', () => {
  test.each(DEAD_TOKENS)('%s: one full sync, and for a token that dies again a delay', async (_, answer) => {
    const asked = server.asked.length;
    server.always(LIST, answer);
    expect(await world.sync()).toBe(answer.status === 400 ? 'postponed' : 'delayed');
    expect(server.asked.slice(asked).map(({ query }) => query.syncToken)).toEqual(['first', undefined]);
    expect((await world.calendar()).syncToken).toBeNull();

    server.always(LIST, { status: 200, body: PAGE });
    expect(await world.sync()).toBe('synced');
    expect(await world.calendar()).toMatchObject({ syncToken: 'first', repairs: { notBefore: null } });
  });
});

test('a request that Google refuses as such is not repeated before the next reconcile', async () => {
  server.always(LIST, googleError(400, 'timeRangeEmpty'));
  const asked = server.asked.length;
  expect(await world.sync()).toBe('postponed');
  expect(server.asked.length - asked).toBe(1);
  expect(await world.calendar()).toMatchObject({ status: 'active', failure: { reason: 'RequestRefused' } });
  expect(await nextLook()).toBeGreaterThan(LONG / 2);
});
