/**
 * How the archive begins: runs the bundle, with what V8 had made of it when the image was built. Compiling is most of what a cold start
 * costs beyond the framework. Why not by Node's own compile cache: docs/decisions/0025-code-cache-in-the-image.md.
 * https://nodejs.org/api/vm.html#scriptcreatecacheddata
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import { crc32 } from 'node:zlib';

const BUNDLE = 'index.cjs';
/** What is run has the name of the file that runs it: that one names the source map, which Node takes from nowhere else. */
const NAME = 'start.cjs';
const CACHE = 'index.cache';
const NEWLINE = 0x0a;

/** A bundle that runs. */
export interface LoadedBundle {
  /** What it exports. */
  readonly exports: unknown;
  /** Whether a cache was there and V8 took it. */
  readonly isFromCache: boolean;
  /** Puts down what V8 has made of the bundle until now, for the next process; returns how many bytes. @throws Error if that cannot be written */
  save(): number;
}

/**
 * Loads `index.cjs` of the folder, which is an absolute path. A cache that is not whole, not of this code or not of this Node is as none;
 * whether it is of this V8 and its flags, V8 itself judges.
 * @throws whatever the bundle throws
 */
export function loadBundle(folder: string): LoadedBundle {
  const name = join(folder, NAME);
  const code = readFileSync(join(folder, BUNDLE));
  const cachedData = readCache(join(folder, CACHE), code);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {\n${code}\n})`, {
    filename: name,
    lineOffset: -1,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(name), module, name, folder);
  return {
    exports: module.exports,
    isFromCache: script.cachedDataRejected === false,
    save: () => writeCache(join(folder, CACHE), code, script.createCachedData()),
  };
}

/** The first line of a cache. V8 compares the length of the code alone, and trusts the bytes. */
function stampOf(code: Buffer, data: Buffer): string {
  return [process.version, process.arch, crc32(code), crc32(data)].join(' ');
}

function readCache(file: string, code: Buffer): Buffer | undefined {
  try {
    const cache = readFileSync(file);
    const end = cache.indexOf(NEWLINE);
    const data = cache.subarray(end + 1);
    return cache.toString('latin1', 0, end) === stampOf(code, data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Under another name first: half a cache is worse than none. */
function writeCache(file: string, code: Buffer, data: Buffer): number {
  writeFileSync(`${file}.part`, Buffer.concat([Buffer.from(`${stampOf(code, data)}\n`), data]));
  renameSync(`${file}.part`, file);
  return data.length;
}
