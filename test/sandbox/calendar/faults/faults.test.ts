import { describe, expect, test } from '@jest/globals';
import type { FaultError } from '../../../../sandbox/calendar/faults/fault-rules.ts';
import { MalformedFaults, readFaults } from '../../../../sandbox/calendar/faults/read-faults.ts';
import { ALICE, BOB, buildWorld, eventsPath, idsOf, itemsOf, reasonOf, type World } from '../world.ts';

function watched(): World {
  const world = buildWorld();
  for (const [id, calendar] of [
    ['a', ALICE],
    ['b', BOB],
  ] as const) {
    world.call('POST', `${eventsPath(calendar)}/watch`, {
      body: { id, type: 'web_hook', address: 'https://x.example/' },
    });
  }
  world.notifications.length = 0;
  return world;
}

describe('a failing request', () => {
  test.each<[FaultError, number, unknown]>([
    ['authError', 401, 'authError'],
    ['rateLimitExceeded', 403, 'rateLimitExceeded'],
    ['userRateLimitExceeded', 403, 'userRateLimitExceeded'],
    ['quotaExceeded', 403, 'quotaExceeded'],
    ['tooManyRequests', 429, 'rateLimitExceeded'],
    ['insufficientPermissions', 403, 'insufficientPermissions'],
    ['notFound', 404, 'notFound'],
    ['fullSyncRequired', 410, 'fullSyncRequired'],
    ['bareGone', 410, undefined],
    ['conditionNotMet', 412, 'conditionNotMet'],
    ['backendError', 500, 'backendError'],
    ['serviceUnavailable', 503, 'serviceNotAvailable'],
    ['htmlPage', 502, undefined],
  ])('fails by %s with %d', (error, status, reason) => {
    const world = buildWorld();
    world.calendar.faults.add({ kind: 'error', error, next: 1 });
    const answer = world.list(ALICE);
    expect([answer.status, reasonOf(answer)]).toEqual([status, reason]);
    expect(world.list(ALICE).status).toBe(200);
  });

  test('is one that the method and the path of the rule name', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    world.calendar.faults.add({ kind: 'error', error: 'backendError', method: 'patch', path: '/events/' });
    expect(world.list(ALICE).status).toBe(200);
    expect(world.event(ALICE, id, 'GET').status).toBe(200);
    expect(world.event(ALICE, id, 'PATCH', { body: {} }).status).toBe(500);
    world.calendar.faults.set([]);
    expect(world.event(ALICE, id, 'PATCH', { body: {} }).status).toBe(200);
  });

  test('says when to come again where the rule does', () => {
    const world = buildWorld();
    world.calendar.faults.add({ kind: 'error', error: 'tooManyRequests', retryAfterSeconds: 7 });
    expect(world.list(ALICE).headers['retry-after']).toBe('7');
  });

  test('takes effect all the same where only the answer is lost', () => {
    const world = buildWorld();
    world.calendar.faults.set([
      { kind: 'error', error: 'backendError', method: 'POST', next: 1 },
      { kind: 'error', error: 'backendError', method: 'POST', next: 1, afterEffect: true },
    ]);
    const post = () =>
      world.call('POST', eventsPath(ALICE), { body: { start: { date: '2027-02-01' }, end: { date: '2027-02-02' } } });
    expect(post().status).toBe(500);
    expect(itemsOf(world.list(ALICE))).toHaveLength(0);
    expect(post().status).toBe(500);
    expect(itemsOf(world.list(ALICE))).toHaveLength(1);
  });

  test('strikes the wanted share, the same ones for the same seed', () => {
    const run = () => {
      const world = buildWorld();
      world.calendar.faults.add({ kind: 'error', error: 'backendError', fraction: 0.3 });
      return Array.from({ length: 1000 }, () => world.list(ALICE).status);
    };
    const failures = run().filter((status) => status === 500).length;
    expect(failures).toBeGreaterThan(230);
    expect(failures).toBeLessThan(370);
    expect(run()).toEqual(run());
  });
});

describe('a notification', () => {
  test('is lost, doubled or delayed as often as the rules say, on the calendar that they name', () => {
    const world = watched();
    world.calendar.faults.set([
      { kind: 'dropNotification', calendarId: ALICE, next: 1 },
      { kind: 'delayNotification', delayMs: 5000, calendarId: ALICE, next: 1 },
      { kind: 'doubleNotification', calendarId: ALICE, next: 1 },
    ]);
    const heard = (calendar: string) => {
      world.notifications.length = 0;
      world.insert(calendar);
      return world.notifications.map(({ delayMs }) => delayMs);
    };
    expect(heard(BOB)).toEqual([0]);
    expect(heard(ALICE)).toEqual([]);
    expect(heard(ALICE)).toEqual([5000, 5000]);
    expect(heard(ALICE)).toEqual([0]);
    expect(world.calendar.faults.list()).toEqual([]);
  });

  test('that is doubled has the same number twice', () => {
    const world = watched();
    world.calendar.faults.add({ kind: 'doubleNotification', next: 1 });
    world.insert(ALICE);
    const [first, second] = world.notifications;
    expect(first?.headers).toEqual(second?.headers);
  });
});

