import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CONFIGURATION_DOC, configurationDoc } from '../../scripts/make-configuration-doc.ts';
import { SETTINGS } from '../../shared/config/settings.ts';

describe('docs/configuration.md', () => {
  const text = readFileSync(CONFIGURATION_DOC, 'utf8');

  test('is what the table of settings says (if not: node scripts/make-configuration-doc.ts)', () => {
    expect(text).toBe(configurationDoc());
  });

  test('has one row for every setting, of four cells each', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.map((row) => /^\| `(\w+)` \|/.exec(row)?.[1])).toEqual(Object.keys(SETTINGS));
    for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
  });

  test('names no setting that there is none of', () => {
    const named = new Set(text.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g));
    expect([...named].filter((name) => !Object.keys(SETTINGS).includes(name))).toEqual([]);
  });
});
