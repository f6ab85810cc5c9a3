import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FaultError } from '../../../sandbox/calendar/fault-rules.ts';
import { isObject, type JsonObject, objectAt, objectsAt } from '../../../sandbox/calendar/json.ts';
import { ALICE, type Answer, BOB, buildWorld, eventsPath, type World } from './world.ts';

const RECORDED = join(import.meta.dirname, '../../../../shared/recorded');
if (!existsSync(RECORDED))
  process.stdout.write('No recorded Calendar traffic beside the project: its errors are not compared.\n');

const failing = (error: FaultError) => (world: World) => {
  world.calendar.faults.add({ kind: 'error', error });
  return world.list(ALICE);
};

const watch = (world: World) =>
  world.call('POST', `${eventsPath(ALICE)}/watch`, {
    body: { id: 'c', type: 'web_hook', address: 'https://x.example/' },
  });

const CASES: Record<string, (world: World) => Answer> = {
  'error-401-authError.json': failing('authError'),
  'error-403-quotaExceeded.json': failing('quotaExceeded'),
  'error-403-rateLimitExceeded.json': failing('rateLimitExceeded'),
  'error-403-userRateLimitExceeded.json': failing('userRateLimitExceeded'),
  'error-429-rateLimitExceeded.json': failing('tooManyRequests'),
  'error-500-backendError.json': failing('backendError'),
  'error-404-notFound.json': (world) => world.event(ALICE, 'nothing', 'GET'),
  'error-410-deleted.json': (world) => {
    const { id } = world.insert(ALICE);
    world.event(ALICE, id, 'DELETE');
    return world.event(ALICE, id, 'DELETE');
  },
  'error-410-fullSyncRequired-docs.json': (world) => {
    const syncToken = world.token(ALICE);
    world.calendar.expireSyncTokens();
    return world.list(ALICE, { syncToken });
  },
  'error-410-updatedMinTooLongAgo.json': (world) => world.list(ALICE, { updatedMin: '2020-01-01T00:00:00Z' }),
  'error-412-conditionNotMet.json': (world) =>
    world.event(ALICE, world.insert(ALICE).id, 'DELETE', { headers: { 'if-match': '"1"' } }),
  'error-400-pushNotSupportedForRequestedResource.json': (world) => {
    world.calendar.addCalendar(ALICE);
    world.calendar.setPushSupported(ALICE, false);
    return watch(world);
  },
};

function present(files: readonly string[]): readonly string[] {
  return files.filter((file) => existsSync(join(RECORDED, file)));
}

function recorded(file: string): JsonObject {
  const value: unknown = JSON.parse(readFileSync(join(RECORDED, file), 'utf8'));
  return isObject(value) ? value : {};
}

describe('an error', () => {
  // Tests cannot be made of an empty list.
  if (present(Object.keys(CASES)).length === 0)
    return void test('has nothing to be compared with', () => expect(RECORDED).toBeDefined());

  test.each(present(Object.keys(CASES)))('has the very body of %s', (file) => {
    const answer = CASES[file]?.(buildWorld());
    const body = recorded(file);
    expect(answer?.body).toEqual(body);
    expect(answer?.status).toBe(objectAt(body, 'error')?.code);
    expect(answer?.headers['content-type']).toBe('application/json; charset=UTF-8');
  });

  test.each(present(['error-400-invalid-synctoken-compass.response.json']))(
    'for a malformed token of a watch has the reason and the domain of %s',
    (file) => {
      const world = buildWorld();
      const answer = world.call('POST', `${eventsPath(ALICE)}/watch`, { query: { syncToken: 'x' }, body: {} });
      const [theirs] = objectsAt(objectAt(objectAt(recorded(file), 'body'), 'error'), 'errors');
      const [ours] = objectsAt(objectAt(answer.body, 'error'), 'errors');
      expect([answer.status, ours?.reason, ours?.domain]).toEqual([
        recorded(file).status,
        theirs?.reason,
        theirs?.domain,
      ]);
    },
  );

  test.each(present(['error-400-channelIdNotUnique.partial.json']))(
    'for a channel id in use has the reason of %s',
    (file) => {
      const world = buildWorld();
      watch(world);
      const [ours] = objectsAt(objectAt(watch(world).body, 'error'), 'errors');
      expect(ours?.reason).toBe(objectsAt(recorded(file), 'errors')[0]?.reason);
    },
  );
});

describe('a notification', () => {
  test.each(present(['push-headers-exists-docs.json']))('has the very headers of %s', (file) => {
    const world = buildWorld();
    world.call('POST', `${eventsPath(BOB)}/watch`, {
      body: { id: 'c', type: 'web_hook', address: 'https://x.example/', token: 't' },
    });
    world.insert(BOB);
    const headers = recorded(file).headers;
    const names = Array.isArray(headers)
      ? headers.map((pair: unknown) => (Array.isArray(pair) ? String(pair[0]) : ''))
      : [];
    expect(Object.keys(world.notifications.at(-1)?.headers ?? {}).toSorted()).toEqual(names.toSorted());
  });
});
