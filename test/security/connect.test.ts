/**
 * The second door that is open to everybody, the built connectCalendars in a process of its own: whatever comes without a link of ours is
 * told on a plain page that it does not work, reaches neither database nor Google, and leaves one line in the log without a word of it.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { browserSecret, fingerprintOf } from '../../shared/domain/connection/browser.ts';
import { signState, signTicket } from '../../shared/domain/connection/ticket.ts';
import { DeployedFunction } from '../deployed/deployed-function.ts';
import { type InstalledArchive, installArchive } from '../deployed/install-archive.ts';
import { hostileText, mangled } from './hostile.ts';
import { requestText, sendRaw } from './raw-request.ts';
import { tally } from './tally.ts';

const KEYS = [Buffer.alloc(32, 'newest').toString('base64'), Buffer.alloc(32, 'older').toString('base64')] as const;
const OTHERS = [Buffer.alloc(32, 'of somebody else').toString('base64')] as const;
const ID = 'a'.repeat(32);
const SECRET = browserSecret('a browser');
const HOUR = 3_600_000;
const live = { id: ID, expiresAt: Date.now() + HOUR };
const dead = { id: ID, expiresAt: Date.now() - HOUR };
const fingerprint = fingerprintOf(SECRET, ID);
const LINK = signTicket(live, KEYS);
const STATE = signState({ ...live, fingerprint }, KEYS);

const inputs = tally('connectCalendars');
let archive: InstalledArchive;
let connect: DeployedFunction;
let outside: Server;
let outsideCalls = 0;

beforeAll(async () => {
  outside = createServer((socket) => {
    outsideCalls++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(outside, 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = outside.address() as AddressInfo;
  archive = await installArchive();
  connect = await DeployedFunction.start({
    archive,
    deployment: 'connect-calendars',
    env: {
      GOOGLE_CLOUD_PROJECT: 'test',
      FIRESTORE_EMULATOR_HOST: `127.0.0.1:${port}`,
      PUBSUB_EMULATOR_HOST: `127.0.0.1:${port}`,
      OAUTH_API_ROOT: `http://127.0.0.1:${port}`,
      CONNECT_URL: 'https://connect.example.com',
      CONNECTION_KEYS: KEYS.join(','),
    },
  });
}, 60_000);

afterAll(async () => {
  await connect?.kill();
  outside?.close();
  await archive?.remove();
});

/** Sends, and holds what came back against what every stranger gets: a page without a word of his, or a bare refusal. */
async function refused(path: string, cookie = '', method = 'GET'): Promise<number> {
  inputs.count();
  const headers: Record<string, string> = cookie === '' ? {} : { Cookie: cookie };
  const answer = await sendRaw(connect.port, requestText(method, path, headers, Buffer.alloc(0)));
  expect([400, 403, 404, 405, 410, 414, 431]).toContain(answer.status);
  if (answer.body !== '') {
    expect(answer.headers).toMatch(/content-security-policy: default-src 'none'/i);
    expect(answer.body).not.toMatch(/<script|<img|<a /);
  }
  expect(answer.headers).not.toMatch(/^(?:set-cookie|location):/im);
  expect(connect.isAlive).toBe(true);
  return answer.status;
}

const query = (values: Readonly<Record<string, string>>): string => new URLSearchParams(values).toString();
const wellFormed = hostileText.map((text) => text.toWellFormed());

describe('a stranger', () => {
  test('is refused on a plain page, whatever is tried', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/start', '/callback', '/x/start', '/', '/start/'),
        fc.dictionary(
          fc.oneof(fc.constantFrom('ticket', 'state', 'code', 'error', 'iss', '__proto__'), wellFormed),
          wellFormed,
          { maxKeys: 5 },
        ),
        fc.constantFrom('', `__Host-connect=${SECRET}`, '__Host-connect=', `__Host-connect=${'x'.repeat(3_000)}`),
        async (path, values, cookie) => {
          const text = query(values);
          await refused(text.length < 8_000 ? `${path}?${text}` : path, cookie);
        },
      ),
      { numRuns: 150 },
    );
    expect(outsideCalls).toBe(0);
  }, 120_000);

  test('gets nowhere with a link or a state that was changed in one place', async () => {
    await fc.assert(
      fc.asyncProperty(mangled(LINK), mangled(STATE), async (link, state) => {
        if (link !== LINK) expect(await refused(`/start?${query({ ticket: link.toWellFormed() })}`)).toBeLessThan(500);
        if (state !== STATE)
          expect(
            await refused(
              `/callback?${query({ state: state.toWellFormed(), code: '4/x' })}`,
              `__Host-connect=${SECRET}`,
            ),
          ).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
    expect(outsideCalls).toBe(0);
  }, 120_000);

  const cookie = `__Host-connect=${SECRET}`;
  test.each<[string, string, string, number]>([
    ['a link under a key of his own', `/start?ticket=${signTicket(live, OTHERS)}`, '', 400],
    ['a link whose time is over', `/start?ticket=${signTicket(dead, KEYS)}`, '', 410],
    ['a state in the place of a link', `/start?ticket=${STATE}`, '', 400],
    ['two links at once', `/start?ticket=${LINK}&ticket=${LINK}`, '', 400],
    ['a link in the place of a state', `/callback?code=4/x&state=${LINK}`, cookie, 400],
    [
      'a state whose time is over',
      `/callback?code=4/x&state=${signState({ ...dead, fingerprint }, KEYS)}`,
      cookie,
      410,
    ],
    ['a good state without the cookie', `/callback?code=4/x&state=${STATE}`, '', 403],
    [
      'a good state with another cookie',
      `/callback?code=4/x&state=${STATE}`,
      `__Host-connect=${browserSecret('x')}`,
      403,
    ],
    ['a good state with two cookies', `/callback?code=4/x&state=${STATE}`, `${cookie}; ${cookie}`, 403],
    ['a good state with a cookie that any page can set', `/callback?code=4/x&state=${STATE}`, `connect=${SECRET}`, 403],
    ['two states at once', `/callback?code=4/x&state=${STATE}&state=${STATE}`, cookie, 400],
    ['a query of a megabyte', `/callback?state=${'x'.repeat(1_048_576)}`, '', 431],
    ['another method', `/callback?state=${STATE}`, cookie, 405],
  ])('is refused with %s', async (name, path, sent, status) => {
    expect(await refused(path, sent, name === 'another method' ? 'POST' : 'GET')).toBe(status);
    expect(outsideCalls).toBe(0);
  });

  test('leaves lines of our words only', () => {
    const lines = connect.stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) {
      const { line: name, outcome, reason } = JSON.parse(line);
      expect([name, outcome]).toEqual(['connect', 'refused']);
      expect(reason).toMatch(/^(?:link-invalid|link-expired|other-browser)$/);
      expect(line).not.toMatch(/ticket=|state=|4\/x|__Host/);
    }
  });
});
