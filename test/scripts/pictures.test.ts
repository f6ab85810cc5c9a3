import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fingerprintOfPage, sourceOf, withSource } from '../../scripts/picture-source.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const PICTURES = [
  ['console.png', 'node scripts/picture-of-sandbox.ts'],
  ['add-on.png', 'node scripts/picture-of-add-on.ts'],
] as const;

describe('a picture of the console', () => {
  test.each(PICTURES)('%s shows the page as it is', (file, command) => {
    const shown = sourceOf(readFileSync(join(DOCS, file)));
    expect({ file, shown, command }).toEqual({ file, shown: fingerprintOfPage(), command });
  });

  test('keeps what it was taken of, before its closing chunk', () => {
    const png = readFileSync(join(DOCS, 'console.png'));
    const noted = withSource(png, 'a'.repeat(64));
    expect(noted.subarray(-12)).toEqual(png.subarray(-12));
    expect(sourceOf(noted.subarray(png.length - 12))).toBe('a'.repeat(64));
    expect(sourceOf(png.subarray(0, 1_000))).toBeUndefined();
  });
});
