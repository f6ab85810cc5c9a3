/** The model of a fleet, and docs/scale.md, which is made of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { busyInstances, FLEETS, modelOf, OPERATIONS } from '../../scripts/fleet-model.ts';
import { renderScale } from '../../scripts/scale.ts';
import { ALICE, type Item, meeting, ours } from '../domain/build.ts';
import { World } from '../flow/world.ts';

test('the page is the one that the model makes now', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8')).toBe(renderScale());
});

test('few requests keep one instance busy each time they come, many fill instances', () => {
  expect(busyInstances(0, 12)).toBe(0);
  expect(busyInstances(0.01, 12)).toBeCloseTo(0.01, 3);
  expect(busyInstances(0.5, 1)).toBeCloseTo(0.5, 6);
  expect(busyInstances(6, 12)).toBeGreaterThan(1);
  expect(busyInstances(1_200, 12)).toBeGreaterThan(100);
  expect(busyInstances(1_200, 12)).toBeLessThan(101);
});

test('a fleet of ten times the size costs more, but not ten times as much', () => {
  const [small, large] = FLEETS.map((fleet) => modelOf(fleet).total);
  expect(large).toBeGreaterThan(small ?? 0);
  expect(large).toBeLessThan(10 * (small ?? 0));
});

describe('the database operations of the model are those that a message costs', () => {
  const HOUR_MS = 3_600_000;

  /** A calendar with a meeting of a conference, and what a message costs once this event was put on it; `agoMs` since it was published. */
  async function costOf(event: Item | null, agoMs = 0): Promise<readonly [number, number]> {
    const world = new World();
    world.put(ALICE, meeting('e1', ours('c')));
    await world.register(ALICE);
    if (agoMs === 0) await world.clock.runUntilDone(world.clock.sleep(HOUR_MS));
    if (event !== null) world.put(ALICE, event);
    await world.notify(ALICE);
    world.queued = world.queued.map((queued) => ({ ...queued, publishedAt: queued.publishedAt - agoMs }));
    const before = { ...world.store.operations };
    await world.work();
    const { reads, writes, deletes } = world.store.operations;
    return [reads - before.reads, writes + deletes - before.writes - before.deletes];
  }

  test('where a listing has covered it', async () => {
    expect(await costOf(null, HOUR_MS)).toEqual(OPERATIONS.skipped);
  });

  test('where it lists an event of somebody else', async () => {
    expect(await costOf(meeting('e2', {}))).toEqual(OPERATIONS.listing);
  });

  test('where it delivers a change', async () => {
    const [reads, writes] = await costOf(meeting('e1', ours('c'), { summary: 'moved' }));
    expect([reads - OPERATIONS.listing[0], writes - OPERATIONS.listing[1]]).toEqual(OPERATIONS.change);
  });
});
