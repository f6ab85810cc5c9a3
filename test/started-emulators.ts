/** Carries the started emulators from jest's global set-up to its global teardown; both run in one process. */
import type { RunningEmulators } from '../sandbox/emulators/start-emulators.ts';

let started: RunningEmulators | undefined;

/** Keeps them for the teardown. */
export function keepEmulators(emulators: RunningEmulators): void {
  started = emulators;
}

/** Ends them, if there are any. */
export async function stopEmulators(): Promise<void> {
  await started?.stop();
  started = undefined;
}
