import { freePort } from '../../../sandbox/free-port.ts';
import { runSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/run-sandbox.ts';

const TRIES = 20;

/** Runs a sandbox on a block of ports that nobody uses. */
export async function runSandboxSomewhere(options: Omit<SandboxOptions, 'firstPort'>): Promise<Sandbox> {
  for (let tries = 1; ; tries++) {
    try {
      return await runSandbox({ ...options, firstPort: Math.min(await freePort(), 65_530) });
    } catch (error) {
      // Node's own errors are of another realm than the tests.
      const isTaken = Object(error).code === 'EADDRINUSE';
      if (!isTaken || tries === TRIES) throw error;
    }
  }
}
