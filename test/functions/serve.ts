/** Serves one handler under the real functions framework on a free loopback port, for the tests of the functions. */
import { once } from 'node:events';
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';

/** A handler that can be reached; `close` ends it. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

let count = 0;

/** See the file's head. */
export async function serve(handler: HttpFunction): Promise<Served> {
  const name = `served-${++count}`;
  http(name, handler);
  const server = getTestServer(name).listen(0, '127.0.0.1');
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
