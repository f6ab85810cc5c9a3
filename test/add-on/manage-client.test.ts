/** The example server's client of manage-calendars, with a stand-in for Google's library. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const EXAMPLE = resolve(import.meta.dirname, '../../examples/add-on-server/manage.js');
/** Finds no credentials the first time. */
const LIBRARY = `let looks = 0;
export class GoogleAuth {
  async getIdTokenClient() {
    if (++looks === 1) throw new Error('no credentials');
    return { request: async ({ url }) => ({ data: { state: url.endsWith('z') ? 'answered by Google' : 'connected', looks } }) };
  }
}`;

const folder = mkdtempSync(join(tmpdir(), 'manage-client-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a look for credentials that fails is made again, one that succeeds is not', async () => {
  const library = join(folder, 'node_modules/google-auth-library');
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, 'package.json'), JSON.stringify({ type: 'module', main: 'index.js' }));
  writeFileSync(join(library, 'index.js'), LIBRARY);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  cpSync(EXAMPLE, join(folder, 'manage.js'));
  const { isConnected } = await import(pathToFileURL(join(folder, 'manage.js')).href);
  await expect(isConnected('alice@example.com')).rejects.toThrow('no credentials');
  expect(await isConnected('alice@example.com')).toBe(true);
  expect(await isConnected('alice@example.com')).toBe(true);
  // Some addresses that end in z are answered by Google.
  expect(await isConnected('anna@example.cz')).toBe(true);
});
