/** What the conference system refused, offered once more by a person. */
import { expect, test } from '@jest/globals';
import { bindingIdOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { BindingPlace } from '../../../shared/domain/ports.ts';
import { newConference } from '../../../shared/domain/state/new-record.ts';
import { retryBinding, retryCancellation } from '../../../shared/flow/deliver/retry-failure.ts';
import {
  ALICE,
  ALICES,
  cancelledOccurrence,
  exception,
  meeting,
  NOW,
  ours,
  series,
  tombstone,
} from '../../domain/build.ts';
import { World } from '../world.ts';

const PLACE: BindingPlace = { calendar: ALICES, id: bindingIdOf('e1') };
const CONFERENCE = conferenceKeyOf('c1');

/** A world whose conference system has refused the event's first change. */
async function refusedWorld(): Promise<World> {
  const world = new World();
  world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  expect(await world.store.failedBindings({ after: null, limit: 9 })).toHaveLength(1);
  return world;
}

test('a refused change goes out again under a new revision, with the event as it is by then', async () => {
  const world = await refusedWorld();
  world.answer = () => ({ kind: 'done' });
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed meanwhile', etag: '"2"' }));
  expect(await retryBinding(world.services, PLACE)).toBe('due');
  await world.work();
  const [refused, accepted] = [world.told[0]?.change, world.told.at(-1)?.change];
  expect(accepted?.data.revision).toBeGreaterThan(refused?.data.revision ?? Infinity);
  expect(accepted).toMatchObject({ type: 'conference.updated', data: { event: { title: 'Renamed meanwhile' } } });
  expect(await world.store.failedBindings({ after: null, limit: 9 })).toEqual([]);
});

test('a change that is refused again is a failure again, and not tried by itself', async () => {
  const world = await refusedWorld();
  await retryBinding(world.services, PLACE);
  await world.work();
  const told = world.told.length;
  await world.clock.runTo(world.clock.now() + 3_600_000);
  await world.renew();
  expect(world.told).toHaveLength(told);
  const [failed] = await world.store.failedBindings({ after: null, limit: 9 });
  expect(failed?.failure).toMatchObject({ reason: 'answered 422', count: 2 });
});

test('what is not refused is left alone', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  expect(await retryBinding(world.services, PLACE)).toBe('not-failed');
  expect(await retryBinding(world.services, { ...PLACE, id: bindingIdOf('e2') })).toBe('not-failed');
  expect(await retryCancellation(world.services, CONFERENCE)).toBe('not-failed');
  expect(world.queued).toEqual([]);
});

test('a calendar that does not lead the conference any more owes nothing', async () => {
  const world = await refusedWorld();
  await world.store.transact(async (tx) => {
    const conference = (await tx.conferences([CONFERENCE])).get(CONFERENCE);
    if (conference !== undefined) tx.putConference({ ...conference, leader: null, leadingCount: 0 });
  });
  expect(await retryBinding(world.services, PLACE)).toBe('not-leading');
  expect(await world.store.failedBindings({ after: null, limit: 9 })).toEqual([]);
  expect(world.queued).toEqual([]);
});

test('a refused cancellation rests until a person retries it, and then ends the conference under a new revision', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'refused', reason: 'answered 403' });
  world.put(ALICE, tombstone('e1'));
  await world.notify(ALICE);
  await world.work();
  await world.clock.runTo(world.clock.now() + 120_000);
  await world.renew();
  const [failed] = await world.store.failedConferences({ after: null, limit: 9 });
  expect(failed).toMatchObject({ conferenceId: 'c1', orphan: { calendarId: ALICE, eventId: 'e1' } });
  const told = world.told.length;
  await world.clock.runTo(world.clock.now() + 24 * 3_600_000);
  await world.renew();
  expect(world.told).toHaveLength(told);

  world.answer = () => ({ kind: 'done' });
  expect(await retryCancellation(world.services, CONFERENCE)).toBe('due');
  await world.work();
  expect(world.told.at(-1)?.change).toMatchObject({ type: 'conference.cancelled', data: { reason: 'event_deleted' } });
  expect(world.told.at(-1)?.change.data.revision).toBeGreaterThan(
    world.told[told - 1]?.change.data.revision ?? Infinity,
  );
  expect(await world.store.conference(CONFERENCE)).toMatchObject({ state: 'cancelled', orphan: null });
});

test('a conference whose event has come back meanwhile is not cancelled by a retry', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  world.answer = (change) =>
    change.type === 'conference.cancelled' ? { kind: 'refused', reason: 'answered 403' } : { kind: 'done' };
  world.put(ALICE, tombstone('e1'));
  await world.notify(ALICE);
  await world.work();
  await world.clock.runTo(world.clock.now() + 120_000);
  await world.renew();
  // Restored, and no notification says so.
  world.put(ALICE, meeting('e1', ours('c1'), { etag: '"3"' }));
  world.answer = () => ({ kind: 'done' });
  await retryCancellation(world.services, CONFERENCE);
  await world.work();
  expect(world.told.at(-1)?.change.type).toBe('conference.updated');
  expect(await world.store.conference(CONFERENCE)).toMatchObject({ state: 'live', liveCount: 1 });
});

test('what is not on record has not failed', async () => {
  const world = new World();
  expect(await retryCancellation(world.services, CONFERENCE)).toBe('not-failed');
  expect(world.queued).toEqual([]);
});

test('a refused end of which no event is known cannot be confirmed, and so not retried', async () => {
  const world = new World();
  const failed = { ...newConference('c1', NOW), state: 'failed' as const };
  await world.store.transact(async (tx) => tx.putConference(failed));
  expect(await retryCancellation(world.services, CONFERENCE)).toBe('nothing-known');
  expect(await world.store.conference(CONFERENCE)).toEqual(failed);
  expect(world.queued).toEqual([]);
});

test('a refused change of one field is offered again as a change of that field', async () => {
  const world = new World();
  world.put(ALICE, meeting('e1', ours('c1')));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  world.put(ALICE, meeting('e1', ours('c1'), { summary: 'Renamed', etag: '"2"' }));
  await world.notify(ALICE);
  await world.work();
  world.answer = () => ({ kind: 'done' });
  expect(await retryBinding(world.services, PLACE)).toBe('due');
  expect(await world.store.conference(CONFERENCE)).toMatchObject({ retryAt: world.clock.now() });
  await world.work();
  expect(world.told.at(-1)?.change).toMatchObject({ type: 'conference.updated', data: { changed: ['title'] } });
});

test.each([
  ['conference.occurrence_updated', exception('s', 3, { summary: 'Differs' }, ours('c1'))],
  ['conference.occurrence_cancelled', cancelledOccurrence('s', 3)],
])('a refused change of an occurrence is offered again as %s', async (type, item) => {
  const world = new World();
  world.put(ALICE, series('s', ours('c1')));
  await world.register(ALICE);
  world.answer = () => ({ kind: 'refused', reason: 'answered 422' });
  world.put(ALICE, item);
  await world.notify(ALICE);
  await world.work();
  const [failed] = await world.store.failedBindings({ after: null, limit: 9 });
  if (failed === undefined) throw new Error('nothing failed');
  world.told.length = 0;
  world.answer = () => ({ kind: 'done' });
  expect(await retryBinding(world.services, { calendar: ALICES, id: failed.id })).toBe('due');
  await world.work();
  expect(world.told.map(({ change }) => change.type)).toEqual([type]);
  expect(await world.store.failedBindings({ after: null, limit: 9 })).toEqual([]);
});
