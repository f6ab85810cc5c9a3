import { describe, expect, test } from '@jest/globals';
import type { FaultError } from '../../../../sandbox/calendar/faults/fault-rules.ts';
import { isObject, type JsonObject, objectAt, objectsAt } from '../../../../sandbox/calendar/wire/json.ts';
import { testRecorded } from '../../../recorded-traffic.ts';
import { ALICE, type Answer, BOB, buildWorld, eventsPath, type World } from '../world.ts';
import { DOCUMENTED_ERRORS, type DocumentedError } from './documented-errors.ts';

const failing = (error: FaultError) => (world: World) => {
  world.calendar.faults.add({ kind: 'error', error });
  return world.list(ALICE);
};

const watch = (world: World) =>
  world.call('POST', `${eventsPath(ALICE)}/watch`, {
    body: { id: 'c', type: 'web_hook', address: 'https://x.example/' },
  });

const CAUSES: Record<DocumentedError, (world: World) => Answer> = {
  'error-401-authError': failing('authError'),
  'error-403-quotaExceeded': failing('quotaExceeded'),
  'error-403-rateLimitExceeded': failing('rateLimitExceeded'),
  'error-403-userRateLimitExceeded': failing('userRateLimitExceeded'),
  'error-429-rateLimitExceeded': failing('tooManyRequests'),
  'error-500-backendError': failing('backendError'),
  'error-404-notFound': (world) => world.event(ALICE, 'nothing', 'GET'),
  'error-410-deleted': (world) => {
    const { id } = world.insert(ALICE);
    world.event(ALICE, id, 'DELETE');
    return world.event(ALICE, id, 'DELETE');
  },
  'error-410-fullSyncRequired-docs': (world) => {
    const syncToken = world.token(ALICE);
    world.calendar.expireSyncTokens();
    return world.list(ALICE, { syncToken });
  },
  'error-410-updatedMinTooLongAgo': (world) => world.list(ALICE, { updatedMin: '2020-01-01T00:00:00Z' }),
  'error-412-conditionNotMet': (world) =>
    world.event(ALICE, world.insert(ALICE).id, 'DELETE', { headers: { 'if-match': '"1"' } }),
  'error-400-pushNotSupportedForRequestedResource': (world) => {
    world.calendar.addCalendar(ALICE);
    world.calendar.setPushSupported(ALICE, false);
    return watch(world);
  },
};

const names = Object.keys(CAUSES) as DocumentedError[];

function objectOf(content: unknown): JsonObject {
  return isObject(content) ? content : {};
}

describe('an error', () => {
  test.each(names)('%s has the documented body', (name) => {
    const answer = CAUSES[name](buildWorld());
    expect(answer.body).toEqual(DOCUMENTED_ERRORS[name]);
    expect(answer.status).toBe(Number(name.split('-')[1]));
    expect(answer.headers['content-type']).toBe('application/json; charset=UTF-8');
  });

  testRecorded('as recorded is as documented', new RegExp(`^(?:${names.join('|')})\\.json$`), (name, content) => {
    expect(content).toEqual(DOCUMENTED_ERRORS[name.replace('.json', '') as DocumentedError]);
  });

  const malformedWatchToken = (): Answer =>
    buildWorld().call('POST', `${eventsPath(ALICE)}/watch`, { query: { syncToken: 'x' }, body: {} });

  test('for a malformed token of a watch is a 400 with the reason invalid', () => {
    const { status, body } = malformedWatchToken();
    expect([status, objectsAt(objectAt(body, 'error'), 'errors')]).toMatchObject([400, [{ reason: 'invalid' }]]);
  });

  testRecorded('for a malformed token of a watch', /^error-400-invalid-synctoken-compass/, (_, content) => {
    const [theirs] = objectsAt(objectAt(objectAt(objectOf(content), 'body'), 'error'), 'errors');
    const answer = malformedWatchToken();
    const [ours] = objectsAt(objectAt(answer.body, 'error'), 'errors');
    const shown = [objectOf(content).status, theirs?.reason, theirs?.domain];
    expect([answer.status, ours?.reason, ours?.domain]).toEqual(shown);
  });

  test('for a channel id in use has a reason of its own', () => {
    const world = buildWorld();
    watch(world);
    const [ours] = objectsAt(objectAt(watch(world).body, 'error'), 'errors');
    expect(ours?.reason).toBe('channelIdNotUnique');
  });
});

describe('a notification', () => {
  /** https://developers.google.com/workspace/calendar/api/guides/push, "Understanding the notification message format". */
  const DOCUMENTED = [
    'Content-Length',
    'Content-Type',
    'X-Goog-Channel-Expiration',
    'X-Goog-Channel-ID',
    'X-Goog-Channel-Token',
    'X-Goog-Message-Number',
    'X-Goog-Resource-ID',
    'X-Goog-Resource-State',
    'X-Goog-Resource-URI',
  ];

  test('has the documented headers', () => {
    const world = buildWorld();
    world.call('POST', `${eventsPath(BOB)}/watch`, {
      body: { id: 'c', type: 'web_hook', address: 'https://x.example/', token: 't' },
    });
    world.insert(BOB);
    expect(new Set(Object.keys(world.notifications.at(-1)?.headers ?? {}))).toEqual(new Set(DOCUMENTED));
  });

  testRecorded('as recorded', /^push-headers-exists-docs/, (_, content) => {
    const { headers } = objectOf(content);
    const recorded = Array.isArray(headers) ? headers.map((pair: unknown) => String(Object(pair)[0])) : [];
    expect(new Set(recorded)).toEqual(new Set(DOCUMENTED));
  });
});
