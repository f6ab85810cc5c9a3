/**
 * Which Java a program needs that comes as a jar: the class file that it starts with says for which version it was compiled. Google's
 * emulators have been compiled for Java 21 since the middle of 2025, and older ones still run on 11.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

/** Class file version 45 was Java 1: https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html#jvms-4.1. */
const CLASS_VERSION_OF_JAVA_0 = 44;

/** Where a file lies in the archive. */
interface Entry {
  readonly method: number;
  readonly size: number;
  readonly at: number;
}

/**
 * The major version of Java that the jar needs; undefined where that cannot be told. `main` is the class that it is started with, where
 * its manifest names none.
 */
export async function javaOfJar(path: string, main?: string): Promise<number | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const entries = await readEntries(file);
    const manifest = await readEntry(file, entries.get('META-INF/MANIFEST.MF'));
    const [, named] = /^Main-Class: (\S+)/m.exec(manifest?.toString('utf8') ?? '') ?? [];
    const program = await readEntry(file, entries.get(`${(main ?? named)?.replaceAll('.', '/')}.class`));
    return program?.readUInt32BE(0) === 0xcafebabe ? program.readUInt16BE(6) - CLASS_VERSION_OF_JAVA_0 : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** The directory at the end of a zip: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16. */
async function readEntries(file: FileHandle): Promise<ReadonlyMap<string, Entry>> {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf('PK\u0005\u0006');
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = new Map<string, Entry>();
  for (let at = 0; at < directory.length; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    entries.set(name, {
      method: directory.readUInt16LE(at + 10),
      size: directory.readUInt32LE(at + 20),
      at: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** A file of the archive, stored or deflated. */
async function readEntry(file: FileHandle, entry: Entry | undefined): Promise<Buffer | undefined> {
  if (entry === undefined) return undefined;
  const head = await readAt(file, entry.at, 30);
  const start = entry.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const content = await readAt(file, start, entry.size);
  return entry.method === 0 ? content : inflateRawSync(content);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer;
}