describe('a page', () => {
  test('may be empty though more follow, and loses nothing by it', () => {
    const world = buildWorld();
    const ids = Array.from({ length: 3 }, () => world.insert(ALICE).id);
    world.calendar.faults.add({ kind: 'emptyPage', next: 1 });
    const empty = world.list(ALICE, { maxResults: '2' });
    expect([empty.body.items, empty.body.nextSyncToken]).toEqual([[], undefined]);
    const first = world.list(ALICE, { maxResults: '2', pageToken: String(empty.body.nextPageToken) });
    const last = world.list(ALICE, { maxResults: '2', pageToken: String(first.body.nextPageToken) });
    expect(idsOf([...itemsOf(first), ...itemsOf(last)]).toSorted()).toEqual(ids.toSorted());
  });

  test('may be without its items, or, as the last one, without its sync token', () => {
    const world = buildWorld();
    world.calendar.faults.set([
      { kind: 'noItems', next: 1 },
      { kind: 'noSyncToken', next: 1 },
    ]);
    const odd = world.list(ALICE).body;
    expect([Object.hasOwn(odd, 'items'), Object.hasOwn(odd, 'nextSyncToken')]).toEqual([false, false]);
    expect(world.list(ALICE).body).toMatchObject({ items: [], nextSyncToken: expect.any(String) });
  });
});

describe('a listing that lags behind', () => {
  test('shows what was there so long ago, and the rest with its sync token', () => {
    const world = buildWorld();
    world.insert(ALICE);
    const before = world.token(ALICE);
    const early = world.insert(ALICE).id;
    world.advance(60_000);
    const late = world.insert(ALICE).id;
    world.calendar.faults.add({ kind: 'laggingList', next: 1, lagMs: 30_000 });
    const lagging = world.list(ALICE, { syncToken: before });
    expect(idsOf(itemsOf(lagging))).toEqual([early]);
    expect(idsOf(world.changes(ALICE, String(lagging.body.nextSyncToken)))).toEqual([late]);
  });

  test('of everything loses nothing that came after it', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    world.calendar.faults.add({ kind: 'laggingList', next: 1, lagMs: 30_000 });
    const token = world.token(ALICE);
    expect(idsOf(world.changes(ALICE, token))).toEqual([id]);
  });
});

describe('what a client of the fault control sends', () => {
  test('is read as it is meant', () => {
    const rules = [
      {
        kind: 'error',
        error: 'tooManyRequests',
        method: 'GET',
        path: '/events$',
        retryAfterSeconds: 1,
        next: 2,
        fraction: 0.5,
        afterEffect: true,
      },
      { kind: 'delayNotification', delayMs: 10, calendarId: ALICE },
      { kind: 'laggingList', lagMs: 10, fraction: 0.5 },
      { kind: 'emptyPage', next: 1 },
    ];
    const settings = { tombstones: 'rich', exceptionsComeAgain: false, changesTouchMaster: true, stopLagMs: 5 };
    expect(readFaults({ rules, settings, expireSyncTokens: true })).toEqual({
      rules,
      add: [],
      settings,
      expireSyncTokens: 'all',
    });
    expect(readFaults({ add: [{ kind: 'dropNotification' }], expireSyncTokens: [ALICE] })).toMatchObject({
      rules: undefined,
      expireSyncTokens: [ALICE],
    });
  });

  test.each([
    [[], 'the body has to be an object'],
    [{ rule: [] }, 'unknown member "rule"'],
    [{ rules: {} }, 'rules has to be a list'],
    [{ rules: [{ kind: 'flood' }] }, 'rules[0].kind is unknown'],
    [{ add: [{ kind: 'error', error: 'teapot' }] }, 'add[0].error is unknown'],
    [{ add: [{ kind: 'error', error: 'notFound', path: '(' }] }, 'add[0].path'],
    [{ add: [{ kind: 'error', error: 'notFound', afterEffect: 1 }] }, 'add[0].afterEffect'],
    [{ add: [{ kind: 'emptyPage', next: 0 }] }, 'add[0].next'],
    [{ add: [{ kind: 'emptyPage', fraction: 2 }] }, 'add[0].fraction'],
    [{ add: [{ kind: 'emptyPage', calendarId: 1 }] }, 'add[0].calendarId'],
    [{ add: [{ kind: 'delayNotification' }] }, 'add[0].delayMs is missing'],
    [{ add: [{ kind: 'laggingList' }] }, 'add[0].lagMs is missing'],
    [{ settings: { tombstones: 'odd' } }, 'settings.tombstones'],
    [{ settings: { exceptionsComeAgain: 1 } }, 'settings.exceptionsComeAgain'],
    [{ settings: { changesTouchMaster: 'yes' } }, 'settings.changesTouchMaster'],
    [{ settings: { stopLagMs: -1 } }, 'settings.stopLagMs'],
    [{ expireSyncTokens: 'all' }, 'expireSyncTokens'],
  ])('%j is refused', (body, message) => {
    expect(() => readFaults(body)).toThrow(MalformedFaults);
    expect(() => readFaults(body)).toThrow(message);
  });
});
