/**
 * Writes a zip archive whose bytes depend on nothing but its files: the same build gives the same archive, so a deployment
 * sees a change only where there is one. Format: PKWARE APPNOTE 6.3, without zip64 (4 GiB are far away).
 */
import { writeFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

/** A file in an archive, by its name there. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

/** 1980-01-01 00:00, the first moment a zip can name. */
const EPOCH = { time: 0, date: 0x21 };
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
const VERSION_NEEDED = 20;
/** A regular file, rw-r--r--, made on Unix. */
const MADE_BY_UNIX = (3 << 8) | VERSION_NEEDED;
const REGULAR_FILE = 0o100644 * 0x10000;

/** Writes the entries in the order of their names; an archive of that path is replaced. */
export function writeZip(path: string, entries: readonly ZipEntry[]): void {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const nameBytes = Buffer.from(name);
    const packed = deflateRawSync(content, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION_NEEDED, 0);
    common.writeUInt16LE(UTF8_NAMES, 2);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt16LE(EPOCH.time, 6);
    common.writeUInt16LE(EPOCH.date, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, nameBytes, packed]);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02');
    entry.writeUInt16LE(MADE_BY_UNIX, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE(REGULAR_FILE, 38);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, nameBytes);
    locals.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  writeFileSync(path, Buffer.concat([...locals, listing, end]));
}
