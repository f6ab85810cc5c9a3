/** The model of a fleet, and docs/scale.md, which is made of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { busyInstances, FLEETS, modelOf } from '../../scripts/fleet-model.ts';
import { renderScale } from '../../scripts/scale.ts';

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
