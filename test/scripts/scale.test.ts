/** docs/scale.md is what its script makes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { renderScale } from '../../scripts/scale.ts';

test('the page is the one that the model makes now', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8')).toBe(renderScale());
});
