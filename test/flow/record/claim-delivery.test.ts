/** A change that is claimed for sending by the transaction that records it: when it is, and how a claim is given back. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { HELD_BACK_MS, SENDING_MS } from '../../../shared/domain/limits.ts';
import type { ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { deliverPending } from '../../../shared/flow/deliver/deliver-pending.ts';
import { type FreshEvents, freshEvents } from '../../../shared/flow/deliver/fresh-events.ts';
import type { Held } from '../../../shared/flow/lease.ts';
import { type Recorded, recordChanges } from '../../../shared/flow/record/record-changes.ts';
import type { Sending } from '../../../shared/flow/record/record-together.ts';
import { ALICE, HOUR, type Item, meeting, NOW, ours, read } from '../../domain/build.ts';
import { World } from '../world.ts';

const C = conferenceKeyOf('c');
const CONFERENCES_MAX = 8;

let world: World;

/** A calendar whose meetings of these conferences are delivered. */
async function follow(...items: readonly Item[]): Promise<void> {
  world = new World({ cancelGraceMs: 0 });
  for (const item of items) world.put(ALICE, item);
  await world.register(ALICE);
  world.told.splice(0);
}

beforeEach(() => follow(meeting('e1', ours('c'))));

function edited(id: string, conference: string, summary = 'moved'): Item {
  return meeting(id, ours(conference), { summary });
}

async function record(items: readonly Item[], sending: Sending = 'claimed'): Promise<[Recorded, FreshEvents, Held]> {
  const held = await world.lease(ALICE);
  const events = items.map((item) => read(item));
  const recorded = await recordChanges(world.services, held, events, null, sending);
  return [recorded, freshEvents(held.calendar, events), held];
}

/** Sends what was recorded. */
async function deliver([recorded, fresh]: readonly [Recorded, FreshEvents, Held]) {
  const claim = recorded.claims.get(C) ?? null;
  return world.clock.runUntilDone(deliverPending(world.services, C, fresh, world.clock.now() + HOUR, claim));
}

test('what is recorded is claimed for as long as one sending may take', async () => {
  const [{ claims }] = await record([edited('e1', 'c')]);
  const claim = claims.get(C);
  expect(claim?.next.change.type).toBe('conference.updated');
  const until = world.clock.now() + SENDING_MS;
  expect((await world.conference('c')).sending).toEqual({ owner: claim?.owner, until });
});

describe('nothing is claimed', () => {
  test('for a caller who does not send it', async () => {
    const [{ claims }] = await record([edited('e1', 'c')], 'left');
    expect(claims.size).toBe(0);
    expect((await world.conference('c')).sending).toBeNull();
  });

  test('for a conference that is heard of for the first time', async () => {
    const [{ claims, pending }] = await record([meeting('e2', ours('new'))]);
    expect([claims.size, pending.size]).toEqual([0, 1]);
  });

  test.each<[string, Partial<ConferenceRecord>]>([
    ['has something pending', { retryAt: NOW + HOUR }],
    ['is being sent for', { sending: { owner: 'another', until: NOW + HOUR } }],
    ['is owed more by its leader', { owed: { since: NOW, kind: 'event', after: null, isAnew: false } }],
  ])('for a conference that %s', async (_, changes) => {
    await world.changeConference('c', changes);
    const [{ claims }] = await record([edited('e1', 'c')]);
    expect(claims.size).toBe(0);
  });

  test('for a conference of which the page changes two events', async () => {
    await follow(meeting('e1', ours('c')), meeting('e2', ours('c')));
    const [{ claims, pending }] = await record([edited('e1', 'c'), edited('e2', 'c')]);
    expect([claims.size, pending.size]).toEqual([0, 1]);
  });

  test.each([
    ['for a page of more conferences than are told at once', CONFERENCES_MAX + 1, 0],
    ['but for a page of as many', CONFERENCES_MAX, CONFERENCES_MAX],
  ])('%s', async (_, count, claimed) => {
    const ids = Array.from({ length: count }, (__, number) => `${number}`);
    await follow(...ids.map((id) => meeting(`e${id}`, ours(`c${id}`))));
    const [{ claims, pending }] = await record(ids.map((id) => edited(`e${id}`, `c${id}`)));
    expect([claims.size, pending.size]).toEqual([claimed, count]);
  });

  test('while the conference system fails throughout', async () => {
    world.breaker.admit(world.clock.now());
    world.breaker.settle(C, 'endpoint-gone', world.clock.now());
    const [{ claims }] = await record([edited('e1', 'c')]);
    expect(claims.size).toBe(0);
  });
});

describe('a claim whose change may not be sent is given back', () => {
  test('where the conference system has begun to fail throughout', async () => {
    const recorded = await record([edited('e1', 'c')]);
    world.breaker.admit(world.clock.now());
    world.breaker.settle(C, 'endpoint-gone', world.clock.now());
    const retryAt = world.clock.now() + HELD_BACK_MS;
    expect(await deliver(recorded)).toEqual({ kind: 'failing', sent: 0, retryAt });
    expect(await world.conference('c')).toMatchObject({ sending: null, retryAt, dueAt: retryAt });
    expect(world.told).toEqual([]);
  });

  test('where the process is going down', async () => {
    const recorded = await record([edited('e1', 'c')]);
    world.isStopping = true;
    await deliver(recorded);
    expect((await world.conference('c')).sending).toBeNull();
    expect(world.told).toEqual([]);
  });
});

test('a change that must wait for attempts under way is claimed anew, and sent once', async () => {
  // Long after the last success, only so many attempts are under way at once.
  await world.clock.runUntilDone(world.clock.sleep(HOUR));
  const recorded = await record([edited('e1', 'c')]);
  for (let room = 0; world.breaker.admit(world.clock.now()) === 'now' && room < 9; room++);
  const waitMs = 1_000;
  const freed = world.clock.sleep(waitMs).then(() => world.breaker.settle(C, 'done', world.clock.now()));
  const startedAt = world.clock.now();
  expect(await deliver(recorded)).toEqual({ kind: 'all', sent: 1 });
  await freed;
  expect(world.told.map(({ at }) => at - startedAt)).toEqual([waitMs]);
});

test('what becomes pending while a claimed change is being sent goes out after it', async () => {
  const recorded = await record([edited('e1', 'c')]);
  const { apply } = world.services.conferences;
  Object.assign(world.services.conferences, {
    apply: async (change: Parameters<typeof apply>[0]) => {
      const events = [read(edited('e1', 'c', 'moved once more'))];
      if (world.told.length === 0) await recordChanges(world.services, recorded[2], events, null);
      return apply(change);
    },
  });
  // Its event is not at hand as it is pending now: the next reader sends it.
  expect(await deliver(recorded)).toEqual({ kind: 'left', sent: 1 });
  expect(await world.conference('c')).toMatchObject({ sending: null, dueAt: world.clock.now() });
  expect((await world.binding(ALICE, 'e1'))?.pending).not.toBeNull();
});
