/** What a picture of the console was taken of: a fingerprint of the page's sources, kept in the picture, says whether it still shows the page. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const PAGE = join(import.meta.dirname, '../sandbox/console/page');
/** The keyword of the chunk `tEXt` (https://www.w3.org/TR/png-3/#11tEXt). */
const KEYWORD = 'Source';
/** Length, type and checksum of the closing chunk, which has no data. */
const CLOSING_BYTES = 12;

/** The fingerprint of the page as its files are now. */
export function fingerprintOfPage(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(PAGE).sort()) hash.update(`${name}\n`).update(readFileSync(join(PAGE, name)));
  return hash.digest('hex');
}

/** The PNG with a note of what it was taken of. */
export function withSource(png: Buffer, source: string): Buffer {
  const typed = Buffer.from(`tEXt${KEYWORD}\0${source}`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(typed.length - 4);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(typed));
  const closing = png.length - CLOSING_BYTES;
  return Buffer.concat([png.subarray(0, closing), length, typed, checksum, png.subarray(closing)]);
}

/** What the PNG was taken of; undefined where it has no such note. */
export function sourceOf(png: Buffer): string | undefined {
  return png.toString('latin1').match(new RegExp(`tEXt${KEYWORD}\\0([0-9a-f]{64})`))?.[1];
}
