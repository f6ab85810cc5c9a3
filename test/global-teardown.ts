/** Runs once after all tests: ends and removes what the global set-up has started and made. */
import { removeRunFolder } from './run-folder.ts';
import { stopEmulators } from './started-emulators.ts';

/** Returns when their processes are gone. */
export default async function tearDown(): Promise<void> {
  removeRunFolder();
  await stopEmulators();
}
