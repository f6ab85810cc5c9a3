/** Opens a server of a test on a free port of the loopback. */
import { once } from 'node:events';
import type { Server } from 'node:http';

/** A server that can be reached; `close` ends it with its connections. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** See the file's head. */
export async function listen(server: Server): Promise<Served> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
