/** Builds confsync for tests that run it as people do. */
import { join } from 'node:path';
import { bundleProgram } from '../../scripts/bundle-program.ts';
import { onceARunLater } from '../run-folder.ts';

const NAME = 'confsync.cjs';

/** The path of the built program, which is built once a run. */
export async function buildConfsync(): Promise<string> {
  const folder = await onceARunLater('confsync', async (own) => void (await bundleProgram(join(own, NAME))));
  return join(folder, NAME);
}
