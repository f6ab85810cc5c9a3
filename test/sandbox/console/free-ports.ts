/** A block of five ports for a sandbox that a test runs. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { runSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/run-sandbox.ts';

const TRIES = 20;

/** Runs a sandbox on a block of ports that nobody uses. */
export async function runSandboxSomewhere(options: Omit<SandboxOptions, 'firstPort'>): Promise<Sandbox> {
  for (let tries = 1; ; tries++) {
    try {
      return await runSandbox({ ...options, firstPort: await freePort() });
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || tries === TRIES) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Math.min(address.port, 65_531);
}
