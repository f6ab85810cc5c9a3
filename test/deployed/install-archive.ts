/** The artefact as `npm run build` makes it, in a folder of its own, so that tests never meet a stale one. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');

/** A built artefact. */
export interface BuiltBundle {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Builds it. @throws Error with what the build printed */
export async function buildBundle(): Promise<BuiltBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'functions-'));
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.ts'), '--out', folder], { cwd: ROOT });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
