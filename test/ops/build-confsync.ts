/** Builds confsync for tests that run it as people do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from '../../scripts/bundle-program.ts';

/** The built program, in a folder that `remove` takes away. */
export async function buildConfsync(): Promise<{ path: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'confsync-'));
  const path = join(folder, 'confsync.cjs');
  await bundleProgram(path);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
