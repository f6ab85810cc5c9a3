/** What the conference system refused is found however much of it lies on other calendars. */
import { beforeAll, expect, test } from '@jest/globals';
import { findFailures } from '../../ops/failures/find-failures.ts';
import { findRetried } from '../../ops/failures/find-retried.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { newBinding, newCalendar, newConference } from '../../shared/domain/state/new-record.ts';
import { NOW } from '../domain/build.ts';
import { World } from '../flow/world.ts';

/** In the order of their keys, in which failures are read. */
const IDS = Array.from({ length: 1_500 }, (_, index) => `user${index}@example.com`).sort((a, b) =>
  calendarKeyOf(a) < calendarKeyOf(b) ? -1 : 1,
);
const FAR = IDS[1_400] ?? '';

let world: World;

/** One refused change on each calendar, and one delivery of each that fails for a passing reason. */
beforeAll(async () => {
  world = new World();
  for (const id of IDS) {
    await world.store.transact(async (tx) => {
      const calendar = calendarKeyOf(id);
      tx.putCalendar(newCalendar(id, id, 'a hash key', NOW));
      tx.putConference(newConference(`c-${id}`, NOW));
      tx.putBinding({ ...newBinding(calendar, 'e', conferenceKeyOf(`c-${id}`), 'event'), state: 'failed' });
      tx.putConference({ ...newConference(`d-${id}`, NOW), attempts: 1, leader: calendar });
    });
  }
});

test('of a calendar behind the first thousand', async () => {
  const { failures, isAll } = await findFailures(world.store, { calendarId: FAR, eventId: null });
  expect(failures.map(({ calendarId }) => calendarId)).toEqual([FAR]);
  expect(isAll).toBe(true);
});

test('of an event there, and of no other', async () => {
  const found = async (eventId: string) => findFailures(world.store, { calendarId: FAR, eventId });
  expect((await found('e')).failures).toHaveLength(1);
  expect(await found('another')).toEqual({ failures: [], isAll: true });
});

test('up to a bound where all are wanted, which is said', async () => {
  const { failures, isAll } = await findFailures(world.store, { calendarId: null, eventId: null });
  expect({ count: failures.length, isAll }).toEqual({ count: 1_000, isAll: false });
});

test('what is tried again by itself is found there, too', async () => {
  const { retried, isAll } = await findRetried(world.store, { calendarId: FAR, eventId: null });
  expect(retried.map(({ calendarId }) => calendarId)).toEqual([FAR]);
  expect(isAll).toBe(true);
});
