/** A folder that all suites of one run share, for what is costly to make and the same for each of them. */
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = 'TEST_RUN_FOLDER';

/** Makes the folder; jest's workers inherit its name. */
export function openRunFolder(): void {
  process.env[VARIABLE] = mkdtempSync(join(tmpdir(), 'test-run-'));
}

/** Removes it, with what the suites have left there. */
export function removeRunFolder(): void {
  const folder = process.env[VARIABLE];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

/** Whether jest runs us: what is made by hand, such as a chaos run, shares nothing. */
export const isInRun = (): boolean => process.env[VARIABLE] !== undefined;

/**
 * The path of a folder that the first suite to ask has filled by `fill`. Two that ask at once both fill one, and the first to end wins.
 * What `fill` throws is thrown, and the next to ask tries again.
 */
export function onceARun(name: string, fill: (folder: string) => void): string {
  const path = pathOf(name);
  if (existsSync(path)) return path;
  const own = mkdtempSync(`${path}-`);
  fill(own);
  return keep(own, path);
}

/** The same of what is filled in the background. */
export async function onceARunLater(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const path = pathOf(name);
  if (existsSync(path)) return path;
  const own = mkdtempSync(`${path}-`);
  await fill(own);
  return keep(own, path);
}

function pathOf(name: string): string {
  const shared = process.env[VARIABLE];
  if (shared === undefined) throw new Error(`${VARIABLE} is not set: jest's global set-up does so`);
  return join(shared, name);
}

function keep(own: string, path: string): string {
  try {
    renameSync(own, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
  return path;
}
