/** Runs once after all tests: ends the emulators that the global set-up has started. */
import { stopEmulators } from './started-emulators.ts';

/** Returns when their processes are gone. */
export default async function tearDown(): Promise<void> {
  await stopEmulators();
}
