/** The decision records: numbered without a gap, dated, in one form, and listed newest first. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const FOLDER = join(import.meta.dirname, '../../docs/decisions');

const names = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .sort();

function textOf(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

const FORM =
  /^# (\d{4}): (.+)\n\nDate: (\d{4}-\d{2}-\d{2})\. Status: (?:accepted|replaced by \[\d{4}\]\(\d{4}-[a-z-]+\.md\))\.\n\n## Context\n\n[^#]+## Decision\n\n[^#]+## Consequences\n\n[^#]+$/;

describe('the decision records', () => {
  test('are numbered without a gap', () => {
    expect(names.length).toBeGreaterThan(0);
    expect(names.map((name) => name.slice(0, 4))).toEqual(names.map((_, at) => String(at + 1).padStart(4, '0')));
  });

  test.each(names)('%s has number, date, status and the three headings', (name) => {
    const [, number] = FORM.exec(textOf(name)) ?? [];
    expect(number).toBe(name.slice(0, 4));
  });

  test('are listed newest first, by title and date', () => {
    const rows = [...textOf('README.md').matchAll(/^\| \[(\d{4})\]\((.+)\) \| (.+) \| (.+) \|$/gm)].map((row) =>
      row.slice(1),
    );
    const expected = names.toReversed().map((name) => {
      const [, number, title, date] = FORM.exec(textOf(name)) ?? [];
      return [number, name, date, title];
    });
    expect(rows).toEqual(expected);
  });
});
