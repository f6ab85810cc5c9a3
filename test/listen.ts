/** Opens a server of a test on a port of the loopback, a free one by default. */
import { once } from 'node:events';
import type { Server } from 'node:http';

/** A server that can be reached; `close` ends it with its connections. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** See the file's head. */
export async function listen(server: Server, port = 0): Promise<Served> {
  server.listen(port, '127.0.0.1');
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
