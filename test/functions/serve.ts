/** Serves one handler under the real functions framework on a free loopback port, for the tests of the functions. */
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { listen, type Served } from '../listen.ts';

let count = 0;

/** See the file's head. */
export async function serve(handler: HttpFunction): Promise<Served> {
  const name = `served-${++count}`;
  http(name, handler);
  return listen(getTestServer(name));
}
